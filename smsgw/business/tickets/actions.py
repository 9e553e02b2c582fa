"""What people do with tickets: read them; answer one, assign it to somebody else, close it, all of it on the trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.core.reply import Reply
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, Wording, action
from smsgw.business.directory.tables import contact, phone
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.books.tickets import StoredTickets, list_notes, list_rows
from smsgw.business.tickets.rules import Assignee, Ticket, TicketMoved
from smsgw.errors import CONFLICT, NOT_FOUND, Faults, refuse
from smsgw.sms.length import fits, plain_words
from smsgw.store.instants import iso

ASSIGNEES = ("field", "manager", "hq")  # the roles that may have a ticket


@action(Right.READ_TICKETS)
def list_tickets(
    session: Session, states: Sequence[str] = (), dealer: str | None = None, *, late: bool = False, limit: int = 1_000
) -> list[dict[str, Any]]:
    """Tickets in the order in which they are due, as `smsgw ticket list --json` has them.

    `states`: of these only; `late`: open ones only whose answer was due.
    """
    rows = list_rows(
        session.connection, states=states, dealer=dealer, late_at=session.now if late else None, limit=limit
    )
    return [_as_json(row) for row in rows]


@action(Right.READ_TICKETS)
def show_ticket(session: Session, reference: str) -> dict[str, Any]:
    """A ticket with the `notes` of everything that happened to it, oldest first. Raises Refused."""
    rows = list_rows(session.connection, reference=reference)
    if not rows:
        refuse(_no_ticket(reference), NOT_FOUND)
    notes = [
        {
            "at": iso(note.happened_at),
            "what": note.happening,
            "who": note.phone or note.author or "smsgw",
            "message": note.message,
            "text": note.text,
            "assignee": note.assignee_name,
        }
        for note in list_notes(session.connection, reference)
    ]
    return {**_as_json(rows[0]), "notes": notes}


@action(Right.ANSWER_TICKETS)
def answer_ticket(session: Session, books: StoredTickets, reference: str, words: str) -> Ticket:
    """Answer a ticket: the shop is told the words, and asked whether it is settled; the ticket as it was.

    Raises Refused with everything that is wrong. The session needs a wording.
    """
    before = _alive(books, reference)
    faults = Faults()
    said = _words(session, before, words, faults)
    faults.settle()
    books.move(TicketMoved(reference, tickets.ANSWERED, said, author=session.who))
    session.record("ticket answered", reference, {"text": said})
    return before


@action(Right.ANSWER_TICKETS)
def close_ticket(session: Session, books: StoredTickets, reference: str, words: str = "") -> Ticket:
    """Close a ticket without asking the shop, which is told the words if there are any; the ticket as it was.

    Raises Refused. With words the session needs a wording.
    """
    before = _alive(books, reference)
    faults = Faults()
    said = _words(session, before, words, faults) if words.strip() else ""
    faults.settle()
    books.move(TicketMoved(reference, tickets.ENDED, said or None, author=session.who))
    session.record("ticket closed", reference, {"text": said})
    return before


@action(Right.ANSWER_TICKETS)
def assign_ticket(session: Session, books: StoredTickets, reference: str, number: str) -> Assignee:
    """Assign a ticket to somebody of field staff or headquarters, by phone (E.164), who is told. Raises Refused."""
    before = _alive(books, reference)
    new = _staff(session.connection, number)
    if before.assignee is None or before.assignee.contact != new.contact:
        books.move(TicketMoved(reference, tickets.ASSIGNED, assignee=new, author=session.who))
        detail = {"from": before.assignee.name if before.assignee else None, "to": new.name}
        session.record("ticket assigned", reference, detail)
    return new


def _no_ticket(reference: str) -> str:
    """What is said where there is no such ticket."""
    return f"there is no ticket {reference}; `smsgw ticket list --state all` shows every one"


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "state": row.state,
        "dealer": row.dealer,
        "about": row.subject,
        "phone": row.phone,
        "assignee": row.assignee_name,
        "opened_at": iso(row.opened_at),
        "due_at": iso(row.due_at),
        "answered_at": iso(row.answered_at),
        "closed_at": iso(row.closed_at),
        "text": row.text,
    }


def _alive(books: StoredTickets, reference: str) -> Ticket:
    """A ticket that is not closed, kept from everybody else until the transaction ends. Raises Refused."""
    found = books.find(reference)
    if found is None:
        refuse(_no_ticket(reference), NOT_FOUND)
    if found.state == tickets.CLOSED:
        refuse(f"ticket {reference} is closed; the shop opens it again by MSG {reference} and its words", CONFLICT)
    return found


def _words(session: Session, ticket: Ticket, words: str, faults: Faults) -> str:
    """An answer without the white space around it; faults for one that says nothing or would not be told whole."""
    said = words.strip()
    wording = session.wording
    assert wording is not None, "whoever texts a shop must say in which words"
    if not said:
        faults.add("text", "an answer must say something")
    elif not _told_whole(ticket.reference, said, _language_of(session.connection, ticket.phone), wording):
        faults.add(
            "text",
            f"these {len(said)} characters do not go into {wording.max_parts} parts with the question that follows "
            "them; please say it shorter",
        )
    return said


def _told_whole(reference: str, words: str, language: str, wording: Wording) -> bool:
    """Whether the shop would get all words of an answer, with the question whether its ticket is settled."""
    asked = wording.word((Reply("ticket_answer", {"reference": reference}),), language)
    whose = wording.word((Reply("words_ours"),), language)
    return fits(f"{asked} {whose} {plain_words(words)}", wording.max_parts)


def _language_of(connection: Connection, number: str) -> str:
    """The language that a phone is written to in; '' where it is nobody's."""
    wanted = select(contact.c.language).join(phone, phone.c.contact == contact.c.id).where(phone.c.number == number)
    return connection.scalar(wanted) or ""


def _staff(connection: Connection, number: str) -> Assignee:
    row = connection.execute(
        select(contact.c.id, contact.c.name, contact.c.role, contact.c.active, phone.c.active.label("reachable"))
        .join(phone, phone.c.contact == contact.c.id)
        .where(phone.c.number == number)
    ).first()
    if row is None or not row.active or not row.reachable:
        refuse(f"{number} is nobody's who is active; the contacts that were imported have everybody", NOT_FOUND)
    if row.role not in ASSIGNEES:
        refuse(f"{number} is of role {row.role}; a ticket is for {', '.join(ASSIGNEES)}", CONFLICT)
    return Assignee(row.id, row.name or "")
