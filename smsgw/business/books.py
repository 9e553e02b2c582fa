"""The books of one transaction: those of every subject, in their order, and what is booked in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from smsgw.business import journalling
from smsgw.business.broadcasts.books.by_text import StoredBroadcasts
from smsgw.business.catalogue.books import StoredCatalogue
from smsgw.business.consent.books.consents import StoredConsents
from smsgw.business.conversation.books import StoredConversation
from smsgw.business.core.decision import Record
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.core.trade import Trade
from smsgw.business.counts.books import StoredCounts
from smsgw.business.depots.books import StoredDepots
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.expectations.books.late import StoredExpectations
from smsgw.business.messages.books.messages import StoredMessages
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.business.messages.rules import Inbound, Received
from smsgw.business.money.books import StoredMoney
from smsgw.business.orders.books import StoredOrders
from smsgw.business.payments.books import StoredPayments
from smsgw.business.prices.books import StoredPrices
from smsgw.business.protection.books.claims import StoredProtection
from smsgw.business.receipts.books import StoredReceipts
from smsgw.business.registry import gather_by_subject
from smsgw.business.returns.books import StoredReturns
from smsgw.business.sales.books import StoredSales
from smsgw.business.stock.books import StoredStock
from smsgw.business.tickets.books.tickets import StoredTickets
from smsgw.business.transfers.books import StoredTransfers
from smsgw.business.units.books import StoredUnits
from smsgw.business.visits.books import StoredVisits
from smsgw.store.instants import to_ms
from smsgw.store.names import Names
from smsgw.store.transaction import Transaction

# The books of the subjects, in their order, and by record what is done in which of them.
_BOOKS: tuple[tuple[str, Callable[[Opening], Any]], ...] = tuple(gather_by_subject("books", "BOOKS"))
_FETCHING = tuple(subject for subject, books in _BOOKS if hasattr(books, "know"))
_EFFECTS: dict[type[Record], list[tuple[str, Callable[[Any, Any], None]]]] = {}
_TELLS: dict[type, Callable[..., Any]] = {}
_MOVES: dict[type, Callable[..., Any]] = {}


def _gather_records() -> None:
    for subject, records in (*gather_by_subject("books", "RECORDS"), *gather_by_subject("actions", "RECORDS")):
        for kind, effect in records.items():
            assert isinstance(effect, Effect)
            _EFFECTS.setdefault(kind, []).append((subject, effect.book))
            if effect.tells is not None:
                _TELLS[kind] = effect.tells
            if effect.moves is not None:
                _MOVES[kind] = effect.moves


_gather_records()


class StoreBooks:
    """Implements `smsgw.business.ledger.Books` (the subjects' questions are documented beside their rules) inside one
    transaction.

    What is applied is seen at once by every later question; it is written when the transaction ends, or earlier where
    a question needs it. A subject that is added is opened like the others; it is named here only for the type checker.
    """

    directory: StoredDirectory
    catalogue: StoredCatalogue
    messages: StoredMessages
    consent: StoredConsents
    conversation: StoredConversation
    units: StoredUnits
    stock: StoredStock
    sales: StoredSales
    transfers: StoredTransfers
    prices: StoredPrices
    money: StoredMoney
    depots: StoredDepots
    orders: StoredOrders
    payments: StoredPayments
    counts: StoredCounts
    returns: StoredReturns
    protection: StoredProtection
    expectations: StoredExpectations
    broadcasts: StoredBroadcasts
    tickets: StoredTickets
    visits: StoredVisits
    receipts: StoredReceipts

    def __init__(self, opening: Opening) -> None:
        self.work = opening.work
        self._opening = opening
        self._trade = opening.trade
        parts = self.__dict__
        for subject, books in _BOOKS:
            parts[subject] = opening.opened(books(opening))
        self.inbox = self.messages.inbox
        self.outbox = self.messages.outbox
        self.outcomes = self.messages.outcomes

    # ---- the current message

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def trade(self) -> Trade:
        return self._trade

    @property
    def message(self) -> int | None:
        """The id of the current message; None for work that no text has caused."""
        return self.work.message

    @property
    def connection(self) -> Connection:
        """The connection of the transaction; what was applied before is written."""
        return self.work.connection

    def begin(self, now: datetime) -> None:
        """Work begins that no text has caused: an import, or what an operator does."""
        self.work.begin(to_ms(now), None, None, None)

    def receive(self, inbound: Inbound) -> Received:
        """Keep a text and make it the current message; see `Inbox.receive`."""
        return self.inbox.receive(inbound)

    def reply(
        self, text: str, *, link: str | None = None, source: str | None = None, not_after: int | None = None
    ) -> OutboxRow:
        """Queue the one answer to the current message. `not_after`: milliseconds since the epoch."""
        work = self.work
        assert work.phone is not None, "there is no message to answer"
        return self.outbox.put(
            work.phone, text, kind="reply", link=link, source=source, in_reply_to=work.message, not_after=not_after
        )

    def know(self, names: Names) -> None:
        """Fetch what is named in advance; for jobs that find out late, and imports."""
        parts = self.__dict__
        for subject in _FETCHING:
            parts[subject].know(names)

    def fetch(self, *, dealers: Iterable[str] = (), imeis: Iterable[str] = ()) -> None:
        """Read shops and units in advance; for imports."""
        self.know(Names(dealers=tuple(dealers), imeis=tuple(imeis)))

    @property
    def transaction(self) -> Transaction:
        """What actions run in: this transaction, and its numbers."""
        return self._opening.transaction

    # ---- booking

    def reference(self, letter: str) -> str:
        """The next reference of a letter, such as S48213."""
        return f"{letter}{self.work.numbers.take(letter)}"

    def apply(self, records: Sequence[Record]) -> None:
        """Book the records as effects of the current message, in their order. Raises RecordError."""
        journalling.tell(self.work, records, _TELLS, _MOVES)
        parts = self.__dict__
        for record in records:
            for subject, book in _EFFECTS[type(record)]:
                book(parts[subject], record)
