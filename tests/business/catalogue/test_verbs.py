"""CODES: models by any of their names, dealers for those who have an area, on the books of either database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.catalogue.verbs import decide
from smsgw.business.core.command import Command
from smsgw.business.directory.books.network import ContactRow, put_contacts
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import Replies
from tests.business.dict_ledger import FIELD, HQ, OWNER, sample
from tests.business.say import keys, only, say
from tests.business.world import NOON, bookkeeper, furnish
from tests.language.sample import TODAY, reader


def codes(phone: str, text: str | None) -> list[str]:
    named = only(say(sample(), phone, Command("codes", text=text))).values["named"]
    return [reply.values["code"] for reply in named.items]


def test_codes_alone_lists_the_models() -> None:
    assert codes(OWNER, None) == ["A350", "A380", "B200", "C100"]


@pytest.mark.parametrize(("text", "found"), [("aurora", ["A350", "A380"]), ("a3", ["A350", "A380"]), ("3-8", ["A380"])])
def test_a_part_of_a_name_or_code_finds_the_models(text: str, found: list[str]) -> None:
    assert codes(OWNER, text) == found


def test_dealers_are_found_by_name_in_the_own_area() -> None:
    assert codes(FIELD, "sunny") == ["D1001"]
    assert codes(HQ, "west gate") == ["D2001"]
    for phone, text in ((OWNER, "sunny"), (FIELD, "west gate")):
        reply = only(say(sample(), phone, Command("codes", text=text)))
        assert (reply.key, reply.values) == ("codes_none", {"token": text})


def test_a_catalogue_without_models_is_told() -> None:
    books = sample()
    books.products.clear()
    assert keys(say(books, OWNER, Command("codes"))) == ["codes_empty"]


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("CODES A3", "en", "A350 Aurora 3.5; A380 Aurora 3.8. Price: PRICE code"),
        ("代码 A3", "zh", "A350 Aurora 3.5; A380 Aurora 3.8。查价回:价格 型号"),
        ("find comet", "en", "C100 Comet 100. Price: PRICE code"),
    ],
)
def test_a_text_is_answered_in_its_language(text: str, language: str, answer: str) -> None:
    reading = reader().understand(text, today=TODAY)
    decision = say(sample(), OWNER, *reading.commands)
    said = Replies.load(vocabulary=Words(reader().grammar)).render(decision.replies, language)
    assert said == answer


def test_the_books_find_names_in_either_script_and_dealers_of_an_area(engine: Engine) -> None:
    furnish(engine)
    keeper = bookkeeper(engine)
    with keeper.transaction(NOON) as books:
        assert [product.code for product in books.catalogue.find_products("")] == ["A350", "B200"]
        for text in ("曙光", "AURORA", "a 350"):
            assert [product.code for product in books.catalogue.find_products(text)] == ["A350"]
        assert books.directory.find_dealers("SUN", "EAST") == [("D1001", "Sunny")]
        assert books.directory.find_dealers("d1", "CN") == [("D1001", "Sunny"), ("D1002", "Moon")]
        assert books.directory.find_dealers("sun", "WEST") == []
        assert books.directory.find_dealers("star", None) == [("D2001", "Star")]
        assert books.directory.find_dealers("%", None) == books.directory.find_dealers("_", None) == []


def test_a_field_worker_of_no_region_finds_no_dealer(engine: Engine) -> None:
    furnish(engine)
    phone = "+8613900000077"
    with engine.begin() as connection:
        put_contacts(connection, [ContactRow(phone, "Lost", "field", None, None, "en")])
    with bookkeeper(engine).transaction(NOON) as books:
        actor = books.directory.actor(phone)
        assert actor is not None
        decision = decide(Command("codes", text="sunny"), actor, books)
        assert [reply.key for reply in decision.replies] == ["codes_none"]
