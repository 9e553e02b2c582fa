"""smsgw ticket: what shops had to say, who answers it by when; answering it, giving it to somebody else, closing it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from smsgw.cli import options
from smsgw.cli.desk import By, now, who
from smsgw.cli.opened import reading, working
from smsgw.cli.output import json_line, table
from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smsgw.settings.sections import Settings
    from smsgw.store.workspace import Workspace

app = options.app(help="Tickets, as shops open them by MSG: list, show, answer, give, close.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as C1001.", show_default=False)]
_Result = TypeVar("_Result")


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
    dealer: Annotated[str | None, typer.Option(metavar="CODE", help="Of this dealer.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N.")] = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print tickets in the order in which they are due; with --json one object a line."""
    from smsgw.business.tickets.books import tickets

    code = dealer.upper() if dealer is not None else None
    with reading(options.settings_of(config)) as connection:
        rows = tickets.listing(
            connection,
            states=_STATES.get(state, (state.value,)),
            dealer=code,
            late_at=now() if late else None,
            limit=limit,
        )
    found = [_ticket(row) for row in rows]
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("ticket", "state", "due", "shop", "about", "who", "words"),
        [
            [f["reference"], f["state"], f"{f['due_at'][:16]}Z", f["dealer"], f["about"], f["keeper"], f["text"]]
            for f in found
        ],
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print a ticket with everything that happened to it."""
    from smsgw.business.tickets.actions import TicketRefused
    from smsgw.business.tickets.books import tickets
    from smsgw.store.instants import iso

    named = reference.upper()
    with reading(options.settings_of(config)) as connection:
        rows = tickets.listing(connection, reference=named)
        if not rows:
            raise TicketRefused(f"there is no ticket {named}; `smsgw ticket list --state all` shows every one")
        found = _ticket(rows[0])
        found["notes"] = [
            {
                "at": iso(note.happened_at),
                "what": note.happening,
                "who": note.phone or note.author or "smsgw",
                "message": note.message,
                "text": note.text,
                "keeper": note.keeper_name,
            }
            for note in tickets.notes(connection, named)
        ]
    if json:
        json_line(found)
        return
    about = f" about {found['about']}" if found["about"] else ""
    keeper = found["keeper"] or "nobody"
    print(f"{named} of {found['dealer']}{about}: {found['state']}, due {found['due_at']}, for {keeper} to answer")
    for note in found["notes"]:
        given = f", for {note['keeper']}," if note["keeper"] else ""
        print(f"  {note['at']} {note['what']}{given} by {note['who']}" + (f": {note['text']}" if note["text"] else ""))


@app.command()
def answer(
    reference: Reference,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the shop is told.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Answer a shop by SMS, and ask it whether its ticket is settled."""
    from smsgw.business.tickets import actions as ticket_desk

    def work(settings: Settings, work: Workspace) -> None:
        named, words = reference.upper(), text.strip()
        _check(settings, work, named, words)
        ticket_desk.answer(work, named, words, who(by))

    _change(config, work)
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
    from smsgw.business.tickets import actions as ticket_desk

    def work(settings: Settings, work: Workspace) -> None:
        named, words = reference.upper(), text.strip()
        if words:
            _check(settings, work, named, words)
        ticket_desk.close(work, named, words, who(by))

    _change(config, work)
    _say(json, reference.upper(), "closed", "closed" + ("; the shop is told" if text.strip() else ""))


@app.command()
def give(
    reference: Reference,
    phone: Annotated[str, typer.Argument(metavar="PHONE", help="Of field staff or above.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Give a ticket to somebody else, who is told of it."""
    from smsgw.business.tickets import actions as ticket_desk
    from smsgw.cli.phones import e164

    def work(settings: Settings, work: Workspace) -> str:
        number = e164(phone, settings.gateway.country)
        return ticket_desk.give(work, reference.upper(), number, who(by)).name or number

    name = _change(config, work)
    if json:
        json_line({"reference": reference.upper(), "keeper": name})
    else:
        print(f"{reference.upper()} is {name}'s")


def _change(config: Path | None, decision: Callable[[Settings, Workspace], _Result]) -> _Result:
    """Carry a decision out in a transaction of its own."""
    from smsgw.business.bookkeeper import Bookkeeper
    from smsgw.store.instants import from_ms

    with (
        working(config) as (settings, engine),
        Bookkeeper(engine, settings.trade_rules()).transaction(from_ms(now())) as books,
    ):
        return decision(settings, books.work)


def _check(settings: Settings, work: Workspace, reference: str, words: str) -> None:
    """That the shop would get the whole of an answer. Raises SmsgwError."""
    from smsgw.business.catalogue.books import lexicon_rows
    from smsgw.business.tickets.actions import known, language_of
    from smsgw.gateway.notices.ticket_texts import told_whole
    from smsgw.gateway.understanding import understanding_of

    if not words:
        raise SmsgwError("an answer must say something")
    connection: Connection = work.connection
    language = language_of(connection, known(work, reference).phone)
    understanding = understanding_of(settings, lexicon_rows(connection))
    if not told_whole(reference, words, language, understanding):
        raise SmsgwError(
            f"these {len(words)} characters do not go into {understanding.max_parts} parts with the question that "
            "follows them; please say it shorter"
        )


def _ticket(row: Any) -> dict[str, Any]:
    from smsgw.store.instants import iso

    return {
        "reference": row.reference,
        "state": row.state,
        "dealer": row.dealer,
        "about": row.subject,
        "phone": row.phone,
        "keeper": row.keeper_name,
        "opened_at": iso(row.opened_at),
        "due_at": iso(row.due_at),
        "answered_at": iso(row.answered_at),
        "closed_at": iso(row.closed_at),
        "text": row.text,
    }


def _say(json: bool, reference: str, state: str, done: str) -> None:
    if json:
        json_line({"reference": reference, "state": state})
    else:
        print(f"{reference}: {done}")
