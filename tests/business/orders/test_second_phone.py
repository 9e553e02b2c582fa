"""An order above what one phone may place alone: another phone of the shop says YES, or somebody above approves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import Command
from smsgw.business.core.trade import Trade
from smsgw.business.orders.rules import (
    Order,
    OrderDrafted,
    OrderLine,
    OrderMoved,
    OrderTold,
    SecondTold,
)
from smsgw.settings.sections import Broadcast, Settings
from tests.business.broadcasts.test_by_text import Phones
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    WEST_OWNER,
    DictLedger,
    sample,
)
from tests.business.expectations.test_late import Deployment as Late
from tests.business.say import items, keys, say

NUMBERED = Command("yes", reference="1001")


def ordered(above: str = "5000", sets: int = 6) -> DictLedger:
    """The owner of D1001 has drafted an order of 1,000.00 a set."""
    books = sample()
    books._trade = replace(Trade(), second_phone_above=above)
    assert keys(say(books, OWNER, items("order", ("A350", sets)))) == ["order_draft"]
    return books


def test_the_phone_that_orders_is_not_enough() -> None:
    books = ordered()
    for command in (Command("yes"), NUMBERED, Command("yes")):
        decision = say(books, OWNER, command)
        assert (keys(decision), decision.records) == (["order_second"], (SecondTold("O1001", (CLERK,)),))
    assert books.placed["O1001"].state == "draft"
    assert keys(say(books, CLERK, NUMBERED)) == ["order_approved"]
    assert books.placed["O1001"].state == "approved"
    assert keys(say(books, OWNER, Command("yes"))) == ["no_question"]  # nothing is open any more


@pytest.mark.parametrize(("above", "sets"), [("0", 90), ("6000", 6), ("6000.00", 6), ("100000", 90)])
def test_up_to_the_amount_one_phone_is_enough(above: str, sets: int) -> None:
    assert keys(say(ordered(above, sets), OWNER, Command("yes"))) == ["order_approved"]


@pytest.mark.parametrize("phone", [PROMOTER, OTHER_OWNER, WEST_OWNER, FIELD, MANAGER, HQ])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_nobody_elses_word_counts(phone: str, answer: str) -> None:
    books = ordered()
    decision = say(books, phone, Command(answer, reference="1001"))
    assert decision.records == ()
    assert books.placed["O1001"].state == "draft"


def test_another_phone_may_stop_it() -> None:
    books = ordered()
    assert keys(say(books, CLERK, Command("no", reference="O1001"))) == ["order_dropped"]
    assert books.placed["O1001"].state == "cancelled"
    assert keys(say(books, OWNER, Command("yes"))) == ["no_question"]


def test_a_clerk_says_nothing_of_a_small_order() -> None:
    books = ordered("0")
    assert keys(say(books, CLERK, NUMBERED)) == ["question_unknown"]
    assert books.placed["O1001"].state == "draft"


@pytest.mark.parametrize(
    ("above", "phone", "answer", "came"),
    [
        ("5000", CLERK, "yes", [SecondTold("O1001", (OWNER,), "approved")]),
        ("5000", CLERK, "no", [SecondTold("O1001", (OWNER,), "cancelled")]),
        ("5000", OWNER, "no", []),
        ("0", OWNER, "yes", []),
    ],
)
def test_the_phone_that_ordered_hears_what_another_said(
    above: str, phone: str, answer: str, came: list[SecondTold]
) -> None:
    decision = say(ordered(above), phone, Command(answer, reference="1001"))
    assert [record for record in decision.records if isinstance(record, SecondTold)] == came


def test_it_is_too_late_when_the_draft_has_lapsed() -> None:
    books = ordered()
    assert keys(say(books, CLERK, NUMBERED, after=timedelta(minutes=31))) == ["question_unknown"]
    assert books.placed["O1001"].state == "draft"


def test_a_shop_with_one_phone_waits_for_approval_though_its_credit_would_do() -> None:
    books = ordered()
    del books.actors[CLERK]
    assert keys(say(books, OWNER, Command("yes"))) == ["order_placed"]
    assert books.placed["O1001"].state == "confirmed"
    assert keys(say(books, MANAGER, Command("approve", order="1001")))[0].startswith("approve")


def test_an_order_of_field_staff_wants_a_phone_of_the_shop() -> None:
    books = sample()
    books._trade = replace(Trade(), second_phone_above="5000")
    say(books, FIELD, items("order", ("A350", 6), dealer="D1001"))
    assert keys(say(books, FIELD, Command("yes"))) == ["order_second"]
    decision = say(books, OWNER, NUMBERED)
    assert keys(decision) == ["order_approved"]
    assert SecondTold("O1001", (FIELD,), "approved") in decision.records
    assert not any(isinstance(record, OrderTold) for record in decision.records)  # whoever said YES knows


NOON = datetime(2026, 4, 15, 4, tzinfo=UTC)
DRAFT = Order("O1001", "D1001", "draft", (OrderLine("A350", 6, 100_000),), 600_000, "CNY", NOON, NOON)


@pytest.fixture
def asked(engine: Engine) -> Late:
    """A shop of which one phone has said YES to a large order; the clerk's is to say it too."""
    shop = Late(engine, sample(), Settings(broadcast=Broadcast(window="09:00-20:00")))
    with shop.keeper.transaction(shop.at) as books:
        draft = replace(DRAFT, at=shop.at, expires_at=shop.at + timedelta(minutes=30))
        books.apply([Booked("O1001", "order", "D1001", shop.at.date()), OrderDrafted(draft)])
        for _ in range(2):  # whoever says YES again has the others told no second time
            books.apply([SecondTold("O1001", (CLERK,))])
    return shop


def test_the_other_phone_is_told_what_waits_for_it_once(asked: Late) -> None:
    assert asked.look() == 1
    until = (asked.at + timedelta(minutes=30, hours=8)).strftime("%H:%M")
    assert asked.texts() == [(CLERK, f"贵店订A350×6,共6000,{until}前回:是 1001 或 否 1001")]
    assert asked.look() == 0


ENGLISH = {
    "approved": "Another phone of D1001 said YES: O1001 (A350 x6 = 6000.00) is approved.",
    "confirmed": "Another phone of D1001 said YES: O1001 (A350 x6 = 6000.00) is waiting for approval.",
    "cancelled": "Another phone of D1001 said NO: O1001 (A350 x6) is not ordered. "
    "Still wanted? Please send the order again.",
}
SAID = {
    "approved": "D1001另一手机已回是:O1001(A350×6,共6000)已批准。",
    "confirmed": "D1001另一手机已回是:O1001(A350×6,共6000)待批准。",
    "cancelled": "D1001另一手机已回否:O1001(A350×6)未下单。仍需要请重新订货。",
}


@pytest.mark.parametrize("state", SAID)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_whoever_ordered_is_told_once_what_another_phone_said(asked: Late, state: str, language: str) -> None:
    asked.look()
    first = OWNER if language == "en" else CLERK
    with asked.keeper.transaction(asked.at) as books:
        books.apply([OrderMoved("O1001", state), SecondTold("O1001", (first,), state)])
    assert asked.look() == 1
    assert asked.texts()[-1] == (first, SAID[state] if language == "zh" else ENGLISH[state])
    assert asked.look() == 0


@pytest.mark.parametrize(
    ("said", "now"), [("approved", "cancelled"), ("confirmed", "approved"), ("confirmed", "rejected")]
)
def test_what_stands_otherwise_since_is_told_by_itself(asked: Late, said: str, now: str) -> None:
    asked.look()
    with asked.keeper.transaction(asked.at) as books:
        books.apply([OrderMoved("O1001", said), SecondTold("O1001", (OWNER,), said), OrderMoved("O1001", now)])
    assert asked.look() == 0


@pytest.mark.parametrize("state", ["approved", "cancelled", "expired", ""])
def test_nobody_is_told_of_what_waits_no_more(asked: Late, state: str) -> None:
    if state:
        with asked.keeper.transaction(asked.at) as books:
            books.apply([OrderMoved("O1001", state)])
    else:
        asked.at += timedelta(minutes=31)
    assert asked.look() == 0
    asked.at -= timedelta(minutes=31)
    assert asked.look() == 0


def test_the_store_knows_the_phones_of_a_shop(engine: Engine) -> None:
    phones = Phones(engine, sample())
    with phones.keeper.transaction(phones.at) as books:
        assert books.directory.phones_of("D1001", ("owner", "clerk")) == [OWNER, CLERK]
        assert books.directory.phones_of("D1001", ("promoter",)) == [PROMOTER]
        assert books.directory.phones_of("D9999", ("owner",)) == []
