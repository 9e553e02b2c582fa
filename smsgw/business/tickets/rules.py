"""The life of a ticket: what a shop has to say, who answers it by when, and whether the shop finds it settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from smsgw.business.broadcasts.rules.ledger import BroadcastBooks
from smsgw.business.consent.rules import TICKETS
from smsgw.business.core.decision import Record
from smsgw.business.directory.rules import Dealer
from smsgw.calendar.deadline import deadline
from smsgw.calendar.hours import Calendar
from smsgw.values.state_table import IllegalMove, StateTable
from smsgw.values.value import value


@value
class TicketOpened(Record):
    """A shop has something to say; the ticket has the state it begins in."""

    ticket: Ticket


@value
class TicketMoved(Record):
    """Something happened to a ticket (see the table of its states); the current message says so, or `author`.

    `text` are the words of it, `due_at` and `assignee` are new where they are given.
    """

    reference: str
    event: str
    text: str | None = None
    due_at: datetime | None = None
    assignee: Assignee | None = None
    author: str | None = None


LETTER = "C"  # of the references of tickets
VERB = "feedback"

OPEN, SETTLED, CLOSED = "open", "settled", "closed"
STATES = (OPEN, SETTLED, CLOSED)

# What happens to a ticket; each is kept as a note of it.
OPENED, ADDED, ASSIGNED = "opened", "added", "assigned"
ANSWERED, DONE = "answered", "done"  # a text for the shop, or the word of whoever has it that it is dealt with
AGREED, DISAGREED, LAPSED = "agreed", "disagreed", "lapsed"  # what the shop says to that, or that it says nothing
WITHDRAWN, ENDED = "withdrawn", "ended"  # by the shop, or by headquarters without asking the shop

TOPIC = TICKETS  # of the notices about them, for STOP

LIFE = StateTable(
    "a ticket",
    STATES,
    {
        (OPEN, ADDED): OPEN,
        (OPEN, ASSIGNED): OPEN,
        (OPEN, ANSWERED): SETTLED,
        (OPEN, DONE): SETTLED,
        (OPEN, WITHDRAWN): CLOSED,
        (OPEN, ENDED): CLOSED,
        (SETTLED, ADDED): OPEN,  # there is more to it than was settled
        (SETTLED, ASSIGNED): SETTLED,
        (SETTLED, ANSWERED): SETTLED,
        (SETTLED, AGREED): CLOSED,
        (SETTLED, DISAGREED): OPEN,
        (SETTLED, LAPSED): CLOSED,
        (SETTLED, WITHDRAWN): CLOSED,
        (SETTLED, ENDED): CLOSED,
        (CLOSED, ADDED): OPEN,
    },
    "cannot be {}",
)
move, can = LIFE.move, LIFE.can


@value
class Assignee:
    """Whoever has to answer a ticket: a contact, by its id."""

    contact: int
    name: str


@value
class Ticket:
    """A ticket as it stands. `assignee` is None where nobody is there to have it but headquarters itself.

    `subject` is the reference that it is about. `phone` is the shop's, which wrote last. `text` are the words it wrote
    last, `asked_at` is when the shop was last told that it is settled (None: not yet, or it is not).
    """

    reference: str
    dealer: str
    subject: str | None
    phone: str
    assignee: Assignee | None
    state: str
    due_at: datetime
    text: str
    asked_at: datetime | None = None


def replay(events: Iterable[str]) -> str | None:
    """The state that the notes of a ticket lead to, in their order; None where there are none. Raises IllegalMove."""
    ahead = iter(events)
    first = next(ahead, None)
    if first is None:
        return None
    if first != OPENED:
        raise IllegalMove(f"a ticket cannot begin by being {first}")
    return LIFE.replay(OPEN, ahead)


class Tickets(Protocol):
    """What may be asked about tickets."""

    def assignee(self, dealer: Dealer, sender: int | None = None) -> Assignee | None:
        """Who is to answer what a shop has to say: the field worker of its region, else the manager, else headquarters.

        Of several the one with the fewest open tickets, of those who take notices; never the contact who says it
        (`sender`). None where there is nobody.
        """

    def find(self, reference: str) -> Ticket | None:
        """A ticket as it stands; no other daemon moves it before the transaction ends."""

    def asked_about(self, phone: str) -> Sequence[Ticket]:
        """The settled tickets of a phone that it was asked about and has not answered, newest first."""

    def oldest_open(self, dealer: str) -> str | None:
        """The ticket of a shop that waits longest for its answer, by reference; None where none does."""

    def assigned_to(self, contact: int) -> Sequence[Ticket]:
        """The open tickets that a contact has to answer, the one due first first."""


class TicketBooks(BroadcastBooks, Protocol):
    """The books as far as tickets and what they stand on."""

    @property
    def tickets(self) -> Tickets: ...


def due_at(dealer: Dealer, books: TicketBooks) -> datetime:
    """When an answer is due, of something that the shop says now."""
    work = replace(Calendar.read(books.trade.working), zone=dealer.timezone)
    return datetime.fromtimestamp(deadline(work, books.now.timestamp(), books.trade.answer_days), UTC)
