"""What must be true of stock: levels are the sums of what moved, and as many units are held as they say."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.conversation.checks import reversed_with_its_booking
from smsgw.business.core.trade import Trade
from smsgw.business.units.rules.states import UNIT_STATES, in_stock
from smsgw.store.verify import Finding, sums


def held_units(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """The sets of a level that are known by IMEI are the units in that shop's stock."""
    states = ", ".join(f"'{state}'" for state in UNIT_STATES if in_stock(state, trade))
    yield from sums(
        connection,
        "stock_level.units",
        "dealer model",
        "SELECT dealer, model, units AS amount FROM stock_level",
        "SELECT holder AS dealer, model, count(*) AS amount FROM unit "
        f"WHERE holder IS NOT NULL AND state IN ({states}) GROUP BY holder, model",
    )


def levels(connection: Connection, trade: Trade) -> Iterator[Finding]:
    for column in ("quantity", "units"):
        yield from sums(
            connection,
            f"stock_level.{column}",
            "dealer model",
            f"SELECT dealer, model, {column} AS amount FROM stock_level",
            f"SELECT dealer, model, sum({column}) AS amount FROM stock_entry GROUP BY dealer, model",
        )


def counts(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from reversed_with_its_booking(connection, "stock_count_line")


CHECKS = (held_units, levels, counts)
