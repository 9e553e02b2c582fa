"""Drafts of orders that nobody confirmed in time: they lapse by the clock, and who ordered may be told."""

from __future__ import annotations

from smsgw.business.books import StoreBooks
from smsgw.business.consent.rules import ORDERS, has_stopped
from smsgw.business.core.phrases import sets
from smsgw.business.core.reply import Reply
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
