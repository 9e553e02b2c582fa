"""smsgw undo: requests to take back what is older than its hours, which wait until somebody decides."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.deciding import decide
from smsgw.cli.common.opening import reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

app = options.app(help="Requests to take back what is older: list, show, approve, reject.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as S1001.", show_default=False)]


class State(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: waits for a decision.")] = State.OPEN,
    dealer: Annotated[str | None, typer.Option(metavar="CODE", help="Of this dealer.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N.")] = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print requests, the oldest first; with --json one object a line."""
    from smsgw.business.conversation.actions import list_requests

    chosen = () if state is State.ALL else (state.value,)
    code = dealer.upper() if dealer is not None else None
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_requests(session, chosen, code, limit=limit)
    if json:
        for each in found:
            json_line(each)
        return
    names = ("reference", "state", "dealer", "on", "summary", "at", "decided_by", "why")
    shown = on_clock(found, settings.gateway.timezone)
    table(
        ("booking", "state", "shop", "of", "sets", "asked", "decided by", "why"),
        [[each[name] for name in names] for each in shown],
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print the newest request about a booking."""
    from smsgw.business.conversation.actions import read_request

    named = reference.upper()
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_request(session, named)
    if json:
        json_line(found)
        return
    one = on_clock([found], settings.gateway.timezone)[0]
    print_line(
        f"{named} ({one['summary'] or one['verb']}) of {one['dealer'] or 'no shop'}, {one['on']}: {one['state']}"
    )
    print_line(f"  asked {one['at']}")
    if one["decided_at"]:
        why = f": {one['why']}" if one["why"] else ""
        print_line(f"  {one['decided_at']} {one['state']} by {one['decided_by']}{why}")


@app.command()
def approve(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Take back all that a booking did; whoever asked is told."""
    from smsgw.business.conversation.actions import approve_request

    named = reference.upper()
    decide(
        lambda session, books: approve_request(session, books, named),
        lambda done: f"{named}: taken back; whoever asked is told",
        by=by,
        config=config,
        json=json,
    )


@app.command()
def reject(
    reference: Reference,
    why: Annotated[str, typer.Argument(metavar="WHY", help="What whoever asked is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Leave a booking as it is."""
    from smsgw.business.conversation.actions import reject_request

    named = reference.upper()
    decide(
        lambda session, books: reject_request(session, books, named, why),
        lambda done: f"{named}: stays as it is; whoever asked is told why",
        by=by,
        config=config,
        json=json,
    )
