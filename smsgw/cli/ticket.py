"""smsgw ticket: what shops had to say, who answers it by when; answering, assigning and closing it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, reading_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

app = options.app(help="Tickets, as shops open them by MSG: list, show, answer, assign, close.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as C1001.", show_default=False)]


class State(StrEnum):
    ALIVE = "alive"
    OPEN = "open"
    SETTLED = "settled"
    CLOSED = "closed"
    ALL = "all"


_STATES = {State.ALIVE: ("open", "settled"), State.ALL: ()}


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="alive: open, or settled and not yet closed by the shop.")] = State.ALIVE,
    late: Annotated[bool, typer.Option("--late", help="Only open ones whose answer was due.")] = False,
    dealer: options.OfDealer = None,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print tickets in the order in which they are due; with --json one object a line."""
    from smsgw.business.tickets.actions import list_tickets

    code = dealer.upper() if dealer is not None else None
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_tickets(session, _STATES.get(state, (state.value,)), code, late=late, limit=limit)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("ticket", "state", "due", "shop", "about", "who", "words"),
        [
            [f["reference"], f["state"], f["due_at"], f["dealer"], f["about"], f["assignee"], f["text"]]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print a ticket with everything that happened to it."""
    from smsgw.business.tickets.actions import show_ticket

    named = reference.upper()
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = show_ticket(session, named)
    if json:
        json_line(found)
        return
    found = on_clock(found, settings.gateway.timezone)
    about = f" about {found['about']}" if found["about"] else ""
    assignee = found["assignee"] or "nobody"
    waits = f"due {found['due_at']}, for {assignee} to answer"
    print_line(f"{named} of {found['dealer']}{about}: {found['state']}, {waits}")
    for note in found["notes"]:
        given = f", for {note['assignee']}," if note["assignee"] else ""
        words = f": {note['text']}" if note["text"] else ""
        print_line(f"  {note['at']} {note['what']}{given} by {note['who']}{words}")


@app.command()
def answer(
    reference: Reference,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the shop is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Answer a shop by SMS, and ask it whether its ticket is settled."""
    from smsgw.business.tickets.actions import answer_ticket

    with working(config) as (settings, engine), booking_session(settings, engine, by, texts=True) as (session, books):
        answer_ticket(session, books.tickets, reference.upper(), text)
    _say(json, reference.upper(), "settled", "answered; the shop is told, and asked whether it is settled")


@app.command()
def close(
    reference: Reference,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What the shop is told; else nothing.")] = "",
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Close a ticket without asking the shop."""
    from smsgw.business.tickets.actions import close_ticket

    texts = bool(text.strip())
    with working(config) as (settings, engine), booking_session(settings, engine, by, texts=texts) as (session, books):
        close_ticket(session, books.tickets, reference.upper(), text)
    _say(json, reference.upper(), "closed", "closed" + ("; the shop is told" if text.strip() else ""))


@app.command()
def assign(
    reference: Reference,
    phone: Annotated[str, typer.Argument(metavar="PHONE", help="Of field staff or above.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Assign a ticket to somebody else, who is told of it."""
    from smsgw.business.tickets.actions import assign_ticket
    from smsgw.cli.common.arguments import e164

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        number = e164(phone, settings.gateway.country)
        name = assign_ticket(session, books.tickets, reference.upper(), number).name or number
    if json:
        json_line({"reference": reference.upper(), "assignee": name})
    else:
        print_line(f"{reference.upper()} is {name}'s")


def _say(json: bool, reference: str, state: str, done: str) -> None:
    if json:
        json_line({"reference": reference, "state": state})
    else:
        print_line(f"{reference}: {done}")
