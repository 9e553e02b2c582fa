"""Who takes notices, for those who ask: words with the texts that said them, what holds, and words said by others."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.consent import reports as willingness
from smsgw.business.consent.rules import ConsentGiven
from smsgw.store import audit
from smsgw.store.instants import to_ms
from tests.business.world import CLERK, FIELD, NOON, OWNER, FixedClock, bookkeeper, furnish, inbound, record

AT = to_ms(NOON)


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    return bookkeeper(engine, FixedClock())


def test_words_are_told_with_the_text_or_the_person_that_said_them(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        message = books.receive(inbound("STOP")).message
        books.apply([ConsentGiven(OWNER, "", False)])
    with keeper.transaction(NOON) as books:
        assert record(books, OWNER, "prices", True, "by phone")
        assert not record(books, OWNER, "prices", True, "by phone")
        assert not record(books, CLERK, "", True, "by phone")
        assert record(books, FIELD, "offers", False, "by phone")
    with keeper.engine.connect() as connection:
        stop, start = willingness.list_words(connection, OWNER)
        assert (stop.granted, stop.message, stop.text, stop.author) == (False, message, "STOP", None)
        assert (start.granted, start.message, start.text, start.author) == (True, None, None, "li")
        assert start.wording == "by phone"
        assert willingness.find_notices_taken([stop, start], ["offers"]) == {"": False, "offers": False, "prices": True}
        assert willingness.list_words(connection, CLERK) == []
        whose = willingness.find_person(connection, OWNER)
        assert whose is not None and (whose.role, whose.dealer, whose.others) == ("owner", "D1001", ())
        assert willingness.find_person(connection, "+8613700000001") is None
        assert list(willingness.list_phones(connection, "offers", only_stopped=False)) == [
            (OWNER, False, AT),
            (FIELD, False, AT),
        ]
        assert list(willingness.list_phones(connection, "prices", only_stopped=False)) == [(OWNER, True, AT)]
        assert list(willingness.list_phones(connection, "prices", only_stopped=True)) == []
        assert [(entry.what, entry.subject) for entry in audit.entries(connection, who="li")] == [
            ("consent given", OWNER),
            ("consent withdrawn", FIELD),
        ]
