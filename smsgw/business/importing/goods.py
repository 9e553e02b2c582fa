"""Booking what a file brings: sets shipped, money paid, stock that was there, all by the rules of the trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from smsgw.business.books import StoreBooks
from smsgw.business.core.decision import Record
from smsgw.business.importing.known import Directory
from smsgw.business.importing.writing import Changes
from smsgw.business.money import tables as money_tables
from smsgw.business.money.imports import Key as PaymentKey
from smsgw.business.money.imports import Payment
from smsgw.business.money.rules import CASH, PAYMENT
from smsgw.business.names import Names
from smsgw.business.orders.rules import OrderShipped
from smsgw.business.shipping import rules as shipping
from smsgw.business.shipping.imports import Shipped
from smsgw.business.shipping.rules import Refused
from smsgw.business.stock import rules as movements
from smsgw.business.stock import tables as stock_tables
from smsgw.business.stock.imports import Key as StockKey
from smsgw.business.stock.imports import Opening
from smsgw.business.units import tables as units_tables
from smsgw.business.units.rules.states import KIND_FOUND, KIND_SHIPPED

CHUNK = 1000  # lines whose units are fetched together


def openings(connection: Connection) -> tuple[dict[StockKey, int], set[tuple[str, str, str]]]:
    """What openings the books hold: sets without IMEI by dealer, model and reference; and sets by IMEI."""
    entry, event = stock_tables.stock_entry.c, units_tables.unit_event.c
    sums = connection.execute(
        select(entry.dealer, entry.model, entry.reference, func.sum(entry.quantity))
        .where(entry.kind == movements.OPENING, entry.units == 0)
        .group_by(entry.dealer, entry.model, entry.reference)
    )
    kept = {(dealer, model, reference): int(quantity) for dealer, model, reference, quantity in sums}
    found = connection.execute(
        select(event.dealer, event.imei, event.reference).where(
            event.kind == KIND_FOUND, event.reference.like("opening %")
        )
    )
    return kept, {(dealer, imei, reference) for dealer, imei, reference in found}


def payments(connection: Connection) -> dict[PaymentKey, int]:
    """What payments the books hold: amounts by dealer and reference."""
    entry = money_tables.ledger_entry.c
    rows = connection.execute(
        select(entry.dealer, entry.reference, func.sum(entry.amount))
        .where(entry.kind == PAYMENT, entry.account == CASH)
        .group_by(entry.dealer, entry.reference)
    )
    return {(dealer, reference): int(amount) for dealer, reference, amount in rows}


def ship(books: StoreBooks, found: Sequence[Shipped], known: Directory, now: datetime) -> Changes:
    """Book sets shipped. What is booked already is left alone; what the books refuse becomes a fault of its line."""
    changes = Changes()
    # All shops first and in one go: they are locked in the order of codes, as every writer does.
    books.know(Names(dealers=tuple({entry.line.dealer for entry in found})))
    for chunk in _chunks(found):
        connection = books.work.driver.connection
        books.work.flush()
        booked = _booked(connection, {entry.line.shipment for entry in chunk})
        fresh = [entry for entry in chunk if (entry.line.imei, entry.line.shipment) not in booked]
        imeis = [number for entry in fresh for number in (entry.line.imei, entry.line.imei2) if number]
        books.know(Names(imeis=tuple(imeis)))
        pending: defaultdict[date, list[Record]] = defaultdict(list)
        for entry in fresh:
            try:
                records = shipping.ship(entry.line, books)
            except Refused as refused:
                entry.cells.fault("", str(refused))
                continue
            if not records:
                continue
            changes.new.add((entry.line.imei,))
            ordered = [record for record in records if isinstance(record, OrderShipped)]
            if ordered:  # the next line of the same order must see it
                books.begin(now)
                books.apply(ordered)
            pending[entry.line.shipped_on] += [record for record in records if not isinstance(record, OrderShipped)]
        for day, of_the_day in pending.items():
            books.begin(_morning(day, known.timezone))
            books.apply(shipping.merged(of_the_day))
    return changes


def _booked(connection: Connection, names: set[str]) -> set[tuple[str, str]]:
    """The sets and shipments, of some shipments, that the books hold."""
    event, reversal = units_tables.unit_event, units_tables.unit_event.alias()
    taken_back = select(reversal.c.seq).where(reversal.c.imei == event.c.imei, reversal.c.reverses == event.c.seq)
    rows = connection.execute(
        select(event.c.imei, event.c.reference).where(
            event.c.kind == KIND_SHIPPED, event.c.reference.in_(sorted(names)), ~taken_back.exists()
        )
    )
    return {(imei, reference) for imei, reference in rows}


def open_stock(books: StoreBooks, found: Sequence[Opening], known: Directory, now: datetime) -> Changes:
    """Book opening stock, as of its day."""
    changes = Changes()
    books.know(
        Names(
            dealers=tuple({entry.dealer for entry in found}), imeis=tuple(entry.imei for entry in found if entry.imei)
        )
    )
    for entry in found:
        books.begin(_morning(entry.as_of, known.dealers[entry.dealer].timezone))
        try:
            records = shipping.opening(
                books,
                dealer=entry.dealer,
                model=entry.model,
                quantity=entry.quantity,
                imei=entry.imei,
                reference=entry.reference,
            )
        except Refused as refused:
            entry.cells.fault("imei", str(refused))
            continue
        books.apply(records)
        changes.new.add((entry.cells.line,))
    return changes


def pay(books: StoreBooks, found: Sequence[Payment], known: Directory, now: datetime) -> Changes:
    """Book payments, as of the day they were paid."""
    changes = Changes()
    books.know(Names(dealers=tuple({payment.dealer for payment in found})))
    for payment in found:
        books.begin(_morning(payment.paid_on, known.dealers[payment.dealer].timezone))
        try:
            records = shipping.pay(payment.dealer, payment.amount, payment.currency, payment.reference, books)
        except Refused as refused:
            payment.cells.fault("", str(refused))
            continue
        books.apply(records)
        changes.new.add((payment.dealer, payment.reference))
    return changes


T = TypeVar("T")


def _chunks(entries: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(entries), CHUNK):
        yield entries[start : start + CHUNK]


def _morning(day: date, zone: str) -> datetime:
    """The first moment of a day somewhere."""
    return datetime.combine(day, time(), ZoneInfo(zone))
