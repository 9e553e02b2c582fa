"""smsgw undo: requests to take back what is older than its hours, which wait until somebody decides."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.cases import decide, list_cases, print_end
from smsgw.cli.common.opening import reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line

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
    dealer: options.OfDealer = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print requests, the oldest first; with --json one object a line."""
    from smsgw.business.conversation.actions import list_requests

    list_cases(
        lambda session, states, code: list_requests(session, states, code, limit=limit),
        (
            ("booking", "reference"),
            ("state", "state"),
            ("shop", "dealer"),
            ("of", "on"),
            ("sets", "summary"),
            ("asked", "at"),
            ("decided by", "decided_by"),
            ("why", "why"),
        ),
        state=state,
        dealer=dealer,
        config=config,
        json=json,
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
    print_end(one["state"], one["decided_at"], one["decided_by"], one["why"])


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
