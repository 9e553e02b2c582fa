"""What people at a desk do with tickets: answer one, give it to somebody else, close it; all of it on the trail."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.directory.tables import contact, phone
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.books.tickets import find, moved
from smsgw.business.tickets.rules import Keeper, Ticket, TicketMoved
from smsgw.errors import SmsgwError
from smsgw.store import audit
from smsgw.store.workspace import Workspace

KEEPERS = ("field", "manager", "hq")  # the roles that may have a ticket


class TicketRefused(SmsgwError):
    """Something that cannot be done with a ticket."""


def answer(work: Workspace, reference: str, words: str, who: str) -> Ticket:
    """Answer a ticket: the shop is told the words, and asked whether it is settled. Raises TicketRefused."""
    before = _alive(work, reference)
    moved(work, TicketMoved(reference, tickets.ANSWERED, words, author=who))
    audit.record(work.connection, work.at, who, "ticket answered", reference, {"text": words})
    return before


def close(work: Workspace, reference: str, words: str, who: str) -> Ticket:
    """Close a ticket without asking the shop; with words, the shop is told them. Raises TicketRefused."""
    before = _alive(work, reference)
    moved(work, TicketMoved(reference, tickets.ENDED, words or None, author=who))
    audit.record(work.connection, work.at, who, "ticket closed", reference, {"text": words})
    return before


def give(work: Workspace, reference: str, number: str, who: str) -> Keeper:
    """Give a ticket to somebody of field staff or headquarters, by phone. Raises TicketRefused."""
    before = _alive(work, reference)
    new = _staff(work.connection, number)
    if before.keeper is None or before.keeper.contact != new.contact:
        moved(work, TicketMoved(reference, tickets.ASSIGNED, keeper=new, author=who))
        detail = {"from": before.keeper.name if before.keeper else None, "to": new.name}
        audit.record(work.connection, work.at, who, "ticket given", reference, detail)
    return new


def language_of(connection: Connection, number: str) -> str:
    """The language that a phone is written to in; '' where it is nobody's."""
    wanted = select(contact.c.language).join(phone, phone.c.contact == contact.c.id).where(phone.c.number == number)
    return connection.scalar(wanted) or ""


def known(work: Workspace, reference: str) -> Ticket:
    """A ticket as it stands. Raises TicketRefused where there is none."""
    found = find(work, reference)
    if found is None:
        raise TicketRefused(f"there is no ticket {reference}; `smsgw ticket list --state all` shows every one")
    return found


def _alive(work: Workspace, reference: str) -> Ticket:
    found = known(work, reference)
    if found.state == tickets.CLOSED:
        raise TicketRefused(f"ticket {reference} is closed; the shop opens it again by MSG {reference} and its words")
    return found


def _staff(connection: Connection, number: str) -> Keeper:
    row = connection.execute(
        select(contact.c.id, contact.c.name, contact.c.role, contact.c.active, phone.c.active.label("reachable"))
        .join(phone, phone.c.contact == contact.c.id)
        .where(phone.c.number == number)
    ).first()
    if row is None or not row.active or not row.reachable:
        raise TicketRefused(f"{number} is nobody's who is active; the contacts that were imported have everybody")
    if row.role not in KEEPERS:
        raise TicketRefused(f"{number} is of role {row.role}; a ticket is for {', '.join(KEEPERS)}")
    return Keeper(row.id, row.name or "")
