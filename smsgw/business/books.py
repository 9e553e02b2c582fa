"""The books of one transaction: the retail room's Books over SQL, with the inbox and the outbox beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from smsgw.business import history
from smsgw.business.broadcasts.books import by_text, surveys
from smsgw.business.broadcasts.rules.broadcasts import Broadcast, Survey
from smsgw.business.broadcasts.rules.draft import Estimate
from smsgw.business.catalogue.rules import Product
from smsgw.business.consent.books import consents, people
from smsgw.business.consent.rules import Consent
from smsgw.business.conversation.rules.records import Booking, Question
from smsgw.business.core.decision import Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.tariff import Tariff
from smsgw.business.core.trade import Trade
from smsgw.business.directory.rules import Dealer
from smsgw.business.expectations.books import late
from smsgw.business.expectations.rules import Late, Reminding
from smsgw.business.messages.books.inbox import Inbox
from smsgw.business.messages.books.outbox import Outbox, OutboxRow
from smsgw.business.messages.rules import Inbound, Received, repeat_key
from smsgw.business.money.books import balance
from smsgw.business.money.rules import Balance, Posted
from smsgw.business.names import Names
from smsgw.business.orders.rules import Order
from smsgw.business.prices.rules import Price
from smsgw.business.records import apply
from smsgw.business.sales.rules.lines import SaleLine
from smsgw.business.stock.rules import Level, StockMoved
from smsgw.business.tickets.books import tickets
from smsgw.business.tickets.rules import Keeper, Ticket
from smsgw.business.units.rules.states import Unit, UnitEvent
from smsgw.business.workspace import Workspace
from smsgw.store.instants import to_ms
from smsgw.store.transaction import Transaction


class _Part:
    """The questions about one subject."""

    def __init__(self, books: StoreBooks) -> None:
        self.books = books
        self.work = books.work


class StoredDirectory(_Part):
    def actor(self, phone: str) -> Actor | None:
        return self.work.directory.actor(self.work.driver, phone)

    def dealer(self, code: str) -> Dealer | None:
        return self.work.directory.dealer(self.work.driver, code)

    def covers(self, region: str, dealer: Dealer) -> bool:
        return self.work.directory.covers(self.work.driver, region, dealer)

    def lies_in(self, region: str, other: str) -> bool:
        return self.work.directory.lies_in(self.work.driver, region, other)


class StoredCatalogue(_Part):
    def product(self, code: str) -> Product | None:
        return self.work.directory.product(self.work.driver, code)

    def model_of(self, imei: str) -> str | None:
        return self.work.directory.model_of(self.work.driver, imei)


class StoredConsent(_Part):
    def history(self, phone: str) -> Sequence[Consent]:
        return consents.words(self.work, phone)

    def noticed(self, phone: str, since: datetime) -> bool:
        return consents.noticed(self.work, phone, to_ms(since))

    def owners_hearing(self, dealer: str, topic: str) -> Sequence[str]:
        if self.work.pending:
            self.work.flush()
        return people.hearing(self.work.driver.connection, dealer, topic)


class StoredConversation(_Part):
    def booking(self, reference: str) -> Booking | None:
        return history.booking(self.work, reference)

    def bookings(self, phone: str, limit: int) -> Sequence[Booking]:
        return history.bookings(self.work, phone, limit)

    def questions(self, phone: str) -> Sequence[Question]:
        return tuple(self.work.questions(phone))

    def booked_before(self, phone: str, folded: str, since: datetime) -> Booking | None:
        earlier = self.work.repeated(repeat_key(phone, folded))
        if not earlier:
            return None
        at, message = to_ms(since), self.work.message
        texts = [text for text in earlier if text.received_at >= at and text.id != message]
        return history.first_live(self.work, phone, texts) if texts else None


class StoredUnits(_Part):
    def sale_of(self, imei: str) -> Booking | None:
        unit = self.find(imei)
        return history.sale_of(self.work, unit.imei if unit else imei)

    def find(self, imei: str) -> Unit | None:
        return self.work.unit(imei)

    def held(self, dealer: str) -> Mapping[str, str]:
        return history.held(self.work, dealer)

    def trail(self, imei: str) -> Sequence[UnitEvent]:
        unit = self.books.units.find(imei)
        return history.trail(self.work, unit.imei if unit else imei)

    def events(self, reference: str) -> Sequence[UnitEvent]:
        return history.events(self.work, reference)


class StoredStock(_Part):
    def levels(self, dealer: str) -> Mapping[str, Level]:
        return self.work.shop(dealer)

    def entries(self, reference: str) -> Sequence[StockMoved]:
        return history.entries(self.work, reference)


class StoredSales(_Part):
    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        days = self.work.shop_sales(dealer)
        first, last = since.isoformat(), until.isoformat()
        if first < self.work.sales_from:
            return history.sold(self.work, dealer, first, last)
        sets: dict[str, int] = {}
        for (day, model), quantity in days.items():
            if first <= day <= last and quantity:
                sets[model] = sets.get(model, 0) + quantity
        return sets

    def last_sale_on(self, dealer: str) -> date | None:
        return history.last_sale_on(self.work, dealer)

    def lines(self, reference: str) -> Sequence[SaleLine]:
        return history.lines(self.work, reference)


class StoredPrices(_Part):
    def in_force(self, model: str, tier: str, on: date) -> Price | None:
        return self.work.directory.price(self.work.driver, model, tier, on)


class StoredMoney(_Part):
    def balance(self, dealer: str, today: date) -> Balance:
        found = self.books.directory.dealer(dealer)
        self.work.shop(dealer)  # whoever asks may grant credit: no other daemon does so at the same time
        return balance(self.work.ask, dealer, found.currency if found else "", today)

    def postings(self, reference: str) -> Sequence[Posted]:
        return history.postings(self.work, reference)


class StoredOrders(_Part):
    def find(self, reference: str) -> Order | None:
        return history.order(self.work, reference)

    def of_dealer(self, dealer: str, states: Sequence[str]) -> Sequence[Order]:
        return history.orders(self.work, dealer, states)

    def waiting(self, region: str | None) -> Sequence[str]:
        return history.orders_waiting(self.work, region)


class StoredExpectations(_Part):
    def late(self, region: str | None) -> Late:
        return late.late(self.work, region)

    def reminding(self, dealers: Sequence[str]) -> Mapping[str, Reminding]:
        return late.reminding(self.work, dealers, self.books.trade.sending)


class StoredTickets(_Part):
    def assignee(self, dealer: Dealer) -> Keeper | None:
        return tickets.keeper(self.work, dealer.region)

    def find(self, reference: str) -> Ticket | None:
        return tickets.find(self.work, reference)

    def asked_about(self, phone: str) -> Sequence[Ticket]:
        return tickets.asked(self.work, phone)

    def assigned_to(self, contact: int) -> Sequence[Ticket]:
        return tickets.kept(self.work, contact)


class StoredBroadcasts(_Part):
    def survey(self, phone: str) -> Survey | None:
        return surveys.open_to(self.work, phone)

    def estimate(self, group: str, area: str | None, text: str) -> Estimate | None:
        assert self.books.tariff is not None, "these books take no texts: nobody said what they cost"
        return by_text.estimated(self.work, group, area, text, self.books.trade.language, self.books.tariff)

    def find(self, reference: str) -> Broadcast | None:
        return by_text.broadcast(self.work, reference)


class StoreBooks:
    """Implements `smsgw.business.ledger.Books` (its questions are documented there) inside one transaction.

    What is applied is seen at once by every later question; it is written when the transaction ends, or earlier where
    a question needs it.
    """

    def __init__(
        self, work: Workspace, trade: Trade, inbox: Inbox, outbox: Outbox, tariff: Tariff | None = None
    ) -> None:
        self.work = work
        self.inbox = inbox
        self.outbox = outbox
        self.outcomes = outbox.outcomes
        self._trade = trade
        self.tariff = tariff
        self.directory = StoredDirectory(self)
        self.catalogue = StoredCatalogue(self)
        self.consent = StoredConsent(self)
        self.conversation = StoredConversation(self)
        self.units = StoredUnits(self)
        self.stock = StoredStock(self)
        self.sales = StoredSales(self)
        self.prices = StoredPrices(self)
        self.money = StoredMoney(self)
        self.orders = StoredOrders(self)
        self.expectations = StoredExpectations(self)
        self.tickets = StoredTickets(self)
        self.broadcasts = StoredBroadcasts(self)

    # ---- the message at hand

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def trade(self) -> Trade:
        return self._trade

    @property
    def message(self) -> int | None:
        """The id of the message at hand; None for work that no text has caused."""
        return self.work.message

    def begin(self, now: datetime) -> None:
        """Work begins that no text has caused: an import, or what a person at a desk does."""
        self.work.begin(to_ms(now), None, None, None)

    def receive(self, inbound: Inbound) -> Received:
        """Keep a text and make it the message at hand; see `Inbox.receive`."""
        return self.inbox.receive(inbound)

    def reply(
        self, text: str, *, link: str | None = None, source: str | None = None, not_after: int | None = None
    ) -> OutboxRow:
        """Queue the one answer to the message at hand. `not_after`: milliseconds since the epoch."""
        work = self.work
        assert work.phone is not None, "there is no message to answer"
        return self.outbox.put(
            work.phone, text, kind="reply", link=link, source=source, in_reply_to=work.message, not_after=not_after
        )

    def know(self, names: Names) -> None:
        """Fetch what is named beforehand; for jobs that find out late, and imports."""
        self.work.know(names)
        if names.receipts:
            self.outcomes.know(names.receipts)

    def fetch(self, *, dealers: Iterable[str] = (), imeis: Iterable[str] = ()) -> None:
        """Read shops and units in advance; for imports."""
        self.know(Names(dealers=tuple(dealers), imeis=tuple(imeis)))

    @property
    def connection(self) -> Connection:
        """That of the transaction, once what was booked before is written."""
        if self.work.pending:
            self.work.flush()
        return self.work.driver.connection

    @property
    def transaction(self) -> Transaction:
        """What actions run in: this transaction, and its numbers."""
        take = self.work.numbers.take
        return Transaction(self.connection, lambda name, count: [take(name) for _ in range(count)])

    # ---- booking

    def reference(self, letter: str) -> str:
        return f"{letter}{self.work.numbers.take(letter)}"

    def apply(self, records: Sequence[Record]) -> None:
        apply(self.work, records)
