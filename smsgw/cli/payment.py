"""smsgw payment: what shops say they paid, matched to what came in, or turned down."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

app = options.app(help="Payments that shops told of, by PAID: list, show, match, reject.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as F1001.", show_default=False)]


class State(StrEnum):
    OPEN = "open"
    MATCHED = "matched"
    REJECTED = "rejected"
    UNDONE = "undone"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: waits for a match.")] = State.OPEN,
    dealer: Annotated[str | None, typer.Option(metavar="CODE", help="Of this dealer.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N.")] = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print payments, the oldest first, with what may be each in the books."""
    from smsgw.business.payments.actions import list_payments

    chosen = () if state is State.ALL else (state.value,)
    code = dealer.upper() if dealer is not None else None
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_payments(session, chosen, code, limit=limit)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("payment", "state", "shop", "amount", "", "paid on", "slip", "told", "in the books"),
        [
            [
                f["reference"],
                f["state"],
                f["dealer"],
                f["amount"],
                f["currency"],
                f["paid_on"],
                f["slip"],
                f["told_at"],
                f["payment"] or ", ".join(f["found"]),
            ]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print a payment that a shop told of."""
    from smsgw.business.payments.actions import read_payment

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_payment(session, reference.upper())
    if json:
        json_line(found)
        return
    f = on_clock([found], settings.gateway.timezone)[0]
    slip = f", slip {f['slip']}" if f["slip"] else ""
    print_line(
        f"{f['reference']} of {f['dealer']}: {f['state']}, {f['amount']} {f['currency']} on {f['paid_on']}{slip}"
    )
    for name in f["found"]:
        print_line(f"  may be {name}")
    if f["settled_at"]:
        as_what = f" as {f['payment']}" if f["payment"] else f": {f['why']}" if f["why"] else ""
        print_line(f"  {f['settled_at']} {f['state']} by {f['settled_by']}{as_what}")


@app.command()
def match(
    reference: Reference,
    payment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name in the books, where several may be it.")
    ] = None,
    book: Annotated[bool, typer.Option("--book", help="It came in and is not in the books: book it.")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Match a payment that a shop told of to one that came in; the shop is told."""
    from smsgw.business.payments.actions import match_payment

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = match_payment(session, books, reference.upper(), payment, book=book)
    if json:
        json_line(done)
    else:
        print_line(f"{done['reference']}: matched to {done['payment']}; the shop is told")


@app.command()
def reject(
    reference: Reference,
    why: Annotated[str, typer.Argument(metavar="WHY", help="What the shop is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Turn down what a shop told of; it is told why."""
    from smsgw.business.payments.actions import reject_payment

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = reject_payment(session, books, reference.upper(), why)
    if json:
        json_line(done)
    else:
        print_line(f"{done['reference']}: rejected; the shop is told why")
