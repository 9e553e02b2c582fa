"""A claim: the sets for which a shop wants the difference, what may be asked, and the records of its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import Dealer
from smsgw.business.money.rules import RECEIVABLE, REVENUE, entry
from smsgw.business.protection.rules.eligibility import (
    CLAIMED,
    OTHER_MODEL,
    PROTECTED,
    UNKNOWN,
    Cut,
    History,
    judge,
)
from smsgw.business.protection.rules.states import LIFE
from smsgw.business.returns.rules.cases import ReturnBooks
from smsgw.business.units.rules.states import KIND_SOLD
from smsgw.calendar.days import business_date
from smsgw.errors import SmsgwError
from smsgw.values.value import value

PROTECTION = "protection"  # the kind of a posting


@value
class Claim:
    """What a shop wants for its sets because of one cut; `off` is that of each set in minor units."""

    reference: str
    dealer: str
    model: str
    cut_on: date
    old: int
    new: int
    currency: str
    state: str
    imeis: tuple[str, ...]
    filed_at: datetime
    filed_by: str  # as the trail calls them

    @property
    def off(self) -> int:
        return self.old - self.new

    @property
    def total(self) -> int:
        return self.off * len(self.imeis)


@value
class ClaimFiled(Record):
    claim: Claim


@value
class ClaimSettled(Record):
    """A claim comes to an end, by whom (as the trail calls them), and why it was rejected."""

    reference: str
    state: str
    by: str
    why: str = ""


@value
class ClaimTold(Record):
    """These phones are told, each once, what became of a claim."""

    reference: str
    phones: tuple[str, ...]


class Protection(Protocol):
    """What may be asked about price protection."""

    def find(self, reference: str) -> Claim | None:
        """A claim, kept from everybody else until the transaction ends."""

    def claimed(self, imei: str, cut_on: date) -> str | None:
        """The claim that a set is in for the cut of a day, by reference."""

    def sold_on(self, imei: str, references: Sequence[str]) -> Mapping[str, date]:
        """The day of each of these sales of a set."""

    def candidates(self, dealer: str, since: datetime) -> Mapping[str, str]:
        """The sets that a shop holds, or had since a moment, by IMEI with their models."""

    def planned_by(self, model: str, on: date) -> Sequence[str]:
        """Who planned a cut of a model from a day on, as the trail calls them."""

    def waiting(self, region: str | None) -> Sequence[str]:
        """The claims of a region (None: all of them) that wait for a decision, by reference, the oldest first."""


class ProtectionBooks(ReturnBooks, Protocol):
    """The books as far as price protection and what it stands on."""

    @property
    def protection(self) -> Protection: ...


class ClaimRefused(SmsgwError):
    """A decision that cannot be booked: the sentence is for people at the desk, `reply` for those who text."""

    def __init__(self, sentence: str, reply: Reply) -> None:
        super().__init__(sentence)
        self.reply = reply


def cuts(model: str, shop: Dealer, books: ProtectionBooks) -> list[Cut]:
    """The days of the last `protection_claim_days` on which a model began to cost a shop less, the oldest first."""
    today = business_date(books.now, shop.timezone)
    found: list[Cut] = []
    then = None
    for back in range(books.trade.protection_claim_days, -1, -1):
        day = today - timedelta(days=back)
        before = books.prices.in_force(model, shop, day - timedelta(days=1)) if then is None else then
        then = books.prices.in_force(model, shop, day)
        if before is None or then is None or before.currency != then.currency:
            continue
        if then.dealer_price < before.dealer_price and then.currency == shop.currency:
            found.append(Cut(model, day, before.dealer_price, then.dealer_price, then.currency, shop.timezone))
    return found


def verdict(imei: str, shop: Dealer, cut: Cut, books: ProtectionBooks) -> str:
    """What is to be said of a set, as one of VERDICTS; in one claim for a cut at most is a set, whoever files it."""
    unit = books.units.find(imei)
    if unit is not None and unit.model == cut.model and books.protection.claimed(unit.imei, cut.on) is not None:
        return CLAIMED
    return where_it_was(imei, shop, cut, books)


def where_it_was(imei: str, shop: Dealer, cut: Cut, books: ProtectionBooks) -> str:
    """The same, whether or not it is claimed."""
    unit = books.units.find(imei)
    if unit is None:
        return UNKNOWN
    if unit.model != cut.model:
        return OTHER_MODEL
    trail = books.units.trail(unit.imei)
    sales = [event.reference for event in trail if event.kind == KIND_SOLD and event.reference is not None]
    active = min((activation.at for activation in books.units.activations(unit)), default=None)
    history = History(trail, books.protection.sold_on(unit.imei, sales) if sales else {}, active)
    return judge(history, shop.code, cut, books.trade)


def protected(shop: Dealer, cut: Cut, books: ProtectionBooks) -> dict[str, str]:
    """What is to be said of every set of a cut's model that a shop holds, or had since: by IMEI."""
    named = books.protection.candidates(shop.code, cut.at)
    return {imei: verdict(imei, shop, cut, books) for imei, model in sorted(named.items()) if model == cut.model}


def approve(claim: Claim, by: str, books: ProtectionBooks) -> list[Record]:
    """The records by which a claim is credited to its shop's account. Raises ClaimRefused.

    Whoever filed it, or planned the cut, does not approve it; and one with a set that is protected no more, for what
    was said of it since, is not approved.
    """
    if by == claim.filed_by or by in books.protection.planned_by(claim.model, claim.cut_on):
        raise ClaimRefused(
            f"{by} filed {claim.reference} or planned its cut; somebody else has to approve it",
            Reply("claim_own", {"reference": claim.reference}),
        )
    shop = books.directory.dealer(claim.dealer)
    assert shop is not None
    cut = Cut(claim.model, claim.cut_on, claim.old, claim.new, claim.currency, shop.timezone)
    for imei in claim.imeis:
        said = where_it_was(imei, shop, cut, books)
        if said != PROTECTED:
            words = said.replace("_", " ")
            raise ClaimRefused(
                f"{imei} is protected no more ({words}); reject {claim.reference}, and the shop files the others again",
                Reply("claim_changed", {"reference": claim.reference, "last": imei[-4:], "why": Reply(f"pp_{said}")}),
            )
    records: list[Record] = [ClaimSettled(claim.reference, LIFE.move(claim.state, "approve"), by)]
    if claim.total:
        records += entry(
            claim.reference,
            claim.dealer,
            PROTECTION,
            debit=REVENUE,
            credit=RECEIVABLE,
            amount=claim.total,
            currency=claim.currency,
        )
    return records


def reject(claim: Claim, by: str, why: str) -> list[Record]:
    """The records by which a claim is turned down; its sets may be claimed again."""
    return [ClaimSettled(claim.reference, LIFE.move(claim.state, "reject"), by, why)]
