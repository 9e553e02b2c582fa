"""A phone that was lost: blocked by those who see to its owner, silent from then on, and let speak again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command
from smsgw.business.core.principal import Actor
from smsgw.business.dialogue import answer
from smsgw.business.directory.books.network import ContactRow, put_contacts
from smsgw.business.messages.rules import Inbound
from smsgw.business.verify import verify
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from smsgw.store.journal import journal
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    START,
    STRANGER,
    WEST_OWNER,
    DictLedger,
    sample,
)
from tests.business.said import settle
from tests.business.say import items, keys, only, say

WEST_MANAGER, SECOND_HQ, SECOND_OWNER = "+8613900000010", "+8613900000011", "+8613900000012"


def house() -> DictLedger:
    books = sample()
    books.actors[WEST_MANAGER] = Actor(10, WEST_MANAGER, "Wen", "manager", None, "WEST", "en")
    books.actors[SECOND_HQ] = Actor(11, SECOND_HQ, "Hua", "hq", None, None, "en")
    books.actors[SECOND_OWNER] = replace(books.actors[OWNER], phone=SECOND_OWNER)  # another phone of the same person
    return books


@pytest.mark.parametrize(
    ("by", "whose", "allowed"),
    [
        (OWNER, CLERK, True),
        (OWNER, PROMOTER, True),
        (OWNER, SECOND_OWNER, True),
        (OWNER, OTHER_OWNER, False),
        (OWNER, FIELD, False),
        (OWNER, MANAGER, False),
        (OWNER, STRANGER, False),
        (MANAGER, OWNER, True),
        (MANAGER, WEST_OWNER, True),
        (MANAGER, FIELD, True),
        (MANAGER, WEST_MANAGER, False),
        (MANAGER, HQ, False),
        (WEST_MANAGER, WEST_OWNER, True),
        (WEST_MANAGER, OWNER, False),
        (WEST_MANAGER, FIELD, False),
        (WEST_MANAGER, MANAGER, False),
        (HQ, MANAGER, True),
        (HQ, CLERK, True),
        (HQ, SECOND_HQ, False),
        (HQ, STRANGER, False),
    ],
)
def test_who_may_block_whose_phone(by: str, whose: str, allowed: bool) -> None:
    books = house()
    decision = say(books, by, Command("block", phone=whose, reason="lost"))
    assert keys(decision) == (["block"] if allowed else ["phone_unknown"])
    assert (whose in books.blocked) == allowed
    if not allowed:  # as if it were registered nowhere
        stranger = only(say(books, by, Command("block", phone=STRANGER)))
        mine = only(decision)
        assert {**mine.values, "phone": ""} == {**stranger.values, "phone": ""}


@pytest.mark.parametrize("role", [CLERK, PROMOTER, FIELD])
def test_others_may_not_block(role: str) -> None:
    books = house()
    assert keys(say(books, role, Command("block", phone=OWNER))) == ["denied"]
    assert not books.blocked


def test_a_blocked_phone_is_answered_like_a_stranger_and_its_draft_is_not_placed() -> None:
    books = house()
    say(books, SECOND_OWNER, items("order", ("A350", 1)))
    say(books, OWNER, Command("block", phone=SECOND_OWNER))
    told = only(say(books, SECOND_OWNER, Command("yes")))
    assert told.key == only(say(books, STRANGER, Command("yes"))).key
    assert {order.state for order in books.placed.values()} == {"draft"}
    say(books, OWNER, Command("unblock", phone=SECOND_OWNER))
    assert keys(say(books, SECOND_OWNER, Command("stock"))) != [told.key]


def test_the_phone_that_one_texts_from_stays() -> None:
    books = house()
    assert keys(say(books, OWNER, Command("block", phone=OWNER))) == ["block_own"]
    assert not books.blocked


@pytest.mark.parametrize("written", ["13900000002", "139 0000 0002", "+86 139-0000-0002", "008613900000002"])
def test_a_number_may_be_written_as_people_do(written: str) -> None:
    books = house()
    assert keys(say(books, OWNER, Command("block", phone=written))) == ["block"]
    assert keys(say(books, OWNER, Command("block", phone=written))) == ["block_already"]
    assert keys(say(books, OWNER, Command("unblock", phone=written))) == ["unblock"]
    assert keys(say(books, OWNER, Command("unblock", phone=written))) == ["unblock_already"]


def test_what_is_no_number_is_told_with_an_example() -> None:
    told = only(say(house(), OWNER, Command("block", phone="1234567")))
    assert told.key == "phone_unreadable"


class Deployment:
    """A deployment that texts come to, each a minute after the one before."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.at = engine, START
        settle(engine, house())
        self.keeper = Bookkeeper(engine, Settings().trade_rules(), clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))

    def text(self, phone: str, said: str) -> str:
        self.at += timedelta(minutes=1)
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)


def test_a_lost_phone_by_text(engine: Engine) -> None:
    shop = Deployment(engine)
    assert "D1001" in shop.text(CLERK, "STOCK")
    said = shop.text(OWNER, "BLOCK 13900000002 lost")
    assert "+86139****0002 (Person 2) blocked 10:02" in said
    silent = shop.text(CLERK, "STOCK")
    assert silent == shop.text("+8613999999998", "STOCK").replace("9998", "0002")
    assert shop.text(MANAGER, "unblock 13900000002 found it").startswith("+86139****0002 (Person 2) may text again")
    assert "D1001" in shop.text(CLERK, "STOCK")
    with engine.connect() as connection:
        row = journal.c
        found = connection.execute(
            select(row.kind, row.who, row.detail).where(row.subject == "phone").order_by(row.entry)
        ).all()
        assert [(kind, who) for kind, who, _ in found] == [("blocked", OWNER), ("unblocked", MANAGER)]
        assert '"why":"lost"' in found[0].detail
        assert verify(connection) == []


def test_an_import_of_contacts_unblocks_nobody(engine: Engine) -> None:
    shop = Deployment(engine)
    shop.text(OWNER, "BLOCK 13900000002")
    silent = shop.text(CLERK, "STOCK")
    with engine.begin() as connection:
        put_contacts(connection, [ContactRow(CLERK, "Person 2", "clerk", "D1001", None, "zh")])
    assert shop.text(CLERK, "STOCK") == silent
