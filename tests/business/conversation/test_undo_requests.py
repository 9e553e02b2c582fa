"""UNDO after its hours: a request that a manager decides, all of it or nothing, and whoever asked is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.core.command import CONFIRM, Command, Problem
from smsgw.business.core.decision import Decision
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
