"""Questions about rows that only ever grow: bookings, trails, effects, orders, money. Asked of the database itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from smsgw.business.conversation.rules.records import Booking
from smsgw.business.directory.books.regions import regions
from smsgw.business.money.rules import Posted
from smsgw.business.orders.rules import REJECTED, Order, OrderLine
from smsgw.business.sales.rules.lines import SaleLine
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules.states import UnitEvent
from smsgw.business.workspace import Earlier, Workspace
from smsgw.store.instants import from_ms

_BOOKING = (
    "SELECT b.reference, b.verb, b.dealer, b.phone, b.contact, b.message, b.booked_on, b.booked_at, b.undone_at, "
    "b.summary FROM booking b "
)


def _bookings(work: Workspace, condition: str, *values: object) -> list[Booking]:
    return [
        Booking(
            reference,
            verb,
            dealer,
            phone,
            contact,
            message,
            date.fromisoformat(booked_on),
            from_ms(booked_at),
            undone_at is not None,
            summary,
        )
        for reference, verb, dealer, phone, contact, message, booked_on, booked_at, undone_at, summary in work.ask(
            _BOOKING + condition, *values
        )
    ]


def booking(work: Workspace, reference: str) -> Booking | None:
    found = _bookings(work, "WHERE b.reference = ?", reference)
    return found[0] if found else None


def bookings(work: Workspace, phone: str, limit: int) -> list[Booking]:
    """The newest bookings of a phone, newest first."""
    return _bookings(
        work,
        "WHERE b.phone = ? ORDER BY b.booked_at DESC, b.message DESC, b.place DESC LIMIT ?",
        phone,
        limit,
    )


def sale_of(work: Workspace, imei: str) -> Booking | None:
    """The live sale of a unit."""
    found = _bookings(
        work,
        "JOIN unit_event e ON e.reference = b.reference WHERE e.imei = ? AND e.kind = 'sold' AND b.undone_at IS NULL "
        "ORDER BY e.seq DESC LIMIT 1",
        imei,
    )
    return found[0] if found else None


def first_live(work: Workspace, phone: str, texts: Sequence[Earlier]) -> Booking | None:
    """The first live booking that any of these texts of a phone made, in their order."""
    for text in texts:
        found = _bookings(
            work,
            "WHERE b.phone = ? AND b.booked_at = ? AND b.message = ? AND b.undone_at IS NULL ORDER BY b.place LIMIT 1",
            phone,
            text.received_at,
            text.id,
        )
        if found:
            return found[0]
    return None


_EVENT = "SELECT imei, seq, kind, dealer, happened_at, reference, message, reverses FROM unit_event "


def _events(rows: Iterable[Sequence[object]]) -> tuple[UnitEvent, ...]:
    return tuple(
        UnitEvent(imei, seq, kind, dealer, from_ms(at), reference, message, reverses)  # type: ignore[arg-type]
        for imei, seq, kind, dealer, at, reference, message, reverses in rows
    )


def trail(work: Workspace, imei: str) -> tuple[UnitEvent, ...]:
    """Every event of a unit, oldest first."""
    return _events(work.ask(_EVENT + "WHERE imei = ? ORDER BY seq", imei))


def events(work: Workspace, reference: str) -> tuple[UnitEvent, ...]:
    """Every event that a reference caused."""
    return _events(work.ask(_EVENT + "WHERE reference = ? ORDER BY imei, seq", reference))


def entries(work: Workspace, reference: str) -> tuple[StockMoved, ...]:
    """Every stock row that a reference wrote."""
    return tuple(
        StockMoved(*row)
        for row in work.ask(
            "SELECT dealer, model, quantity, units, kind, reference FROM stock_entry WHERE reference = ? ORDER BY id",
            reference,
        )
    )


def postings(work: Workspace, reference: str) -> tuple[Posted, ...]:
    """Every posting of a reference."""
    return tuple(
        Posted(ref, dealer, account, kind, amount, currency, date.fromisoformat(due) if due else None)
        for ref, dealer, account, kind, amount, currency, due in work.ask(
            "SELECT reference, dealer, account, kind, amount, currency, due_on FROM ledger_entry "
            "WHERE reference = ? ORDER BY id",
            reference,
        )
    )


def lines(work: Workspace, reference: str) -> tuple[SaleLine, ...]:
    """The live sale lines of a reference."""
    return tuple(
        SaleLine(ref, dealer, date.fromisoformat(on), model, quantity, imei)
        for ref, dealer, on, model, quantity, imei in work.ask(
            "SELECT reference, dealer, sold_on, model, quantity, imei FROM sale_line "
            "WHERE reference = ? AND reversed_at IS NULL ORDER BY line",
            reference,
        )
    )


def held(work: Workspace, dealer: str) -> dict[str, str]:
    """The units in a shop's stock, by first and second IMEI, with their models."""
    units: dict[str, str] = {}
    for imei, imei2, model in work.ask(
        "SELECT imei, imei2, model FROM unit WHERE holder = ? AND state IN ('shipped', 'in_stock') ORDER BY imei",
        dealer,
    ):
        units[imei] = model
        if imei2:
            units[imei2] = model
    return units


def sold(work: Workspace, dealer: str, since: str, until: str) -> dict[str, int]:
    """Sets sold by model on the days from `since` to `until`."""
    return {
        model: int(sets)
        for model, sets in work.ask(
            "SELECT model, sum(quantity) FROM sales_day WHERE dealer = ? AND sold_on >= ? AND sold_on <= ? "
            "GROUP BY model HAVING sum(quantity) <> 0 ORDER BY model",
            dealer,
            since,
            until,
        )
    }


def last_sale_on(work: Workspace, dealer: str) -> date | None:
    found = work.ask("SELECT max(sold_on) FROM sales_day WHERE dealer = ? AND quantity > 0", dealer)[0][0]
    return date.fromisoformat(found) if found else None


_ORDER = "SELECT reference, dealer, state, total, currency, created_at, expires_at FROM sales_order "


def _orders(work: Workspace, condition: str, *values: object) -> list[Order]:
    return [_order(work, *row) for row in work.ask(_ORDER + condition, *values)]


def _order(
    work: Workspace, reference: str, dealer: str, state: str, total: int, currency: str, at: int, expires: int | None
) -> Order:
    lines = tuple(
        OrderLine(*line)
        for line in work.ask(
            "SELECT model, quantity, price, shipped FROM order_line WHERE order_reference = ? ORDER BY line", reference
        )
    )
    return Order(
        reference,
        dealer,
        state,
        lines,
        total,
        currency,
        from_ms(at),
        from_ms(expires) if expires is not None else None,
        sum(line.shipped for line in lines),
        _why(work, reference) if state == REJECTED else "",
    )


def _why(work: Workspace, reference: str) -> str:
    """The reason that was given when an order was rejected."""
    found = work.ask("SELECT why FROM order_event WHERE order_reference = ? AND state = ?", reference, REJECTED)
    return (found[0][0] or "") if found else ""


def order(work: Workspace, reference: str) -> Order | None:
    found = _orders(work, "WHERE reference = ?", reference)
    return found[0] if found else None


def orders(work: Workspace, dealer: str, states: Sequence[str]) -> list[Order]:
    """The dealer's orders in any of the states, newest first."""
    if not states:
        return []
    marks = ", ".join("?" for _ in states)
    return _orders(
        work,
        f"WHERE dealer = ? AND state IN ({marks}) ORDER BY created_at DESC, length(reference) DESC, reference DESC",
        dealer,
        *states,
    )


def orders_waiting(work: Workspace, region: str | None) -> list[str]:
    """The orders that wait for approval, of a region and what lies in it or of all, the oldest first."""
    within: list[str] = []
    place = ""
    if region is not None:
        within = sorted(regions(work.driver.connection, work.directory.timezone).within(region))
        place = f"AND d.region IN ({', '.join('?' for _ in within)}) " if within else "AND d.region IS NULL "
    rows = work.ask(
        "SELECT o.reference FROM sales_order o JOIN dealer d ON d.code = o.dealer "
        f"WHERE o.state = 'confirmed' {place}ORDER BY o.created_at, length(o.reference), o.reference",
        *within,
    )
    return [reference for (reference,) in rows]
