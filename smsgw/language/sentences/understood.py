"""Refusals: what was understood of a text of which nothing may come, and what is missing or speaks against it."""

from __future__ import annotations

from smsgw.business.core.command import REJECTED, Command, Item, Problem
from smsgw.language.sentences.frames import MOODS, left_over
from smsgw.language.sentences.goods import goods_of
from smsgw.language.sentences.marks import COUNT, DAY, MODEL, NUMBER, OPEN, SERIES, STOP, Mark
from smsgw.language.sentences.sentence import Sentence

# What is said to have happened, as the verb that would book it.
_VERBS = {"SOLD": "sale", "ORDER": "order", "COUNT": "count", "RECEIVE": "receive", "GIVE": "give", "RETURN": "return"}
_AGAINST = MOODS | {"DAMAGE", "LOSS", "DEMO", "SOLDOUT", "RIVAL", "PAID", "UNSURE", "CUSTOMER"}
_BY_MODEL = ("sale", "order", "count")
_MOST_SETS = 9999
_MOST_STRANGE = 4  # words that nobody knows beside what happened: with more of them it is another story
_MOST_ITEMS = 6


def understood(s: Sentence) -> Command | None:
    """A refusal that says what was understood of a text: its sets with their numbers, and what is said of them; None
    where nothing was.

    Its problem names what is missing: `which_model` (a series; `expected` are its models), `missing_quantity`,
    `missing_model`, `missing_verb`, or the word that speaks against it (`spoken_against`). `detail` is the verb that
    the text speaks of, where it is plain.
    """
    goods = goods_of(s.pieces)
    verb = _verb(s)
    numbers = [m for m in s.marks if m.kind in (COUNT, NUMBER) and 0 < m.value <= _MOST_SETS]
    against = _against(s)
    models = tuple(dict.fromkeys(str(m.value) for m in s.marks if m.kind == MODEL))
    items = tuple(Item(model, n) for model, n in goods.items.items() if n <= _MOST_SETS)[:_MOST_ITEMS]
    series = next((m for m in s.marks if m.kind == SERIES and len(m.value) > 1), None)
    imeis = tuple(str(m.value) for m in goods.imeis)
    if series is not None and not imeis:
        quantity = numbers[0].value if len(numbers) == 1 else None
        token = s.page.typed(series.start, series.end)
        return _refusal("which_model", token, verb, expected=series.value, quantity=quantity)
    if not models and not imeis:
        if verb not in _BY_MODEL or against is not None or len(left_over(s.pieces)) > _MOST_STRANGE:
            return None
        return _refusal("missing_model", "", verb, quantity=numbers[0].value if len(numbers) == 1 else None)
    bound = next((m for m in s.marks if m.kind == OPEN and "ROUGHLY" in m.cues), None)
    lone = [m for m in models if all(item.model != m for item in items)]
    if lone and not imeis and (bound is not None or (verb in _BY_MODEL and against is None)):
        return _refusal("missing_quantity", lone[0], verb or "", items=items, model=lone[0])
    if against is not None and (items or imeis):
        return _refusal("spoken_against", s.page.typed(against.start, against.end), verb, items=items, imeis=imeis)
    if (verb is None and against is None) or not (items or imeis):
        lone_model = models[0] if models and not items else None
        return _refusal("missing_verb", "", None, items=items, imeis=imeis, model=lone_model)
    if items or imeis:
        strange = next(iter(left_over(s.pieces)), None) or next(iter(goods.odd), None)
        if strange is not None:
            return _refusal("spoken_against", s.page.typed(strange.start, strange.end), verb, items=items, imeis=imeis)
    return None


def _verb(s: Sentence) -> str | None:
    """The verb of what the first piece that says it tells, in whatever mood."""
    events = (event for piece in s.pieces for event in piece.events)
    return next((_VERBS[event] for event in events if event in _VERBS), None)


def _against(s: Sentence) -> Mark | None:
    """The first word, or the question mark, that speaks against a booking."""
    return next(
        (
            m
            for m in s.marks
            if (m.cues & _AGAINST and not (m.kind == OPEN and "ROUGHLY" in m.cues) and not m.cues & set(_VERBS))
            or (m.kind == STOP and m.value == "?")
            or (m.kind == DAY and m.value.day is not None and m.value.day > s.today)
        ),
        None,
    )


def _refusal(
    code: str,
    token: str,
    verb: str | None,
    *,
    items: tuple[Item, ...] = (),
    imeis: tuple[str, ...] = (),
    model: str | None = None,
    quantity: int | None = None,
    expected: tuple[str, ...] = (),
) -> Command:
    problem = Problem(code, token, 0, expected, None, verb or "")
    return Command(None, REJECTED, items=items, imeis=imeis, model=model, quantity=quantity, problems=(problem,))
