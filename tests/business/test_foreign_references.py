"""Nothing leaks: role by verb by whose reference, what is not the sender's is answered as if it were not there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from smsgw.business.broadcasts.rules import states as job
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core import rights
from smsgw.business.core.command import CONFIRM, Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import ROLES, Actor
from smsgw.business.orders.rules import STATES as ORDER_STATES
from smsgw.business.protection.rules.claims import Claim, ClaimFiled
from smsgw.business.tickets.rules import STATES as TICKET_STATES
from smsgw.business.transfers.rules import OPEN, Transfer, TransferBegun
from smsgw.business.vocabulary import VERBS
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OWNER, PROMOTER, WEST_OWNER, DictLedger, imei, sample
from tests.business.say import items, sale, say

PHONES = dict(zip(ROLES, (OWNER, CLERK, PROMOTER, FIELD, MANAGER, HQ), strict=True))
WEST_MANAGER = "+8613900000009"
UNKNOWN = "7777"  # the digits of a reference that nothing has
IN_SERVICE = {verb.letter for verb in VERBS if verb.letter and verb.in_service} | {"Q"}
# Every way to name something: a verb with its arguments, of a reference and its digits.
NAMING = [verb.name for verb in VERBS if {"reference", "order"} & set(verb.arguments)]


def books_of_the_west() -> DictLedger:
    """Everything that a shop and a manager of the west can have: one reference of each letter."""
    books = sample()
    books.actors[WEST_MANAGER] = Actor(9, WEST_MANAGER, "Wen", "manager", None, "WEST", "en")
    books.actors[MANAGER] = replace(books.actors[MANAGER], region="EAST")
    west = replace(books.dealers["D2001"], credit_limit=10_000_000)
    books.dealers["D2001"] = west
    say(books, WEST_OWNER, Command("register", imeis=(imei("86012345", 1), imei("86012345", 2)), positions=(1, 2)))
    say(books, WEST_OWNER, Command("nil"))
    say(books, WEST_OWNER, sale(imei("86012345", 1)))
    say(books, WEST_OWNER, Command("return", imeis=(imei("86012345", 2),), reason="1"))
    _claim(books)
    say(books, WEST_OWNER, items("count", ("A350", 1)))
    say(books, WEST_OWNER, items("order", ("A350", 1)))
    say(books, WEST_OWNER, Command("paid", price="5000"))
    say(books, WEST_OWNER, Command("feedback", text="box was wet"))
    say(books, WEST_MANAGER, Command("broadcast", group="WEST", text="Closed on Monday"))
    say(books, WEST_OWNER, Command("stop", outcome=CONFIRM))
    say(books, WEST_MANAGER, Command("market", brand="XBRAND", text="Y12", price="998"))
    say(books, WEST_MANAGER, Command("visit", dealer="D2001"))
    books.begin(WEST_OWNER)
    given = Transfer("T1001", "D2001", "D2009", OPEN, (), books.now, books.now + timedelta(days=1))
    books.apply([Booked("T1001", "give", "D2001", books.now.date()), TransferBegun(given)])
    return books


def _claim(books: DictLedger) -> None:
    """A claim of the west for a set, because its price fell."""
    books.begin(WEST_OWNER)
    day = books.now.date()
    claim = Claim("P1001", "D2001", "A350", day, 200, 100, "CNY", "open", (imei("86012345", 1),), books.now, WEST_OWNER)
    books.apply([Booked("P1001", "protect", "D2001", day), ClaimFiled(claim)])


def named(books: DictLedger, letter: str) -> str:
    """The one reference of a letter, as the books have it."""
    everything = [*books.headers, *(question.reference for question in books.asked)]
    return next(reference for reference in everything if reference.startswith(letter))


def commands(verb: str, reference: str) -> list[Command]:
    """A verb said of a reference in every way it may be: in full, by its digits, with an option, with words."""
    said = []
    for name in (reference, reference[1:]):
        if verb in ("approve", "reject", "order_status", "cancel", "receive"):
            said.append(Command(verb, order=name, reason="late payment" if verb == "reject" else None))
            if verb in ("approve", "reject"):
                said.append(Command(verb, reference=name, reason="look again"))
            continue
        said.append(Command(verb, reference=name, text="what of it" if verb == "feedback" else None))
        if verb == "yes":
            said.append(Command(verb, reference=name, option=1))
        if verb == "feedback":
            said.append(Command(verb, text=name))
    return said


def picture(decision: Decision, digits: str) -> str:
    """A decision with the digits that it is about taken out (not those of a shop: D1001)."""
    return re.sub(rf"(?<![0-9D]){digits}(?![0-9])", "#", repr((decision.records, decision.replies)))


def test_the_table_has_every_letter_in_service() -> None:
    books = books_of_the_west()
    assert {"S", "N", "R", "K", "O", "C", "B", "M", "T", "X", "P", "F", "V", "Q"} == IN_SERVICE
    assert {named(books, letter)[0] for letter in IN_SERVICE} == IN_SERVICE


@pytest.mark.parametrize("letter", sorted(IN_SERVICE))
@pytest.mark.parametrize("verb", NAMING)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "hq"])
def test_a_foreign_reference_is_answered_as_one_that_is_not_there(role: str, verb: str, letter: str) -> None:
    reference = named(books_of_the_west(), letter)
    for number, command in enumerate(commands(verb, reference)):
        books, blank = books_of_the_west(), books_of_the_west()
        foreign = say(books, PHONES[role], command)
        unknown = say(blank, PHONES[role], commands(verb, letter + UNKNOWN)[number])
        assert picture(foreign, reference[1:]) == picture(unknown, UNKNOWN), command
        assert books.applied == list(foreign.records)


@pytest.mark.parametrize("state", ORDER_STATES)
@pytest.mark.parametrize("verb", NAMING)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "hq"])
def test_no_state_of_a_foreign_order_shows(role: str, verb: str, state: str) -> None:
    for number, command in enumerate(commands(verb, "O1001")):
        books = books_of_the_west()
        books.placed["O1001"] = replace(books.placed["O1001"], state=state)
        foreign = say(books, PHONES[role], command)
        unknown = say(books_of_the_west(), PHONES[role], commands(verb, "O" + UNKNOWN)[number])
        assert picture(foreign, "1001") == picture(unknown, UNKNOWN), command


@pytest.mark.parametrize("state", TICKET_STATES)
@pytest.mark.parametrize("verb", NAMING)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "hq"])
def test_no_state_of_a_foreign_ticket_shows(role: str, verb: str, state: str) -> None:
    for number, command in enumerate(commands(verb, "C1001")):
        books = books_of_the_west()
        books.tickets.kept["C1001"] = replace(books.tickets.kept["C1001"], state=state)
        foreign = say(books, PHONES[role], command)
        unknown = say(books_of_the_west(), PHONES[role], commands(verb, "C" + UNKNOWN)[number])
        assert picture(foreign, "1001") == picture(unknown, UNKNOWN), command


@pytest.mark.parametrize("state", job.STATES)
def test_no_state_of_a_foreign_broadcast_shows_and_headquarters_is_told_it(state: str) -> None:
    for verb in ("undo", "test", "yes", "no"):
        books = books_of_the_west()
        books.sent["B1001"] = replace(books.sent["B1001"], state=state)
        foreign = say(books, MANAGER, Command(verb, reference="B1001"))
        unknown = say(books_of_the_west(), MANAGER, Command(verb, reference=f"B{UNKNOWN}"))
        assert picture(foreign, "1001") == picture(unknown, UNKNOWN)
    books = books_of_the_west()
    told = say(books, HQ, Command("undo", reference="B1001"))
    assert [reply.key for reply in told.replies] == ["undone_broadcast"]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("hq", "field", "manager")])
@pytest.mark.parametrize("letter", ["S", "N", "R", "K", "O", "C", "X"])
def test_another_shop_of_the_same_region_is_as_foreign(role: str, letter: str) -> None:
    reference = named(books_of_the_west(), letter)
    for verb in NAMING:
        for number, command in enumerate(commands(verb, reference)):
            books = books_of_the_west()
            books.dealers["D2001"] = replace(books.dealers["D2001"], region="EAST")
            foreign = say(books, PHONES[role], command)
            unknown = say(books_of_the_west(), PHONES[role], commands(verb, letter + UNKNOWN)[number])
            assert picture(foreign, reference[1:]) == picture(unknown, UNKNOWN), command


def test_the_own_reference_is_told_apart_so_that_the_table_can_fail() -> None:
    for phone, verb, reference in (
        (WEST_OWNER, "yes", "O1001"),
        (WEST_OWNER, "undo", "S1001"),
        (WEST_OWNER, "feedback", "C1001"),
        (WEST_MANAGER, "test", "B1001"),
        (WEST_MANAGER, "approve", "O1001"),
    ):
        own = say(books_of_the_west(), phone, commands(verb, reference)[0])
        unknown = say(books_of_the_west(), phone, commands(verb, reference[0] + UNKNOWN)[0])
        assert picture(own, reference[1:]) != picture(unknown, UNKNOWN)
    assert rights.allowed("manager", next(verb for verb in VERBS if verb.name == "approve"))


def test_a_broadcast_is_known_to_the_shops_that_it_was_sent_to() -> None:
    books = books_of_the_west()
    books.sent_to["B1001"] = {"D1001"}
    about = Command("feedback", reference="B1001", text="which Monday?")
    assert [reply.key for reply in say(books, OWNER, about).replies] == ["ticket"]
    assert [reply.key for reply in say(books, WEST_OWNER, about).replies] == ["ticket_no_subject"]


def test_whoever_left_a_shop_places_its_order_no_more() -> None:
    """A question that was open when the sender was given another shop, or another role, moves nothing."""
    for change in ({"dealer": "D1002"}, {"role": "clerk"}, {"role": "field", "dealer": None, "region": "WEST"}):
        for answer in ("yes", "no"):
            books = sample()
            say(books, OWNER, items("order", ("A350", 1)))
            books.actors[OWNER] = replace(books.actors[OWNER], **change)
            told = say(books, OWNER, Command(answer, reference="O1001"))
            assert [reply.key for reply in told.replies] == ["order_unknown"]
            assert books.placed["O1001"].state == "draft"
