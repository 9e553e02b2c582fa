"""Of sentences whose truth is known, nothing is booked, drafted or asked with YES that the truth does not have."""

from __future__ import annotations

import os

import pytest

from smsgw.business.core.command import CONFIRM
from tests.language.sentences.truths import Truth, made
from tests.language.sentences.world import MONDAY, live

CHUNKS = 10
# A slice in each run of the suite; the soak takes 20,000 (SMSGW_SOAK=1).
PER_CHUNK = 2000 if os.environ.get("SMSGW_SOAK") else 200


def false_bookings(truth: Truth) -> list[str]:
    """What a reading would book, draft or ask that is not so."""
    wrong = []
    for command in live(truth.text):
        verb = command.verb or ""
        true = truth.bookings.get((verb, command.on or MONDAY))
        goods = {item.model: item.quantity for item in command.items}
        empty = not goods and not command.imeis and verb != "nil"
        others = set(command.imeis) - truth.imeis
        if true is None or empty or others or any(true.get(model) != n for model, n in goods.items()):
            wrong.append(f"{verb} {goods} {command.imeis} {command.on} {command.outcome}")
    return wrong


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_is_booked_or_asked_that_is_not_so(chunk: int) -> None:
    wrong = {}
    for seed in range(chunk * PER_CHUNK, (chunk + 1) * PER_CHUNK):
        truth = made(seed)
        found = false_bookings(truth)
        if found:
            wrong[truth.text] = found
    assert wrong == {}


def test_most_that_is_stated_plainly_is_read() -> None:
    stated = [truth for truth in map(made, range(1000)) if truth.bookings]
    read = [truth for truth in stated if live(truth.text)]
    assert len(read) >= 0.9 * len(stated)


@pytest.mark.parametrize("off", [-1, 1, 3])
@pytest.mark.parametrize("total", ["Total {n}", "total {n} pcs", "Grand total: {n}", "合计{n}台", "共{n}台", "总计{n}"])
def test_a_total_that_disagrees_is_asked_with_the_lines_and_named(total: str, off: int) -> None:
    said = total.format(n=3 + off)
    (command,) = live(f"sold today\nA350 2\nB200 1\n{said}")
    assert command.outcome == CONFIRM
    assert {item.model: item.quantity for item in command.items} == {"A350": 2, "B200": 1}
    assert any(str(3 + off) in problem.token for problem in command.problems)


@pytest.mark.parametrize("unsure", ["i think we sold {g}", "probably sold {g}", "think sold {g} today", "好像卖了{g}"])
def test_who_is_not_sure_is_asked(unsure: str) -> None:
    (command,) = live(unsure.format(g="A350 2"))
    assert command.outcome == CONFIRM
