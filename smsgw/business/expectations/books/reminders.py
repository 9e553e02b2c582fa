"""Who is to be reminded of which report now: at most once for each level, phone and report, and never who said stop.

What a person asks for by REMIND (`smsgw.store.notices.late`) is a level of its own.

The people of a shop are told of their own reports, its field worker and its manager of the shops that are silent. Times
are milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import CLERK, OWNER, Overseers, Person, of_shops, willing
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import dealer
from smsgw.business.expectations.rules import ASKED, DUE, MISSING, SHOP, Rule
from smsgw.business.expectations.tables import expectation, reminder
from smsgw.calendar.days import zone
from smsgw.calendar.hours import Calendar
from smsgw.store.upserts import insert_new

TOPIC = "reminders"
LOOK_BACK = timedelta(days=7)  # a report due longer ago is no longer reminded of

Key = tuple[str, str, str]  # rule, period, dealer
Hours = Callable[[str], Calendar]  # of a time zone


@dataclass(slots=True)
class Owed:
    """A report that is due and not there."""

    key: Key
    region: str
    due_at: int
    timezone: str

    @property
    def due_on(self) -> date:
        return datetime.fromtimestamp(self.due_at / 1000, zone(self.timezone)).date()


@dataclass(slots=True)
class PendingReminder:
    """One text to one phone: which rule, as whom (`to`: shop, field or manager), about which reports, at which levels.

    `until`: when the hours of sending end.
    """

    person: Person
    to: str
    rule: Rule
    calendar: Calendar
    until: float
    about: list[tuple[Owed, int]] = field(default_factory=list)


def list_due(
    connection: Connection, rules: Sequence[Rule], tree: Regions, hours: Hours, now: int
) -> list[PendingReminder]:
    """The texts that are to be sent at `now`, of the levels whose time has come and of what people asked for."""
    named = {rule.name: rule for rule in rules}
    owed = _owed(connection, tree, now)
    _forget(connection, owed)
    owed = {key: one for key, one in owed.items() if key[0] in named}
    if not owed:
        return []
    told = _read_sent(connection, min(key[1] for key in owed))
    shops = of_shops(connection, sorted({key[2] for key in owed}), OWNER, CLERK)
    overseers = Overseers(connection, tree)
    ends: dict[str, float | None] = {}  # of sending, by time zone; none where it is quiet now

    def end(timezone: str) -> float | None:
        if timezone not in ends:
            calendar = hours(timezone)
            ends[timezone] = calendar.closing(now / 1000) if calendar.is_open(now / 1000) else None
        return ends[timezone]

    found: dict[tuple[str, str, str], PendingReminder] = {}
    for key, one in sorted(owed.items()):
        rule = named[key[0]]
        said = told.get(key, {})
        for to, level in _levels(rule, one, now, said):
            timezone = one.timezone if to == SHOP else tree.zone(one.region)
            until = end(timezone)
            if until is None:
                continue
            for person in shops.get(key[2], ()) if to == SHOP else overseers.of(one.region, to):
                if not _may(said.get(person.phone, ()), level, rule, now):
                    continue
                which = (person.phone, rule.name, to)
                if which not in found:
                    found[which] = PendingReminder(person, to, rule, hours(timezone), until)
                found[which].about.append((one, level))
    allowed = willing(connection, [pending.person for pending in found.values()], TOPIC)
    return [pending for pending in found.values() if pending.person.contact in allowed]


def mark_told(connection: Connection, pending: PendingReminder, now: int) -> None:
    """Write down that it is told, before its text is in the outbox."""
    rows = _rows(pending, now)
    insert_new(connection, reminder, rows, _PRIMARY)
    for row in rows:
        if row["level"] == ASKED:
            connection.execute(update(reminder).where(*_is(row)).values(sent_at=now))


def tie_to_message(connection: Connection, pending: PendingReminder, message: int) -> None:
    """Tie what is told to its text in the outbox."""
    for row in _rows(pending, 0):
        connection.execute(update(reminder).where(*_is(row)).values(message=message))


# ---- within


_CHANGE = 7200  # seconds by which a day of a changed clock may be shorter, and more
_PRIMARY = ("rule", "period", "dealer", "level", "phone")
_Said = dict[str, list[tuple[int, int | None]]]  # by phone: level, when it was sent


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def _owed(connection: Connection, tree: Regions, now: int) -> dict[Key, Owed]:
    """What is due and not there; also what is due later, where a person asked to remind of it."""
    asked = connection.scalar(
        select(func.max(expectation.c.due_at))
        .join(
            reminder,
            and_(
                reminder.c.rule == expectation.c.rule,
                reminder.c.period == expectation.c.period,
                reminder.c.dealer == expectation.c.dealer,
            ),
        )
        .where(reminder.c.sent_at.is_(None))
    )
    rows = connection.execute(
        select(expectation, dealer.c.timezone)
        .join(dealer, dealer.c.code == expectation.c.dealer)
        .where(
            expectation.c.due_at <= max(now, asked or now),
            expectation.c.due_at > now - _ms(LOOK_BACK),
            expectation.c.reported_at.is_(None),
            expectation.c.state.in_((DUE, MISSING)),
            dealer.c.active,
        )
    )
    return {
        (row.rule, row.period, row.dealer): Owed(
            (row.rule, row.period, row.dealer), row.region, row.due_at, row.timezone or tree.zone(row.region)
        )
        for row in rows
    }


def _read_sent(connection: Connection, since: str) -> dict[Key, _Said]:
    """What was told of the reports of periods from a day on."""
    found: dict[Key, _Said] = {}
    for row in connection.execute(select(reminder).where(reminder.c.period >= since)):
        by_phone = found.setdefault((row.rule, row.period, row.dealer), {})
        by_phone.setdefault(row.phone, []).append((row.level, row.sent_at))
    return found


def _levels(rule: Rule, one: Owed, now: int, said: _Said) -> list[tuple[str, int]]:
    """To whom, and the level: the latest whose time has come for each kind of recipient, else what was asked for."""
    latest: dict[str, int] = {}
    elapsed = (now - one.due_at) // 1000 + _CHANGE
    for level in rule.levels:
        if level.after.rough > elapsed:
            break  # they are in the order of time
        if level.after.after(one.due_at / 1000, one.timezone) * 1000 <= now:
            latest[level.to] = level.number
    if any(entry == (ASKED, None) for entries in said.values() for entry in entries):
        latest[SHOP] = ASKED
    return list(latest.items())


def _may(before: Sequence[tuple[int, int | None]], level: int, rule: Rule, now: int) -> bool:
    """Whether a phone that was told at these levels is to be told at another one now."""
    if level == ASKED:
        return (ASKED, None) in before
    spacing = rule.spacing.rough * 1000
    return all(known < level and at is not None and at + spacing <= now for known, at in before)


def _forget(connection: Connection, owed: dict[Key, Owed]) -> None:
    """Drop what was asked for of reports that have come since, or are excused."""
    for row in connection.execute(select(reminder).where(reminder.c.sent_at.is_(None))).all():
        one = owed.get((row.rule, row.period, row.dealer))
        if one is None:
            connection.execute(delete(reminder).where(*_is(row._asdict())))


def _row(key: Key, level: int, phone: str, at: int | None) -> dict[str, Any]:
    return {"rule": key[0], "period": key[1], "dealer": key[2], "level": level, "phone": phone, "sent_at": at}


def _rows(pending: PendingReminder, now: int) -> list[dict[str, Any]]:
    return [_row(one.key, level, pending.person.phone, now) for one, level in pending.about]


def _is(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(reminder.c[name] == row[name] for name in _PRIMARY)
