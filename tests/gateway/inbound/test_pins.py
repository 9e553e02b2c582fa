"""A PIN is hidden before its text is kept, whatever its verb comes to, and whatever the text goes through."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.language.reading.pins import hide_in
from tests.business.world import OWNER, STRANGER
from tests.gateway.world import IMEIS, world


@pytest.mark.parametrize(
    "text",
    [
        "PIN 1234 4711",
        "pin 4711",
        "pin4711",
        "PIN 4711 x",
        "密码 1234 4711",
        "密码4711",
        "PIN ４７１１ 1234",
        f"S {IMEIS[0]} #4711",
        f"S {IMEIS[0]} ＃4711",
        "S A350 2 #4711",
        "NEWNUM 13900000009 #4711",
        "MSG my pin is 4711, ok?",
        "what is pin 4711 for",
        "STOCK #4711",
    ],
)
@pytest.mark.parametrize("phone", [OWNER, STRANGER, "INFO"])
def test_no_table_has_the_pin(engine: Engine, text: str, phone: str) -> None:
    w = world(engine)
    w.text(phone, text)
    w.settle()
    assert w.statuses() == [0]
    kept = w.ask("SELECT text, folded, reading, payload FROM message_in")
    assert kept
    everything = repr(kept) + repr(w.ask("SELECT text FROM message_out"))
    for table in ("pending_question", "ticket", "booking", "journal"):
        everything += repr(w.ask(f"SELECT * FROM {table}"))
    assert "4711" not in everything
    assert "４７１１" not in everything
    assert "****" in kept[0][0]
    assert bytes(kept[0][3]) == b""


def test_what_is_no_pin_is_kept_as_it_came(engine: Engine) -> None:
    w = world(engine)
    for text in ("S A350 4", "MSG #12 is broken", "COUNT A350 4711", f"S {IMEIS[0]}", "shipping 4711 sets"):
        w.text(OWNER, text)
    w.settle()
    assert "****" not in repr(w.ask("SELECT text, reading FROM message_in"))
    assert all(bytes(payload) for (payload,) in w.ask("SELECT payload FROM message_in"))


def test_a_long_text_keeps_no_part_of_it(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "MSG " + "the door code of the shop was changed again " * 4 + "and my pin is 4711")
    w.settle()
    assert "4711" not in repr(w.ask("SELECT text, folded, reading, payload FROM message_in"))
    assert b"4711" not in b"".join(bytes(row[0]) for row in w.ask("SELECT payload FROM message_part"))


def test_the_same_text_again_is_known_again(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, f"S {IMEIS[0]} #4711")
    w.text(OWNER, f"S {IMEIS[0]} #4711")
    w.settle()
    assert w.ask("SELECT count(*) FROM booking WHERE verb = 'sale'") in ([(0,)], [(1,)])


def test_texts_of_which_nothing_is_known() -> None:
    assert hide_in("my PIN: 4711 or 1234") == "my PIN: **** or ****"
    assert hide_in("4711 is my pin") == "**** is my pin"
    assert hide_in("A350 x 4711") == "A350 x 4711"
