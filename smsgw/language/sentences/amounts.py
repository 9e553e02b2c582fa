"""Amounts: what a number is by what stands right beside it, the price of one set or sets that are asked for."""

from __future__ import annotations

from itertools import pairwise

from smsgw.language.sentences.marks import COUNT, CUE, MODEL, MONEY, NUMBER, OPEN, Mark
from smsgw.language.sentences.neighbours import (
    hear_numbers,
    know_prices,
    know_what_was_paid,
    name_people,
    point_at_the_list,
    take_figures_as_models,
)

_LEAST_PRICE = 100
_BRING = ("来", "给来", "要来", "发来")


def weigh_amounts(marks: list[Mark]) -> list[Mark]:
    """The marks with the numbers among them that are no quantities, and 来 before one, known for what they are."""
    known = know_prices(take_figures_as_models(know_what_was_paid(point_at_the_list(hear_numbers(marks)))))
    return _bring(_price_sets(name_people(known)))


def _price_sets(marks: list[Mark]) -> list[Mark]:
    """Prices of one set (`1198一台`): three figures and more right before one set, behind a model with its number."""
    model = counted = False
    counts = sum(m.kind == COUNT for m in marks)
    for before, mark in pairwise(marks):
        one = mark.kind == COUNT and mark.value == 1 and mark.start == before.end
        if one and model and (counted or counts > 1) and before.kind == NUMBER and before.value >= _LEAST_PRICE:
            before.kind = MONEY
            mark.kind, mark.cues = CUE, frozenset(("PRICED",))
        model |= before.kind == MODEL
        counted |= before.kind in (COUNT, NUMBER)
    return marks


def _bring(marks: list[Mark]) -> list[Mark]:
    """来 right before a number of sets asks for them (`来5台A350`), as 再来 does."""
    for mark, behind in pairwise(marks):
        if mark.kind == OPEN and mark.value in _BRING and behind.kind == COUNT and behind.start == mark.end:
            mark.kind, mark.cues = CUE, frozenset(("ORDER", "WANTS"))
    return marks
