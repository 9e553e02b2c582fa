"""A manager's day: what the region reported and sold, told once when the day is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import MANAGER, Overseers
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import dealer
from smsgw.business.expectations.rules import EXCUSED
from smsgw.business.expectations.tables import expectation
from smsgw.business.notifications.books.notices import DIGEST, Hours, PendingNotice, list_untold
from smsgw.business.sales.tables import sales_day
from smsgw.calendar.days import midnight, zone

Key = tuple[str, str, str]  # rule, period, dealer


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


def digests(
    connection: Connection, tree: Regions, hours: Hours, at: int, now: int
) -> list[tuple[PendingNotice, str, Digest]]:
    """Managers who are to be told of the latest day that ended for them at minute `at`, with its region and figures."""
    found: list[tuple[PendingNotice, str, Digest]] = []
    for region, people in sorted(Overseers(connection, tree).regions(MANAGER).items()):
        timezone = tree.zone(region)
        calendar = hours(timezone)
        local = datetime.fromtimestamp(now / 1000, zone(timezone))
        day = local.date() if local.hour * 60 + local.minute >= at else local.date() - timedelta(days=1)
        if not calendar.is_open(now / 1000):
            continue
        about = [(person, calendar, [f"{day.isoformat()} {region}"]) for person in people]
        untold = list_untold(connection, DIGEST, about, now)
        figures = digest(connection, tree, region, day) if untold else None
        found += [(pending, region, figures) for pending in untold if figures is not None]
    return found
