"""What must be true of returns: their sets are where they say, their sales are reversed, their money is posted once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A return is undone exactly where its booking is, and every booking of one has it."""
    yield from compared(
        connection,
        "return_case.state",
        "SELECT c.reference, c.state, CASE WHEN b.undone_at IS NULL THEN 'not undone' ELSE 'undone' END "
        "FROM return_case c JOIN booking b ON b.reference = c.reference "
        "WHERE (c.state = 'undone') <> (b.undone_at IS NOT NULL) ORDER BY 1",
    )
    yield from compared(
        connection,
        "return_case",
        "SELECT b.reference, 'no return', 'one' FROM booking b LEFT JOIN return_case c ON c.reference = b.reference "
        "WHERE b.verb = 'return' AND c.reference IS NULL ORDER BY 1",
    )


def sets_back(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """The sets of a return moved by it, those of one that waits lie where it left them, and none is in two that do.

    What a depot has received it may ship again, to come back once more, before the first return is decided.
    """
    yield from compared(
        connection,
        "return_line.imei",
        "SELECT l.reference || ' ' || l.imei, 'not moved', 'by it' FROM return_line l WHERE NOT EXISTS "
        "(SELECT 1 FROM unit_event e WHERE e.reference = l.reference AND e.imei = l.imei "
        "AND e.kind = CASE WHEN l.sale IS NULL THEN 'sent_back' ELSE 'returned' END) ORDER BY 1",
    )
    yield from compared(
        connection,
        "unit.state",
        "SELECT u.imei, u.state, CASE WHEN l.sale IS NULL THEN 'returning' ELSE 'returned' END FROM return_line l "
        "JOIN return_case c ON c.reference = l.reference AND c.state = 'open' JOIN unit u ON u.imei = l.imei "
        "WHERE l.depot IS NULL AND (u.holder IS NULL OR u.holder <> c.dealer "
        "OR u.state <> CASE WHEN l.sale IS NULL THEN 'returning' ELSE 'returned' END) ORDER BY 1",
    )
    yield from compared(
        connection,
        "return_line.imei",
        "SELECT l.imei, count(*), 1 FROM return_line l JOIN return_case c ON c.reference = l.reference "
        "WHERE c.state = 'open' AND l.depot IS NULL GROUP BY l.imei HAVING count(*) > 1 ORDER BY 1",
    )


def sales_back(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """The lines of sales that returns took back are those that their sets name."""
    yield from compared(
        connection,
        "sale_line.returned",
        "SELECT s.reference || ' ' || s.imei, s.returned, 'no such return' FROM sale_line s LEFT JOIN return_line l "
        "ON l.reference = s.returned AND l.imei = s.imei AND l.sale = s.reference "
        "LEFT JOIN return_case c ON c.reference = l.reference AND c.state <> 'undone' "
        "WHERE s.returned IS NOT NULL AND (c.reference IS NULL OR s.reversed_at IS NULL) ORDER BY 1",
    )
    yield from compared(
        connection,
        "sale_line.returned",
        "SELECT l.sale || ' ' || l.imei, 'live', l.reference FROM return_line l "
        "JOIN return_case c ON c.reference = l.reference AND c.state <> 'undone' "
        "WHERE l.sale IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sale_line s WHERE s.reference = l.sale "
        "AND s.imei = l.imei AND s.returned = l.reference) ORDER BY 1",
    )


def money_back(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """What a return was credited is posted once, and nothing for one that was not."""
    yield from compared(
        connection,
        "ledger_entry of a return",
        "SELECT c.reference, coalesce((SELECT -sum(p.amount) FROM ledger_entry p WHERE p.reference = c.reference "
        "AND p.kind = 'return' AND p.account = 'receivable' AND p.dealer = c.dealer), 0), "
        "coalesce(sum(l.credit), 0) FROM return_case c JOIN return_line l ON l.reference = c.reference "
        "GROUP BY c.reference, c.dealer HAVING coalesce((SELECT -sum(p.amount) FROM ledger_entry p "
        "WHERE p.reference = c.reference AND p.kind = 'return' AND p.account = 'receivable' "
        "AND p.dealer = c.dealer), 0) <> coalesce(sum(l.credit), 0) ORDER BY 1",
    )
    yield from compared(
        connection,
        "return_line.credit",
        "SELECT l.reference || ' ' || l.imei, CASE WHEN l.credit IS NULL THEN 'none' ELSE 'some' END, c.state "
        "FROM return_line l JOIN return_case c ON c.reference = l.reference "
        "WHERE (l.credit IS NOT NULL) <> (c.state = 'credited') ORDER BY 1",
    )


def replacements(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """Each set of a return that was replaced has its own new one, which left for the shop by it."""
    yield from compared(
        connection,
        "return_line.replaced_by",
        "SELECT l.reference || ' ' || l.imei, CASE WHEN l.replaced_by IS NULL THEN 'none' ELSE 'one' END, c.state "
        "FROM return_line l JOIN return_case c ON c.reference = l.reference "
        "WHERE (l.replaced_by IS NOT NULL) <> (c.state = 'replaced') ORDER BY 1",
    )
    yield from compared(
        connection,
        "return_line.replaced_by",
        "SELECT l.reference || ' ' || l.replaced_by, 'not sent', 'by it' FROM return_line l "
        "WHERE l.replaced_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unit_event e WHERE e.imei = l.replaced_by "
        "AND e.reference = l.reference AND e.kind = 'shipped') ORDER BY 1",
    )


CHECKS = (undone, sets_back, sales_back, money_back, replacements)
