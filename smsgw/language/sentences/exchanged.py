"""Exchanged: one set brought back and another sold for it, and sales of which a part came back the same day."""

from __future__ import annotations

import re

from smsgw.business.core.command import CONFIRM, Command, Item
from smsgw.language.sentences.events import NOT_SO
from smsgw.language.sentences.marks import BREAK, COUNT, DAY, MODEL, NUMBER, STOP, Mark
from smsgw.language.sentences.reports import BOOKED
from smsgw.language.sentences.sentence import Sentence, command

_INTO = re.compile(r"\b(?:FOR|WITH|TO|INTO|AGAINST)\b|换")
_PLAIN = frozenset((MODEL, COUNT, NUMBER, BREAK, STOP))
_OTHER = frozenset(
    ("ORDER", "RECEIVE", "COUNT", "GIVE", "DAMAGE", "LOSS", "DEMO", "PAID", "ORDERWORD", "PRICEASK", "RIVAL")
)
_DONE = frozenset(("SWAPPED", "EXCHANGED", "换了", "换走"))
_MOST = 9  # sets that one customer exchanges
_OF_WHICH = re.compile(r"OF WHICH|OF THEM|OF THOSE|OF THESE|其中|里面|里头|当中|后来|又")


def swapped(s: Sentence) -> list[Command] | None:
    """A set that a customer exchanged for another model (`customer swapped the a350 for a b200`): a return of the one
    and a sale of the other, both asked. Without a customer, `A350换成B200` rather corrects what was reported."""
    if "SWAP" not in s.cues or _is_asked(s) or s.cues & _OTHER:
        return None
    models = [m for m in s.marks if m.kind == MODEL]
    if len(models) != 2 or models[0].value == models[1].value:
        return None
    done = any(m.value in _DONE for m in s.marks) or "CUSTOMER" in s.cues  # else it is wanted of us
    corrects = any("SWAP" in m.cues and m.cues & {"AMEND", "CORRECTED"} for m in s.marks)
    if not done or (corrects and "CUSTOMER" not in s.cues):
        return None
    if (s.moods & NOT_SO) - ({"CORRECTED"} if corrects else set()) or any(m.kind not in _PLAIN for m in _named(s)):
        return None
    numbers = {m.value for m in s.marks if m.kind in (COUNT, NUMBER)} or {1}
    at = next(m.start for m in s.marks if "SWAP" in m.cues)
    back, gone = models
    if len(numbers) > 1 or not 0 < min(numbers) <= _MOST or at > gone.start:
        return None
    if not _INTO.search(s.page.clean[back.end : gone.start]):
        return None
    quantity = numbers.pop()
    return [
        command("return", CONFIRM, items=(Item(str(back.value), quantity),)),
        command(BOOKED["SOLD"], CONFIRM, items=(Item(str(gone.value), quantity),)),
    ]


def partly_returned(s: Sentence) -> list[Command] | None:
    """Sets of one model of which some came back (`sold 4 a350 of which 1 returned`): so many sold are asked as stayed
    sold, with what is left aside named."""
    if not s.cues >= {"SOLD", "RETURN"} or s.model is None or _is_asked(s) or s.cues & _OTHER or s.moods & NOT_SO:
        return None
    numbers = [m for m in s.marks if m.kind in (COUNT, NUMBER)]
    days = [m for m in s.marks if m.kind == DAY]
    if (
        len(numbers) != 2
        or any(m.kind not in {*_PLAIN, DAY} for m in _named(s))
        or len({m.value.day for m in days}) > 1
    ):
        return None
    sold, back = numbers
    told = next(m for m in s.marks if "RETURN" in m.cues)
    first = next(m for m in s.marks if "SOLD" in m.cues)
    if told.start < sold.start or first.start > back.start or not _OF_WHICH.search(s.page.clean[sold.end : told.end]):
        return None
    stayed, on = sold.value - back.value, days[0].value.day if days else None
    if not (stayed > 0 and back.value) or (days and (on is None or on > s.today)):
        return None
    aside = s.left_aside([Mark("open", back.start, max(back.end, told.end))])
    return [command(BOOKED["SOLD"], CONFIRM, items=(Item(s.model, stayed),), on=on, problems=aside[:1])]


def _named(s: Sentence) -> list[Mark]:
    """The marks that are no words."""
    return [m for m in s.marks if m.kind not in ("cue", "open")]


def _is_asked(s: Sentence) -> bool:
    return any(m.kind == STOP and m.value == "?" for m in s.marks)
