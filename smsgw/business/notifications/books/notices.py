"""What is told unasked and once: shipments, prices, orders that wait, a day in a region: noted first, then told.

Whoever brings something about notes it in the same transaction; the daemon tells it. Times are milliseconds since the
epoch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import MANAGER, OWNER, Overseers, Person, of_shops, willing
from smsgw.business.consent.rules import COUNTS, ORDERS, PAYMENTS, REMINDERS, RETURNS, TICKETS, TRANSFERS, UNDOS
from smsgw.business.conversation.tables import booking
from smsgw.business.core.trade import Trade
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.notifications.tables import notice
from smsgw.business.orders.tables import order_event, sales_order
from smsgw.business.payments import rules as payments
from smsgw.business.prices.books import lists_of
from smsgw.business.prices.rules import ListKey, Lists, PriceKey, lists_for, price_on
from smsgw.business.sales.rules import holds
from smsgw.calendar.hours import Calendar
from smsgw.calendar.spans import Span
from smsgw.store.import_progress import list_under_way
from smsgw.store.instants import to_ms
from smsgw.store.upserts import insert_new, upsert

SHIPPED, PRICE, DECIDED, APPROVAL, DIGEST = "shipped", "price", "decided", "approval", "digest"
CANCELLED, TICKET = "cancelled", "ticket"
SECOND = "second"  # an order that waits for the YES of another phone of the shop
PLACED, CLOSED = "placed", "closed"  # an order that somebody else placed for a shop, and one that is at its end
SECONDED = "seconded"  # what another phone of the shop said to such an order
EXPIRED = "expired"  # a draft of an order that nobody confirmed in time
UNDO = "undo"  # what became of a request that a booking be taken back
UNDO_WAITS = "undo waits"  # for a decision
GIVEN, TRANSFERRED = "given", "transferred"  # a transfer that waits for an answer, and what became of one
COUNTED, UNENDED = "counted", "unended"  # what was decided of a stock-take, and that nobody ended one
ROUND, ROUND_DUE = "round", "round due"  # that a round of stock-takes begins, and that it soon ends
RETURNED = "returned"  # what became of a return
CLAIMED = "claimed"  # what became of a claim for price protection
# A payment that a shop told of: that it waits, that one came in which may be it, and what became of it.
PAID, PAID_FOUND, PAID_ENDED = PAYMENTS_TOLD = (payments.WAITS, payments.FOUND, payments.ENDED)
RETURN_WAITS = "return waits"  # for a decision
# A sale on hold: that it waits for a decision, that nothing was heard of it, what became of it.
HOLD, HOLD_DUE, HOLD_ENDED = HOLDS = (holds.ASKED, holds.DUE, holds.ENDED)
# By kind, the topic whose STOP ends it.
TOPICS = {
    SHIPPED: "shipments",
    PRICE: "prices",
    DECIDED: ORDERS,
    CANCELLED: ORDERS,
    SECOND: ORDERS,
    SECONDED: ORDERS,
    PLACED: ORDERS,
    CLOSED: ORDERS,
    EXPIRED: ORDERS,
    UNDO: UNDOS,
    UNDO_WAITS: "approvals",
    APPROVAL: "approvals",
    RETURN_WAITS: "approvals",
    PAID: PAYMENTS,
    PAID_FOUND: PAYMENTS,
    PAID_ENDED: PAYMENTS,
    DIGEST: "digest",
    TICKET: TICKETS,
    GIVEN: TRANSFERS,
    TRANSFERRED: TRANSFERS,
    RETURNED: RETURNS,
    CLAIMED: "prices",
    HOLD: TRANSFERS,
    HOLD_DUE: TRANSFERS,
    HOLD_ENDED: TRANSFERS,
    COUNTED: COUNTS,
    UNENDED: COUNTS,
    ROUND: COUNTS,
    ROUND_DUE: REMINDERS,
}
HELD = 600_000  # milliseconds for which an import that goes no further holds back what it noted
# Days after which what could not be told is no news any more. What somebody waits to hear outlives long holidays.
STALE = {
    **dict.fromkeys((SHIPPED, PRICE, UNENDED, ROUND_DUE, HOLD_DUE), 3),
    **dict.fromkeys((DECIDED, CANCELLED, CLOSED, TRANSFERRED, RETURNED, CLAIMED, COUNTED, ROUND, UNDO, HOLD_ENDED), 14),
    **dict.fromkeys((PAID, PAID_FOUND, PAID_ENDED), 14),
    GIVEN: 7,
    HOLD: 7,
    UNDO_WAITS: 7,
    PLACED: 7,
    SECONDED: 7,
    SECOND: 1,
    EXPIRED: 1,
    TICKET: 30,
}
_NOTED = STALE.keys() - {TICKET}  # told as they stand
MOST = 500  # phones told in one transaction

Hours = Callable[[str], Calendar]


@dataclass(frozen=True, slots=True)
class PendingNotice:
    """One text of a kind to one person, about subjects that are noted for the phone."""

    kind: str
    person: Person
    dealer: str | None
    calendar: Calendar
    until: float
    subjects: tuple[str, ...]


class NotingBooks(Protocol):
    """The books of the transaction in which something comes about that people are told of."""

    @property
    def connection(self) -> Connection: ...

    @property
    def trade(self) -> Trade: ...


# ---- noting


def note_for(connection: Connection, kind: str, subject: str, phones: Iterable[str], now: int) -> None:
    """Note a subject for phones, anyone's."""
    insert_new(connection, notice, [_notice_row(kind, subject, phone, now) for phone in phones], _KEY)


def note_shipments(books: NotingBooks, sets: Mapping[tuple[str, str, date], int], now: datetime) -> None:
    """Note sets that have left, by dealer, order or shipment, and day, where the deployment tells of them.

    Each import is told of by itself: its moment is part of the subject. What left long ago is no news.
    """
    if not books.trade.shipment_notices:
        return
    at, first = to_ms(now), now.date() - timedelta(days=STALE[SHIPPED])
    left: Counter[tuple[str, str]] = Counter()
    for (shop, reference, day), count in sets.items():
        if day >= first:
            left[shop, reference] += count
    about = [(shop, f"{reference} {at} {count}") for (shop, reference), count in sorted(left.items())]
    if about:
        rows = _for_owners(books.connection, SHIPPED, about, at)
        told = {(row["subject"], row["phone"]) for row in rows}
        for subject, number in _for_senders(books.connection, about):
            if (subject, number) not in told:
                rows.append(_notice_row(SHIPPED, subject, number, at))
        insert_new(books.connection, notice, _added(books.connection, rows, at), _KEY)


def _added(connection: Connection, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    """Rows of SHIPPED with what the transactions before of the same import have noted, which is taken out."""
    phones = sorted({row["phone"] for row in rows})
    same = and_(notice.c.kind == SHIPPED, notice.c.told_at.is_(None), notice.c.noted_at == at)
    noted: dict[tuple[str, str], int] = {}
    for start in range(0, len(phones), 500):
        for number, subject in connection.execute(
            select(notice.c.phone, notice.c.subject).where(notice.c.phone.in_(phones[start : start + 500]), same)
        ):
            reference, count = shipment_of(subject)
            noted[number, reference] = count
    for row in rows:
        reference, count = shipment_of(row["subject"])
        before = noted.get((row["phone"], reference))
        if before is not None:
            old = and_(notice.c.kind == SHIPPED, notice.c.phone == row["phone"])
            connection.execute(delete(notice).where(old, notice.c.subject == f"{reference} {at} {before}"))
            row["subject"] = f"{reference} {at} {before + count}"
    return rows


def shipment_of(subject: str) -> tuple[str, int]:
    """What a subject of SHIPPED is about: the order or shipment, and how many sets of it."""
    reference, _, count = subject.rsplit(" ", 2)
    return reference, int(count)


def note_prices(books: NotingBooks, prices: Iterable[PriceKey], now: datetime) -> None:
    """Note new prices (model, list, first day) for the dealers they are for, where the deployment tells of them.

    One that holds since long ago is no news; one that changes again is told again.
    """
    if not books.trade.price_notices:
        return
    connection = books.connection
    fresh = sorted(key for key in prices if key[3] >= now.date() - timedelta(days=STALE[PRICE]))
    lists = lists_of(connection, {model for model, *_ in fresh})
    tree = regions(connection, books.trade.timezone)
    shops = connection.execute(select(dealer.c.code, dealer.c.region, dealer.c.tier).where(dealer.c.active)).all()
    about: list[tuple[str, str]] = []
    for model, kind, code, day in fresh:
        for shop, region, tier in shops:
            keys = lists_for(shop, tree.above(region), tier)
            if (kind, code) in keys and _first_with(lists[model], keys, day) == (kind, code):
                about.append((shop, f"{day.isoformat()} {model}"))
    rows = _for_owners(connection, PRICE, about, to_ms(now))
    upsert(connection, notice, [row | {"told_at": None, "message": None} for row in rows], _KEY)


def note_for_owners(connection: Connection, kind: str, subjects: Iterable[tuple[str, str]], now: int) -> None:
    """Note (dealer, subject) for the owners of the dealers, once each."""
    insert_new(connection, notice, _for_owners(connection, kind, subjects, now), _KEY)


ANSWERS = {"shipped": note_shipments, "priced": note_prices}


# ---- what is to be told


def list_pending(connection: Connection, tree: Regions, hours: Hours, now: int) -> list[PendingNotice]:
    """What is noted and may be told at `now`, a text for each kind and phone. What is stale is dropped."""
    for kind, days in STALE.items():
        old = and_(notice.c.kind == kind, notice.c.noted_at < now - days * 86_400_000)
        connection.execute(update(notice).where(notice.c.told_at.is_(None), old).values(told_at=now))
    told = set(_NOTED)
    if list_under_way(connection, "shipments", now - HELD):
        told.discard(SHIPPED)  # a shipment is told of when all of its file is in the books
    rows = connection.execute(
        select(
            notice.c.kind,
            notice.c.subject,
            notice.c.phone,
            contact.c.id,
            contact.c.language,
            contact.c.dealer,
            func.coalesce(dealer.c.region, contact.c.region).label("region"),
            dealer.c.timezone,
        )
        .join(phone, and_(phone.c.number == notice.c.phone, phone.c.active))
        .join(contact, and_(contact.c.id == phone.c.contact, contact.c.active))
        .outerjoin(dealer, dealer.c.code == contact.c.dealer)
        .where(notice.c.told_at.is_(None), notice.c.kind.in_(sorted(told)))
        .order_by(notice.c.phone, notice.c.kind, notice.c.subject)
    ).all()
    found: dict[tuple[str, str], PendingNotice] = {}
    for row in rows:
        calendar = hours(row.timezone or (tree.zone(row.region) if row.region else tree.timezone))
        key = (row.kind, row.phone)
        if not calendar.is_open(now / 1000) or (key not in found and len(found) >= MOST):
            continue
        said = found.get(key)
        person = Person(row.id, row.language, (row.phone,)) if said is None else said.person
        subjects = (*(said.subjects if said else ()), row.subject)
        found[key] = PendingNotice(row.kind, person, row.dealer, calendar, calendar.closing(now / 1000), subjects)
    able = list_allowed(connection, found.values())
    for pending in found.values():
        if (pending.kind, pending.person.contact) not in able:
            mark_told(connection, pending, None, now)
    return [pending for pending in found.values() if (pending.kind, pending.person.contact) in able]


def list_approvals(connection: Connection, tree: Regions, hours: Hours, after: Span, now: int) -> list[PendingNotice]:
    """Managers who are to be told of orders of their region that wait for approval for so long."""
    rows = connection.execute(
        select(sales_order.c.reference, dealer.c.region, func.max(order_event.c.happened_at).label("since"))
        .join(dealer, dealer.c.code == sales_order.c.dealer)
        .join(
            order_event,
            and_(order_event.c.order_reference == sales_order.c.reference, order_event.c.state == "confirmed"),
        )
        .where(sales_order.c.state == "confirmed")
        .group_by(sales_order.c.reference, dealer.c.region)
        .order_by(sales_order.c.reference)
    ).all()
    overseers = Overseers(connection, tree) if rows else None
    about: dict[int, tuple[Person, Calendar, list[str]]] = {}
    for row in rows:
        calendar = hours(tree.zone(row.region))
        waited = after.after(row.since / 1000, tree.zone(row.region)) * 1000 <= now
        if overseers is None or not waited or not calendar.is_open(now / 1000):
            continue
        for person in overseers.of(row.region, MANAGER):
            about.setdefault(person.contact, (person, calendar, []))[2].append(row.reference)
    return list_untold(connection, APPROVAL, about.values(), now)


def mark_told(connection: Connection, pending: PendingNotice, message: int | None, now: int) -> None:
    """Write down that it was told by a text of the outbox, or (None) that it cannot be told."""
    insert_new(
        connection,
        notice,
        [_notice_row(pending.kind, subject, pending.person.phone, now) for subject in pending.subjects],
        ("kind", "subject", "phone"),
    )
    connection.execute(
        update(notice)
        .where(
            notice.c.kind == pending.kind,
            notice.c.phone == pending.person.phone,
            notice.c.subject.in_(pending.subjects),
        )
        .values(message=message, told_at=now)
    )


def list_untold(
    connection: Connection, kind: str, about: Iterable[tuple[Person, Calendar, list[str]]], now: int
) -> list[PendingNotice]:
    """The people who have not been told of some of the subjects, and may be."""
    found = []
    for person, calendar, subjects in about:
        known = set(
            connection.scalars(
                select(notice.c.subject).where(
                    notice.c.kind == kind, notice.c.phone.in_(person.phones), notice.c.subject.in_(subjects)
                )
            )
        )
        left = tuple(subject for subject in subjects if subject not in known)
        if left:
            found.append(PendingNotice(kind, person, None, calendar, calendar.closing(now / 1000), left))
    able = list_allowed(connection, found)
    return [pending for pending in found if (pending.kind, pending.person.contact) in able]


def list_allowed(connection: Connection, notices: Iterable[PendingNotice]) -> set[tuple[str, int]]:
    """Kind and contact of those tellings whose people have not said stop to them."""
    by_kind: dict[str, list[Person]] = {}
    for pending in notices:
        by_kind.setdefault(pending.kind, []).append(pending.person)
    return {(kind, number) for kind, people in by_kind.items() for number in willing(connection, people, TOPICS[kind])}


# ---- what the texts say


def prices_of(connection: Connection, shop: str, subjects: Iterable[str]) -> dict[str, list[tuple[str, int, str]]]:
    """By first day, the models of price subjects with the dealer's price in minor units and its currency."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    named = connection.execute(select(dealer.c.region, dealer.c.tier).where(dealer.c.code == shop)).first()
    days = [subject.partition(" ")[::2] for subject in subjects]
    lists = lists_of(connection, {model for _, model in days})
    if named is None:
        return found
    keys = lists_for(shop, regions(connection, "UTC").above(named.region), named.tier)
    for day, model in days:
        price = price_on(lists.get(model, {}), keys, date.fromisoformat(day))
        if price is not None:
            found.setdefault(day, []).append((model, price.dealer_price, price.currency))
    return found


# ---- within


def _first_with(lists: Lists, keys: Sequence[ListKey], day: date) -> ListKey | None:
    """The first of these lists that has a price on a day."""
    return next((key for key in keys if price_on(lists, (key,), day) is not None), None)


_KEY = ("kind", "subject", "phone")
_AT_ONCE = 500  # references in one question


def _for_owners(
    connection: Connection, kind: str, subjects: Iterable[tuple[str, str]], now: int
) -> list[dict[str, object]]:
    """The rows of (dealer, subject) for the owners of the dealers."""
    about: dict[str, dict[str, None]] = {}
    for shop, subject in subjects:
        about.setdefault(shop, {})[subject] = None
    people = of_shops(connection, sorted(about), OWNER)
    return [
        _notice_row(kind, subject, number, now)
        for shop, named in sorted(about.items())
        for number in sorted({person.phone for person in people.get(shop, [])})
        for subject in named
    ]


def _for_senders(connection: Connection, about: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """By subject, the phones that placed the orders which shipments are for and are not of the shop: field staff."""
    by_order: dict[str, list[str]] = {}
    for _, subject in about:
        by_order.setdefault(shipment_of(subject)[0], []).append(subject)
    found: list[tuple[str, str]] = []
    references = sorted(by_order)
    for start in range(0, len(references), _AT_ONCE):
        rows = connection.execute(
            select(booking.c.reference, booking.c.phone)
            .join(sales_order, sales_order.c.reference == booking.c.reference)
            .join(phone, and_(phone.c.number == booking.c.phone, phone.c.active))
            .join(contact, and_(contact.c.id == phone.c.contact, contact.c.active))
            .where(
                booking.c.reference.in_(references[start : start + _AT_ONCE]),
                or_(contact.c.dealer.is_(None), contact.c.dealer != sales_order.c.dealer),
            )
            .order_by(booking.c.reference)
        )
        found += [(subject, number) for reference, number in rows for subject in by_order[reference]]
    return found


def _notice_row(kind: str, subject: str, number: str, now: int) -> dict[str, object]:
    return {"kind": kind, "subject": subject, "phone": number, "noted_at": now}
