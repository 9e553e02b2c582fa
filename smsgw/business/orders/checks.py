"""What must be true of orders: totals, states and what was shipped are those of their lines and steps."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, references

# The sets of a line that are to leave.
_WANTED = (
    "CASE WHEN o.state IN ('approved', 'allocated', 'part_shipped', 'shipped', 'received', 'closed') "
    "THEN l.approved ELSE l.quantity END"
)


def orders(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from compared(
        connection,
        "sales_order.total",
        "SELECT o.reference, o.total, coalesce(sum(l.quantity * l.price), 0) FROM sales_order o "
        "LEFT JOIN order_line l ON l.order_reference = o.reference "
        "GROUP BY o.reference, o.total HAVING o.total <> coalesce(sum(l.quantity * l.price), 0) ORDER BY 1",
    )
    yield from compared(
        connection,
        "sales_order.state",
        "SELECT o.reference, o.state, e.state FROM sales_order o LEFT JOIN order_event e "
        "ON e.order_reference = o.reference AND e.seq = "
        "(SELECT max(seq) FROM order_event x WHERE x.order_reference = o.reference) "
        "WHERE e.state IS NULL OR e.state <> o.state ORDER BY 1",
    )
    yield from compared(
        connection,
        "order_line.shipped",
        f"SELECT o.reference, o.state || ' with ' || sum(l.shipped) || ' of ' || sum({_WANTED}) || ' sets shipped', "
        f"CASE WHEN sum(l.shipped) = 0 THEN 'none' WHEN sum(l.shipped) < sum({_WANTED}) THEN 'part' ELSE 'all' END "
        "FROM sales_order o JOIN order_line l ON l.order_reference = o.reference GROUP BY o.reference, o.state "
        "HAVING (o.state = 'part_shipped' AND (sum(l.shipped) = 0 OR sum(l.shipped) >= sum(l.approved))) "
        "OR (o.state IN ('shipped', 'received') AND sum(l.shipped) < sum(l.approved)) "
        "OR (o.state IN ('draft', 'confirmed', 'approved', 'allocated', 'rejected', 'cancelled', 'expired') "
        "AND sum(l.shipped) > 0) ORDER BY 1",
    )
    yield from compared(
        connection,
        "order_line.approved",
        "SELECT o.reference || ' ' || l.model, o.state || ' with ' || l.approved || ' approved, ' || l.shipped "
        "|| ' shipped, ' || l.received || ' received', 'of ' || l.quantity || ' ordered' "
        "FROM sales_order o JOIN order_line l ON l.order_reference = o.reference "
        "WHERE l.approved > l.quantity OR l.shipped > l.approved OR l.received > l.shipped OR l.received < 0 "
        "OR (o.state IN ('draft', 'confirmed', 'rejected', 'expired') AND l.approved > 0) ORDER BY 1",
    )
    yield from compared(
        connection,
        "order_line.approved",
        "SELECT o.reference, o.state, 'nothing is approved' FROM sales_order o "
        "JOIN order_line l ON l.order_reference = o.reference "
        "WHERE o.state IN ('approved', 'allocated', 'part_shipped', 'shipped', 'received', 'closed') "
        "GROUP BY o.reference, o.state HAVING sum(l.approved) = 0 ORDER BY 1",
    )
    yield from compared(
        connection,
        "order_line.received",
        "SELECT o.reference, o.state, sum(l.received) || ' of ' || sum(l.shipped) || ' sets received' "
        "FROM sales_order o JOIN order_line l ON l.order_reference = o.reference GROUP BY o.reference, o.state "
        "HAVING (o.state = 'received') <> (sum(l.received) = sum(l.shipped)) "
        "AND o.state IN ('shipped', 'received') ORDER BY 1",
    )
    yield from compared(
        connection,
        "shipment.sets",
        "SELECT s.reference, l.sets, s.sets "
        "FROM (SELECT order_reference AS reference, sum(sets) AS sets FROM shipment GROUP BY order_reference) s "
        "JOIN (SELECT order_reference AS reference, sum(shipped) AS sets FROM order_line GROUP BY order_reference) l "
        "ON l.reference = s.reference WHERE l.sets < s.sets ORDER BY 1",
    )
    yield from compared(
        connection,
        "shipment.order_reference",
        "SELECT s.shipment, s.order_reference, coalesce(o.dealer, 'no order') FROM shipment s "
        "LEFT JOIN sales_order o ON o.reference = s.order_reference WHERE s.order_reference <> '' "
        "AND (o.dealer IS NULL OR o.dealer <> s.dealer) ORDER BY 1",
    )


CHECKS = (orders,)


def used(connection: Connection) -> Iterator[tuple[str, int]]:
    """The references that orders have."""
    yield from references(connection, "sales_order")


USED = used
