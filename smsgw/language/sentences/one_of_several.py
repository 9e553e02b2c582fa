"""One of several: what says of one set of those that were sent, by its place, that it was another (`第二台是B260`)."""

from __future__ import annotations

import re

from smsgw.business.core.command import CONFIRM, UNSAID, Command, Correction, Item
from smsgw.language.sentences.marks import BREAK, COUNT, CUE, MODEL, NUMBER, OPEN, STOP
from smsgw.language.sentences.sentence import Sentence, command

_PLACES = {
    "FIRST": 1,
    "1ST": 1,
    "SECOND": 2,
    "2ND": 2,
    "THIRD": 3,
    "3RD": 3,
    "OTHER": 2,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
}
_PLACE = re.compile(
    r"(?:SORRY|OOPS|NO)?[ ,.]*(?:THE )?(FIRST|SECOND|THIRD|1ST|2ND|3RD|OTHER)(?: ONE| PHONE| SET| UNIT)?"
    r"(?: WAS| IS|S| SHOULD BE| SHOULD HAVE BEEN)(?: ACTUALLY| REALLY)?(?: AN?)? "
    r"|(?:不好意思|抱歉)?[,. ]*第([一二三四1-4])[台部个只]?(?:其实|应该|实际)?是"
)
_BEHIND = frozenset(("FILL", "POLITE", "NEGATED", "REFUSED", "SORRY", "CONSENT", "UNIT"))


def one_was_another(s: Sentence) -> list[Command] | None:
    """A FIX of one set by its place among those that were sent last; None of a text that says more."""
    said = _PLACE.match(s.page.clean.strip())
    if said is None:
        return None
    start = len(s.page.clean) - len(s.page.clean.lstrip()) + said.end()
    behind = [m for m in s.marks if m.start >= start and m.kind not in (BREAK, STOP)]
    models = [m for m in behind if m.kind == MODEL]
    if not 0 < len(models) <= 2 or models[0] is not next(m for m in behind if m.kind != CUE or "UNIT" not in m.cues):
        return None
    if any(m.kind == STOP and m.value == "?" for m in s.marks) or any(
        m.kind in (COUNT, NUMBER, OPEN) or (m.kind == CUE and not m.cues & _BEHIND) or m.kind not in (MODEL, CUE)
        for m in behind
    ):
        return None
    if len(models) == 2 and not any("NEGATED" in m.cues and m.start < models[1].start for m in behind):
        return None
    named = said[1] or said[2]
    place = _PLACES.get(named) or int(named)
    right = (Item(str(models[0].value), UNSAID),)
    wrong = tuple(Item(str(m.value), UNSAID) for m in models[1:])
    return [command("fix", CONFIRM, correction=Correction(right, wrong, place=place))]
