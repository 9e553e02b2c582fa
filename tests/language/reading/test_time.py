"""Bounded time: no text of two thousand characters takes long, whatever it is made of."""

from __future__ import annotations

import time
from random import Random

import pytest

from tests.language.sample import TODAY, imei, reader

pytestmark = pytest.mark.alone

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


PIECES = (
    *(
        "SALE",
        "ORD",
        "BAL",
        "COUNT",
        "UNDO",
        "imei",
        "model",
        "SLAE",
        "A350",
        "A35O",
        "3310",
        "D1001",
        "@D9999",
        "Q999X",
    ),
    *(
        "5",
        "x3",
        "4573",
        "13900000001",
        imei(1),
        imei(1)[:13],
        "12.50",
        "yesterday",
        "pls",
        "foo",
        "dozen",
        "-1",
        "zero",
    ),
    *("库村", "销", "订", "盘店", "我他", "还有几台", "台", "没卖", "昨天", "一", "谢谢", "串号"),
)


@pytest.mark.parametrize("seed", range(40))
def test_no_mixed_noise_of_two_thousand_characters_takes_long(seed: int) -> None:
    random, text = Random(seed), ""
    while len(text) < LENGTH:
        text += random.choice(PIECES) + random.choice((" ", " ", "\n", ";", "", ","))
    taken = []
    for _ in range(3):
        began = time.process_time()
        reader().understand(text[:LENGTH], today=TODAY)
        taken.append(time.process_time() - began)
    assert min(taken) < LIMIT / 2


def test_parts_that_are_good_are_saved_however_much_else_is_wrong() -> None:
    units = [imei(n) for n in range(1, 200)]
    lines = [" ".join(["S", *units[n : n + 50], imei(n)[:14] + "x"]) for n in range(0, 200, 50)]
    reading = reader().understand("\n".join(lines), today=TODAY)
    assert [len(command.imeis) for command in reading.commands] == [50, 50, 50, 49]


def test_ten_thousand_characters_are_refused_at_once() -> None:
    began = time.process_time()
    reading = reader().understand("S" + "\u0301" * 10_000, today=TODAY)
    assert time.process_time() - began < LIMIT
    assert reading.commands[0].problems[0].code == "too_long"
