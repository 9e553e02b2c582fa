"""The proof that the books agree with themselves: what each subject and the kernel say must be true."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.business.registry import gather
from smsgw.store.verify import Finding, entries, numbers, trail


def verify(connection: Connection, trade: Trade | None = None) -> list[Finding]:
    """Everything that does not agree; nothing when the books are right. `trade` says what counts as stock."""
    rules = trade or Trade()
    findings: list[Finding] = []
    for checks in gather("checks", "CHECKS"):
        for check in checks:
            findings += check(connection, rules)
    used = [pair for numbers_of in gather("checks", "USED") for pair in numbers_of(connection)]
    findings += numbers(connection, used)
    findings += trail(connection)
    findings += entries(connection)
    return findings
