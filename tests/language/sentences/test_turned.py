"""Denying, asking or putting off any text that is booked leaves nothing that is booked, drafted or asked with YES."""

from __future__ import annotations

import json
from functools import cache

import pytest

from smsgw.business.core.command import ACCEPTED
from smsgw.language.sentences.veto import BOOKING
from tests.language.sample import DATA
from tests.language.sentences.truths import made
from tests.language.sentences.world import live, read

# NIL, an approval and a payment that are denied or asked say nothing that this is about.
_GOODS = BOOKING - {"nil", "approve", "paid"}
TURNS = (
    *("don't {t}", "do not {t}", "didn't {t}", "not {t}", "never {t}", "{t} ?"),
    *("{t}?", "can i {t}", "how to {t}", "should we {t}?", "will {t}", "maybe {t}"),
    *("if {t}", "cancel {t}", "what if {t}", "ignore this: {t}", "{t} wrong", "i heard {t}"),
    *("不{t}", "没{t}", "别{t}", "不要{t}", "勿{t}", "取消{t}"),
    *("{t}吗", "{t}？", "能{t}吗", "如果{t}", "想{t}", "可能{t}"),
    *("听说{t}", "{t}报错了", "{t} 不要了", "{t} was not sold", "{t} tomorrow maybe", "先不{t}"),
)


@cache
def booked() -> tuple[str, ...]:
    """Texts that book one thing at once: of both corpora, and made ones."""
    known = [
        json.loads(line)["text"]
        for name in ("corpus.jsonl", "conformance.jsonl")
        for line in (DATA / name).read_text(encoding="utf-8").splitlines()
    ]
    texts = [*known, *(made(seed).text for seed in range(400))]
    return tuple(
        text
        for text in texts
        if not {"\n", "\x00"} & set(text)
        and [c.outcome == ACCEPTED and c.verb in _GOODS and not c.repeat for c in read(text).commands] == [True]
    )


@pytest.mark.parametrize("turn", TURNS)
def test_nothing_is_booked_of_a_text_that_is_turned_round(turn: str) -> None:
    wrong = {}
    for text in booked():
        turned = turn.format(t=text)
        found = [c for c in live(turned) if c.verb in _GOODS]
        if found:
            wrong[turned] = [(c.verb, c.outcome, c.items, c.imeis) for c in found]
    assert wrong == {}


def test_enough_texts_are_turned_round() -> None:
    assert len(booked()) > 250
