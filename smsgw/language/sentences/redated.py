"""Another day: what says of sets that were reported before that they were of another day (`b200那两台是昨天卖的`)."""

from __future__ import annotations

import re

from smsgw.business.core.command import CONFIRM, UNSAID, Command, Correction, Item
from smsgw.language.sentences.goods import goods_of
from smsgw.language.sentences.marks import BREAK, COUNT, CUE, DAY, MODEL, NUMBER, STOP
from smsgw.language.sentences.reports import BOOKED
from smsgw.language.sentences.sentence import Sentence, command

_WAS = frozenset(("WAS", "WERE", "IS", "ARE", "IT WAS", "ITS", "IT S", "是", "算", "的"))
_THE = frozenset(("THE", "TWO OF THE", "OF THE"))
_SOME_OF = re.compile(r"有|其中|里面|\bOF (?:THEM|THOSE|THESE|IT)\b")  # some of what was sent
_LEADS = frozenset(("有", "其中", "其中有", "里面", "里面有"))
_AROUND = frozenset(("FILL", "POLITE", "UNIT", "REFERS", "SOLD", "OURS", "SENT", "SORRY", "CONSENT", "AMEND", "THEY"))
_MOST_SETS = 99


def redated(s: Sentence) -> list[Command] | None:
    """A FIX of the day alone, of the sets that a text points at; None of a text that is anything else."""
    marks = [m for m in s.marks if m.kind not in (BREAK, STOP)]
    if any(m.kind == STOP and m.value == "?" for m in s.marks):
        return None
    days = {m.value.day for m in marks if m.kind == DAY}
    if len(days) > 1:
        days.discard(s.today)  # 刚才那台是昨天的
    day = days.pop() if len(days) == 1 else None
    if day is None or day > s.today:
        return None
    plain = all(
        m.kind in (MODEL, COUNT, NUMBER, DAY) or (m.kind == CUE and m.cues & _AROUND) or m.value in _LEADS
        for m in marks
    )
    some = any(m.kind in (COUNT, NUMBER) for m in marks) and _SOME_OF.search(s.page.clean) is not None
    points = some or any(m.cues & {"REFERS", "OURS"} or m.value in _THE for m in marks if m.kind == CUE)
    says = any(m.value in _WAS for m in marks if m.kind == CUE)
    if not (plain and points and says) or any(m.doubt for m in marks if m.kind != CUE):
        return None
    named = _named(s)
    if named is None:
        return None
    whole = bool(named) and "SOLD" in s.cues and all(item.model and item.quantity != UNSAID for item in named)
    otherwise = Command(BOOKED["SOLD"], CONFIRM, items=named, on=day) if whole else None
    return [command("fix", CONFIRM, correction=Correction(named, on=day, dated=True, otherwise=otherwise))]


def _named(s: Sentence) -> tuple[Item, ...] | None:
    """The sets that a text points at, with their numbers where it says them; None where whose they are is open."""
    models = [str(m.value) for m in s.marks if m.kind == MODEL]
    numbers = [m.value for m in s.marks if m.kind in (COUNT, NUMBER)]
    if not all(0 < number <= _MOST_SETS for number in numbers) or len(set(models)) < len(models):
        return None
    if not models:
        return tuple(Item("", number) for number in numbers) if len(numbers) < 2 else None
    if len(models) == 1 and len(numbers) < 2:
        return (Item(models[0], numbers[0] if numbers else UNSAID),)
    goods = goods_of(s.pieces)
    if goods.odd or goods.zeros or len(goods.items) != len(numbers):
        return None
    return tuple(Item(model, goods.items.get(model, UNSAID)) for model in models)
