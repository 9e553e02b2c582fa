"""Machines get no answer: our own words and numbers coming back, names, short codes; as the daemon reads and speaks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.gateway.understanding import Understanding, understanding_of
from smsgw.settings.sections import Settings, Smsc
from smsgw.smpp.pdu import Address
from smsgw.smpp.split import split
from tests.business.world import CLERK, OTHER_OWNER, OWNER, STRANGER, imei
from tests.gateway.world import World, settings_of, world

SETS = [imei(number) for number in range(900, 906)]


def speaking(engine: Engine, settings: Settings | None = None) -> World:
    """A gateway that reads and answers as the daemon does."""
    settings = settings or settings_of()
    w = world(engine, settings)
    w.gateway.current.replace(settings, understanding(w))
    return w


_MADE: list[Understanding] = []  # of the same network every time: its grammar takes a second to make


def understanding(w: World) -> Understanding:
    if not _MADE:
        with w.engine.connect() as connection:
            _MADE.append(understanding_of(settings_of(), lexicon_rows(connection)))
    return _MADE[0]


def states(w: World) -> list[str]:
    return [state for (state,) in w.ask("SELECT state FROM message_in ORDER BY id")]


# What makes us say a booking, a repeat, a refusal, a question, a number, help, and the answer to a stranger.
TEXTS = [
    (OWNER, f"S {SETS[0]}"),
    (OTHER_OWNER, f"售 {SETS[1]}"),
    (CLERK, f"S {SETS[2]} {SETS[3]} 860123450000999"),
    (OWNER, "STOCK"),
    (OTHER_OWNER, "库存"),
    (OWNER, "HOW ARE YOU"),
    (OTHER_OWNER, "你好吗"),
    (OWNER, "S 12345"),
    (OWNER, "HELP"),
    (OWNER, "UNDO S9999"),
    (OWNER, "ORD A350 5"),
    (OWNER, "BAL"),
    (OWNER, "S"),
    (STRANGER, f"S {SETS[4]}"),
]


@pytest.mark.parametrize(("phone", "text"), TEXTS, ids=[text for _, text in TEXTS])
@pytest.mark.parametrize("back", [OTHER_OWNER, OWNER, STRANGER])
def test_our_own_answer_forwarded_to_us_is_not_answered(engine: Engine, phone: str, text: str, back: str) -> None:
    w = speaking(engine)
    w.text(phone, text)
    parts = [(pdu.short_message, pdu.esm_class, pdu.data_coding) for pdu in w.smsc.submits]
    assert parts
    for short_message, esm_class, data_coding in parts:
        w.smsc.deliver(back, "", tag=0, short_message=short_message, esm_class=esm_class, data_coding=data_coding)
    w.settle()
    assert len(w.smsc.submits) == len(parts)
    assert states(w)[-1] == "ignored"
    assert set(w.statuses()) == {0}
    assert w.ask("SELECT reading FROM message_in ORDER BY id DESC LIMIT 1")[0][0].find('"outcome":"ignored"') > 0


def test_two_gateways_that_are_forwarded_to_each_other_fall_silent(engine: Engine) -> None:
    """A phone that forwards every answer of ours back to us: one answer, then nothing."""
    w = speaking(engine)
    w.text(OWNER, "STOCK")
    done = 0
    while done < len(w.smsc.submits):
        pdu = w.smsc.submits[done]
        done += 1
        w.text(OWNER, "", tag=done, short_message=pdu.short_message, data_coding=pdu.data_coding)
    assert done == 1


def test_a_responder_that_never_says_the_same_twice_ends_at_the_guard(engine: Engine) -> None:
    w = speaking(engine, settings_of(limits={"answers_per_phone_per_hour": 5}))
    said = 0
    while said == len(w.smsc.submits) and said < 50:
        said += 1
        w.text(OWNER, f"we are closed until day {said} sorry")
    assert (said, len(w.smsc.submits)) == (7, 6)  # five answers, and one that says that it is too much
    assert states(w)[-2:] == ["ignored", "ignored"]


@pytest.mark.parametrize(
    "source",
    [
        Address(5, 0, "BANK"),
        Address(5, 0, "86139"),
        Address(0, 0, "Info-SMS"),
        Address(0, 1, "10086"),
        Address(3, 1, "95588"),
        Address(6, 1, "1069"),
        Address(1, 1, "861069"),
        Address(0, 0, ""),
    ],
)
@pytest.mark.parametrize("text", [f"S {SETS[0]}", "STOCK", "Your balance is low", "STOP"])
def test_names_and_short_codes_are_kept_and_never_answered(engine: Engine, source: Address, text: str) -> None:
    w = speaking(engine)
    w.text("", text, source=source)
    assert w.statuses() == [0]
    assert w.smsc.submits == []
    assert states(w) == ["ignored"]
    assert w.ask("SELECT count(*) FROM unit") == [(0,)]


OURS = "8613900000777"


@pytest.mark.parametrize(
    "source",
    [
        Address(1, 1, OURS),
        Address(0, 1, OURS),
        Address(1, 1, "+" + OURS),
        Address(0, 0, "13900000777"),
        Address(2, 1, "13900000777"),
    ],
)
@pytest.mark.parametrize("entry", [0, 1])
def test_what_comes_from_a_number_of_ours_is_never_answered_on_whatever_link(
    engine: Engine, source: Address, entry: int
) -> None:
    """Also not where the number is that of another link, and whatever form either of them has."""
    links: list[dict[str, Any]] = [
        {"name": "operator-a", "address": "1069"},
        {"name": "operator-b", "address": "1069", "port": 2776},
    ]
    links[entry] |= {"address": "+" + OURS, "address_ton": 1} if entry else {"address": "13900000777"}
    w = speaking(engine, replace_links(links))
    w.text("", f"S {SETS[0]}", source=source)
    assert w.statuses() == [0]
    assert w.smsc.submits == []
    assert states(w) == ["ignored"]


def test_a_name_of_ours_in_letters_is_known_in_any_case(engine: Engine) -> None:
    w = speaking(engine, settings_of(smsc={"address": "Sunny", "address_ton": 5}))
    for name in ("Sunny", "SUNNY"):
        w.text("", "STOCK", source=Address(0, 0, name))
    assert w.smsc.submits == []
    assert states(w) == ["ignored", "ignored"]


def replace_links(links: list[dict[str, Any]]) -> Settings:
    return settings_of().model_copy(update={"smsc": tuple(Smsc(**link) for link in links)})


def test_halves_of_our_own_long_answers_make_no_loop(engine: Engine) -> None:
    w = speaking(engine, settings_of(replies={"parts_minutes": 1}))
    for reference in range(3):
        first = split("OK S1001: " + "x" * 300, reference)[0]
        w.smsc.deliver(OTHER_OWNER, "", tag=0, **first._asdict())
        w.settle()
        w.smsc.advance(61, step=5)
        w.gateway.look()
        w.settle()
    assert len(w.smsc.submits) == 3  # each is told of
    for pdu in w.smsc.submits[:]:
        w.text(OTHER_OWNER, "", tag=1, short_message=pdu.short_message, data_coding=pdu.data_coding)
    assert len(w.smsc.submits) == 3  # and what we tell is known when it comes back
