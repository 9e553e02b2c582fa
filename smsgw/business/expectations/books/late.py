"""LATE and REMIND in the database: who has not reported what was due, and what a reminder to a shop depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.engine import Connection

from smsgw.business.consent.books.people import CLERK, OWNER, of_shops, willing
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer
from smsgw.business.expectations.books.reminders import LOOK_BACK, TOPIC
from smsgw.business.expectations.rules import ASKED, EXCUSED, Late, LateShop, ReminderAsked, Reminding
from smsgw.business.expectations.tables import expectation, reminder
from smsgw.calendar.days import business_date, midnight, zone
from smsgw.calendar.hours import Calendar

SPACING = timedelta(hours=24)  # between two reminders of a shop at least, where a person asks for them
SILENT_DAYS = 60  # a shop that has been silent for longer is told as silent for so long
# A reminder of the last day is of no report whose period began earlier: a month, what is looked back on, a day.
_OLDEST_PERIOD = timedelta(days=31) + LOOK_BACK + SPACING
_CHUNK = 500


class StoredExpectations:
    """See `smsgw.business.expectations.rules.Expectations`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._sending = opening.trade.sending

    def late(self, region: str | None) -> Late:
        """A day is one on the clock of the region."""
        connection, now = self._work.connection, self._work.at
        tree = regions(connection, self._directory.timezone)
        timezone = tree.timezone if region is None else tree.zone(region)
        due: list[ColumnElement[bool]] = [
            expectation.c.due_at <= now,
            expectation.c.due_at > now - _ms(LOOK_BACK),
            expectation.c.state != EXCUSED,
            dealer.c.active,
        ]
        if region is not None:
            due.append(dealer.c.region.in_(sorted(tree.within(region))))
        latest = connection.scalar(_of_dealers(select(func.max(expectation.c.due_at))).where(*due))
        if latest is None:
            return Late(None, 0, ())
        # A report due at midnight is one of the day that ends then.
        day = datetime.fromtimestamp((latest - 1) / 1000, zone(timezone)).date()
        columns = (expectation.c.dealer, expectation.c.rule, expectation.c.period, expectation.c.reported_at)
        rows = connection.execute(
            _of_dealers(select(*columns))
            .where(*due, or_(expectation.c.due_at > midnight(day, timezone), expectation.c.closes_at > now))
            .order_by(expectation.c.due_at.desc(), expectation.c.rule)
        ).all()
        owed: dict[str, list[tuple[str, date]]] = {}
        for code, rule, period, reported_at in rows:
            if reported_at is None:
                owed.setdefault(code, []).append((rule, date.fromisoformat(period)))
        today = business_date(self._work.now, timezone)
        silent = _silent(connection, sorted(owed), today, timezone)
        shops = [LateShop(code, silent[code], tuple(reports)) for code, reports in owed.items()]
        shops.sort(key=lambda shop: (-shop.silent, shop.dealer))
        return Late(day, len({row.dealer for row in rows}), tuple(shops))

    def reminding(self, dealers: Sequence[str]) -> dict[str, Reminding]:
        connection, now = self._work.connection, self._work.at
        people = of_shops(connection, dealers, OWNER, CLERK)
        allowed = willing(connection, [person for shop in people.values() for person in shop], TOPIC)
        lately = _reminded(connection, now)
        zones = self._zones(dealers)
        opens = {timezone: _opening(self._sending, timezone, now) for timezone in set(zones.values())}
        found: dict[str, Reminding] = {}
        for code in dealers:
            shop = people.get(code, [])
            found[code] = Reminding(
                tuple(person.phone for person in shop if person.contact in allowed),
                len(shop),
                any((code, number) in lately for person in shop for number in person.phones),
                opens[zones[code]],
            )
        return found

    def remind(self, record: ReminderAsked) -> None:
        """Keep that a phone is to be reminded; the look after reports puts the text in the outbox, or drops it when the
        report comes before."""
        self._work.say(
            "INSERT INTO reminder (rule, period, dealer, level, phone) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (rule, period, dealer, level, phone) DO UPDATE SET sent_at = NULL, message = NULL",
            record.rule,
            record.period.isoformat(),
            record.dealer,
            ASKED,
            record.phone,
        )

    def _zones(self, dealers: Sequence[str]) -> dict[str, str]:
        self._directory.know_dealers(dealers)
        known = {code: self._directory.dealer(code) for code in dealers}
        return {code: shop.timezone if shop else self._directory.timezone for code, shop in known.items()}


BOOKS = StoredExpectations
RECORDS = {ReminderAsked: Effect(StoredExpectations.remind)}


# ---- within


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def _of_dealers(found: Select[Any]) -> Select[Any]:
    return found.join_from(expectation, dealer, dealer.c.code == expectation.c.dealer)


def _silent(connection: Connection, dealers: Sequence[str], today: date, timezone: str) -> dict[str, int]:
    """For each shop the days since its last report, or since the first period of which one was asked."""
    since = today - timedelta(days=SILENT_DAYS)
    found: dict[str, int] = {}
    for some in _chunks(dealers):
        rows = connection.execute(
            select(expectation.c.dealer, func.max(expectation.c.reported_at), func.min(expectation.c.period))
            .where(expectation.c.dealer.in_(some), expectation.c.period >= since.isoformat())
            .group_by(expectation.c.dealer)
        )
        for code, reported_at, first in rows:
            if reported_at is None:
                last = date.fromisoformat(first)
            else:
                last = datetime.fromtimestamp(reported_at / 1000, zone(timezone)).date()
            found[code] = max(0, (today - last).days)
    return {code: found.get(code, SILENT_DAYS) for code in dealers}


def _reminded(connection: Connection, now: int) -> set[tuple[str, str]]:
    """The shops and phones that were reminded within a day, or will be."""
    oldest = datetime.fromtimestamp(now / 1000, UTC).date() - _OLDEST_PERIOD
    rows = connection.execute(
        select(reminder.c.dealer, reminder.c.phone).where(
            reminder.c.period >= oldest.isoformat(),
            or_(reminder.c.sent_at > now - _ms(SPACING), and_(reminder.c.sent_at.is_(None), reminder.c.level == ASKED)),
        )
    )
    return {(code, number) for code, number in rows}


def _opening(sending: str, timezone: str, now: int) -> datetime | None:
    """When notices may be sent again in a time zone; None where they may be now."""
    if not sending:
        return None
    opens = replace(Calendar.read(sending), zone=timezone).opening(now / 1000)
    return datetime.fromtimestamp(opens, UTC) if opens * 1000 > now else None


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
