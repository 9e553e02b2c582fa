"""What a shop was invoiced for a set, which is what it is credited when the set goes back."""

from __future__ import annotations

from smsgw.business.money.rules import INVOICE, RECEIVABLE
from smsgw.business.returns.rules.cases import ReturnBooks
from smsgw.business.returns.rules.states import SETTLED
from smsgw.business.units.rules.states import (
    KIND_RETURNED,
    KIND_SENT_BACK,
    KIND_SHIPPED,
    UnitEvent,
    events_in_force,
)
from smsgw.calendar.days import business_date


def invoiced(imei: str, currency: str, books: ReturnBooks, case: str) -> int | None:
    """The price in minor units at which a set was last invoiced; None where it was not, or in another currency.

    What came before a return that was settled is settled with it: a set that was credited is credited again only after
    another invoice. `case` is the return that is looked past. A set that was sent for another one, without an invoice,
    stands for that one.
    """
    unit = books.units.find(imei)
    if unit is None:
        return None
    for event in reversed(events_in_force(books.units.trail(unit.imei))):
        reference = event.reference or ""
        if reference == case:
            continue
        if event.kind in (KIND_RETURNED, KIND_SENT_BACK):
            before = books.returns.find(reference)
            if before is not None and before.state in SETTLED:
                return None
        if event.kind == KIND_SHIPPED:
            if books.returns.find(reference) is None:
                return _of_shipment(event, unit.model, currency, books)
            replaced = books.returns.replaced(unit.imei)
            return invoiced(replaced, currency, books, reference) if replaced is not None else None
    return None


def _of_shipment(event: UnitEvent, model: str, currency: str, books: ReturnBooks) -> int | None:
    """What one set of a model in a shipment was invoiced at: as the invoice says where it is of one model
    alone, else by the order that it was for, else by the price in force on its day."""
    shop = books.directory.dealer(event.dealer or "")
    if shop is None or event.reference is None or shop.currency != currency:
        return None
    legs = [
        leg
        for leg in books.money.postings(event.reference)
        if (leg.kind, leg.account, leg.dealer) == (INVOICE, RECEIVABLE, shop.code)
    ]
    if not legs:
        return None
    sets = books.returns.shipped(event.reference, shop.code)
    if set(sets) == {model}:
        return sum(leg.amount for leg in legs) // sets[model]
    ordered = books.returns.ordered_price(event.reference, shop.code, model)
    if ordered is not None:
        return ordered
    price = books.prices.in_force(model, shop, business_date(event.at, shop.timezone))
    return price.dealer_price if price is not None and price.currency == currency else None
