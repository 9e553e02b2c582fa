"""A clock that is set back by a day changes no order of things: what came last is last, by number and not by time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from smsgw.business.broadcasts.books.broadcasts import release
from smsgw.business.messages.tables import broadcast
from smsgw.business.tickets.books.notices import mark_asked
from smsgw.business.tickets.tables import ticket
from smsgw.store.instants import to_ms
from tests.business.broadcasts.test_by_text import Phones
from tests.business.dict_ledger import HQ, OTHER_OWNER, OWNER, imei, sample

BACK = timedelta(days=-1)


@pytest.fixture
def phones(engine: Engine) -> Phones:
    return Phones(engine, sample())


@pytest.mark.parametrize("said", ["oops wrong, delete that", "作废", "cancel that"])
def test_a_draft_that_was_asked_about_since_is_what_is_taken_back(phones: Phones, said: str) -> None:
    phones.say(OWNER, "sold 2 a350")
    assert "O1001" in phones.say(OWNER, "ord b200 1", after=BACK)
    assert "O1001" in phones.say(OWNER, said)
    assert "no question" in phones.say(OWNER, "YES").lower() or "nothing" in phones.say(OWNER, "YES").lower()


def test_a_sale_that_came_after_a_draft_is_what_is_taken_back(phones: Phones) -> None:
    phones.say(OWNER, "ord b200 1")
    phones.say(OWNER, "sold 2 a350", after=BACK)
    assert "S1001" in phones.say(OWNER, "oops wrong, delete that")


@pytest.mark.parametrize("said", ["sorry 2", "make it 2", "not 3, 2"])
def test_a_correction_is_about_what_was_booked_last(phones: Phones, said: str) -> None:
    phones.say(OWNER, "sold 3 a350")
    phones.say(OWNER, "sold 3 b200", after=BACK)
    answered = phones.say(OWNER, said)
    assert ("B200" in answered, "A350" in answered) == (True, False)


def test_of_several_transfers_the_first_that_was_asked_about_is_named_first(phones: Phones) -> None:
    sets = [imei("86012345", number) for number in (51, 52)]
    phones.say(OWNER, "REG " + " ".join(sets))
    for number, after in zip(sets, (timedelta(minutes=1), BACK), strict=True):
        assert "T100" in phones.say(OWNER, f"GIVE D1002 {number}", after=after)
    with phones.keeper.transaction(phones.at) as books:
        assert list(books.transfers.waiting("D1002", phones.at)) == ["T1001", "T1002"]


def test_the_ticket_that_was_settled_last_is_asked_about_last(phones: Phones) -> None:
    phones.say(OWNER, "MSG the A350 does not charge")
    phones.say(OWNER, "MSG the poster is torn")
    now = to_ms(phones.at)
    with phones.keeper.transaction(phones.at) as books:
        row = ticket.c
        first, second = books.connection.scalars(select(row.reference).order_by(row.reference)).all()
        mark_asked(books.connection, first, now)
        mark_asked(books.connection, second, now - 86_400_000)
        asked = books.connection.execute(select(row.reference, row.asked_at).order_by(row.reference)).all()
    assert [tuple(one) for one in asked] == [(first, now), (second, now + 1)]


def test_a_broadcast_that_is_released_later_goes_after_the_others(phones: Phones) -> None:
    for reference in ("first", "second"):
        phones.say(HQ, f"BC all {reference}")
    with phones.keeper.transaction(phones.at) as books:
        row, now = broadcast.c, to_ms(phones.at)
        jobs = books.connection.execute(select(broadcast).order_by(row.reference)).mappings().all()
        for job, at in zip(jobs, (now, now - 86_400_000), strict=True):
            release(books.connection, {**job, "state": "approved"}, "hq", at)  # type: ignore[arg-type]
        released = books.connection.scalars(select(row.released_at).order_by(row.reference)).all()
    assert list(released) == [now, now + 1]
    assert phones.say(OTHER_OWNER, "BAL")
