"""smsgw sale: sales of sets that another shop has, which wait on hold until somebody decides."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.cases import decide, list_cases, print_end
from smsgw.cli.common.opening import reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app(help="Sales on hold, of sets that another shop has: list, show, approve, reject.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as S1001.", show_default=False)]


class State(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    UNDONE = "undone"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: waits for a decision.")] = State.OPEN,
    dealer: options.OfDealer = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print sales on hold, the oldest first; with --json one object a line."""
    from smsgw.business.sales.actions import list_holds

    list_cases(
        lambda session, states, code: list_holds(session, states, code, limit=limit),
        (
            ("sale", "reference"),
            ("state", "state"),
            ("on", "on"),
            ("sold by", "dealer"),
            ("in the book of", "holder"),
            ("sets", lambda hold: len(hold["sets"])),
            ("reason", lambda hold: hold["words"] or hold["reason"]),
            ("decided by", "settled_by"),
            ("why", "why"),
        ),
        state=state,
        dealer=dealer,
        config=config,
        json=json,
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print a sale on hold with its sets."""
    from smsgw.business.sales.actions import read_hold

    named = reference.upper()
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_hold(session, named)
    if json:
        json_line(found)
        return
    hold = on_clock([found["hold"]], settings.gateway.timezone)[0]
    reason = hold["words"] or hold["reason"] or "not said yet"
    print_line(f"{named} of {hold['dealer']}, {hold['on']}: {hold['state']}; the book of {hold['holder']} has the sets")
    print_line(f"  reason: {reason}")
    if not print_end(hold["state"], hold["settled_at"], hold["settled_by"], hold["why"]):
        print_line(f"  lapses {hold['expires_at']}")
    for each in hold["sets"]:
        print_line(f"  {each['imei']} {each['model']}")


@app.command()
def approve(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Move the sets to the shop that sold them, and book its sale."""
    from smsgw.business.sales.actions import approve_hold

    named = reference.upper()
    decide(
        lambda session, books: approve_hold(session, books, named),
        lambda done: f"{named}: approved and sold; both shops are told",
        by=by,
        config=config,
        json=json,
    )


@app.command()
def reject(
    reference: Reference,
    why: Annotated[str, typer.Argument(metavar="WHY", help="What the shop is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Turn a sale on hold down: its sets stay where they are."""
    from smsgw.business.sales.actions import reject_hold

    named = reference.upper()
    decide(
        lambda session, books: reject_hold(session, books, named, why),
        lambda done: f"{named}: rejected; the shop is told why",
        by=by,
        config=config,
        json=json,
    )
