"""smsgw protection: what shops claim because a price fell, and what is decided of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.cases import decide, list_cases, print_end
from smsgw.cli.common.opening import booking_session, reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app(help="Claims for price cuts, by PP: list, show, approve, reject.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as P1001.", show_default=False)]


class State(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNDONE = "undone"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: waits for a decision.")] = State.OPEN,
    dealer: options.OfDealer = None,
    model: Annotated[str | None, typer.Option(metavar="MODEL", help="Of this model.", show_default=False)] = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print claims, the oldest first; with --json one object a line."""
    from smsgw.business.protection.actions.claims import list_claims

    list_cases(
        lambda session, states, code: list_claims(session, states, code, model, limit=limit),
        (
            ("claim", "reference"),
            ("state", "state"),
            ("shop", "dealer"),
            ("model", "model"),
            ("cut on", "cut_on"),
            ("sets", "sets"),
            ("total", lambda claim: f"{claim['total']} {claim['currency']}"),
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
    """Print a claim with its sets."""
    from smsgw.business.protection.actions.claims import read_claim

    named = reference.upper()
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_claim(session, named)
    if json:
        json_line(found)
        return
    found = on_clock([found], settings.gateway.timezone)[0]
    cut = f"{found['model']} from {found['old_price']} to {found['new_price']} on {found['cut_on']}"
    print_line(f"{named} of {found['dealer']}: {found['state']}, {cut}, {found['total']} {found['currency']}")
    print_line(f"  {found['filed_at']} filed by {found['filed_by']}")
    print_end(found["state"], found["settled_at"], found["settled_by"], found["why"])
    for each in found["sets"]:
        print_line(f"  {each['imei']} {each['amount']}")


@app.command()
def approve(
    references: Annotated[list[str], typer.Argument(metavar="REF…", help="Such as P1001 P1002.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Credit claims, all of them or none; not those of a cut that you planned."""
    from smsgw.business.protection.actions.claims import approve_claims

    named = [reference.upper() for reference in references]
    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = approve_claims(session, books, named)
    for each in done:
        if json:
            json_line(each)
        else:
            print_line(f"{each['reference']}: credited {each['credit']} {each['currency']}; the shop is told")


@app.command()
def reject(
    reference: Reference,
    why: Annotated[str, typer.Argument(metavar="WHY", help="What the shop is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Turn a claim down: the shop is told why, and may claim its sets again."""
    from smsgw.business.protection.actions.claims import reject_claim

    named = reference.upper()
    decide(
        lambda session, books: reject_claim(session, books, named, why),
        lambda done: f"{named}: rejected; the shop is told why",
        by=by,
        config=config,
        json=json,
    )
