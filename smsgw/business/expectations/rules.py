"""Who must report what by when: rules, the periods they ask for, and how a report stands to its deadline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from smsgw.business.audiences.rules.expression import (
    And,
    AudienceFault,
    Dealers,
    Everybody,
    Language,
    Node,
    Not,
    Or,
    Region,
    Tier,
    parse,
    terms,
)
from smsgw.business.core.decision import Record
from smsgw.business.core.vocabulary import reporting
from smsgw.business.counts.rules import CountBooks
from smsgw.calendar.days import month_start, week_start, zone
from smsgw.calendar.hours import CalendarFault, weekdays_of
from smsgw.calendar.spans import Span
from smsgw.errors import SmsgwError
from smsgw.values.value import value


@value
class ReminderAsked(Record):
    """A phone of a shop is to be reminded of a report that the shop owes, as soon as the hours of sending allow."""

    rule: str
    period: date  # its first day
    dealer: str
    phone: str


@value
class LateShop:
    """A shop that has not reported what was due.

    `silent` is how many days ago it last reported, or was first asked for a report; `owed` are the reports by rule and
    first day of their period, the one due last first.
    """

    dealer: str
    silent: int
    owed: tuple[tuple[str, date], ...]


@value
class Late:
    """How a region stands on `on`, the latest day on which reports were due; None where none were due of late.

    `expected` counts the shops that owed any, those in `shops` (the longest silent first) still do.
    """

    on: date | None
    expected: int
    shops: tuple[LateShop, ...]


@value
class Reminding:
    """What a reminder to a shop depends on.

    `phones` are those of its people who have not said STOP, `people` how many people it has. `reminded`: it was
    reminded within a day, or will be. `opens_at` is when notices may be sent to it again; None: now.
    """

    phones: tuple[str, ...]
    people: int
    reminded: bool
    opens_at: datetime | None = None


DUE, ON_TIME, LATE, MISSING, EXCUSED = "due", "on_time", "late", "missing", "excused"
SHOP, FIELD, MANAGER = "shop", "field", "manager"
ASKED = 0  # the level of a reminder that a person asked for

_SPAN = re.compile(r"([0-9]{1,4})(m|h|d)\Z")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})\Z")
_LEVEL = re.compile(r"(\S+)\s+(field|manager)\Z")


class RuleFault(SmsgwError):
    """A report rule that cannot be read."""


@dataclass(frozen=True, slots=True)
class Level:
    """So long after the deadline somebody is told: the shop, the field worker of its region, or the manager."""

    number: int  # 1, 2, 3 … in order of time
    after: Span
    to: str


@dataclass(frozen=True, slots=True)
class Dealer:
    """What a rule asks about a dealer: `regions` is its region and those above it."""

    code: str
    regions: tuple[str, ...]
    tier: str
    language: str
    timezone: str

    @property
    def region(self) -> str:
        return self.regions[0]


@dataclass(frozen=True, slots=True)
class Rule:
    """A report that every dealer of `who` owes once in each period (day, week from Monday, or month).

    It is due at `by` (minutes of the local day) on the last day of the period that is one of `weekdays`, and closed
    `grace` later. `spacing` lies between two reminders of the same report to the same phone.
    """

    name: str
    who: Node
    verbs: frozenset[str]
    every: str
    by: int
    grace: Span
    weekdays: frozenset[int]
    levels: tuple[Level, ...]
    spacing: Span

    @classmethod
    def of(
        cls,
        name: str,
        *,
        who: str = "all",
        verbs: Iterable[str] | None = None,
        every: str = "day",
        by: str = "18:00",
        grace: str = "1d",
        days: str | Iterable[str] = "",
        remind: Iterable[str] = (),
        escalate: Iterable[str] = (),
        spacing: str = "24h",
    ) -> Rule:
        """A rule as people write it; `verbs` None: any that is a report. Raises RuleFault with one sentence."""
        known = reporting()
        asked = frozenset(known if verbs is None else verbs)
        if not asked or asked - set(known):
            raise RuleFault(f"the verbs of {name} must be of {', '.join(known)}")
        if every not in _FIRST:
            raise RuleFault(f"{name} must come every {', '.join(_FIRST)}")
        try:
            return cls(
                name,
                _dealers(who),
                asked,
                every,
                minutes_of(by),
                span_of(grace),
                weekdays_of(days),
                _levels(remind, escalate),
                span_of(spacing),
            )
        except (AudienceFault, CalendarFault) as fault:
            raise RuleFault(str(fault)) from None

    def first(self, day: date) -> date:
        """The first day of the period that a day lies in, by which the period is named."""
        return _FIRST[self.every](day)

    def following(self, first: date) -> date:
        """The first day of the next period."""
        if self.every == "month":
            return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first + timedelta(days=7 if self.every == "week" else 1)

    def last(self, first: date) -> date:
        return self.following(first) - timedelta(days=1)

    def owed_days(self, first: date) -> list[date]:
        """The days of a period on which a report may be asked; none where nothing is owed."""
        days = (first + timedelta(days=step) for step in range((self.following(first) - first).days))
        return [day for day in days if day.weekday() in self.weekdays]

    def due(self, first: date, timezone: str) -> float:
        """When the report of a period is due at a dealer of the zone, in seconds since the epoch."""
        day = self.owed_days(first)[-1]
        clock = datetime(day.year, day.month, day.day) + timedelta(minutes=self.by)
        return clock.replace(tzinfo=zone(timezone)).timestamp()

    def closes(self, first: date, timezone: str) -> float:
        return self.grace.after(self.due(first, timezone), timezone)

    def excused(self, first: date, free: Callable[[date], bool]) -> bool:
        """Whether every day on which the report may be asked is free."""
        return all(free(day) for day in self.owed_days(first))

    def owes(self, dealer: Dealer) -> bool:
        """Whether the rule is about the dealer."""
        return _matches(self.who, dealer)


def periods(rule: Rule, since: date, until: date) -> Iterator[date]:
    """The first days of the periods that begin from `since` to `until`, in which something is owed."""
    first = rule.first(since)
    while first <= until:
        if first >= since and rule.owed_days(first):
            yield first
        first = rule.following(first)


def expectation_state(due_at: int, closes_at: int, reported_at: int | None, now: int, *, excused: bool) -> str:
    """The state of an expectation, all times in milliseconds. `reported_at`: the first live report of its period."""
    if excused:
        return EXCUSED
    if reported_at is not None and reported_at <= closes_at:
        return ON_TIME if reported_at <= due_at else LATE
    return MISSING if now >= closes_at else DUE


def span_of(text: str) -> Span:
    """`30m`, `2h`, `1d`. Raises RuleFault."""
    found = _SPAN.match(text.strip())
    if found is None:
        raise RuleFault(f"'{text}' is no length of time; write 30m, 2h or 1d")
    number = int(found[1])
    return Span(days=number) if found[2] == "d" else Span(seconds=number * (3600 if found[2] == "h" else 60))


def minutes_of(text: str) -> int:
    """`18:00` in minutes of the day; `24:00` is its end. Raises RuleFault."""
    found = _CLOCK.match(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if found is None or int(found[2]) > 59 or not 0 <= minutes <= 1440:
        raise RuleFault(f"'{text}' is no time of the day; write 18:00")
    return minutes


def _dealers(who: str) -> Node:
    node = parse(who, {}, today=date.min)
    for term in terms(node):
        if not isinstance(term, Everybody | Region | Tier | Dealers | Language):
            raise RuleFault(f"who must report is said by all, region:, tier:, dealer: and lang:, not by '{who}'")
    return node


def _levels(remind: Iterable[str], escalate: Iterable[str]) -> tuple[Level, ...]:
    found = [(span_of(text), SHOP) for text in remind]
    for text in escalate:
        level = _LEVEL.match(text.strip())
        if level is None:
            raise RuleFault(f"'{text}' does not say who is told; write 1d field, or 2d manager")
        found.append((span_of(level[1]), level[2]))
    order = (SHOP, FIELD, MANAGER)
    found.sort(key=lambda level: (level[0].rough, order.index(level[1])))
    return tuple(Level(number, after, to) for number, (after, to) in enumerate(found, 1))


def _matches(node: Node, dealer: Dealer) -> bool:
    match node:
        case Everybody():
            return True
        case Region(code):
            return any(region.upper() == code for region in dealer.regions)
        case Tier(code):
            return dealer.tier.upper() == code
        case Dealers(codes):
            return dealer.code.upper() in codes
        case Language(code):
            return dealer.language.casefold() == code
        case Not(inner):
            return not _matches(inner, dealer)
        case And(nodes):
            return all(_matches(inner, dealer) for inner in nodes)
        case Or(nodes):
            return any(_matches(inner, dealer) for inner in nodes)
        case _:
            raise AssertionError(f"a rule cannot ask {node}")


def _the_day(day: date) -> date:
    return day


_FIRST: dict[str, Callable[[date], date]] = {"day": _the_day, "week": week_start, "month": month_start}


class Expectations(Protocol):
    """What may be asked about reports that are due."""

    def late(self, region: str | None) -> Late:
        """How a region (None: all of them) stands with the reports that are due at the current moment.

        It tells of the reports due on the latest such day, and of older ones that would still count; none that was due
        more than seven days ago. Excused reports and inactive shops are left out.
        """

    def reminding(self, dealers: Sequence[str]) -> Mapping[str, Reminding]:
        """What a reminder to each of these shops depends on."""


class ExpectationBooks(CountBooks, Protocol):
    """The books as far as expectations and what they stand on."""

    @property
    def expectations(self) -> Expectations: ...
