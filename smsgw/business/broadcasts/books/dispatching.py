"""From the frozen audience to the outbox: a slice at a time, each with the cursor of its zone in one transaction.

What a slice queues is in this daemon's hands at once, so it is no longer than what the links have room for; the rest
waits as recipients. Whoever said stop since the snapshot is excluded now.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from smsgw.business.audiences.books.eligibility import BLOCKED, STOPPED, EligibilityFilter, Excluded
from smsgw.business.broadcasts.books.merge_fields import Recipient, merge_values
from smsgw.business.broadcasts.books.release import SKIPPED
from smsgw.business.broadcasts.rules.merge_fields import Field, Wording, parse, render
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.business.messages.books.outbox import Outbox, OutboxRow
from smsgw.calendar.hours import Calendar
from smsgw.store.driver import Driver
from smsgw.store.workspace import Workspace

TOO_LATE = "too_late"
_TURN = 20  # milliseconds until a daemon looks again whether it is its turn
_ENDING = 2_000  # recipients of a job that is over that are crossed off in one transaction
_BURST = 1_000  # milliseconds of a pace that may be made up for at once

_ALIVE = (
    "SELECT b.reference, b.pace, b.paced_at, b.not_after, z.zone, z.cursor, z.total, b.link FROM broadcast b "
    "JOIN broadcast_zone z ON z.broadcast = b.reference "
    "WHERE b.state = 'running' AND b.frozen_at IS NOT NULL AND z.cursor < z.total "
    "ORDER BY b.released_at, b.reference, z.zone"
)
_NEXT = (
    "SELECT phone, contact, dealer, language FROM broadcast_recipient "
    "WHERE broadcast = ? AND zone = ? AND position > ? AND position <= ? ORDER BY position"
)


class Books(Protocol):
    """What of the books is needed here."""

    @property
    def work(self) -> Workspace: ...

    @property
    def outbox(self) -> Outbox: ...


class ZoneRow(NamedTuple):
    """A zone of a running broadcast in which recipients are left, as _ALIVE selects it. Times are milliseconds."""

    reference: str
    pace: int | None
    paced_at: int | None
    not_after: int | None
    zone: str
    cursor: int
    total: int
    link: str | None


@dataclass(slots=True)
class Job:
    """What never changes of a released job, kept between slices."""

    reference: str
    topic: str
    link: str | None
    source: str | None
    message_class: int | None
    window: str
    wordings: Mapping[str, Wording]
    fields: tuple[Field, ...]
    calendars: dict[str, Calendar] = field(default_factory=dict)


@dataclass(slots=True)
class Dispatched:
    """What a slice brought. `again_at` (milliseconds): when there is more to be queued, None when there is nothing."""

    rows: list[OutboxRow] = field(default_factory=list)
    again_at: int | None = None

    def come_again(self, at: int) -> None:
        self.again_at = at if self.again_at is None else min(self.again_at, at)


class Dispatcher:
    """Makes the slices of one daemon.

    calendar    when may be sent: of a window ('' the deployment's) and a time zone
    valid_ms    for how long a text is of use whose job has no end
    pace        texts a minute of all jobs together, 0: as the links allow
    links       those whose jobs this daemon sends; None: any
    """

    def __init__(
        self,
        calendar: Callable[[str, str], Calendar],
        timezone: str,
        valid_ms: int,
        pace: int = 0,
        links: Collection[str] | None = None,
    ) -> None:
        self._calendar = calendar
        self._timezone = timezone
        self._valid_ms = valid_ms
        self._pace = pace
        self._links = links
        self._jobs: dict[str, Job] = {}

    def dispatch(self, books: Books, most: int, now: int) -> Dispatched:
        """Queue up to `most` texts of the jobs that run, fairly among them, in the hands of this daemon."""
        work = books.work
        dispatched = Dispatched()
        driver = work.driver
        found = work.ask(_ALIVE if driver.sqlite else _ALIVE + " FOR UPDATE OF b, z SKIP LOCKED")
        every = [ZoneRow(*row) for row in found]
        alive = [row for row in every if self._links is None or row.link is None or row.link in self._links]
        if not every and not driver.sqlite and work.ask(_ALIVE + " LIMIT 1"):
            dispatched.come_again(now + _TURN)  # another daemon is at it in this moment
            return dispatched
        self._forget({row.reference for row in alive})
        if not alive:
            return dispatched
        room = min(most, self._paced_room(driver, dispatched, now))
        zones: dict[str, list[ZoneRow]] = defaultdict(list)
        for row in alive:
            zones[row.reference].append(row)
        left = len(zones)
        for rows in zones.values():
            share = -(-room // left)
            left -= 1
            room -= self._dispatch_job(books, rows, share, now, dispatched)
        if self._pace and dispatched.rows:
            self._took(driver, len(dispatched.rows), now)
        return dispatched

    def _forget(self, alive: set[str]) -> None:
        for reference in [known for known in self._jobs if known not in alive]:
            del self._jobs[reference]

    # ---- one job

    def _dispatch_job(self, books: Books, rows: Sequence[ZoneRow], most: int, now: int, dispatched: Dispatched) -> int:
        """Queue up to `most` texts of a job, whose rows are its zones; how many."""
        first = rows[0]
        reference, pace, paced_at, not_after = first.reference, first.pace, first.paced_at, first.not_after
        if not_after is not None and not_after <= now:
            self._too_late(books, first, now)
            dispatched.come_again(now)
            return 0
        job = self._job(books, reference)
        room = most
        if pace:
            room = min(most, _allowed(pace, paced_at, now))
            if room == 0:
                dispatched.come_again(paced_at or now)
                return 0
        queued = 0
        for row in rows:
            zone, left = row.zone, row.total - row.cursor
            calendar = self._hours(job, zone)
            opens = int(calendar.opening(now / 1000) * 1000)
            if opens > now:
                dispatched.come_again(opens)
                continue
            number = min(room - queued, left)
            if number > 0:
                queued += self._queue(books, job, zone, row.cursor, number, not_after, now, dispatched)
            if number < left:
                dispatched.come_again(now if not pace or queued < room else _paced(pace, paced_at, queued, now))
                break
        if pace and queued:
            at = _paced(pace, paced_at, queued, now)
            books.work.driver.change("UPDATE broadcast SET paced_at = ? WHERE reference = ?", at, reference)
        return queued

    def _queue(
        self,
        books: Books,
        job: Job,
        zone: str,
        cursor: int,
        number: int,
        not_after: int | None,
        now: int,
        dispatched: Dispatched,
    ) -> int:
        driver = books.work.driver
        people = [Recipient(*row) for row in driver.ask(_NEXT, job.reference, zone, cursor, cursor + number)]
        good, out = self._still(driver, job, people, now)
        tree = self._tree(driver) if job.fields else None
        said = merge_values(driver.connection, good, job.fields, tree, now) if tree is not None else [{}] * len(good)
        until = not_after if not_after is not None else now + self._valid_ms
        calendar = job.calendars[zone].key
        outbox = books.outbox
        for who, values in zip(good, said, strict=True):
            text = render(job.wordings[who.language], values)
            dispatched.rows.append(
                outbox.put_notice(
                    who.phone,
                    text,
                    broadcast=job.reference,
                    calendar=calendar,
                    not_after=until,
                    link=job.link,
                    source=job.source,
                    message_class=job.message_class,
                )
            )
        self._advance(driver, job.reference, zone, cursor + number, out, now)
        return len(good)

    def _still(
        self, driver: Driver, job: Job, people: Sequence[Recipient], now: int
    ) -> tuple[list[Recipient], list[Excluded]]:
        """Who is still to get it: nobody who said stop, or left, since the snapshot."""
        contacts = [who.contact for who in people if who.contact is not None]
        unwilling = EligibilityFilter.unwilling_of(
            driver, job.topic, contacts, [who.phone for who in people if who.contact is None]
        )
        gone: set[int] = set()
        if contacts:
            inactive = f"SELECT id FROM contact WHERE NOT active AND {driver.among('id', 'bigint')}"
            gone = {number for (number,) in driver.ask(inactive, driver.listed(contacts))}
        if not unwilling and not gone:
            return list(people), []
        good: list[Recipient] = []
        out: list[Excluded] = []
        for who in people:
            key = who.contact if who.contact is not None else who.phone
            if key in unwilling:
                out.append(Excluded(who.phone, STOPPED, "after the snapshot"))
            elif key in gone:
                out.append(Excluded(who.phone, BLOCKED, "after the snapshot"))
            else:
                good.append(who)
        return good, out

    def _advance(
        self, driver: Driver, reference: str, zone: str, cursor: int, out: Sequence[Excluded], now: int
    ) -> None:
        driver.change(
            "UPDATE broadcast_zone SET cursor = ? WHERE broadcast = ? AND zone = ?",
            cursor,
            reference,
            zone,
        )
        if not out:
            return
        SKIPPED.many(driver, [(reference, one.subject, one.reason, one.detail, now) for one in out])
        before = driver.ask("SELECT skipped FROM broadcast WHERE reference = ?", reference)[0][0]
        reasons = Counter(json.loads(before))
        reasons.update(one.reason for one in out)
        driver.change(
            "UPDATE broadcast SET recipients = recipients - ?, skipped = ? WHERE reference = ?",
            len(out),
            json.dumps(dict(reasons), sort_keys=True),
            reference,
        )

    def _too_late(self, books: Books, row: ZoneRow, now: int) -> None:
        """Cross off recipients of a job that is no longer of use."""
        driver = books.work.driver
        until = min(row.cursor + _ENDING, row.total)
        people = driver.ask(_NEXT, row.reference, row.zone, row.cursor, until)
        out = [Excluded(phone, TOO_LATE, "its time was over before it could be sent") for phone, *_ in people]
        self._advance(driver, row.reference, row.zone, until, out, now)

    # ---- what a job is

    def _job(self, books: Books, reference: str) -> Job:
        if reference not in self._jobs:
            link, source, topic, message_class, window, texts = books.work.driver.ask(
                'SELECT link, source, topic, message_class, "window", texts FROM broadcast WHERE reference = ?',
                reference,
            )[0]
            wordings = {language: parse(text) for language, text in json.loads(texts).items()}
            fields = tuple(dict.fromkeys(one for words in wordings.values() for one in words.fields))
            self._jobs[reference] = Job(reference, topic, link, source, message_class, window, wordings, fields)
        return self._jobs[reference]

    def _hours(self, job: Job, zone: str) -> Calendar:
        if zone not in job.calendars:
            job.calendars[zone] = self._calendar(job.window, zone)
        return job.calendars[zone]

    def _tree(self, driver: Driver) -> Regions:
        return regions(driver.connection, self._timezone)

    # ---- the pace of all jobs together

    def _paced_room(self, driver: Driver, dispatched: Dispatched, now: int) -> int:
        if not self._pace:
            return 1 << 30
        lock = "" if driver.sqlite else " FOR UPDATE"
        found = driver.ask(f"SELECT at FROM progress WHERE name = ?{lock}", _PACE)
        if not found:
            driver.change("INSERT INTO progress (name, at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", _PACE, now)
        at = found[0][0] if found else now
        room = _allowed(self._pace, at, now)
        if room == 0:
            dispatched.come_again(at)
        return room

    def _took(self, driver: Driver, number: int, now: int) -> None:
        at = driver.ask("SELECT at FROM progress WHERE name = ?", _PACE)[0][0]
        driver.change("UPDATE progress SET at = ? WHERE name = ?", _paced(self._pace, at, number, now), _PACE)


_PACE = "broadcast pace"


def _allowed(pace: int, paced_at: int | None, now: int) -> int:
    """How many texts a pace (a minute) allows now, whose next one is due at `paced_at`."""
    at = now if paced_at is None else max(paced_at, now - _BURST)
    return 0 if at > now else (now - at) * pace // 60_000 + 1


def _paced(pace: int, paced_at: int | None, number: int, now: int) -> int:
    """When the next text is due after so many."""
    at = now if paced_at is None else max(paced_at, now - _BURST)
    return at + -(-number * 60_000 // pace)
