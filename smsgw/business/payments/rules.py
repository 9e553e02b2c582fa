"""An advice: that a shop paid something. It waits for a payment in the books, and changes nothing that is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from smsgw.business.consent.rules import PAYMENTS, has_stopped
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.orders.rules import OrderBooks
from smsgw.values import money
from smsgw.values.state_table import StateTable
from smsgw.values.value import value

LETTER = "F"

OPEN, MATCHED, REJECTED, UNDONE = "open", "matched", "rejected", "undone"
STATES = (OPEN, MATCHED, REJECTED, UNDONE)
LIFE = StateTable(
    "an advice of a payment",
    STATES,
    {(OPEN, "match"): MATCHED, (OPEN, "reject"): REJECTED, (OPEN, "undo"): UNDONE},
)

# What people are told of one, by which notices are kept apart: that it waits, that a payment came in which may be it,
# and what became of it.
WAITS, FOUND, ENDED = "paid", "paid found", "paid ended"

# The currencies that a sign or a word for money may mean.
_MEANT = {
    "$": frozenset(("USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "MXN", "BND", "FJD", "JMD", "NAD", "ZWL")),
    "¥": frozenset(("CNY", "JPY")),
    "元": frozenset(("CNY", "TWD", "HKD", "MOP")),
}


@value
class Advice:
    """What a shop says it paid: `amount` in minor units, on which day, by which slip of the bank's (none: unsaid).

    `payment` is the payment in the books that it was matched to.
    """

    reference: str
    dealer: str
    amount: int
    currency: str
    paid_on: date
    slip: str | None
    state: str
    told_at: datetime
    payment: str | None = None
    why: str | None = None


@value
class Received(Record):
    """A payment in the books that no advice is matched to, by the name that it has there, and when it came in."""

    reference: str
    at: datetime


@value
class AdviceFiled(Record):
    advice: Advice


@value
class AdviceSettled(Record):
    """An advice comes to an end, by whom (as the trail calls them): matched to `payment`, rejected for a reason `why`,
    or undone by whoever sent it."""

    reference: str
    state: str
    by: str
    payment: str | None = None
    why: str | None = None


@value
class AdviceTold(Record):
    """These phones, and those who decide in a region (None: nobody), are told of an advice: `what` of WAITS, FOUND,
    ENDED."""

    reference: str
    what: str
    phones: tuple[str, ...] = ()
    region: str | None = None


class Payments(Protocol):
    """What may be asked about what shops say they paid."""

    def find(self, reference: str) -> Advice | None:
        """An advice, kept from everybody else until the transaction ends."""

    def waiting(self, region: str | None) -> Sequence[str]:
        """The advices of a region (None: all of them) that wait, by reference, the oldest first."""

    def same(self, dealer: str, amount: int, slip: str | None, paid_on: date) -> str | None:
        """An advice of the same payment, neither rejected nor undone: of the same slip, without one of the same day."""

    def matched_to(self, dealer: str, payment: str) -> str | None:
        """The advice of a shop that a payment in the books is matched to; None where it is matched to none."""

    def candidates(self, advice: Advice, days: int) -> Sequence[Received]:
        """The payments in the books that may be the one that is told: the shop's, of that amount, so many days from the
        day at most, matched to none yet; the nearest first."""


class PaymentBooks(OrderBooks, Protocol):
    """The books as far as payments and what they stand on."""

    @property
    def payments(self) -> Payments: ...


def meant_currency(said: str, currency: str) -> bool:
    """Whether a sign or code of money that was said may be a currency: `$` is USD and SGD, `元` is CNY."""
    return said == currency or currency in _MEANT.get(said, ())


def wants_desk(advice: Advice, trade: Trade) -> bool:
    """Whether an amount is so large that a text is not enough to match it: its number could be forged."""
    above: Decimal = Decimal(trade.second_phone_above) * 10 ** money.places(advice.currency)
    return 0 < above < advice.amount


def settle(advice: Advice, step: str, by: str, *, payment: str | None = None, why: str | None = None) -> AdviceSettled:
    """The record by which an advice is matched, rejected or undone."""
    return AdviceSettled(advice.reference, LIFE.move(advice.state, step), by, payment, why)


def hearing(advice: Advice, by: str | None, books: PaymentBooks) -> tuple[str, ...]:
    """Who is told what became of an advice, but for the phone that did it: the shop's owners, and whoever sent it."""
    phones = [*books.consent.owners_hearing(advice.dealer, PAYMENTS)]
    booking = books.conversation.booking(advice.reference)
    sender = booking.phone if booking is not None else None
    known = sender is not None and books.directory.actor(sender) is not None
    if sender and known and sender not in phones and not has_stopped(books.consent.history(sender), PAYMENTS):
        phones.append(sender)
    return tuple(phone for phone in phones if phone != by)
