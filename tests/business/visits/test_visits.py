"""VISIT: booked, told on one part what there is to see to, taken back by whoever came, reported and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command
from smsgw.business.core.reply import Reply
from smsgw.business.core.showing import Asked
from smsgw.business.dialogue import answer
from smsgw.business.messages.rules import Inbound
from smsgw.business.orders.rules import CONFIRMED, Order
from smsgw.business.reporting import run_report
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from smsgw.store.instants import to_ms
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OWNER, PROMOTER, START, DictLedger, sample
from tests.business.said import settle
from tests.business.say import items, keys, only, say

DAY = timedelta(days=1)


def visit(dealer: str = "D1001") -> Command:
    return Command("visit", dealer=dealer)


@pytest.mark.parametrize(
    ("phone", "dealer", "key"),
    [
        (FIELD, "D1001", "visit"),
        (FIELD, "D2001", "out_of_area"),
        (FIELD, "D9999", "unknown_dealer"),
        (MANAGER, "D2001", "visit"),
        (HQ, "D1002", "visit"),
        (OWNER, "D1001", "denied"),
        (CLERK, "D1001", "denied"),
        (PROMOTER, "D1001", "denied"),
    ],
)
def test_who_may_visit_what(phone: str, dealer: str, key: str) -> None:
    assert keys(say(sample(), phone, visit(dealer))) == [key]


def order_of(books: DictLedger) -> Order:
    say(books, OWNER, items("order", ("A350", 1)))
    return books.placed["O1001"]


def test_what_there_is_to_see_to_is_told() -> None:
    books = sample()
    first = only(say(books, FIELD, visit()))
    assert (first.values["last"], first.values["waits"]) == (Reply("visit_first"), Reply("visit_nothing"))
    say(books, OWNER, items("count", ("A350", 7)))
    say(books, OWNER, Command("feedback", text="box was wet"))
    ticket = next(iter(books.tickets.kept))
    again = only(say(books, FIELD, visit(), after=DAY))
    assert again.values["book"] == 7
    assert again.values["last"] == Reply("visit_last", {"on": START.date()})
    assert again.values["waits"] == Reply("visit_ticket", {"ticket": ticket})
    books.placed["O1001"] = replace(order_of(books), state=CONFIRMED)
    both = only(say(books, FIELD, visit(), after=2 * DAY))
    assert both.values["waits"] == Reply("visit_both", {"ticket": ticket, "count": 1})
    books.tickets.kept.clear()
    assert only(say(books, FIELD, visit(), after=3 * DAY)).values["waits"] == Reply("visit_orders", {"count": 1})


def test_a_visit_that_was_taken_back_is_not_the_last() -> None:
    books = sample()
    say(books, FIELD, visit())
    assert keys(say(books, OWNER, Command("undo", reference="V1001"))) == ["undo_unknown"]  # it is not the shop's
    assert keys(say(books, FIELD, Command("undo"))) == ["undone_nowhere"]
    assert only(say(books, FIELD, visit(), after=DAY)).values["last"] == Reply("visit_first")


class Field:
    """A deployment that texts come to, each a day after the one before."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.at = engine, START
        settle(engine, sample())
        self.keeper = Bookkeeper(engine, Settings().trade_rules(), clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))

    def text(self, phone: str, said: str, after: timedelta = DAY) -> str:
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)


def test_visits_by_text_are_booked_reported_shown_and_verified(engine: Engine) -> None:
    field = Field(engine)
    assert field.text(FIELD, "VISIT D1001") == ("OK V1001: D1001, first visit. Stock 0, overdue 0.00. Nothing waits.")
    said = field.text(MANAGER, "拜访 D1001")
    assert said == "OK V1002: D1001, last visit 16Apr. Stock 0, overdue 0.00. Nothing waits."
    field.text(FIELD, "HERE D1002")
    assert field.text(FIELD, "UNDO V1003", timedelta(minutes=5)).startswith("OK V1003: undone")
    with engine.connect() as connection:
        assert verify(connection) == []
        _, report = run_report(connection, "visits", {"per": "dealer"}, timezone="Asia/Shanghai", now=to_ms(field.at))
        assert report["rows"] == [{"dealer": "D1001", "visits": 2, "dealers": 1, "last": "2026-04-17"}]
        _, report = run_report(connection, "visits", {"per": "person"}, timezone="Asia/Shanghai", now=to_ms(field.at))
        assert [(row["person"], row["visits"]) for row in report["rows"]] == [("Person 4", 1), ("Person 5", 1)]
        shown = show(connection, "visit", Asked("V1003", field.at, "Asia/Shanghai"))
        assert shown is not None
        assert (shown["dealer"], shown["undone_at"] is None) == ("D1002", False)


def test_a_visit_that_was_changed_behind_our_back_is_found(engine: Engine) -> None:
    field = Field(engine)
    field.text(FIELD, "VISIT D1001")
    with engine.begin() as connection:
        connection.execute(text("UPDATE visit SET visited_on = '2026-01-01', reversed_at = 1"))
        assert {finding.cache for finding in verify(connection)} == {"visit.visited_on", "visit.reversed_at"}
