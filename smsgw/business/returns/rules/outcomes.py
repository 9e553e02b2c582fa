"""What comes of a return: its sets are credited, replaced, given back to the shop, or arrive in a depot."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import Dealer
from smsgw.business.money.rules import RECEIVABLE, REVENUE, entry
from smsgw.business.returns.rules.cases import (
    ReturnArrived,
    ReturnBooks,
    ReturnCase,
    ReturnLine,
    ReturnSettled,
)
from smsgw.business.returns.rules.invoiced import invoiced
from smsgw.business.returns.rules.states import LIFE
from smsgw.business.sales.rules.lines import SaleLineRestored
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.reversal import take_back
from smsgw.business.units.rules.states import ORIGIN_SHIPPED, Unit, UnitMoved
from smsgw.errors import SmsgwError

RETURN = "return"  # the kind of a posting


class ReturnRefused(SmsgwError):
    """A decision that cannot be booked: the sentence is for people at the desk, `reply` for those who text."""

    def __init__(self, sentence: str, reply: Reply) -> None:
        super().__init__(sentence)
        self.reply = reply


def credit(case: ReturnCase, dealer: Dealer, books: ReturnBooks, by: str) -> tuple[int, list[Record]]:
    """What the shop is credited in minor units, and the records of it. Raises ReturnRefused."""
    credits: list[tuple[str, int]] = []
    for line in case.lines:
        price = invoiced(line.imei, dealer.currency, books, case.reference)
        if price is None:
            raise ReturnRefused(
                f"{line.imei} was never invoiced to be credited; replace it, or reject {case.reference}",
                Reply("return_unpriced", {"reference": case.reference, "last": line.imei[-4:]}),
            )
        credits.append((line.imei, price))
    total = sum(price for _, price in credits)
    state = LIFE.move(case.state, "credit")
    records: list[Record] = [ReturnSettled(case.reference, state, by, credits=tuple(credits))]
    if total:
        records += entry(
            case.reference,
            dealer.code,
            RETURN,
            debit=REVENUE,
            credit=RECEIVABLE,
            amount=total,
            currency=dealer.currency,
        )
    return total, records


def replace(case: ReturnCase, imeis: Sequence[str], books: ReturnBooks, by: str) -> list[Record]:
    """The records by which new sets leave for the shop in place of those of a return, one each in the order of
    `case.lines`: without an invoice, and the old ones are nobody's. Raises ReturnRefused."""
    reference = case.reference
    if len(set(imeis)) != len(case.lines) or len(imeis) != len(case.lines):
        raise ReturnRefused(
            f"{reference} is of {len(case.lines)} sets; name as many new ones, each once",
            Reply("return_count", {"reference": reference, "count": len(case.lines)}),
        )
    records: list[Record] = []
    for line, imei in zip(case.lines, imeis, strict=True):
        new = books.units.find(imei)
        model = new.model if new is not None else books.catalogue.model_of(imei)
        _require_spare(case, line, imei, new, model, books)
        assert model is not None
        old = _unmoved(case, line, books)
        state, holder = units.move(old.state, old.holder, units.KIND_REPLACED, case.dealer)
        records.append(
            UnitMoved(line.imei, line.model, units.KIND_REPLACED, case.dealer, state, holder, old.origin, reference)
        )
        name, was = (new.imei, (new.state, new.holder)) if new is not None else (imei, units.UNBORN)
        state, holder = units.move(*was, units.KIND_SHIPPED, case.dealer)
        records.append(
            UnitMoved(name, model, units.KIND_SHIPPED, case.dealer, state, holder, ORIGIN_SHIPPED, reference)
        )
        if units.in_stock(state, books.trade):
            records.append(StockMoved(case.dealer, model, 1, 1, stock.SHIPPED, reference))
    pairs = zip((line.imei for line in case.lines), imeis, strict=True)
    named = tuple((old, new.imei if (new := books.units.find(imei)) is not None else imei) for old, imei in pairs)
    return [*records, ReturnSettled(reference, LIFE.move(case.state, "replace"), by, replacements=named)]


def _require_spare(
    case: ReturnCase, line: ReturnLine, imei: str, new: Unit | None, model: str | None, books: ReturnBooks
) -> None:
    values = {"reference": case.reference, "imei": imei}
    if model is None or (new is None and books.trade.unknown_units == "refuse"):
        raise ReturnRefused(f"{imei} is no set that we know", Reply("return_no_set", values))
    if new is not None and not units.nobodys(new):
        raise ReturnRefused(
            f"{imei} is {new.state}; a replacement comes from a depot", Reply("return_not_spare", values)
        )
    if model != line.model:
        raise ReturnRefused(
            f"{imei} is a {model}, and {line.imei} a {line.model}",
            Reply("return_other_model", {**values, "model": model, "wanted": line.model}),
        )


def reject(case: ReturnCase, why: str, books: ReturnBooks, by: str) -> list[Record]:
    """The records by which the sets are the shop's to sell again; those in a depot leave for it.

    Raises ReturnRefused.
    """
    records: list[Record] = [ReturnSettled(case.reference, LIFE.move(case.state, "reject"), by, why)]
    for line in case.lines:
        unit = _unmoved(case, line, books)
        if unit.state == units.RETURNING:
            records += _as_before(case, line, books)
            continue
        kind = units.KIND_RESTOCKED if unit.state == units.RETURNED else units.KIND_SHIPPED
        state, holder = units.move(unit.state, unit.holder, kind, case.dealer)
        origin = ORIGIN_SHIPPED if kind == units.KIND_SHIPPED else unit.origin
        records.append(UnitMoved(line.imei, line.model, kind, case.dealer, state, holder, origin, case.reference))
        if units.in_stock(state, books.trade):
            records.append(StockMoved(case.dealer, line.model, 1, 1, stock.RESTOCKED, case.reference))
    return records


def withdraw(case: ReturnCase, books: ReturnBooks, by: str) -> list[Record]:
    """The records by which everything is as it was before a return: also the sales. Raises ReturnRefused."""
    reference = case.reference
    records: list[Record] = [ReturnSettled(reference, LIFE.move(case.state, "undo"), by)]
    for line in case.lines:
        _unmoved(case, line, books)
        records += _as_before(case, line, books)
        if line.sale is not None:
            records.append(SaleLineRestored(line.sale, line.imei, reference))
    return records


def receive(case: ReturnCase, imeis: Sequence[str], depot: str, books: ReturnBooks, *, repair: bool) -> list[Record]:
    """The records by which sets of a return have arrived in a depot, or in its repair shop. Raises ReturnRefused."""
    records: list[Record] = [ReturnArrived(case.reference, tuple(imeis), depot)]
    kind = units.KIND_IN_REPAIR if repair else units.KIND_ARRIVED
    for line in case.lines:
        if line.imei not in imeis:
            continue
        unit = _unmoved(case, line, books)
        if not units.LIFE.can(unit.state, kind):
            raise _moved_on(case, line)
        state, holder = units.move(unit.state, unit.holder, kind, depot)
        records.append(UnitMoved(line.imei, line.model, kind, depot, state, holder, unit.origin, case.reference))
    return records


def _unmoved(case: ReturnCase, line: ReturnLine, books: ReturnBooks) -> Unit:
    """The set of a line, which nothing but its return has moved since."""
    unit = books.units.find(line.imei)
    standing = [event for event in units.events_in_force(books.units.trail(line.imei)) if event.kind not in units.MARKS]
    if unit is None or not standing or standing[-1].reference != case.reference:
        raise _moved_on(case, line)
    return unit


def _moved_on(case: ReturnCase, line: ReturnLine) -> ReturnRefused:
    return ReturnRefused(
        f"{line.imei} of {case.reference} has moved on since; `smsgw show unit {line.imei}` says where",
        Reply("return_moved", {"reference": case.reference, "last": line.imei[-4:]}),
    )


def _as_before(case: ReturnCase, line: ReturnLine, books: ReturnBooks) -> list[Record]:
    """The records by which a set is where it was before its return."""
    restored = take_back(line.imei, case.reference, books, units.KIND_KEPT)
    if restored is None:
        raise _moved_on(case, line)
    records: list[Record] = list(restored)
    after = restored[-1]
    assert isinstance(after, UnitMoved)
    if line.sale is None and units.in_stock(after.state, books.trade):
        records.append(StockMoved(case.dealer, line.model, 1, 1, stock.KEPT, case.reference))
    return records
