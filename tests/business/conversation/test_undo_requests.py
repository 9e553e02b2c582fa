"""UNDO after its hours: a request that a manager decides, all of it or nothing, and whoever asked is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.conversation.actions import approve_request, list_requests, read_request, reject_request
from smsgw.business.core.command import CONFIRM, Command, Problem
from smsgw.business.core.decision import Decision
from smsgw.errors import Refused
from tests.business.dict_ledger import FIELD, HQ, MANAGER, OWNER, DictLedger, imei, sample
from tests.business.returns.shops import Shops
from tests.business.say import items, keys, only, sale, say

A, B = imei("86012345", 1), imei("86012345", 2)
DAY = timedelta(days=1, minutes=1)
WAITING = (Problem("incomplete"),)  # APP alone


def undo(reference: str = "S1001") -> Command:
    return Command("undo", reference=reference)


def decide(books: DictLedger, phone: str, word: str = "approve", reason: str | None = None) -> Decision:
    return say(books, phone, Command(word, reference="S1001", reason=reason))


def asked() -> DictLedger:
    """The owner of D1001 asked the day after to take a sale of two sets back."""
    books = sample()
    say(books, OWNER, sale(A, B))
    assert keys(say(books, OWNER, undo(), after=DAY)) == ["undo_asked"]
    return books


def test_nothing_changes_until_the_manager_agrees_and_then_all_of_it() -> None:
    books = asked()
    assert len(books._live_lines()) == 2 and not books.headers["S1001"].undone
    listed = only(say(books, MANAGER, Command("approve", "rejected", problems=WAITING)))
    assert (listed.key, listed.values["count"], listed.values["reference"]) == ("approve_undos", 1, "S1001")
    assert keys(decide(books, MANAGER)) == ["undone_sale"]
    assert books._live_lines() == [] and books.headers["S1001"].undone
    assert books.undos_told == {"S1001": (OWNER,)}
    assert keys(decide(books, MANAGER)) == ["decide_nothing"]
    assert keys(say(books, OWNER, undo())) == ["undo_already"]
    assert books.faults() == []


def test_who_asks_again_is_told_that_it_waits_and_after_a_no_may_ask_again() -> None:
    books = asked()
    assert keys(say(books, OWNER, undo())) == ["undo_asked_before"]
    assert keys(decide(books, MANAGER, "reject")) == ["undo_reject_why"]
    assert keys(decide(books, MANAGER, "reject", "sold all right")) == ["undo_rejected"]
    assert books.undos_told == {"S1001": (OWNER,)} and len(books._live_lines()) == 2
    assert keys(decide(books, MANAGER)) == ["decide_nothing"]
    assert keys(say(books, OWNER, undo())) == ["undo_asked"]
    assert keys(decide(books, HQ)) == ["undone_sale"]


def test_a_manager_takes_back_at_once_what_they_would_decide() -> None:
    books = asked()
    assert keys(say(books, MANAGER, undo())) == ["undone_sale"]
    assert books.undos_told == {"S1001": (OWNER,)}
    say(books, OWNER, sale(A))
    assert keys(say(books, HQ, undo("S1002"), after=DAY)) == ["undone_sale"]


def test_a_manager_of_elsewhere_finds_nothing() -> None:
    books = asked()
    books.actors[MANAGER] = books.actors[MANAGER].__class__(5, MANAGER, "Wen", "manager", None, "WEST", "en")
    assert keys(say(books, MANAGER, Command("approve", "rejected", problems=WAITING))) == ["orders_waiting_none"]
    for word in ("approve", "reject"):
        assert keys(decide(books, MANAGER, word, "no")) == ["decide_nothing"]
    assert keys(say(books, MANAGER, undo())) == ["undo_unknown"]


@pytest.mark.parametrize("phone", [OWNER, MANAGER])
def test_a_set_that_has_moved_on_is_told_when_it_is_asked_and_when_it_is_decided(phone: str) -> None:
    books = sample()
    say(books, OWNER, Command("register", imeis=(A, B), positions=(1, 2)))
    if phone == MANAGER:
        assert keys(say(books, OWNER, undo("R1001"), after=DAY)) == ["undo_asked"]
    say(books, FIELD, sale(A, dealer="D1001"), after=DAY)
    command = undo("R1001") if phone == OWNER else Command("approve", reference="R1001")
    assert keys(say(books, phone, command)) == ["undo_moved"]
    assert not books.headers["R1001"].undone


def test_doubtful_words_and_corrections_ask_nobody() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 3)))
    for command in (Command("undo", CONFIRM), Command("fix", reference="S1001", content="A350 2")):
        decision = say(books, OWNER, command, after=DAY)
        assert books.undo_requests == [], decision


def test_an_order_is_cancelled_however_old_it_is() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, Command("yes"))
    assert keys(say(books, OWNER, undo("O1001"), after=DAY)) == ["undone_order"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_whole_way_by_text(engine: Engine, language: str) -> None:
    shops = Shops(engine)
    shops.text(OWNER, f"LANG {language}")
    shops.text(OWNER, "S A350 2")
    shops.text(OWNER, "S B200 1")
    shops.at += DAY
    said = shops.text(OWNER, "UNDO S1001 S1002" if language == "en" else "撤销 S1001 S1002")
    assert "S1001" in said and "S1002" in said
    assert "S1001 S1002" in shops.text(MANAGER, "APP")
    assert "S1001" in shops.text(MANAGER, "APP S1001")
    assert "S1002" in shops.text(MANAGER, "REJ S1002 sold all right")
    told = [text for _ in range(2) for phone, text in shops.told() if phone == OWNER]  # one at each look
    assert len(told) == 2 and "S1001" in told[0] and "sold all right" in told[1]
    assert shops.told() == []
    assert shops.text(OWNER, "UNDO S1002").startswith("S1002")
    assert "S1002" in shops.text(MANAGER, "UNDO S1002")


def late(shops: Shops, *said: str) -> None:
    """The owner of D1001 asks a day later to take back what some texts booked."""
    for each in said:
        shops.text(OWNER, each)
    shops.at += DAY
    for number in range(1, len(said) + 1):
        assert f"S100{number}" in shops.text(OWNER, f"UNDO S100{number}")


def test_who_decides_is_told_once_that_it_waits_and_who_asked_that_it_lapsed(engine: Engine) -> None:
    shops = Shops(engine)
    late(shops, "S A350 2")
    told = dict(shops.told())
    assert told == {MANAGER: "D1001 asks to take back S1001 (A350 x2). APP S1001 or REJ S1001 why"}
    assert shops.told() == []
    shops.at += timedelta(hours=73)
    assert dict(shops.told()) == {
        OWNER: "S1001 (A350 x2) stands: nobody decided in time whether to take it back. To ask again: UNDO S1001"
    }
    assert "S1001" not in shops.text(MANAGER, "APP")
    shops.text(OWNER, "LANG ZH")
    assert shops.text(OWNER, "撤销 S1001").startswith("S1001已过24小时")
    assert dict(shops.told()).keys() == {MANAGER}  # that he asks again is news
    shops.text(MANAGER, "APP S1001")
    assert dict(shops.told()) == {OWNER: "S1001(A350 x2)已按您的请求撤销。"}


def test_the_desk_lists_approves_and_rejects(engine: Engine) -> None:
    shops = Shops(engine)
    late(shops, "S A350 2", "S B200 1", "S B200 2")
    with shops.desk() as (session, books):
        listed = list_requests(session, ("open",))
        assert [(one["reference"], one["dealer"], one["state"]) for one in listed] == [
            (reference, "D1001", "open") for reference in ("S1001", "S1002", "S1003")
        ]
        assert approve_request(session, books, "S1001") == {"reference": "S1001", "state": "approved"}
    assert shops.sold() == 3
    with shops.desk() as (session, books):
        reject_request(session, books, "S1002", "sold all right")
    for reference, wrong in (
        ("S1001", "is approved already"),
        ("S1002", "is rejected already"),
        ("S9", "nobody asked"),
    ):
        with pytest.raises(Refused, match=wrong), shops.desk() as (session, books):
            approve_request(session, books, reference)
    with pytest.raises(Refused, match="say why"), shops.desk() as (session, books):
        reject_request(session, books, "S1003", " ")
    with shops.desk() as (session, _):
        shown = read_request(session, "S1002")
        assert (shown["state"], shown["why"], shown["decided_by"]) == ("rejected", "sold all right", "li")
        assert list_requests(session, ("lapsed",)) == []
        assert [one["reference"] for one in list_requests(session, ("open",), "D1001")] == ["S1003"]
    told = [text for _ in range(3) for phone, text in shops.told() if phone == OWNER]
    assert told == [
        "S1001 (A350 x2) is taken back, as you asked.",
        "S1002 (B200 x1) is not taken back: sold all right. Question? MSG S1002 text",
    ]


def test_what_cannot_be_taken_back_is_told_at_the_desk(engine: Engine) -> None:
    shops = Shops(engine)
    number = imei("86012345", 50)
    shops.text(OWNER, f"REG {number}")
    shops.at += DAY
    assert "R1001" in shops.text(OWNER, "UNDO R1001")
    shops.text(OWNER, f"S {number}")
    with pytest.raises(Refused, match="R1001 cannot be taken back as things stand"), shops.desk() as (session, books):
        approve_request(session, books, "R1001")
    assert shops.unit(number) == ("sold", "D1001")
