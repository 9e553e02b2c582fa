"""What a phone booked is found by the day, newest first, however long ago; no question reads all of its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.conversation.books import StoredConversation
from tests.business.broadcasts.test_by_text import Phones
from tests.business.dict_ledger import CLERK, OWNER, sample


@pytest.fixture
def phones(engine: Engine) -> Phones:
    return Phones(engine, sample())


def newest(phones: Phones, phone: str, limit: int) -> Sequence[str]:
    with phones.keeper.transaction(phones.at) as books:
        return [booking.reference for booking in books.conversation.bookings(phone, limit)]


def test_whoever_has_booked_nothing_has_nothing(phones: Phones) -> None:
    assert newest(phones, OWNER, 5) == []
    phones.say(CLERK, "S A350 1")
    assert newest(phones, OWNER, 5) == []


@pytest.mark.parametrize("days", [0, 1, 7, 8, 9, 39, 40, 41, 200])
def test_what_was_booked_long_ago_is_found(phones: Phones, days: int) -> None:
    phones.say(OWNER, "S A350 1")
    phones.say(OWNER, "S B200 1", after=timedelta(days=days, minutes=1))
    phones.say(CLERK, "S A350 2", after=timedelta(days=days, minutes=1))
    assert newest(phones, OWNER, 5) == ["S1002", "S1001"]
    assert newest(phones, OWNER, 1) == ["S1002"]
    assert newest(phones, CLERK, 5) == ["S1003"]


def test_a_clock_set_back_by_days_changes_no_order(phones: Phones) -> None:
    for number, days in enumerate((0, -3, 1, -2), 1):
        phones.say(OWNER, f"S A350 {number}", after=timedelta(days=days, minutes=1))
        phones.say(OWNER, f"S B200 {number}")
    assert newest(phones, OWNER, 3) == ["S1008", "S1007", "S1006"]


def test_the_index_begins_with_the_day(phones: Phones) -> None:
    if phones.engine.dialect.name != "sqlite":
        pytest.skip("what PostgreSQL does depends on how many there are")
    phones.say(OWNER, "S A350 1")
    plans: list[str] = []
    with phones.keeper.transaction(phones.at) as books:
        conversation: StoredConversation = books.conversation
        ask = conversation._work.ask

        def explained(question: str, *values: Any) -> list[Any]:
            plans.extend(str(row[3]) for row in ask(f"EXPLAIN QUERY PLAN {question}", *values))
            return ask(question, *values)

        conversation._work.ask = explained  # type: ignore[method-assign]
        assert len(conversation.bookings(OWNER, 5)) == 1
    assert any("SEARCH b USING INDEX ix_booking_day_phone (<expr>=? AND phone=?)" in plan for plan in plans), plans
    assert not any("SCAN b" in plan or "SCAN booking" in plan for plan in plans)
