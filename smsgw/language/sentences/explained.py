"""Explained: whether commands account for everything that a text names."""

from __future__ import annotations

from datetime import date

from smsgw.business.core.command import REJECTED, Command
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.sentences.frames import OF_A_PLACE
from smsgw.language.sentences.marks import COUNT, CUE, DAY, DEALER, IMEI, MODEL, NUMBER, OPEN, SERIES, Mark
from smsgw.language.sentences.reports import BOOKED

_TELLING = frozenset(("SOLD", "ORDER", "RECEIVE", "COUNT"))
SHORTEST_IMEI = 12  # digits of what may be meant as an IMEI; fewer are a quantity


def digits_in(token: str) -> int:
    """How many digits a word has."""
    return sum(map(str.isdigit, token))


def _strange(mark: Mark) -> bool:
    """Whether a word may say what happened to a set, and nobody knows it, or it says where the set lies."""
    placed = mark.kind == CUE and bool(mark.cues) and mark.cues <= OF_A_PLACE
    return placed or (mark.kind == OPEN and digits_in(mark.value) < SHORTEST_IMEI)


def explained(commands: list[Command], marks: list[Mark], today: date) -> bool:
    """Whether commands account for every number, IMEI, model and day of a text: none is dropped, none is another's."""
    if not commands or any(c.outcome == REJECTED or c.choices for c in commands):
        return False
    told = {BOOKED[e] for m in marks for e in m.cues & _TELLING if m.kind == CUE and not m.doubt}
    if len(told) > 1 and not told <= {c.verb for c in commands}:
        return False  # received and sold: of how many is which?
    bare = any(
        BY_NAME[c.verb or ""].by_imeis and c.imeis and not any(r.rule == "verb" and r.token for r in c.repairs)
        for c in commands
    ) and not any("SOLD" in m.cues for m in marks)
    if bare and any(_strange(m) for m in marks):
        return False  # a word beside IMEIs alone says what happened to them, and nobody knows it
    units = [unit for c in commands for unit in (*c.imeis, *((c.imei,) if c.imei else ()))]
    quantities = sorted(item.quantity for c in commands for item in c.items)
    aside = [p.token for c in commands for p in c.problems if p.detail == "left_out"]
    numbers = sorted(m.value for m in marks if m.kind in (NUMBER, COUNT))
    for value in [v for v in numbers if v not in quantities and any(str(v) in token for token in aside)]:
        numbers.remove(value)
    models = {item.model for c in commands for item in c.items} | {c.model for c in commands}
    dates = {c.on or today for c in commands}
    return (
        sum(m.kind == IMEI or (m.kind == OPEN and digits_in(m.value) > 13) for m in marks) == len(units)
        and (numbers == quantities or (not quantities and set(numbers) <= {len(units)}))
        and all(m.value in models for m in marks if m.kind == MODEL)
        and all(m.value.day in dates for m in marks if m.kind == DAY)
        and not any(m.kind == SERIES for m in marks)
        and {m.value for m in marks if m.kind == DEALER}
        <= {dealer for c in commands for dealer in (c.dealer, *c.dealers)}
    )
