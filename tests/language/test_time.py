"""Bounded time: no text of two thousand characters takes long, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from tests.language.sample import TODAY, imei, reader

LENGTH = 2000
LIMIT = 0.1  # seconds of processor time; 20 ms is the promise, on an idle machine the worst takes 8


@pytest.mark.parametrize(
    "unit",
    [
        *("1", "1 ", "5 ", "3310 ", "A350 ", "A350 5 ", "foo ", "x\n", "S\n", "BAL\n", "ORD A350 5\n", ";", "-", "-1 "),
        *(
            "1.",
            "1/",
            "1,111",
            "|11111",
            "@",
            "@D1001 ",
            "【",
            "【】",
            "[",
            "[a]",
            "?",
            "x3",
            "A1",
            "SALE",
            "BAL ORD S ",
        ),
        *("139 ", "139 0000 ", "8601 ", "4573 ", "I ORD to S you ", "dozen ", "pcs ", "imei ", "model qty ", "pls "),
        *(
            "我",
            "卖",
            "是不",
            "一二三",
            "查",
            "库村",
            "今天卖了2台A350，",
            "👍",
            "\u200b",
            "\u0301",
            "\ud800",
            "١",
            "ก็",
        ),
        *("S 860 A350 昨天 @D1001 foo ", "SLAE ", "Aurora 3.5 ", "Galaxy S", "what is ", "\x00S", imei(1)[:13] + " "),
    ],
)
@pytest.mark.parametrize("verb", ["", "S ", "ORD ", "JOIN ", "NEWNUM ", "HELP ", "MSG ", "MKT "])
def test_no_text_of_two_thousand_characters_takes_long(verb: str, unit: str) -> None:
    text = (verb + unit * LENGTH)[:LENGTH]
    taken = []
    for _ in range(2):  # the first may be the one that loads a table
        began = time.process_time()
        reader().understand(text, today=TODAY)
        taken.append(time.process_time() - began)
    assert min(taken) < LIMIT


def test_ten_thousand_characters_are_refused_at_once() -> None:
    began = time.process_time()
    reading = reader().understand("S" + "\u0301" * 10_000, today=TODAY)
    assert time.process_time() - began < LIMIT
    assert reading.commands[0].problems[0].code == "too_long"
