"""Every example that the sender of a refusal or of HELP is given works when it is sent."""

from __future__ import annotations

import re
from datetime import date

import pytest

from smsgw.business.core.command import ACCEPTED
from smsgw.business.core.rights import allowed
from smsgw.business.dialogue import answer
from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.words import Words
from tests.business.conversation.test_conversation import GRAMMAR, READER, stocked, text
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    DictLedger,
)

TODAY = date(2026, 4, 15)
ROLES = {"owner": OWNER, "clerk": CLERK, "promoter": PROMOTER, "field": FIELD, "manager": MANAGER, "hq": HQ}
# A set that nobody has, a PIN, a phone, a group, a rival's model: the manual's example shows their form.
FORM_ONLY = {"register", "join", "newnum", "pin", "block", "unblock", "visit", "market", "broadcast", "fix", "test"}
REFUSED = ("denied", "refuse", "not_in_service", "unknown", "which_dealer", "no_price", "not_your_shop", "out_of_area")
EXAMPLE = re.compile(
    r"(?:Example: |例:|示例:|for example |,如:|To tell a person: |请人处理请发:)(.+?)"
    r"(?:\. All|\. Nothing|\.?$|。|\n)"
)


def busy() -> DictLedger:
    """The sample network; orders of both shops in the east wait for approval."""
    books = stocked()
    for phone in (OWNER, OTHER_OWNER):
        text(books, phone, "ORD A350 900")
        text(books, phone, "YES")
    return books


def sent(books: DictLedger, phone: str, said: str) -> tuple[list[tuple[str | None, str]], list[str]]:
    """What a text reads as, and the keys of its answer."""
    books.begin(phone)
    reading = READER.understand(said, today=TODAY)
    books.folded = reading.folded
    decision = answer(reading, phone, books)
    return [(c.verb, c.outcome) for c in reading.commands], [reply.key for reply in decision.replies]


def refused(keys: list[str]) -> bool:
    return any(part in key for key in keys for part in REFUSED)


def speaking(phone: str, language: str) -> DictLedger:
    """The busy books with the sender's language changed."""
    books = busy()
    text(books, phone, f"LANG {language.upper()}")
    return books


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", ROLES)
def test_the_example_of_each_verb_works_for_each_role_that_has_it(role: str, language: str) -> None:
    words, phone, wrong = Words(GRAMMAR), ROLES[role], {}
    for verb in VERBS:
        if not allowed(role, verb) or not verb.in_service or verb.name in FORM_ONLY:
            continue
        books = speaking(phone, language)
        help_ = text(books, phone, f"{words.word('help', language)} {words.word(verb.name, language)}")
        example = EXAMPLE.search(help_)
        assert example is not None, help_
        read, keys = sent(books, phone, example[1].strip())
        alike = [v.name for v in VERBS if words.word(v.name, language) == words.word(verb.name, language)]
        # What a verb does with its word alone, which says too little by the grammar, its answer tells.
        runs = [outcome for _, outcome in read] == [ACCEPTED] or verb.on_rejected is not None
        if not runs or read[0][0] not in alike or refused(keys):
            wrong[help_] = (example[1], read, keys)
    assert wrong == {}


@pytest.mark.parametrize(
    "said", ["blabla", "hello", "S", "ORD A350 many", "STOCK Q999", "A350 or so", "销售", "你好", "乱七八糟"]
)
@pytest.mark.parametrize("role", ROLES)
def test_the_example_of_a_refusal_works_when_it_is_sent(role: str, said: str) -> None:
    for language in ("en", "zh"):
        books = speaking(ROLES[role], language)
        answered = text(books, ROLES[role], said)
        example = EXAMPLE.search(answered)
        if example is None:
            continue  # it names a model that is near, or whose the verb is
        read, keys = sent(books, ROLES[role], example[1].strip())
        assert all(outcome == ACCEPTED for _, outcome in read) and not refused(keys), (answered, example[1], read, keys)


@pytest.mark.parametrize("role", ["manager", "hq"])
def test_who_sells_nothing_is_told_no_sale(role: str) -> None:
    for said in ("blabla", "hello", "乱七八糟"):
        assert "SALE" not in text(busy(), ROLES[role], said)


@pytest.mark.parametrize("said", ["GIVE A350 2 @D1002", "RETURN A350 1", "RCV O1001"])
def test_what_is_not_in_service_can_be_told_to_a_person(said: str) -> None:
    books = busy()
    answered = text(books, OWNER, said)
    if "not in service" not in answered:
        return  # it is by now
    example = EXAMPLE.search(answered)
    assert example is not None, answered
    read, keys = sent(books, OWNER, example[1].strip())
    assert (read, keys) == ([("feedback", ACCEPTED)], ["ticket"])
