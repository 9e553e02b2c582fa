"""Refusals: the example of the next try is made of what was sent."""

from __future__ import annotations

from dataclasses import replace

from smsgw.business.core.command import REJECTED, Command, Item, Problem
from smsgw.business.core.refusals import refusal
from smsgw.business.core.reply import Reply
from tests.business.dict_ledger import OWNER, sample


def example_of(command: Command) -> str:
    books = sample()
    actor = books.directory.actor(OWNER)
    assert actor is not None
    example = refusal(command, actor, books).values["example"]
    assert isinstance(example, Reply)
    return str(example.values["arguments"])


def test_an_example_with_a_quantity_keeps_what_was_sent_in_its_order() -> None:
    missing = Problem("missing_quantity", "B200", 2, ("quantity",))
    order = Command("order", outcome=REJECTED, items=(Item("A350", 5),), problems=(missing,))
    assert example_of(order) == "B200 5 A350 5"
    assert example_of(replace(order, problems=(replace(missing, position=4),))) == "A350 5 B200 5"


def test_an_example_for_a_wrong_quantity_has_the_model_that_was_sent() -> None:
    minus = Problem("bad_quantity", "- 2", 2, (), None, "A350")
    assert example_of(Command("sale", outcome=REJECTED, problems=(minus,))) == "A350 5"
