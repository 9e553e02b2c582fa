"""What the expectations add up to: how well regions, dealers and rules report, a manager's day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import dealer
from smsgw.business.expectations.rules import DUE, EXCUSED, LATE, MISSING, ON_TIME
from smsgw.business.expectations.tables import expectation
from smsgw.business.sales.tables import sales_day
from smsgw.calendar.days import zone

GROUPS = ("region", "dealer", "rule", "period")
Key = tuple[str, str, str]  # rule, period, dealer


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
        nothing="no report was owed then; [[report]] in the settings says who owes one",
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


@dataclass(frozen=True, slots=True)
class Digest:
    """A region's day: reports, sets sold, sets sold a week before, and the models that sold most."""

    day: date
    reported: int
    expected: int
    sold: int
    before: int
    models: tuple[tuple[str, int], ...]


def digest(connection: Connection, tree: Regions, region: str, day: date) -> Digest:
    """What a manager is told of a day in the region and all that lies in it."""
    places = tree.within(region)
    owed, shops = _day(connection, places, day, tree.zone(region))
    sets = _sold(connection, places, day)
    before = sum(_sold(connection, places, day - timedelta(days=7)).values())
    models = sorted(((model, count) for model, count in sets.items() if count > 0), key=lambda m: (-m[1], m[0]))
    reported = len(shops) - len({key[2] for key in owed})
    return Digest(day, reported, len(shops), sum(sets.values()), before, tuple(models))


def _day(connection: Connection, places: Collection[str], day: date, timezone: str) -> tuple[list[Key], set[str]]:
    """Of the reports due on a day: those that are not there, and the shops that owe any."""
    rows = connection.execute(
        select(expectation.c.rule, expectation.c.period, expectation.c.dealer, expectation.c.reported_at).where(
            expectation.c.due_at > midnight(day, timezone),
            expectation.c.due_at <= midnight(day + timedelta(days=1), timezone),
            expectation.c.region.in_(places),
            expectation.c.state != EXCUSED,
        )
    ).all()
    owed = [(row.rule, row.period, row.dealer) for row in rows if row.reported_at is None]
    return owed, {row.dealer for row in rows}


def _sold(connection: Connection, places: Collection[str], day: date) -> dict[str, int]:
    rows = connection.execute(
        select(sales_day.c.model, func.sum(sales_day.c.quantity).label("sets"))
        .join(dealer, dealer.c.code == sales_day.c.dealer)
        .where(dealer.c.region.in_(places), sales_day.c.sold_on == day.isoformat())
        .group_by(sales_day.c.model)
    )
    return {row.model: int(row.sets) for row in rows}


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


def midnight(day: date, timezone: str) -> int:
    """When a day begins in a time zone, in milliseconds since the epoch."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone(timezone)).timestamp() * 1000)
