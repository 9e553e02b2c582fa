"""Reports that are owed: made ahead of time, settled by what was booked, closed when their grace is over.

Every function may be called again at any time, also after days without a daemon, and comes to the same rows. Times are
milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, case, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from smsgw.business.conversation.tables import booking
from smsgw.business.core.vocabulary import reporting
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.business.directory.tables import dealer, region
from smsgw.business.expectations.rules import (
    DUE,
    EXCUSED,
    LATE,
    MISSING,
    ON_TIME,
    Dealer,
    Rule,
    expectation_state,
    periods,
)
from smsgw.business.expectations.tables import excused_day, expectation, progress
from smsgw.errors import SmsgwError
from smsgw.store.upserts import insert_new, upsert
from smsgw.values.nearest import did_you_mean

EVERYBODY = ""  # whom an excused day is for
MOST_PERIODS = 31  # of one rule made at once; more are made by the next call
OVERLAP = 20 * 60_000  # a booking is stamped with the arrival of its text, and so may come this much late
HALF_DAY = 14 * 3_600_000  # a day begins so much before it begins in UTC at most
_CURSOR, _CLAIMED = "reports", "reports claimed"

Key = tuple[str, str, str]  # rule, period, dealer


class NobodyExempted(SmsgwError):
    """Days of somebody who is not there."""


def claim(connection: Connection, now: int, *, wait: bool = False) -> bool:
    """Take the looking after reports for this transaction; False where another daemon is at it.

    `wait`: until it is through, and then True; an operator who exempts days must not be overtaken.
    """
    row = select(progress.c.at).where(progress.c.name == _CLAIMED)
    if connection.scalar(row) is None:
        insert_new(connection, progress, [{"name": _CLAIMED, "at": now}], ("name",))
    return connection.scalar(row.with_for_update(skip_locked=not wait)) is not None


def dealers(connection: Connection, tree: Regions) -> list[Dealer]:
    """The active dealers as rules ask about them."""
    rows = connection.execute(
        select(dealer.c.code, dealer.c.region, dealer.c.tier, dealer.c.language, dealer.c.timezone)
        .where(dealer.c.active)
        .order_by(dealer.c.code)
    )
    return [
        Dealer(row.code, tree.above(row.region), row.tier, row.language, row.timezone or tree.zone(row.region))
        for row in rows
    ]


# ---- ahead of time


def materialise(
    connection: Connection, rules: Sequence[Rule], now: int, timezone: str, holidays: Collection[date] = ()
) -> int:
    """Make what will be owed until tomorrow, wherever that is; how many rows are new.

    A rule goes on where its last period was, so that days without a daemon have their reports too. A new one begins
    with what is not due yet. What nobody asks any more, and is not due yet, is taken back.
    """
    connection.execute(
        delete(expectation).where(
            expectation.c.state.in_((DUE, EXCUSED)),
            expectation.c.due_at > now,
            expectation.c.rule.not_in([rule.name for rule in rules]),
        )
    )
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    made = 0
    tree: Regions | None = None
    found: list[Dealer] = []
    for rule in rules:
        latest = connection.scalar(select(func.max(expectation.c.period)).where(expectation.c.rule == rule.name))
        since = rule.following(date.fromisoformat(latest)) if latest else rule.first(today - timedelta(days=1))
        firsts = list(periods(rule, since, today + timedelta(days=1)))[:MOST_PERIODS]
        if not firsts:
            continue
        if tree is None:
            tree = regions(connection, timezone)
            found = dealers(connection, tree)
        free = _free(connection, firsts[0], rule.last(firsts[-1]), holidays)
        rows = [
            _row(rule, first, someone, free)
            for first in firsts
            for someone in found
            if rule.owes(someone) and (latest or rule.due(first, someone.timezone) * 1000 > now)
        ]
        insert_new(connection, expectation, rows, ("rule", "period", "dealer"))
        made += len(rows)
        if not latest and rows:
            _look_back(connection, _day_ms(firsts[0]) - HALF_DAY)
    return made


Free = Callable[[Dealer, date], bool]


def _row(rule: Rule, first: date, someone: Dealer, free: Free) -> dict[str, Any]:
    excused = rule.excused(first, lambda day: free(someone, day))
    return {
        "rule": rule.name,
        "period": first.isoformat(),
        "dealer": someone.code,
        "region": someone.region,
        "due_at": int(rule.due(first, someone.timezone) * 1000),
        "closes_at": int(rule.closes(first, someone.timezone) * 1000),
        "state": EXCUSED if excused else DUE,
    }


def _free(connection: Connection, since: date, until: date, holidays: Collection[date]) -> Free:
    days = select(excused_day.c.whom, excused_day.c.day).where(
        excused_day.c.day >= since.isoformat(), excused_day.c.day <= until.isoformat()
    )
    found = {(whom, date.fromisoformat(day)) for whom, day in connection.execute(days)}

    def free(someone: Dealer, day: date) -> bool:
        return day in holidays or any((whom, day) in found for whom in (EVERYBODY, someone.code, *someone.regions))

    return free


def _look_back(connection: Connection, since: int) -> None:
    """Look at the bookings since then (again): a new rule asks about them."""
    connection.execute(update(progress).where(progress.c.name == _CURSOR, progress.c.at > since).values(at=since))


# ---- what was booked


def settle(connection: Connection, rules: Sequence[Rule], now: int, *, overlap: int = OVERLAP) -> None:
    """Bring the expectations to what was booked and undone since the last call, then close what is overdue."""
    began = connection.scalar(select(progress.c.at).where(progress.c.name == _CURSOR))
    since = (began if began is not None else now - 32 * 86_400_000) - overlap
    first: dict[Key, tuple[int, str]] = {}
    for reference, shop, verb, on, at in _fresh(connection, since):
        for rule in rules:
            if verb in rule.verbs:
                key = (rule.name, rule.first(date.fromisoformat(on)).isoformat(), shop)
                first[key] = min(first.get(key, (at, reference)), (at, reference))
    if first:
        connection.execute(_SETTLE, [_settled(key, *report) for key, report in sorted(first.items())])
    _undone(connection, rules, since, now)
    connection.execute(
        update(expectation).where(expectation.c.state == DUE, expectation.c.closes_at <= now).values(state=MISSING)
    )
    upsert(connection, progress, [{"name": _CURSOR, "at": now}], ("name",))


def _fresh(connection: Connection, since: int) -> Iterable[Any]:
    """Of the live reports booked since then, the first of each shop, verb and day."""
    columns = (booking.c.reference, booking.c.dealer, booking.c.verb, booking.c.booked_on, booking.c.booked_at)
    place = func.row_number().over(
        partition_by=(booking.c.dealer, booking.c.verb, booking.c.booked_on),
        order_by=(booking.c.booked_at, booking.c.reference),
    )
    reports = (
        select(*columns, place.label("place"))
        .where(
            booking.c.booked_at >= since,
            booking.c.undone_at.is_(None),
            booking.c.dealer.is_not(None),
            booking.c.verb.in_(reporting()),
        )
        .subquery()
    )
    wanted = (reports.c.reference, reports.c.dealer, reports.c.verb, reports.c.booked_on, reports.c.booked_at)
    return connection.execute(select(*wanted).where(reports.c.place == 1))


_SETTLE = (
    update(expectation)
    .where(
        expectation.c.rule == bindparam("a_rule"),
        expectation.c.period == bindparam("a_period"),
        expectation.c.dealer == bindparam("a_dealer"),
        expectation.c.closes_at >= bindparam("at"),
        or_(expectation.c.reported_at.is_(None), expectation.c.reported_at > bindparam("at")),
    )
    .values(
        reported_at=bindparam("at"),
        reference=bindparam("by"),
        state=case(
            (expectation.c.state == EXCUSED, EXCUSED), (expectation.c.due_at >= bindparam("at"), ON_TIME), else_=LATE
        ),
    )
)


def _settled(key: Key, at: int, reference: str) -> dict[str, Any]:
    return {"a_rule": key[0], "a_period": key[1], "a_dealer": key[2], "at": at, "by": reference}


def _undone(connection: Connection, rules: Sequence[Rule], since: int, now: int) -> None:
    """What was settled by a booking that has been undone is settled by the next one, or open again."""
    gone = connection.execute(
        select(booking.c.reference, booking.c.dealer, booking.c.booked_on)
        .where(booking.c.undone_at >= since, booking.c.dealer.is_not(None))
        .order_by(booking.c.reference)
    ).all()
    for reference, shop, on in gone:
        for rule in rules:
            first = rule.first(date.fromisoformat(on))
            row = connection.execute(
                select(expectation).where(
                    expectation.c.rule == rule.name,
                    expectation.c.period == first.isoformat(),
                    expectation.c.dealer == shop,
                    expectation.c.reference == reference,
                )
            ).first()
            if row is not None:
                at, by = _first_report(connection, rule, first, shop, row.closes_at)
                state = expectation_state(row.due_at, row.closes_at, at, now, excused=row.state == EXCUSED)
                _put(connection, (rule.name, row.period, shop), state=state, reported_at=at, reference=by)


def _first_report(
    connection: Connection, rule: Rule, first: date, shop: str, closes_at: int
) -> tuple[int | None, str | None]:
    """When and by what a shop first reported in a period, of what is live."""
    found = connection.execute(
        select(booking.c.booked_at, booking.c.reference)
        .where(
            booking.c.booked_at >= _day_ms(first) - HALF_DAY,
            booking.c.booked_at <= closes_at,
            booking.c.dealer == shop,
            booking.c.verb.in_(sorted(rule.verbs)),
            booking.c.booked_on >= first.isoformat(),
            booking.c.booked_on <= rule.last(first).isoformat(),
            booking.c.undone_at.is_(None),
        )
        .order_by(booking.c.booked_at, booking.c.reference)
        .limit(1)
    ).first()
    return (found.booked_at, found.reference) if found else (None, None)


def _put(connection: Connection, key: Key, **values: Any) -> None:
    connection.execute(
        update(expectation)
        .where(expectation.c.rule == key[0], expectation.c.period == key[1], expectation.c.dealer == key[2])
        .values(**values)
    )


# ---- exempted days


def exempt(
    connection: Connection,
    rules: Sequence[Rule],
    whom: str,
    days: Sequence[date],
    why: str,
    now: int,
    timezone: str,
    holidays: Collection[date] = (),
) -> int:
    """Exempt a dealer, a region or, with '', everybody on days, also past ones; how many reports that changes."""
    rows = [{"whom": whom, "day": day.isoformat(), "why": why} for day in days]
    upsert(connection, excused_day, rows, ("whom", "day"))
    return _restate(connection, rules, days, now, timezone, holidays)


def expect_again(
    connection: Connection,
    rules: Sequence[Rule],
    whom: str,
    days: Sequence[date],
    now: int,
    timezone: str,
    holidays: Collection[date] = (),
) -> int:
    """Take exempted days back; how many reports that changes."""
    named = [day.isoformat() for day in days]
    connection.execute(delete(excused_day).where(excused_day.c.whom == whom, excused_day.c.day.in_(named)))
    return _restate(connection, rules, days, now, timezone, holidays)


def whom(connection: Connection, said: str) -> str:
    """The code of a dealer or region as it is kept, or '' for `all`. Raises NobodyExempted."""
    if said.casefold() == "all":
        return EVERYBODY
    for column in (dealer.c.code, region.c.code):
        for code in (said, said.upper()):
            if connection.scalar(select(column).where(column == code)) is not None:
                return code
    begins_alike = dealer.c.code.startswith(said[:1].upper(), autoescape=True)
    known = [
        *connection.scalars(select(region.c.code)),
        *connection.scalars(select(dealer.c.code).where(begins_alike).limit(5_000)),
    ]
    raise NobodyExempted(f"there is no dealer and no region '{said}'; {did_you_mean(said, known, 'or write all')}")


def exempted(
    connection: Connection, whom: str | None = None, since: date | None = None, until: date | None = None
) -> list[tuple[str, date, str]]:
    """The exempted days in their order, each with whom ('': everybody) and why."""
    row = excused_day.c
    wanted = select(row.whom, row.day, row.why).order_by(row.day, row.whom)
    if whom is not None:
        wanted = wanted.where(row.whom == whom)
    if since is not None:
        wanted = wanted.where(row.day >= since.isoformat())
    if until is not None:
        wanted = wanted.where(row.day <= until.isoformat())
    return [(code, date.fromisoformat(day), why) for code, day, why in connection.execute(wanted)]


def _restate(
    connection: Connection,
    rules: Sequence[Rule],
    days: Sequence[date],
    now: int,
    timezone: str,
    holidays: Collection[date],
) -> int:
    """Bring the state of every report of these days to what is true; how many change."""
    if not days:
        return 0
    tree = regions(connection, timezone)
    changed = 0
    for rule in rules:
        firsts = sorted({rule.first(day) for day in days})
        free = _free(connection, firsts[0], rule.last(firsts[-1]), holidays)
        rows = connection.execute(
            select(expectation).where(
                expectation.c.rule == rule.name, expectation.c.period.in_([first.isoformat() for first in firsts])
            )
        ).all()
        for row in rows:
            someone = Dealer(row.dealer, tree.above(row.region), "", "", "")
            first = date.fromisoformat(row.period)
            excused = rule.excused(first, partial(free, someone))
            state = expectation_state(row.due_at, row.closes_at, row.reported_at, now, excused=excused)
            if state != row.state:
                _put(connection, (row.rule, row.period, row.dealer), state=state)
                changed += 1
    return changed


def _day_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
