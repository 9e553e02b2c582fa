"""smsgw return: sets that come back, what is decided of them by when, and where they arrive."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.cases import decide, list_cases, print_end
from smsgw.cli.common.opening import reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app(help="Sets that come back, by RET: list, show, approve, reject, receive.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as X1001.", show_default=False)]
Imeis = Annotated[list[str] | None, typer.Argument(metavar="[IMEI…]", show_default=False)]


class State(StrEnum):
    OPEN = "open"
    CREDITED = "credited"
    REPLACED = "replaced"
    REJECTED = "rejected"
    UNDONE = "undone"
    ALL = "all"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="open: waits for a decision.")] = State.OPEN,
    late: Annotated[bool, typer.Option("--late", help="Only open ones whose answer was due.")] = False,
    dealer: options.OfDealer = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print returns in the order in which an answer is due; with --json one object a line."""
    from smsgw.business.returns.actions import list_returns

    list_cases(
        lambda session, states, code: list_returns(session, states, code, late=late, limit=limit),
        (
            ("return", "reference"),
            ("state", "state"),
            ("due", "due_on"),
            ("shop", "dealer"),
            ("sets", "sets"),
            ("reason", lambda case: f"{case['reason']['number']} {case['reason']['words']}"),
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
    """Print a return with its sets."""
    from smsgw.business.returns.actions import read_return

    named = reference.upper()
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = read_return(session, named)
    if json:
        json_line(found)
        return
    found = on_clock([found], settings.gateway.timezone)[0]
    reason = f"{found['reason']['number']} {found['reason']['words']}"
    print_line(f"{named} of {found['dealer']}: {found['state']}, {reason}, answer due {found['due_on']}")
    print_end(found["state"], found["settled_at"], found["settled_by"], found["why"])
    for each in found["sets"]:
        said = [f"{each['imei']} {each['model']}"]
        said += [f"sold by {each['sale']}"] if each["sale"] else ["of the stock"]
        said += [f"credited {each['credit']} {found['currency']}"] if each["credit"] else []
        said += [f"replaced by {each['replaced_by']}"] if each["replaced_by"] else []
        said += [f"in {each['depot']}"] if each["depot"] else []
        print_line("  " + ", ".join(said))


@app.command()
def approve(
    reference: Reference,
    imeis: Imeis = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Credit a return; with IMEIs of new sets, one for each, replace its sets instead."""
    from smsgw.business.returns.actions import approve_return

    named = reference.upper()

    def told(done: dict[str, Any]) -> str:
        if imeis:
            return f"{named}: replaced by {', '.join(done['replaced_by'])}; whoever sent it is told"
        return f"{named}: credited {done['credit']} {done['currency']}; whoever sent it is told"

    decide(
        lambda session, books: approve_return(session, books, named, tuple(imeis or ())),
        told,
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
    """Turn a return down: its sets are the shop's to sell again."""
    from smsgw.business.returns.actions import reject_return

    named = reference.upper()
    decide(
        lambda session, books: reject_return(session, books, named, why),
        lambda done: f"{named}: rejected; the sets are the shop's again, which is told why",
        by=by,
        config=config,
        json=json,
    )


@app.command()
def receive(
    reference: Reference,
    depot: Annotated[str, typer.Option(metavar="CODE", help="Where they arrived.", show_default=False)],
    imeis: Imeis = None,
    sound: Annotated[bool, typer.Option("--sound", help="Into its stock; else they are in repair there.")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Sets of a return have arrived in a depot: all that are to arrive, or those named."""
    from smsgw.business.returns.actions import receive_return

    named = reference.upper()
    decide(
        lambda session, books: receive_return(session, books, named, depot, tuple(imeis or ()), sound=sound),
        lambda done: f"{named}: {len(done['imeis'])} arrived in {done['depot']}",
        by=by,
        config=config,
        json=json,
    )
