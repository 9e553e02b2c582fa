"""Refusals: what was understood of a text of which nothing may come, and what is missing or speaks against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from smsgw.business.core.command import (
    ACKNOWLEDGED,
    AGAINST,
    BOXES,
    GREETING,
    QUANTITY,
    RIVAL,
    STORY,
    VERB,
    Bare,
    Command,
    Item,
    Understood,
)
from smsgw.business.core.command import MODEL as MODEL_OF
from smsgw.business.core.command import SERIES as SERIES_OF
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.sentences.courtesy import AUTOMATIC
from smsgw.language.sentences.frames import MOODS, left_over
from smsgw.language.sentences.goods import goods_of
from smsgw.language.sentences.marks import COUNT, DAY, DEALER, IMEI, MODEL, NUMBER, OPEN, SERIES, STOP, Mark
from smsgw.language.sentences.reports import BOOKED
from smsgw.language.sentences.sentence import Sentence
from smsgw.language.sentences.veto import BOOKING

# What is said to have happened, as the verb that would book it.
VERBS_OF_EVENTS = {
    "SOLD": "sale",
    "ORDER": "order",
    "COUNT": "count",
    "RECEIVE": "receive",
    "GIVE": "give",
    "RETURN": "return",
}
_TOLD = frozenset(VERBS_OF_EVENTS)
_AGAINST = MOODS | {
    "PERIODWEEK",
    "PERIODMONTH",
    "DAMAGE",
    "LOSS",
    "DEMO",
    "SOLDOUT",
    "RIVAL",
    "PAID",
    "UNSURE",
    "CUSTOMER",
}
_BY_MODEL = frozenset(BOOKED.values())  # what is told or asked for by model and number
_MOST_SETS = 9999
_LEAST_AMOUNT = 100
_LEAST_DIGITS = 4  # of what is meant as an IMEI
_MOST_STRANGE = 4  # words that nobody knows beside what happened: with more of them it is another story
_MOST_BESIDE = 2  # likewise, beside sets: with more of them nobody knows what is said of the sets
_MOST_ITEMS = 6
_MOST_NUMBERS = 3  # of which one may be the quantity


def understood(s: Sentence, alone: Bare | None = None) -> Understood | None:
    """What was understood of a text: its sets with their numbers, day and shop, and what is said of them; None where
    nothing was. `alone` is what it says as a bare text: of one that puts its number right, the verb and the number."""
    said = _understood(s)
    if said is None and alone is not None and alone.verb and alone.quantity is not None and not alone.models:
        said = Understood(MODEL_OF, alone.verb, quantity=alone.quantity)
    if said is None:
        return None
    days = {m.value.day for m in s.marks if m.kind == DAY}
    dealers = {str(m.value) for m in s.marks if m.kind == DEALER}
    one_day = len(days) < 2 and all(day is not None and day <= s.today for day in days)
    one = len(dealers) < 2 and one_day
    open_ = said.missing in (VERB, QUANTITY) or (said.missing == AGAINST and said.verb)
    if not one_day and open_ and (said.items or said.imeis):
        last = [m for m in s.marks if m.kind == DAY][-1]
        return replace(said, missing=AGAINST, verb="", token=_typed(s, last))  # of no day that a report may name
    numbers = sum(m.kind in (COUNT, NUMBER) for m in s.marks)
    whole = numbers == len(said.items) + (said.quantity is not None) and (not said.token or said.missing == SERIES_OF)
    plain = one and whole and _against(s) is None and not left_over(s.pieces)
    on = _day_told(s, days) if one and said.missing != STORY else None
    return replace(said, on=on, dealer=next(iter(dealers), None) if one else None, plain=plain)


def _day_told(s: Sentence, days: set[date | None]) -> date | None:
    """The one day that a text names; None where it names none, and where it is today."""
    day = next(iter(days), None)
    return None if day == s.today else day


def _understood(s: Sentence) -> Understood | None:
    goods = goods_of(s.pieces)
    verb = _verb(s) or ""
    numbers = [m for m in s.marks if m.kind in (COUNT, NUMBER) and 0 < m.value <= _MOST_SETS]
    against = _against(s)
    models = tuple(dict.fromkeys(str(m.value) for m in s.marks if m.kind == MODEL))
    items = tuple(Item(model, n) for model, n in goods.items.items() if n <= _MOST_SETS)[:_MOST_ITEMS]
    series = next((m for m in s.marks if m.kind == SERIES and len(m.value) > 1), None)
    imeis = tuple(str(m.value) for m in goods.imeis)
    lone_number = numbers[0].value if len(numbers) == 1 else None
    if series is not None and not imeis:
        held = () if goods.odd else items
        return Understood(SERIES_OF, verb, _typed(s, series), held, models=series.value, quantity=lone_number)
    rival = next((m for m in s.marks if "RIVAL" in m.cues), None) if "RIVAL" in s.cues else None
    if rival is not None and not models and not imeis:
        return Understood(RIVAL, verb, _typed(s, rival))
    if not models and not imeis:
        wished = against is not None and verb == BOOKED["ORDER"] and "WISHED" in against.cues  # 想订货: of which model?
        told = verb in _BY_MODEL and (against is None or wished) and len(left_over(s.pieces)) <= _MOST_STRANGE
        return Understood(MODEL_OF, verb, quantity=lone_number) if told else None
    if goods.odd and not imeis:
        items = ()  # whose the numbers are nobody knows
    bound = any(m.kind == OPEN and "ROUGHLY" in m.cues for m in s.marks)
    lone = tuple(m for m in models if all(item.model != m for item in items))
    strange = [*left_over(s.pieces), *goods.odd] or [m for m in s.marks if "BLURRED" in m.cues]
    boxes = next((m for m in s.marks if "BOXES" in m.cues), None) if "BOXES" in s.cues else None
    if boxes is not None and lone and not imeis and against is None:
        return Understood(BOXES, verb, _typed(s, boxes), models=lone)
    story = len(strange) > _MOST_BESIDE or bool(strange and not verb and not _asks(s))
    if lone and not imeis and story:
        plausible = lone_number is not None and lone_number < _LEAST_AMOUNT  # of sets; no number of a bill
        quantity = lone_number if plausible and not items and "RIVAL" not in s.cues else None
        return Understood(STORY, verb, items=items, models=lone, quantity=quantity)
    if lone and not imeis and (bound or (verb in _BY_MODEL and (against is None or goods.odd))):
        in_doubt = (
            () if bound or "ROUGHLY" in s.cues else tuple(dict.fromkeys(m.value for m in numbers))[:_MOST_NUMBERS]
        )
        return Understood(QUANTITY, verb, items=items, models=lone, numbers=in_doubt)
    if {"ORDER", "GIVE"} <= s.cues and against is None:
        against = next(m for m in s.marks if "GIVE" in m.cues)  # wanted by somebody, and handed over
    if against is not None and (items or imeis):
        return Understood(AGAINST, "", _typed(s, against), items, imeis)
    if len(strange) > _MOST_BESIDE and (items or imeis):
        return Understood(AGAINST, "", _typed(s, strange[0]), items, imeis)
    if not verb or not (items or imeis):
        return Understood(VERB, items=items, imeis=imeis, models=() if items else models[:1])
    if strange:
        return Understood(AGAINST, verb, _typed(s, strange[0]), items, imeis)
    dealers = [m for m in s.marks if m.kind == DEALER]
    return Understood(AGAINST, "", _typed(s, dealers[-1]), items, imeis) if len(dealers) > 1 else None


def _asks(s: Sentence) -> bool:
    return "ASKED" in s.moods or any(m.kind == STOP and m.value == "?" for m in s.marks)


def _typed(s: Sentence, mark: Mark) -> str:
    return s.page.typed(mark.start, mark.end)


def _verb(s: Sentence) -> str | None:
    """The verb of what the first piece that says it tells, in whatever mood."""
    events = (event for piece in s.pieces for event in piece.events)
    return next((VERBS_OF_EVENTS[event] for event in events if event in VERBS_OF_EVENTS), None)


def _against(s: Sentence) -> Mark | None:
    """The first word, or the question mark, that speaks against a booking."""
    return next(
        (
            m
            for m in s.marks
            if (m.cues & _AGAINST and not (m.kind == OPEN and "ROUGHLY" in m.cues) and not m.cues & _TOLD)
            or (m.kind == STOP and m.value == "?")
            or (m.kind == DAY and (m.value.day is None or m.value.day > s.today))
        ),
        None,
    )


def says_little(refused: Command, marks: list[Mark]) -> bool:
    """Whether a refusal only says that nothing was understood, or takes for an IMEI or a model what is none."""
    problem = refused.problem
    if problem is None or problem.detail in (GREETING, ACKNOWLEDGED, AUTOMATIC):
        return False
    if refused.verb is None:
        return problem.code == "unknown_word"
    if any("BLURRED" in m.cues for m in marks):
        return True
    if problem.detail == "left_out" and (refused.verb in BOOKING or BY_NAME[refused.verb].answers):
        return True
    if refused.verb in BOOKING and problem.code == "unknown_word" and any(m.kind == DAY for m in marks):
        return True  # its day says more
    if problem.code == "unknown_model":  # a series (`sold nova 2`), or part of a word that is known (`想订货`)
        kinds = {m.kind for m in marks}
        return not kinds & {MODEL, IMEI} and (SERIES in kinds or OPEN not in kinds)
    return problem.code == "bad_imei" and len(problem.token) < _LEAST_DIGITS and problem.token.isdigit()
