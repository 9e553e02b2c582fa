"""smsgw order: what shops ordered, and each step that a person takes of it, from approving it to closing it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

app = options.app(help="Orders of shops: list, show, approve, reject, cancel, allocate, ship, close.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as O7731.", show_default=False)]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, which the shop is told.")]


def _sets(found: dict[str, int]) -> str:
    return ", ".join(f"{model} x{sets}" for model, sets in found.items())


class State(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: under way; waiting: for approval.")] = State.OPEN,
    dealer: options.OfDealer = None,
    region: Annotated[str | None, typer.Option(metavar="CODE", help="And what lies in it.", show_default=False)] = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print orders, the newest first; with --json one object a line."""
    from smsgw.business.orders.actions import list_orders
    from smsgw.business.orders.rules import CONFIRMED, UNDER_WAY

    states = {State.OPEN: UNDER_WAY, State.WAITING: (CONFIRMED,), State.ALL: ()}[state]
    code, place = (each.upper() if each is not None else None for each in (dealer, region))
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_orders(session, states, code, place, limit=limit)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("order", "dealer", "state", "total", "", "placed"),
        [
            [f["reference"], f["dealer"], f["state"], f["total"], f["currency"], f["at"]]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print an order with its lines, its steps and what has left."""
    from smsgw.business.orders.actions import show_order

    named = reference.upper()
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = show_order(session, named)
    if json:
        json_line(found)
        return
    found = on_clock(found, settings.gateway.timezone)
    print_line(f"{named} of {found['dealer']}: {found['state']}, {found['total']} {found['currency']}")
    for line in found["lines"]:
        steps = ("approved", *(("allocated",) if line["allocated"] else ()), "shipped", "received")
        done = ", ".join(f"{line[name]} {name}" for name in steps)
        print_line(f"  {line['model']} x{line['quantity']} at {line['price']}: {done}")
    for step in found["events"]:
        by = f" by {step['by']}" if step["by"] else ""
        why = f": {step['why']}" if step["why"] else ""
        print_line(f"  {step['at']} {step['state']}{by}{why}")
    for left in found["shipments"]:
        carrier = f", carrier {left['carrier']}" if left["carrier"] else ""
        due = f", due {left['due_on']}" if left["due_on"] else ""
        print_line(f"  {left['shipped_on']} {left['shipment']}: {left['sets']} sets left{carrier}{due}")


@app.command()
def approve(
    reference: Reference,
    lines: Annotated[
        list[str] | None,
        typer.Option("--lines", metavar="MODEL=SETS", help="Only these sets; may be given again.", show_default=False),
    ] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Approve an order that waits, or of it only some sets; whoever ordered is told."""
    from smsgw.business.orders.actions import approve_order

    some = [_line(each) for each in lines or ()]
    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        approve_order(session, books, reference.upper(), some)
        found = books.orders.find(reference.upper())
        allocated = sum(share.sets for share in books.depots.allocated(reference.upper()))
    of = f", only {', '.join(f'{model} {sets}' for model, sets in some)}" if some else ""
    if settings.trade.allocate == "on_approval":
        of += f", {allocated} allocated"
    _say(json, reference.upper(), found.state if found else "", f"approved{of}; whoever ordered is told")


@app.command()
def reject(
    reference: Reference, why: Why = "", by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Turn an order down that waits; the shop is told why."""
    from smsgw.business.orders.actions import reject_order

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        reject_order(session, books, reference.upper(), why)
    _say(json, reference.upper(), "rejected", "rejected; whoever ordered is told why")


@app.command()
def cancel(
    reference: Reference, why: Why = "", by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Cancel an order of which nothing has left; whoever ordered is told."""
    from smsgw.business.orders.actions import cancel_order

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        cancel_order(session, books, reference.upper(), why)
    _say(json, reference.upper(), "cancelled", "cancelled; its credit is free again")


@app.command()
def allocate(
    reference: Reference,
    depot: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Of this depot only; else of the region's first.", show_default=False),
    ] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Promise what lies in the depots to an approved order: it is not free for others."""
    from smsgw.business.orders.actions import allocate_order

    code = depot.upper() if depot is not None else None
    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        got, missing = allocate_order(session, books, reference.upper(), code)
    if json:
        json_line({"reference": reference.upper(), "allocated": got, "missing": missing})
        return
    rest = f"; {_sets(missing)} missing still" if missing else ""
    print_line(f"{reference.upper()}: {_sets(got)} allocated{rest}")


@app.command()
def release(
    reference: Reference, why: Why = "", by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Make free for others what is allocated to an order and has not left."""
    from smsgw.business.orders.actions import release_order

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        released = release_order(session, books, reference.upper(), why)
    if json:
        json_line({"reference": reference.upper(), "released": released})
        return
    print_line(f"{reference.upper()}: {_sets(released)} released")


@app.command()
def close(
    reference: Reference, why: Why = "", by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """End an order of which sets have left: nothing more of it is waited for."""
    from smsgw.business.orders.actions import close_order

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        close_order(session, books, reference.upper(), why)
    _say(json, reference.upper(), "closed", "closed; whoever ordered is told")


@app.command()
def ship(
    reference: Reference,
    imeis: Annotated[list[str], typer.Argument(metavar="IMEI...", help="The sets that leave.", show_default=False)],
    shipment: Annotated[str, typer.Option(metavar="NOTE", help="The number of the delivery note.", show_default=False)],
    on: Annotated[str | None, typer.Option(metavar="DAY", help="When they leave; else today.")] = None,
    carrier: Annotated[str | None, typer.Option(metavar="NUMBER", help="The carrier's own number.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DAY", help="When they should arrive.")] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Book sets of an order as shipped, all of them or none, as the import of shipments does."""
    from smsgw.business.shipping.actions import Leaving, ship_order

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        leaving = Leaving(shipment, tuple(imeis), _day(on) or session.today, carrier, _day(due))
        new = ship_order(session, books, reference.upper(), leaving)
        order = books.orders.find(reference.upper())
    state = order.state if order is not None else ""
    _say(json, reference.upper(), state, f"{new} sets have left; it is {state.replace('_', ' ')}")


def _line(said: str) -> tuple[str, int]:
    """`A350=10` as a model and its sets. Raises UsageError."""
    from smsgw.errors import UsageError

    model, _, sets = said.partition("=")
    if not model.strip() or not sets.strip().isascii() or not sets.strip().isdigit():
        raise UsageError(f"'{said}' is no MODEL=SETS, such as A350=10")
    return model.strip(), int(sets)


def _day(said: str | None) -> date | None:
    from smsgw.errors import UsageError
    from smsgw.values.moments import read_day
    from smsgw.values.unreadable import Unreadable

    if said is None:
        return None
    try:
        return read_day(said)
    except Unreadable as error:
        raise UsageError(f"'{said}' {error}") from None


def _say(json: bool, reference: str, state: str, done: str) -> None:
    if json:
        json_line({"reference": reference, "state": state})
    else:
        print_line(f"{reference}: {done}")
