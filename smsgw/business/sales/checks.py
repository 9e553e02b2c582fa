"""What must be true of sales: the sums of each day, and one live sale of each unit that is sold."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.conversation.checks import reversed_with_its_booking
from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, sums


def days(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from sums(
        connection,
        "sales_day.quantity",
        "dealer sold_on model",
        "SELECT dealer, sold_on, model, quantity AS amount FROM sales_day",
        "SELECT dealer, sold_on, model, sum(quantity) AS amount FROM sale_line WHERE reversed_at IS NULL "
        "GROUP BY dealer, sold_on, model",
    )


def late_imeis(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A sale by number knows how many of its IMEIs came later, and they were sold where and when it says."""
    yield from compared(
        connection,
        "sale_line.filled",
        "SELECT l.reference, l.filled, count(f.imei) FROM sale_line l LEFT JOIN sale_line f ON f.fills = l.reference "
        "AND f.model = l.model AND (f.reversed_at IS NULL OR f.returned IS NOT NULL) "
        "WHERE l.imei IS NULL AND (l.filled <> 0 OR f.imei IS NOT NULL) GROUP BY l.reference, l.line, l.filled "
        "HAVING l.filled <> count(f.imei) ORDER BY 1",
    )
    yield from compared(
        connection,
        "sale_line.fills",
        "SELECT f.reference, f.fills, 'a live sale by number of the same shop and day' FROM sale_line f "
        "WHERE f.fills IS NOT NULL AND f.reversed_at IS NULL AND NOT EXISTS (SELECT 1 FROM sale_line l "
        "WHERE l.reference = f.fills AND l.model = f.model AND l.dealer = f.dealer AND l.sold_on = f.sold_on "
        "AND l.imei IS NULL AND (l.reversed_at IS NULL OR l.filled > 0)) ORDER BY 1",
    )


def live_sales(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A set is in one live sale at most, and in one exactly while it is sold."""
    yield from compared(
        connection,
        "sale_line.imei",
        "SELECT imei, count(*), 1 FROM sale_line WHERE imei IS NOT NULL AND reversed_at IS NULL "
        "GROUP BY imei HAVING count(*) > 1 ORDER BY 1",
    )
    yield from compared(
        connection,
        "unit.state",
        "SELECT u.imei, u.state, 'sold' FROM unit u JOIN sale_line l ON l.imei = u.imei AND l.reversed_at IS NULL "
        "WHERE u.state <> 'sold' ORDER BY 1",
    )
    yield from compared(
        connection,
        "sale_line.imei",
        "SELECT u.imei, 'no live sale', 'one' FROM unit u WHERE u.state = 'sold' AND NOT EXISTS "
        "(SELECT 1 FROM sale_line l WHERE l.imei = u.imei AND l.reversed_at IS NULL) ORDER BY 1",
    )


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from reversed_with_its_booking(connection, "sale_line", unless="t.returned IS NOT NULL OR t.filled > 0")
    yield from reversed_with_its_booking(connection, "nil_report")


def on_hold(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """The booking of a sale on hold stands while that is open or approved; its sets are sold and moved by it once it is
    approved, and never before."""
    yield from compared(
        connection,
        "sale_hold.state",
        "SELECT h.reference, h.state, CASE WHEN b.undone_at IS NULL THEN 'standing' ELSE 'taken back' END "
        "FROM sale_hold h JOIN booking b ON b.reference = h.reference "
        "WHERE (h.state IN ('open', 'approved')) <> (b.undone_at IS NULL) OR b.dealer <> h.dealer ORDER BY 1",
    )
    yield from compared(
        connection,
        "sale_hold_line.imei",
        "SELECT l.reference || ' ' || l.imei, h.state, count(s.imei) FROM sale_hold_line l "
        "JOIN sale_hold h ON h.reference = l.reference LEFT JOIN sale_line s ON s.reference = l.reference "
        "AND s.imei = l.imei AND (s.reversed_at IS NULL OR s.returned IS NOT NULL) "
        "GROUP BY l.reference, l.imei, h.state "
        "HAVING count(s.imei) <> CASE WHEN h.state = 'approved' THEN 1 ELSE 0 END ORDER BY 1",
    )
    yield from compared(
        connection,
        "sale_hold_line",
        "SELECT h.reference, 'no sets', 'some' FROM sale_hold h WHERE NOT EXISTS "
        "(SELECT 1 FROM sale_hold_line l WHERE l.reference = h.reference) ORDER BY 1",
    )
    yield from compared(
        connection,
        "unit_event.kind",
        "SELECT e.reference || ' ' || e.imei, 'moved', 'by a sale on hold' FROM unit_event e WHERE e.kind = 'moved' "
        "AND e.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM sale_hold_line l JOIN sale_hold h "
        "ON h.reference = l.reference WHERE l.reference = e.reference AND l.imei = e.imei "
        "AND h.state IN ('approved', 'undone') AND h.dealer = e.dealer) ORDER BY 1",
    )


CHECKS = (days, late_imeis, live_sales, undone, on_hold)
