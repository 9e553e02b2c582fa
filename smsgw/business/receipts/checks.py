"""What must be true of receipts: their sets are those that moved, and orders count what was received for them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, sums


def sets_received(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """As many sets of each model were received or found by IMEI as the receipt says."""
    yield from compared(
        connection,
        "receipt_line.units",
        "SELECT l.reference || ' ' || l.model, l.units, count(u.imei) FROM receipt_line l "
        "LEFT JOIN unit_event e ON e.reference = l.reference AND e.kind IN ('received', 'delivered', 'found') "
        "LEFT JOIN unit u ON u.imei = e.imei AND u.model = l.model "
        "GROUP BY l.reference, l.model, l.units HAVING l.units <> count(u.imei) ORDER BY 1",
    )


def received_for_orders(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """What an order counts as received is what its receipts that stand have counted for it."""
    yield from sums(
        connection,
        "order_line.received",
        "reference model",
        "SELECT order_reference AS reference, model, received AS amount FROM order_line",
        "SELECT r.order_reference AS reference, l.model, l.ordered AS amount FROM receipt r "
        "JOIN booking b ON b.reference = r.reference AND b.undone_at IS NULL "
        "JOIN receipt_line l ON l.reference = r.reference WHERE r.order_reference IS NOT NULL",
    )


def in_transit(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """What left for a shop under a delivery note is what its sets say; in transit is what of it has not moved since."""
    yield from sums(
        connection,
        "shipment.sets",
        "dealer shipment",
        "SELECT dealer, shipment, sets AS amount FROM shipment",
        "SELECT e.dealer, e.reference AS shipment, 1 AS amount FROM unit_event e "
        "JOIN (SELECT DISTINCT dealer, shipment FROM shipment) s ON s.dealer = e.dealer AND s.shipment = e.reference "
        "WHERE e.kind = 'shipped' AND e.reverses IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM unit_event x WHERE x.imei = e.imei AND x.reverses = e.seq)",
    )


CHECKS = (sets_received, received_for_orders, in_transit)
