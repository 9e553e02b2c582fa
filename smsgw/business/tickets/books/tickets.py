"""Tickets in the database: who is to answer one, its steps as work of a text or of a desk, and their lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import Overseers, of_role, willing
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.rules import Dealer
from smsgw.business.directory.tables import contact
from smsgw.business.expectations.rules import FIELD, MANAGER
from smsgw.business.notifications.books.notices import TICKET, note_for
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.rules import TOPIC, Assignee, Ticket, TicketMoved, TicketOpened
from smsgw.business.tickets.tables import ticket, ticket_note
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.journal import SMSGW
from smsgw.store.workspace import Workspace
from smsgw.values.state_table import IllegalMove
from smsgw.values.storable import storable

HQ = "hq"

# What is told to whoever has the ticket, and what to the shop.
FOR_ASSIGNEE = (tickets.OPENED, tickets.ADDED, tickets.ASSIGNED, tickets.DISAGREED, tickets.WITHDRAWN, tickets.ENDED)
FOR_SHOP = (tickets.ANSWERED, tickets.DONE, tickets.ENDED)

_TICKET = (
    "SELECT t.reference, t.dealer, t.subject, t.phone, t.keeper, c.name, t.state, t.due_at, t.text, t.asked_at "
    "FROM ticket t LEFT JOIN contact c ON c.id = t.keeper "
)


def find(work: Workspace, reference: str) -> Ticket | None:
    """A ticket; on PostgreSQL its row is locked."""
    lock = "" if work.driver.sqlite else " FOR UPDATE OF t"
    found = work.ask(f"{_TICKET}WHERE t.reference = ?{lock}", reference)
    return _ticket(found[0]) if found else None


def asked_about(work: Workspace, phone: str) -> list[Ticket]:
    """See `smsgw.business.tickets.rules.Tickets.asked_about`."""
    found = work.ask(
        f"{_TICKET}WHERE t.phone = ? AND t.state = 'settled' AND t.asked_at IS NOT NULL "
        "ORDER BY t.asked_at DESC, t.reference",
        phone,
    )
    return [_ticket(row) for row in found]


def assigned_to(work: Workspace, contact: int) -> list[Ticket]:
    """See `smsgw.business.tickets.rules.Tickets.assigned_to`."""
    found = work.ask(
        f"{_TICKET}WHERE t.keeper = ? AND t.state = 'open' ORDER BY t.due_at, length(t.reference), t.reference", contact
    )
    return [_ticket(row) for row in found]


# ---- steps


def opened(work: Workspace, record: TicketOpened) -> None:
    new = record.ticket
    contact_id = new.assignee.contact if new.assignee else None
    words = storable(new.text)
    work.say(
        "INSERT INTO ticket (reference, dealer, subject, phone, keeper, state, text, opened_at, due_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.reference,
        new.dealer,
        new.subject,
        new.phone,
        contact_id,
        new.state,
        words,
        work.at,
        to_ms(new.due_at),
    )
    seq = _note(work, TicketMoved(new.reference, tickets.OPENED, words, assignee=new.assignee))
    _tell(work, new.reference, seq, contact_id, None)


def moved(work: Workspace, record: TicketMoved) -> None:
    """Book a step of a ticket, and note who is to be told of it. Raises IllegalMove."""
    reference, event = record.reference, record.event
    before = find(work, reference)
    if before is None:
        raise IllegalMove(f"there is no ticket {reference} to be {event}")
    state = tickets.move(before.state, event)
    sets: dict[str, Any] = {"state": state}
    if state != before.state:
        sets |= {"settled_at": work.at if state == tickets.SETTLED else None, "asked_at": None}
        sets["closed_at"] = work.at if state == tickets.CLOSED else None
    if event == tickets.ADDED:
        sets |= {"text": storable(record.text or ""), "phone": work.phone}
    if record.due_at is not None:
        sets["due_at"] = to_ms(record.due_at)
    if record.assignee is not None:
        sets["keeper"] = record.assignee.contact
    work.say(
        f"UPDATE ticket SET {', '.join(f'{name} = ?' for name in sets)} WHERE reference = ?", *sets.values(), reference
    )
    if event in (tickets.ANSWERED, tickets.DONE):
        work.say("UPDATE ticket SET answered_at = ? WHERE reference = ? AND answered_at IS NULL", work.at, reference)
    seq = _note(work, record)
    who = record.assignee or before.assignee
    shop = before.phone if event in FOR_SHOP and (event != tickets.ENDED or record.text) else None
    _tell(work, reference, seq, who.contact if who and event in FOR_ASSIGNEE else None, shop)


def _moved_by_itself(work: Workspace, record: TicketMoved) -> None:
    moved(work, record)
    work.journal.append(work.at, SMSGW, "ticket", record.event, record.reference)


# ---- the books


class StoredTickets:
    """See `smsgw.business.tickets.rules.Tickets`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

    def assignee(self, dealer: Dealer, sender: int | None = None) -> Assignee | None:
        return self._find_assignee(dealer.region, sender)

    def find(self, reference: str) -> Ticket | None:
        return find(self._work, reference)

    def asked_about(self, phone: str) -> Sequence[Ticket]:
        return asked_about(self._work, phone)

    def oldest_open(self, dealer: str) -> str | None:
        found = self._work.ask(
            "SELECT reference FROM ticket WHERE dealer = ? AND state = 'open' ORDER BY opened_at, reference LIMIT 1",
            dealer,
        )
        return found[0][0] if found else None

    def assigned_to(self, contact: int) -> Sequence[Ticket]:
        return assigned_to(self._work, contact)

    def open(self, record: TicketOpened) -> None:
        opened(self._work, record)

    def move(self, record: TicketMoved) -> None:
        moved(self._work, record)

    def _find_assignee(self, region: str, sender: int | None = None) -> Assignee | None:
        """Whoever answers what a shop of a region says; not the contact who says it."""
        connection = self._work.connection
        overseers = Overseers(connection, regions(connection, self._directory.timezone))
        for people in (overseers.of(region, FIELD), overseers.of(region, MANAGER), of_role(connection, HQ)):
            allowed = willing(connection, people, TOPIC)
            able = [person.contact for person in people if person.contact in allowed and person.contact != sender]
            if able:
                return _least(connection, able)
        return None

    def look_after(self, close_after: int) -> int:
        """Give tickets of people who are gone to others, and close those that the shop said nothing of for
        `close_after` milliseconds since it was asked whether they are settled; how many were moved."""
        count = 0
        for reference, region in self._work.ask(
            "SELECT t.reference, d.region FROM ticket t JOIN dealer d ON d.code = t.dealer "
            "LEFT JOIN contact c ON c.id = t.keeper WHERE t.state = 'open' AND t.keeper IS NOT NULL AND NOT c.active "
            "ORDER BY t.reference"
        ):
            new = self._find_assignee(region)
            if new is not None:
                _moved_by_itself(self._work, TicketMoved(reference, tickets.ASSIGNED, assignee=new, author=""))
                count += 1
        for (reference,) in self._work.ask(
            # Not while it is still to be told that it is settled: sending may rest for longer than the shop is given.
            "SELECT t.reference FROM ticket t WHERE t.state = 'settled' AND coalesce(t.asked_at, t.settled_at) <= ? "
            "AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.kind = 'ticket' AND n.told_at IS NULL "
            "AND n.phone = t.phone AND substr(n.subject, 1, length(t.reference) + 1) = t.reference || ' ') "
            "ORDER BY t.reference",
            self._work.at - close_after,
        ):
            _moved_by_itself(self._work, TicketMoved(reference, tickets.LAPSED, author=""))
            count += 1
        return count


def _tell_move(work: Workspace, record: TicketMoved) -> Fact:
    return "ticket", record.event, record.reference, None


BOOKS = StoredTickets
RECORDS = {TicketOpened: Effect(StoredTickets.open), TicketMoved: Effect(StoredTickets.move, tells=_tell_move)}


# ---- lists


def list_rows(
    connection: Connection,
    *,
    states: Sequence[str] = (),
    dealer: str | None = None,
    reference: str | None = None,
    late_at: int | None = None,
    limit: int = 1_000,
) -> list[Any]:
    """Tickets with the name of who has them, the one due first first; `late_at`: only open ones due by then."""
    row = ticket.c
    wanted = select(ticket, contact.c.name.label("assignee_name")).outerjoin(contact, contact.c.id == row.keeper)
    if states:
        wanted = wanted.where(row.state.in_(states))
    if dealer is not None:
        wanted = wanted.where(row.dealer == dealer)
    if reference is not None:
        wanted = wanted.where(row.reference == reference)
    if late_at is not None:
        wanted = wanted.where(row.state == tickets.OPEN, row.due_at <= late_at)
    return list(connection.execute(wanted.order_by(row.due_at, row.reference).limit(limit)))


def list_notes(connection: Connection, reference: str) -> list[Any]:
    """What happened to a ticket, in its order, with the name of whoever got it where somebody did."""
    row = ticket_note.c
    wanted = select(ticket_note, contact.c.name.label("assignee_name")).outerjoin(contact, contact.c.id == row.keeper)
    return list(connection.execute(wanted.where(row.ticket == reference).order_by(row.seq)))


# ---- within


def _ticket(row: Sequence[Any]) -> Ticket:
    reference, dealer, subject, phone, who, name, state, due_at, words, asked_at = row
    return Ticket(
        reference,
        dealer,
        subject,
        phone,
        Assignee(who, name or "") if who is not None else None,
        state,
        from_ms(due_at),
        words,
        from_ms(asked_at) if asked_at is not None else None,
    )


def _least(connection: Connection, able: Sequence[int]) -> Assignee:
    """Of these contacts the one with the fewest open tickets, then the one that was there first."""
    load = dict.fromkeys(able, 0)
    rows = select(ticket.c.keeper, func.count()).where(ticket.c.state == tickets.OPEN, ticket.c.keeper.in_(able))
    for number, count in connection.execute(rows.group_by(ticket.c.keeper)):
        load[number] = count
    chosen = min(able, key=lambda number: (load[number], number))
    return Assignee(chosen, connection.scalar(select(contact.c.name).where(contact.c.id == chosen)) or "")


def _note(work: Workspace, record: TicketMoved) -> int:
    """Add a note to a ticket; its number."""
    found = work.ask("SELECT coalesce(max(seq), 0) + 1 FROM ticket_note WHERE ticket = ?", record.reference)
    seq: int = found[0][0]
    work.say(
        "INSERT INTO ticket_note (ticket, seq, happening, text, keeper, phone, message, author, happened_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.reference,
        seq,
        record.event,
        None if record.text is None else storable(record.text),
        record.assignee.contact if record.assignee else None,
        work.phone if record.author is None else None,
        work.message,
        record.author,
        work.at,
    )
    return seq


def _tell(work: Workspace, reference: str, seq: int, who: int | None, shop: str | None) -> None:
    """Note that a step is to be told to whoever has the ticket, and to the shop's phone."""
    phones = [shop] if shop is not None else []
    if who is not None:
        phones += [number for (number,) in work.ask(_FIRST_PHONE, who)]
    note_for(work.connection, TICKET, f"{reference} {seq}", phones, work.at)


_FIRST_PHONE = "SELECT number FROM phone WHERE contact = ? AND active ORDER BY number LIMIT 1"
