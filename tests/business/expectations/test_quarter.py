"""A quarter of shops in four time zones, sixty of them in the soak, played on a passed-in clock.

The rates are those that the play knows: the truth is reckoned apart, straight from what was texted; the gateway's own
rules are not asked for it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.consent.books import consents
from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.core.trade import Trade
from smsgw.business.directory.books.network import (
    ContactRow,
    DealerRow,
    RegionRow,
    put_contacts,
    put_dealers,
    put_regions,
)
from smsgw.business.expectations import tables as expectations_tables
from smsgw.business.expectations.books import expectations
from smsgw.business.expectations.reports import rates
from smsgw.business.expectations.rules import Rule
from smsgw.business.messages import tables as messages_tables
from smsgw.business.notifications import tables as notifications_tables
from smsgw.business.sales.rules.lines import NilBooked, SaleLineBooked
from smsgw.gateway.scheduled.reminders import reminder_job
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Broadcast, Reminders, Report, Settings

START = datetime(2026, 2, 15, 5, tzinfo=UTC)  # a Sunday
END = datetime(2026, 5, 16, 5, tzinfo=UTC)
DOWN = (  # the daemon is away, and what was texted comes when it is back
    (datetime(2026, 3, 7, 3, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC)),
    (datetime(2026, 4, 14, 21, tzinfo=UTC), datetime(2026, 4, 15, 11, tzinfo=UTC)),
)
HOLIDAYS = (date(2026, 4, 3), date(2026, 4, 6))
ZONES = {
    "EAST": "Asia/Shanghai",
    "UK": "Europe/London",
    "US": "America/New_York",
    "ISLE": "Australia/Lord_Howe",
}
MANAGERS = {"WORLD": "+8613900009000", "US": "+8613900009001"}
FIELD = {"EAST": "+8613900008000", "UK": "+8613900008001"}
SETTINGS = Settings(
    broadcast=Broadcast(window="09:00-20:00", holidays=tuple(day.isoformat() for day in HOLIDAYS)),
    reminders=Reminders(digest="18:30"),
    report=(
        Report(
            name="sales",
            who="not tier:C",
            days="mon-sat",
            remind=("2h", "1d"),
            escalate=("1d field", "2d manager"),
        ),
        Report(name="count", every="week", verbs=("count",), days="fri", by="17:00", grace="2d", remind=("1h",)),
    ),
)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@dataclass
class Shop:
    code: str
    region: str
    tier: str
    phone: str
    diligence: float

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(ZONES[self.region])


@dataclass
class Event:
    """Something texted at a time: a report, an UNDO of one, STOP or START."""

    at: datetime
    what: str
    shop: Shop
    on: date
    reference: str = ""


@dataclass
class Play:
    """What happens, by chance from a seed."""

    seed: int
    size: int = 60
    shops: list[Shop] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    excused: list[tuple[datetime, str, date]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        for number in range(self.size):
            region = chance.choice(sorted(ZONES))
            code = f"D{1001 + number}"
            diligence = chance.choice((0.95, 0.8, 0.4, 0.0))
            self.shops.append(Shop(code, region, chance.choice("AABC"), f"+861390000{number:04}", diligence))
        for number, shop in enumerate(self.shops):
            self._texts(shop, number, chance)
        for _ in range(25):
            day = START.date() + timedelta(days=chance.randrange(5, 85))
            whom = chance.choice([chance.choice(self.shops).code, chance.choice(sorted(ZONES)), "WORLD"])
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=chance.randrange(-4, 4))
            self.excused.append((max(at, START), whom, day))
        self.events.sort(key=lambda event: (event.at, event.reference, event.what))

    def _texts(self, shop: Shop, number: int, chance: random.Random) -> None:
        count = 0
        day = START.date()
        while day < END.date():
            for verb in ("nil", "sale", "count"):
                often = {"nil": 0.6, "sale": 0.7, "count": 0.4 if day.weekday() in (2, 4) else 0.0}[verb]
                if chance.random() > shop.diligence * often:
                    continue
                # Mostly in the shop's hours, sometimes at night or the day after, for the day before.
                minutes = chance.choice((chance.randrange(540, 1080), chance.randrange(1080, 1440 + 1300)))
                local = datetime(day.year, day.month, day.day, tzinfo=shop.zone) + timedelta(minutes=minutes)
                count += 1
                reference = f"{verb[0].upper()}{number:02}{count:04}"
                at = self._delivered(local.astimezone(UTC))
                self.events.append(Event(at, verb, shop, day, reference))
                if chance.random() < 0.1:
                    later = self._delivered(at + timedelta(minutes=chance.randrange(1, 1200)))
                    self.events.append(Event(later, "undo", shop, day, reference))
            if chance.random() < 0.004:
                at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
                self.events.append(Event(self._delivered(at), chance.choice(("stop", "start")), shop, day))
            day += timedelta(days=1)

    def _delivered(self, at: datetime) -> datetime:
        for begin, end in DOWN:
            if begin <= at < end:
                return end
        return at

    # ---- the truth

    def live(self, shop: Shop, verbs: set[str], first: date, last: date, at: datetime = END) -> list[datetime]:
        """When the reports of a period came that are live at a time."""
        gone = {event.reference for event in self.events if event.what == "undo" and event.at <= at}
        return sorted(
            event.at
            for event in self.events
            if event.shop is shop
            and event.what in verbs
            and first <= event.on <= last
            and event.reference not in gone
            and event.at <= at
        )

    def free(self, shop: Shop, day: date) -> bool:
        names = {shop.code, shop.region, "WORLD"}
        return day in HOLIDAYS or any(whom in names and off == day for _, whom, off in self.excused)

    def truth(self) -> dict[tuple[str, str, str], str]:
        """Every report owed in the quarter, and how it stands in the end."""
        found: dict[tuple[str, str, str], str] = {}
        by_shop: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            by_shop[event.shop.code].append(event)
        everything, horizon = self.events, END.date() + timedelta(days=1)
        for shop in self.shops:
            self.events = by_shop[shop.code]
            day = date(2026, 2, 9)
            while day <= horizon:
                if shop.tier != "C" and day.weekday() < 6:
                    found |= self._stands("sales", shop, {"sale", "nil", "count"}, day, day, 18, 24, day)
                if day.weekday() == 0:
                    friday = day + timedelta(days=4)
                    found |= self._stands("count", shop, {"count"}, day, day + timedelta(days=6), 17, 48, friday)
                day += timedelta(days=1)
        self.events = everything
        return found

    def _stands(
        self, rule: str, shop: Shop, verbs: set[str], first: date, last: date, hour: int, grace: int, due_on: date
    ) -> dict[tuple[str, str, str], str]:
        due = datetime(due_on.year, due_on.month, due_on.day, hour, tzinfo=shop.zone)
        closes = due + timedelta(hours=grace)  # of the wall clock
        if due <= START:
            return {}
        reports = self.live(shop, verbs, first, last)
        if self.free(shop, due_on):
            state = "excused"
        elif reports and reports[0] <= due:
            state = "on_time"
        elif reports and reports[0] <= closes:
            state = "late"
        else:
            state = "missing" if closes <= END else "due"
        return {(rule, first.isoformat(), shop.code): state}


def furnish(engine: Engine, play: Play) -> None:
    with engine.begin() as connection:
        regions = [RegionRow("WORLD", "World")]
        regions += [RegionRow(code, code.title(), "WORLD", timezone=zone) for code, zone in ZONES.items()]
        put_regions(connection, regions)
        dealers = [DealerRow(s.code, s.code, s.region, s.tier, None, 0, "CNY", "en") for s in play.shops]
        put_dealers(connection, dealers)
        people = [ContactRow(s.phone, s.code, "owner", s.code, None, "en") for s in play.shops]
        people += [ContactRow(phone, "M", "manager", None, region, "zh") for region, phone in MANAGERS.items()]
        people += [ContactRow(phone, "F", "field", None, region, "en") for region, phone in FIELD.items()]
        put_contacts(connection, people)
        put_products(connection, [ProductRow("A350", "Aurora 350", (), ())])


def perform(engine: Engine, play: Play, step: timedelta) -> None:
    """Play the quarter: texts as they come, and the daemon's look after each step while there is a daemon."""
    chance = random.Random(play.seed + 1)
    with engine.connect() as connection:
        words = understanding_of(SETTINGS, lexicon_rows(connection))
    rules: tuple[Rule, ...] = SETTINGS.rules()
    keeper = Bookkeeper(engine, Trade(timezone="UTC"), clock=START.timestamp)
    events, excused = iter(play.events), sorted(play.excused)
    upcoming = next(events, None)
    at = START
    while True:
        if not any(begin <= at < end for begin, end in DOWN):
            with keeper.transaction(at) as books:
                while upcoming is not None and upcoming.at <= at:
                    book(books, upcoming)
                    upcoming = next(events, None)
                while excused and excused[0][0] <= at:
                    _, whom, day = excused.pop(0)
                    connection = books.connection
                    expectations.exempt(
                        connection, rules, whom, [day], "closed", ms(at), SETTINGS.gateway.timezone, HOLIDAYS
                    )
            for _ in range(2 if chance.random() < 0.05 else 1):  # now and then two daemons look at once
                with keeper.transaction(at) as books:
                    told = reminder_job(SETTINGS, words, at.timestamp()).run(books)
            assert told >= 0
        if at >= END:
            return
        at = min(END, at + step)


def book(books: Any, event: Event) -> None:
    books.begin(event.at)
    books.work.phone = event.shop.phone
    if event.what == "undo":
        books.apply([Undone(event.reference)])
    elif event.what in ("stop", "start"):
        consents.decide(books.work, event.shop.phone, "", event.what == "start")
    else:
        records: list[Any] = [Booked(event.reference, event.what, event.shop.code, event.on)]
        if event.what == "sale":
            records.append(SaleLineBooked(event.reference, event.shop.code, event.on, "A350", 1, None))
        if event.what == "nil":
            records.append(NilBooked(event.reference, event.shop.code, event.on))
        books.apply(records)


def rated(states: Counter[str]) -> tuple[int, int, int, int]:
    return states["on_time"], states["late"], states["missing"], states["excused"]


@pytest.mark.chaos
@pytest.mark.parametrize(
    ("seed", "size"), [(5, 15), *(pytest.param(seed, 60, marks=pytest.mark.soak) for seed in (5, 6, 7))]
)
def test_a_quarter(engine: Engine, seed: int, size: int) -> None:
    play = Play(seed, size)
    furnish(engine, play)
    perform(engine, play, timedelta(minutes=161 if size == 60 else 287))
    with engine.connect() as connection:
        rows = connection.execute(select(expectations_tables.expectation)).all()
        truth = play.truth()
        assert {(row.rule, row.period, row.dealer): row.state for row in rows} == truth
        shops = {shop.code: shop for shop in play.shops}
        for by, of in (
            ("rule", lambda key: key[0]),
            ("dealer", lambda key: key[2]),
            ("region", lambda key: shops[key[2]].region),
        ):
            known: dict[str, Counter[str]] = defaultdict(Counter)
            for key, state in truth.items():
                known[of(key)][state] += 1
            found = {row[by]: row for row in rates(connection, by=by)}
            assert found.keys() == known.keys()
            for name, states in known.items():
                row = found[name]
                assert (row["on_time"], row["late"], row["missing"], row["excused"]) == rated(states)
                expected = sum(states.values()) - states["excused"]
                rate = (states["on_time"] + states["late"]) / expected
                assert row["expected"] == expected
                assert row["rate"] == round(rate, 4)
        everything_told(connection, play, {(row.rule, row.period, row.dealer): row for row in rows})


def everything_told(connection: Any, play: Play, owed: dict[tuple[str, str, str], Any]) -> None:
    """Reminders: none twice, none at night, none to the stopped, none without a cause, escalations to the right."""
    shops = {shop.code: shop for shop in play.shops}
    texts = {row.id: row for row in connection.execute(select(messages_tables.message_out))}
    zones = {shop.phone: ZONES[shop.region] for shop in play.shops}
    zones |= {phone: ZONES.get(region, "Asia/Shanghai") for region, phone in (FIELD | MANAGERS).items()}
    asked = [event for event in play.events if event.what in ("stop", "start")]
    for text in texts.values():
        local = datetime.fromtimestamp(text.created_at / 1000, ZoneInfo(zones[text.recipient]))
        if text.recipient not in MANAGERS.values():  # who hears of shops in several zones, each in its hours
            assert 9 <= local.hour < 20
            assert local.date() not in HOLIDAYS
        words = [event for event in asked if event.shop.phone == text.recipient]
        heard = [word.what for word in words if ms(word.at) <= text.created_at]
        assert heard[-1:] != ["stop"], "told although it said stop"
        assert text.kind == "reminder"
        assert text.calendar
    events = play.events
    by_shop: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_shop[event.shop.code].append(event)
    reminded = connection.execute(select(expectations_tables.reminder)).all()
    levels = {rule.name: {level.number: level for level in rule.levels} for rule in SETTINGS.rules()}
    before: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for row in reminded:
        one, shop, level = owed[row.rule, row.period, row.dealer], shops[row.dealer], levels[row.rule][row.level]
        assert texts[row.message].recipient == row.phone
        assert texts[row.message].created_at == row.sent_at
        assert row.sent_at >= one.due_at + level.after.rough * 1000 - 3_600_000  # an hour where clocks are changed
        right = {
            "shop": shop.phone,
            "field": FIELD.get(shop.region),
            "manager": MANAGERS.get(shop.region, MANAGERS["WORLD"]),
        }
        assert row.phone == right[level.to]
        first = date.fromisoformat(row.period)
        verbs, days = ({"count"}, 6) if row.rule == "count" else ({"sale", "nil", "count"}, 0)
        sent = datetime.fromtimestamp(row.sent_at / 1000, UTC)
        play.events = by_shop[shop.code]
        came = play.live(shop, verbs, first, first + timedelta(days=days), sent)
        play.events = events
        assert not came or ms(came[0]) > one.closes_at, "reminded of a report that was there"
        before[row.rule, row.period, row.dealer, row.phone].append(row.sent_at)
    for sent_at in before.values():
        ordered = sorted(sent_at)
        assert all(later - earlier >= 86_400_000 for earlier, later in pairwise(ordered))
    told = {(row.rule, row.period, row.dealer, levels[row.rule][row.level].to) for row in reminded}
    stopped = {event.shop.phone for event in play.events if event.what == "stop"}
    for key, one in owed.items():
        shop = shops[key[2]]
        if one.state == "missing" and one.reported_at is None and one.closes_at < ms(END) - 4 * 86_400_000:
            undone = any(e.what == "undo" and e.shop is shop for e in play.events)
            assert undone or shop.phone in stopped or (*key, "shop") in told, key
            if key[0] == "sales":
                assert undone or (*key, "manager") in told, key
                assert undone or shop.region not in FIELD or (*key, "field") in told, key
    digests = connection.execute(
        select(notifications_tables.notice).where(notifications_tables.notice.c.kind == "digest")
    ).all()
    per_phone = Counter(row.phone for row in digests)
    assert set(per_phone) == set(MANAGERS.values())
    assert all(80 <= count <= 91 for count in per_phone.values()), per_phone  # but for holidays and days without daemon
