"""What is told of orders: what was decided, what another phone of the shop said, drafts that lapsed unconfirmed."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.books import StoreBooks
from smsgw.business.consent.rules import ORDERS, has_stopped
from smsgw.business.core.phrases import sets
from smsgw.business.core.reply import Money, Reply, TruncatableList
from smsgw.business.notifications import reports as telling
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderTold, expire, hold_order

DRAFTS_AT_ONCE = 50  # that lapse in one transaction: the writer has other work


def lapse_drafts(books: StoreBooks, *, told: bool) -> None:
    """Let drafts go that are past their deadline; `told`: the phone that ordered hears of it.

    The question stays as it is, so that a YES that comes later is answered what became of the draft.
    """
    for reference in books.orders.lapsed(books.now, DRAFTS_AT_ONCE):
        held = hold_order(reference, books)
        if held is None or not orders.expired(held.order, books.now):
            continue  # placed or dropped while we waited for its shop
        books.apply(expire(held.order))
        booking = books.conversation.booking(reference)
        phone = booking.phone if booking is not None else None
        if told and phone and not has_stopped(books.consent.history(phone), ORDERS):
            books.apply((OrderTold(reference, orders.EXPIRED, (phone,)),))


def word_lapsed(books: StoreBooks, reference: str) -> Reply | None:
    """What there is to tell of a draft that has lapsed; None where there is nothing any more."""
    found = books.orders.find(reference)
    if found is None or found.state != orders.EXPIRED:
        return None
    return Reply("draft_lapsed", {"reference": reference, "lines": sets(orders.sets_wanted(found))})


def decision_reply(found: Sequence[telling.Decided], *, of_shop: bool) -> Reply:
    """What is told of decisions: one in full, several as a list. `of_shop`: to people of the shop that ordered."""
    if len(found) > 1:
        return Reply("orders_decided", {"orders": TruncatableList(tuple(map(_decided, found)))})
    one = found[0]
    values: dict[str, object] = {"reference": one.reference}
    if not of_shop:
        values["dealer"] = one.dealer
    if one.approved:
        values |= {"lines": sets(one.sets), "total": Money(one.total, one.currency)}
        if one.rest:
            values["rest"] = sum(one.rest.values())
            return Reply("order_decided_part" if of_shop else "order_decided_part_for", values)
        return Reply("order_decided_approved" if of_shop else "order_decided_approved_for", values)
    values |= {"why": one.why, "brief": one.why}
    return Reply("order_decided_rejected" if of_shop else "order_decided_rejected_for", values)


def _decided(one: telling.Decided) -> Reply:
    """A decision as one of a list."""
    if not one.approved:
        return Reply("decided_rejected", {"reference": one.reference, "brief": one.why})
    if one.rest:
        return Reply("decided_part", {"reference": one.reference})
    return Reply("decided_approved", {"reference": one.reference})


def word_seconded(books: StoreBooks, subject: str) -> Reply | None:
    """What another phone of the shop said to an order; None where it stands otherwise since: that is told by itself."""
    reference, _, state = subject.partition(" ")
    found = books.orders.find(reference)
    if found is None or (found.state == orders.CANCELLED) is not (state == orders.CANCELLED):
        return None
    values: dict[str, object] = {
        "reference": reference,
        "dealer": found.dealer,
        "lines": sets(orders.sets_wanted(found)),
    }
    if state == orders.CANCELLED:
        return Reply("order_not_seconded", values)
    if state == orders.CONFIRMED and found.state != orders.CONFIRMED:
        return None
    values |= {"total": Money(found.total, found.currency), "state": Reply(f"order_is_{found.state}")}
    return Reply("order_seconded", values)
