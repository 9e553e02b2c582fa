"""The questions a command may ask of what is known; the store answers them from SQL, tests from dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from smsgw.business.broadcasts.rules.broadcasts import Broadcast, Outlook, Survey
from smsgw.business.catalogue.rules import Product
from smsgw.business.consent.rules import Consent
from smsgw.business.conversation.rules.records import Booking, Question
from smsgw.business.core.decision import Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.trade import Trade
from smsgw.business.directory.rules import Dealer
from smsgw.business.expectations.rules import Late, Reminding
from smsgw.business.money.rules import Balance, Posted
from smsgw.business.orders.rules import Order
from smsgw.business.prices.rules import Price
from smsgw.business.sales.rules.lines import SaleLine
from smsgw.business.stock.rules import Level, StockMoved
from smsgw.business.tickets.rules import Keeper, Ticket
from smsgw.business.units.rules.states import Unit, UnitEvent
from smsgw.values.value import value


@value
class Effects:
    """Everything a reference wrote that UNDO must take back."""

    unit_events: tuple[UnitEvent, ...] = ()
    stock: tuple[StockMoved, ...] = ()
    postings: tuple[Posted, ...] = ()
    sale_lines: tuple[SaleLine, ...] = ()


class Ledger(Protocol):
    """What is known at the moment of one message, all effects of the messages before it included.

    Nothing here writes but `reference`, which hands out the next number of a letter; a rolled back batch gives its
    numbers back.
    """

    @property
    def now(self) -> datetime:
        """When the message at hand arrived (aware, UTC). Two messages of one batch have their own."""

    @property
    def trade(self) -> Trade: ...

    def actor(self, phone: str) -> Actor | None:
        """The active registered sender behind an E.164 phone."""

    def dealer(self, code: str) -> Dealer | None: ...

    def covers(self, region: str, dealer: Dealer) -> bool:
        """Whether the dealer's region is `region` or below it in the tree."""

    def lies_in(self, region: str, other: str) -> bool:
        """Whether a region is `other` or below it in the tree; false where there is no such region."""

    def product(self, code: str) -> Product | None: ...

    def model_of(self, imei: str) -> str | None:
        """The catalogue code that the IMEI's type allocation code (its first 8 digits) belongs to."""

    def unit(self, imei: str) -> Unit | None:
        """The unit with this IMEI as its first or second."""

    def held(self, dealer: str) -> Mapping[str, str]:
        """The units in a shop's stock by IMEI, with their models; a rare question, asked when an IMEI was mistyped."""

    def stock(self, dealer: str) -> Mapping[str, Level]:
        """What the shop holds, by model; models it never had are absent."""

    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        """Sets sold and not undone, by model, on business dates from `since` to `until`, both included."""

    def last_sale_on(self, dealer: str) -> date | None: ...

    def price(self, model: str, tier: str, on: date) -> Price | None:
        """The price in force on a day: the tier's own where there is one, else the general one."""

    def balance(self, dealer: str, today: date) -> Balance: ...

    def order(self, reference: str) -> Order | None: ...

    def orders(self, dealer: str, states: Sequence[str]) -> Sequence[Order]:
        """The dealer's orders in any of the states, newest first."""

    def orders_waiting(self, region: str | None) -> Sequence[str]:
        """The orders of a region (None: all of them) that wait for approval, by reference, the oldest first."""

    def owners_hearing(self, dealer: str, topic: str) -> Sequence[str]:
        """The phones of a shop's owners that notices of a topic may go to: of those who have not said STOP."""

    def booking(self, reference: str) -> Booking | None: ...

    def bookings(self, phone: str, limit: int) -> Sequence[Booking]:
        """The newest bookings made from a phone, newest first, undone ones included."""

    def effects(self, reference: str) -> Effects: ...

    def sale_of(self, imei: str) -> Booking | None:
        """The live sale of a unit."""

    def trail(self, imei: str) -> Sequence[UnitEvent]: ...

    def questions(self, phone: str) -> Sequence[Question]:
        """Questions to this phone not yet answered, newest first; some may be past their deadline."""

    def consents(self, phone: str) -> Sequence[Consent]:
        """The phone's STOPs and STARTs, oldest first; `smsgw.business.consent.rules` says what they come to."""

    def noticed(self, phone: str, since: datetime) -> bool:
        """Whether a notice that nobody at this phone asked for went to it at or after `since`."""

    def survey(self, phone: str) -> Survey | None:
        """The newest survey that went to a phone and still takes answers."""

    def late(self, region: str | None) -> Late:
        """How a region (None: all of them) stands with the reports that are due at the moment at hand.

        It tells of the reports due on the latest such day, and of older ones that would still count; none that was due
        more than seven days ago. Excused reports and inactive shops are left out.
        """

    def reminding(self, dealers: Sequence[str]) -> Mapping[str, Reminding]:
        """What a reminder to each of these shops depends on."""

    def outlook(self, group: str, area: str | None, text: str) -> Outlook | None:
        """What a broadcast of a text as it stands would come to; None where there is no such group.

        `group` is a region, a saved audience or one of GROUPS, in this order; of it only those are meant who lie in the
        region `area` (None: anywhere). It is a rare question: up to MOST_COUNTED people are counted one by one.
        """

    def broadcast(self, reference: str) -> Broadcast | None: ...

    def keeper(self, dealer: Dealer) -> Keeper | None:
        """Who is to answer what a shop has to say: the field worker of its region, else the manager, else headquarters.

        Of several the one with the fewest open tickets, of those who take notices; None where there is nobody.
        """

    def ticket(self, reference: str) -> Ticket | None:
        """A ticket as it stands; no other daemon moves it before the transaction ends."""

    def tickets_asked(self, phone: str) -> Sequence[Ticket]:
        """The settled tickets of a phone that it was asked about and has not answered, newest first."""

    def tickets_kept(self, contact: int) -> Sequence[Ticket]:
        """The open tickets that a contact has to answer, the one due first first."""

    def booked_before(self, phone: str, folded: str, since: datetime) -> Booking | None:
        """The first live booking that the same folded text of this phone made at or after `since`."""

    def reference(self, letter: str) -> str:
        """The next reference of a letter, such as S48213."""


class Books(Ledger, Protocol):
    """A ledger that also books: what is applied is seen by every later question of the same and of later messages."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book the records as effects of the message at hand."""
