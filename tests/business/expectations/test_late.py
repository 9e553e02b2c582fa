"""LATE and REMIND over SQL: what the ledger of dictionaries says, and from the text asked for to the text queued."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from smsgw.business.audiences.books.lexicon import LexiconRows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.consent.books import consents
from smsgw.business.consent.rules import Consent
from smsgw.business.core.command import Command, Reading
from smsgw.business.directory.books.network import ContactRow, DealerRow, put_contacts, put_dealers
from smsgw.business.directory.tables import dealer
from smsgw.business.expectations.rules import Late, LateShop
from smsgw.business.expectations.tables import expectation, reminder
from smsgw.business.messages.tables import message_out
from smsgw.gateway.scheduled.reminders import reminder_job
from smsgw.gateway.understanding import Understanding, understanding_of
from smsgw.settings.sections import Broadcast, Report, Settings
from tests.business.dict_ledger import HQ, MANAGER, OTHER_OWNER, OWNER, START, WEST_OWNER, DictLedger, Owed, sample
from tests.business.said import settle, told

SETTINGS = Settings(
    broadcast=Broadcast(window="09:00-20:00"),
    report=(Report(name="sales"), Report(name="count", every="week", verbs=("count",), days="mon", grace="3d")),
)
TRADE = replace(SETTINGS.trade_rules(), question_minutes=60)
NOON = START + timedelta(hours=2)  # of 15 April, a Wednesday


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def owed(engine: Engine, reports: Sequence[Owed]) -> None:
    with engine.begin() as connection:
        for one in reports:
            state = "excused" if one.excused else "on_time" if one.reported_at else "due"
            connection.execute(
                insert(expectation).values(
                    rule=one.rule,
                    period=one.period.isoformat(),
                    dealer=one.dealer,
                    region="EAST",
                    due_at=ms(one.due_at),
                    closes_at=ms(one.closes_at),
                    state=state,
                    reported_at=ms(one.reported_at) if one.reported_at else None,
                )
            )


def days(chance: random.Random) -> list[Owed]:
    """Reports of a fortnight by two rules, given or not by chance."""
    found: list[Owed] = []
    for code in ("D1001", "D1002", "D2001"):
        for ago in range(14):
            day = date(2026, 4, 15) - timedelta(days=ago)
            due = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
            given = due - timedelta(minutes=chance.randrange(1, 500)) if chance.random() < 0.5 else None
            if due < NOON or given is None:
                found.append(Owed("sales", day, code, due, due + timedelta(days=1), given, chance.random() < 0.1))
            if day.weekday() == 0:
                counted = due + timedelta(hours=3) if chance.random() < 0.5 else None
                found.append(Owed("count", day, code, due, due + timedelta(days=3), counted))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_store_says_what_the_ledger_of_dictionaries_says(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    books = sample()
    books._trade = TRADE
    books.owed = days(chance)
    if chance.random() < 0.5:
        books.words[chance.choice([OWNER, WEST_OWNER])].append(
            Consent(chance.choice(["", "reminders", "prices"]), False)
        )
    settle(engine, books)
    owed(engine, books.owed)
    keeper = Bookkeeper(engine, TRADE, clock=START.timestamp)
    with keeper.transaction(NOON) as store:
        for phone, words in books.words.items():
            for word in words:
                consents.decide(store.work, phone, word.topic, word.granted)
    hours = 0
    for command in (
        Command("late"),
        Command("late", region="EAST"),
        Command("remind", region="EAST"),
        Command("remind"),
    ):
        for phone in (MANAGER, HQ):
            at = NOON + timedelta(hours=hours)
            hours += chance.choice((0, 1, 5))
            books._now = at
            books.begin(phone, after=timedelta(0))
            expected = told(Reading("", "", "accepted", (command,)), phone, books)
            with keeper.transaction(at) as store:
                for region in (None, "CHINA", "EAST", "WEST"):
                    assert store.expectations.late(region) == books.expectations.late(region)
                codes = sorted(books.dealers)
                store.work.phone = phone
                assert told(Reading("", "", "accepted", (command,)), phone, store) == expected
                assert store.expectations.reminding(codes) == books.expectations.reminding(codes)
    with engine.connect() as connection:
        rows = connection.execute(select(reminder.c.rule, reminder.c.period, reminder.c.dealer, reminder.c.phone))
        kept = {(rule, date.fromisoformat(period), shop, phone) for rule, period, shop, phone in rows}
    assert kept == set(books.reminders)


@cache
def words() -> Understanding:
    """What words the texts; it reads none, and needs no names. Made once: it takes longer than a test."""
    return understanding_of(SETTINGS, LexiconRows())


class Deployment:
    """A store with its look after reports, on a clock that the test moves."""

    def __init__(self, engine: Engine, books: DictLedger, settings: Settings = SETTINGS) -> None:
        settle(engine, books)
        self.engine = engine
        self.settings = settings
        self.at = NOON
        self.keeper = Bookkeeper(engine, TRADE, clock=START.timestamp)
        self.words = words()

    def say(self, phone: str, verb: str, **more: Any) -> str:
        with self.keeper.transaction(self.at) as books:
            books.work.phone = phone
            return told(Reading(verb, verb, "accepted", (Command(verb, **more),)), phone, books) or ""

    def look(self) -> int:
        with self.keeper.transaction(self.at) as books:
            return reminder_job(self.settings, self.words, self.at.timestamp()).run(books)

    def texts(self) -> list[tuple[str, str]]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(message_out.c.recipient, message_out.c.text).order_by(message_out.c.id))
            return [(phone, text) for phone, text in rows]


@pytest.fixture
def deployment(engine: Engine) -> Deployment:
    """Three shops that owe yesterday's report; the eastern ones have given older ones."""
    books = sample()
    made = Deployment(engine, books)
    due = datetime(2026, 4, 14, 10, tzinfo=UTC)
    for code, ago in (("D1001", 3), ("D1002", 1), ("D2001", 9)):
        last = due - timedelta(days=ago)
        owed(
            engine,
            [
                Owed("sales", last.date(), code, last, last + timedelta(days=1), last - timedelta(hours=1)),
                Owed("sales", due.date(), code, due, due + timedelta(days=1)),
            ],
        )
    return made


def test_late_tells_who_is_silent_for_how_long_of_shops_where_they_are_now(deployment: Deployment) -> None:
    def shop(code: str, silent: int) -> LateShop:
        return LateShop(code, silent, (("sales", date(2026, 4, 14)),))

    with deployment.keeper.transaction(deployment.at) as books:
        assert books.expectations.late("CHINA") == Late(
            date(2026, 4, 14), 3, (shop("D2001", 10), shop("D1001", 4), shop("D1002", 2))
        )
    with deployment.engine.begin() as connection:
        connection.execute(update(dealer).where(dealer.c.code == "D1001").values(region="WEST"))
        connection.execute(update(dealer).where(dealer.c.code == "D1002").values(active=False))
    with deployment.keeper.transaction(deployment.at) as books:
        assert books.expectations.late("EAST") == Late(None, 0, ())
        assert [late.dealer for late in books.expectations.late("WEST").shops] == ["D2001", "D1001"]
        assert books.expectations.late("NOWHERE") == Late(None, 0, ())
        assert not books.directory.lies_in("NOWHERE", "NOWHERE")


def test_who_was_asked_for_is_told_once_within_a_minute_and_nobody_else(deployment: Deployment) -> None:
    assert "'remind'" in deployment.say(MANAGER, "remind", region="EAST")
    assert deployment.texts() == []
    assert deployment.look() == 2
    assert deployment.texts() == [
        (
            OWNER,
            "D1001: no report for 14Apr yet. Please send SALE and the IMEIs, or NIL if nothing was sold. "
            "STOP ends reminders.",
        ),
        (OTHER_OWNER, "D1002:4月14日尚未上报。请发:销售 串号,无销量发:无销量"),
    ]
    assert deployment.look() == 0
    assert deployment.say(MANAGER, "remind", region="EAST").count("not_again") == 2
    assert deployment.look() == 0
    assert deployment.say(HQ, "remind").count("not_again") == 2
    assert deployment.look() == 1
    deployment.at += timedelta(hours=24, minutes=1)
    assert "remind" in deployment.say(MANAGER, "remind", region="EAST")
    assert deployment.look() == 2


def test_a_report_is_asked_for_again_only_when_a_day_has_gone(engine: Engine) -> None:
    made = Deployment(engine, sample(), Settings(report=SETTINGS.report[1:]))
    due = datetime(2026, 4, 13, 10, tzinfo=UTC)
    owed(engine, [Owed("count", due.date(), "D1001", due, due + timedelta(days=3))])
    for hours, reminded in ((0, 1), (23, 0), (2, 1), (1, 0)):
        made.at += timedelta(hours=hours)
        assert ("not_again" in made.say(MANAGER, "remind")) is not bool(reminded)
        assert made.look() == reminded
    assert [text.split(".")[0] for _, text in made.texts()] == ["D1001: no count for 13Apr yet"] * 2


def test_what_was_due_more_than_a_week_ago_is_no_longer_told(engine: Engine) -> None:
    made = Deployment(engine, sample())
    for days_ago, told_of in ((7, False), (6, True)):
        due = made.at - timedelta(days=days_ago)
        owed(engine, [Owed("sales", due.date(), "D1001", due, due + timedelta(days=1))])
        assert ("late_nothing_due" in made.say(HQ, "late")) is not told_of


def test_a_report_that_comes_first_or_a_stop_takes_the_reminder_back(deployment: Deployment) -> None:
    deployment.at = NOON + timedelta(hours=10)  # 22:00 in Shanghai
    assert "remind_later" in deployment.say(MANAGER, "remind")
    assert deployment.look() == 0
    with deployment.engine.begin() as connection:
        is_d1001 = (expectation.c.dealer == "D1001", expectation.c.period == "2026-04-14")
        connection.execute(update(expectation).where(*is_d1001).values(reported_at=ms(deployment.at), state="late"))
    deployment.at += timedelta(hours=1)
    with deployment.keeper.transaction(deployment.at) as books:
        consents.decide(books.work, OTHER_OWNER, "reminders", False)
    deployment.at = NOON + timedelta(hours=21)  # 09:00
    assert deployment.look() == 1
    assert [phone for phone, _ in deployment.texts()] == [WEST_OWNER]


def test_many_late_shops_are_found_and_reminded_in_one_go(deployment: Deployment) -> None:
    codes = [f"E{number:04}" for number in range(1200)]
    with deployment.engine.begin() as connection:
        put_dealers(connection, [DealerRow(code, code, "EAST", "B", None, 0, "CNY", "en") for code in codes])
        people = [
            ContactRow(f"+8613800{number:06}", "P", "owner", code, None, "en") for number, code in enumerate(codes)
        ]
        put_contacts(connection, people)
    due = datetime(2026, 4, 14, 10, tzinfo=UTC)
    owed(deployment.engine, [Owed("sales", due.date(), code, due, due + timedelta(days=1)) for code in codes])
    assert "'count': 1202" in deployment.say(MANAGER, "remind", region="EAST")
    assert deployment.look() == 1202
