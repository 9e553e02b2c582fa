"""What the expectations add up to: how well regions, dealers and rules report, a manager's day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from smsgw.business.core.reporting import (
    FROM_DAY,
    NAME,
    REGION,
    SHARE,
    TO_DAY,
    Column,
    Findings,
    Question,
    Report,
    per,
)
from smsgw.business.expectations.rules import DUE, EXCUSED, LATE, MISSING, ON_TIME
from smsgw.business.expectations.tables import expectation

GROUPS = ("region", "dealer", "rule", "period")


def rates(
    connection: Connection,
    *,
    by: str = "region",
    since: date | None = None,
    until: date | None = None,
    regions: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """A row for each region, dealer, rule or period: how many reports were expected, came on time, came late, are
    missing or not due or closed yet, and were excused; and the rate, of what was expected, that came.

    Days are those of the periods' beginnings. A region counts the dealers that were in it on that day.
    """
    column = expectation.c[by]
    states = (ON_TIME, LATE, MISSING, DUE, EXCUSED)
    counts = [func.sum(case((expectation.c.state == state, 1), else_=0)).label(state) for state in states]
    found = select(column.label("group"), *counts).group_by(column).order_by(column)
    if since is not None:
        found = found.where(expectation.c.period >= since.isoformat())
    if until is not None:
        found = found.where(expectation.c.period <= until.isoformat())
    if regions is not None:
        found = found.where(expectation.c.region.in_(regions))
    return [_rate(by, row.group, *(int(row._mapping[state]) for state in states)) for row in connection.execute(found)]


def total(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All rows of `rates` in one, named `all`."""
    listed = list(rows)
    by = next((name for name in listed[0] if name in GROUPS), "region") if listed else "region"
    names = ("on_time", "late", "missing", "due", "excused")
    return _rate(by, "all", *(sum(row[name] for row in listed) for name in names))


def _reporting(connection: Connection, asked: Question) -> Findings:
    rows = rates(connection, by=asked.per, since=asked.first, until=asked.last, regions=asked.regions)
    everything = total(rows)
    return Findings(
        (Column(asked.per, NAME), *_COLUMNS),
        rows,
        {column.name: everything[column.name] for column in _COLUMNS},
        nothing="" if rows else _nothing(connection),
    )


def _nothing(connection: Connection) -> str:
    """Why there is no row: none of that time, or none at all yet."""
    first, last = connection.execute(select(func.min(expectation.c.period), func.max(expectation.c.period))).one()
    if first is not None:
        return f"no report was owed then; those that were or are owed are of periods from {first} to {last}"
    return (
        "no report has been owed yet: [[report]] in the settings says who owes one, and a new rule begins with the "
        "first report that becomes due while `smsgw run` serves it"
    )


_COLUMNS = (
    Column("expected"),
    Column("on_time", title="on time"),
    *(Column(name) for name in ("late", "missing", "due", "excused")),
    Column("rate", SHARE),
    Column("on_time_rate", SHARE, "on time of all"),
)
REPORTS = {
    "reporting": Report(
        "Who reported: expected, on time, late, missing, due, excused, and the rate of what was expected that came.",
        (FROM_DAY, TO_DAY, REGION, per(*GROUPS)),
        _reporting,
    )
}


def _rate(by: str, name: str, on_time: int, late: int, missing: int, due: int, excused: int) -> dict[str, Any]:
    expected = on_time + late + missing + due
    return {
        by: name,
        "expected": expected,
        "on_time": on_time,
        "late": late,
        "missing": missing,
        "due": due,
        "excused": excused,
        "rate": round((on_time + late) / expected, 4) if expected else None,
        "on_time_rate": round(on_time / expected, 4) if expected else None,
    }
