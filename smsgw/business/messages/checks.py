"""What must be true of messages: no text is answered twice."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.numbers import MESSAGE
from smsgw.store.verify import Finding, compared


def replies(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from compared(
        connection,
        "message_out.in_reply_to",
        "SELECT in_reply_to, count(*), 1 FROM message_out WHERE in_reply_to IS NOT NULL "
        "GROUP BY in_reply_to HAVING count(*) > 1 ORDER BY 1",
    )


CHECKS = (replies,)


def used(connection: Connection) -> Iterator[tuple[str, int]]:
    """The ids that messages have, those in and those out in one series."""
    ids = "SELECT id FROM message_in UNION ALL SELECT id FROM message_out"
    yield MESSAGE, connection.execute(text(f"SELECT coalesce(max(id), 0) FROM ({ids}) AS m")).scalar_one()


USED = used
