"""Bare texts: those that only name goods, a number, a shop, a day or what is to be done, as an answer or a going on."""

from __future__ import annotations

from smsgw.business.core.command import Bare, Item
from smsgw.language.sentences.corrections import turns_at
from smsgw.language.sentences.frames import EVENTS
from smsgw.language.sentences.goods import goods_of
from smsgw.language.sentences.marks import (
    BREAK,
    COUNT,
    CUE,
    DAY,
    DEALER,
    MODEL,
    NUMBER,
    OPEN,
    SERIES,
    STOP,
    Mark,
)
from smsgw.language.sentences.models import Models
from smsgw.language.sentences.sentence import Sentence
from smsgw.language.sentences.understood import VERBS_OF_EVENTS

_MOST_MARKS = 12  # of a text that is an answer
_MOST_SETS = 9999
_ASKED = (("STOCKASK", "stock"), ("PRICEASK", "price"), ("SUMASK", "summary"))
_SAYS_LITTLE = frozenset(
    ("FILL", "POLITE", "UNIT", "PRICED", "LISTHEAD", "GOESON", "AGREED", "PERIODDAY", "REFERS", "ORDERWORD")
)
_PERIODS = (("PERIODMONTH", "month"), ("PERIODWEEK", "week"), ("PERIODDAY", "day"))
_PUTS_RIGHT = frozenset(("SELFFIX", "MIDFIX", "AMEND"))
_EVENTS = frozenset(EVENTS)


def bare(s: Sentence, models: Models) -> Bare | None:
    """What a text says that is no more than an answer may be; None of one that says more, or contradicts itself."""
    marks = [m for m in s.marks if m.kind not in (BREAK, STOP)]
    if not 0 < len(marks) <= _MOST_MARKS:
        return None
    verbs: set[str] = set()
    ends: tuple[str, ...] = ()
    period, right_at, fits = None, None, True
    for at, mark in enumerate(marks):
        if mark.kind == OPEN:
            named = models.suffixes.get(str(mark.value).upper(), {})
            fits &= bool(named) and not ends
            ends = tuple(named)
        elif mark.kind == CUE:
            verb = _verb(mark)
            told = next((name for cue, name in _PERIODS if cue in mark.cues), None)
            if verb is not None:
                verbs.add(verb)
            elif told is not None:
                period = told
            elif mark.cues & _PUTS_RIGHT and at:
                right_at = at
            else:
                fits &= bool(mark.cues & _SAYS_LITTLE) or mark.value == "呢"
        else:
            fits &= mark.kind in (MODEL, SERIES, COUNT, NUMBER, DAY, DEALER)
    if not fits or len(verbs) > 1:
        return None
    return _of(s, marks, verbs.pop() if verbs else "", ends, period, right_at)


def _of(
    s: Sentence, marks: list[Mark], verb: str, ends: tuple[str, ...], period: str | None, right_at: int | None
) -> Bare | None:
    turned = turns_at(s)
    if right_at is not None or turned is not None:
        if turned is not None and not verb and any("ORDERWORD" in m.cues for m in marks):
            verb = "order"
        return _put_right(marks, verb, None if turned is not None else right_at)
    goods = goods_of(s.pieces)
    days = {m.value.day for m in marks if m.kind == DAY}
    dealers = {str(m.value) for m in marks if m.kind == DEALER}
    numbers = [m for m in marks if m.kind in (COUNT, NUMBER)]
    series = [m for m in marks if m.kind == SERIES]
    named = tuple(dict.fromkeys(str(m.value) for m in marks if m.kind == MODEL))
    items = tuple(Item(model, quantity) for model, quantity in goods.items.items())
    alone = not named and len(numbers) == 1
    if len(days) > 1 or len(dealers) > 1 or len(series) + bool(ends) > 1 or goods.zeros or goods.rivals:
        return None
    if any(day is None or day > s.today for day in days) or not all(0 < m.value <= _MOST_SETS for m in numbers):
        return None
    if (numbers and not alone and not items) or (goods.odd and not alone) or ((series or ends) and named):
        return None
    if items and len(items) != len(numbers):
        return None
    return Bare(
        verb,
        items,
        tuple(series[0].value) if series else ends or tuple(m for m in named if m not in goods.items),
        numbers[0].value if alone else None,
        next(iter(dealers), None),
        next(iter(days), None),
        period,
        one_of=bool(series or ends),
        goes_on=any("GOESON" in m.cues or m.value == "呢" for m in marks) or s.marks[-1].value == "?",
        doubtful=any(m.doubt for m in marks) or bool(series or ends),
        agrees=any(m.cues & {"AGREED", "CONSENT", "GOAHEAD"} and m.cues.isdisjoint(_EVENTS - {"ORDER"}) for m in marks),
    )


def _verb(mark: Mark) -> str | None:
    """What a word says is to be done, where it says nothing else."""
    if "FILL" in mark.cues or "UNIT" in mark.cues:
        return None
    found = {VERBS_OF_EVENTS[event] for event in mark.cues & _EVENTS if event in VERBS_OF_EVENTS}
    found |= {verb for cue, verb in _ASKED if cue in mark.cues}
    return found.pop() if len(found) == 1 else None


def _put_right(marks: list[Mark], verb: str, at: int | None) -> Bare | None:
    """A number that the same text puts right: the last is meant."""
    numbers = [m for m in marks if m.kind in (COUNT, NUMBER)]
    if len(numbers) != 2 or any(m.kind in (SERIES, OPEN, DEALER, DAY) for m in marks):
        return None
    if at is not None and not numbers[0].start < marks[at].start < numbers[1].start:
        return None
    named = {str(m.value) for m in marks if m.kind == MODEL}
    if len(named) > 1 or not 0 < numbers[1].value <= _MOST_SETS:
        return None
    if named:
        return Bare(verb, items=(Item(named.pop(), numbers[1].value),), doubtful=True)
    return Bare(verb, quantity=numbers[1].value, doubtful=True)
