"""Neighbours: what a mark is by what stands beside it: a person's name, a label, an amount of money, a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from smsgw.language.sentences.marks import BREAK, COUNT, CUE, DAY, MODEL, MONEY, NUMBER, OPEN, SERIES, STOP, TIME, Mark
from smsgw.language.sentences.models import Models

_MOST_MONEY = 10_000_000  # of an amount without a currency; more digits are of an IMEI or a phone
_MOST_SETS = 9999  # of a model in a text; a larger number is an amount of money
_LONGEST_SURNAME = 4  # hanzi before a title
_LEAST_PRICE = 100
_MOST_BETWEEN = 2  # days from one weekday of a list to the next, where it goes on in their order
_HEARD = {"TO": 2, "TOO": 2, "WON": 1, "FOR": 4, "FORE": 4, "TREE": 3, "ATE": 8}
_TOLD_OF = frozenset(("SOLD", "ORDER", "COUNT"))
_AFTER_TAIL = frozenset(("FILL", "POLITE", "IMEIWORD", "LISTHEAD", "TAIL"))  # between `last digits` and the digits
_FOR = ("FOR", "AT", "@")
_ABOVE = ("以上", "以下")
_OF_PRICES = frozenset(("PRICED", "PRICEASK"))


def name_people(marks: list[Mark]) -> list[Mark]:
    """Unknown words that are names: behind a label and a colon (`Name: Ravi`), behind or before a title (`Mr Khan`),
    and between the time of a chat and a colon (`[10:32] Ming: …`)."""
    labelled = False
    for at, mark in enumerate(marks):
        before = marks[at - 1] if at else None
        if "LABEL" in mark.cues:
            _take_label(mark, marks[at + 1] if at + 1 < len(marks) else None)
        if mark.kind == TIME and (before is None or before.value == "\n"):
            _name_the_writer(marks, at)
        if before is not None and mark.kind == BREAK and mark.value == ":" and "NAMELABEL" in before.cues:
            labelled = True
        elif mark.kind in (BREAK, STOP):
            labelled = False
        elif mark.kind == OPEN and not any(map(str.isdigit, str(mark.value))):
            behind = before is not None and before.kind == CUE and "TITLE" in before.cues
            following = marks[at + 1] if at + 1 < len(marks) else None
            title = following is not None and following.start == mark.end and "TITLE" in following.cues
            if labelled or behind or (title and len(str(mark.value)) < _LONGEST_SURNAME):
                mark.kind, mark.cues, mark.doubt = CUE, frozenset(("FILL",)), not labelled
    return marks


def _take_label(mark: Mark, following: Mark | None) -> None:
    """The label of a line (`Shop: …`) says nothing; without its colon it is a word like any other."""
    if following is not None and following.kind == BREAK and following.value == ":":
        mark.cues |= {"FILL"}
    elif mark.cues == {"LABEL"}:
        mark.kind, mark.cues = OPEN, frozenset()


def _name_the_writer(marks: list[Mark], at: int) -> None:
    """Who wrote a line of a chat: the unknown words between its time and a colon."""
    words: list[Mark] = []
    for mark in marks[at + 1 :]:
        if mark.kind == BREAK and mark.value == ":":
            for word in words:
                word.kind, word.cues = CUE, frozenset(("FILL",))
            return
        if mark.kind != OPEN or mark.cues:
            return
        words.append(mark)


def know_prices(marks: list[Mark]) -> list[Mark]:
    """Numbers that are amounts of money: behind a word for a price (`price 8999`), or too large to be a quantity; and
    what asks how many were sold, or says it (`total sales 3`)."""
    before: Mark | None = None
    for mark in marks:
        if before is not None and {"SUMASK", "TOTAL"} <= before.cues:
            before.cues -= {"SUMASK"} if mark.kind in (NUMBER, COUNT) else {"TOTAL"} if mark.kind != BREAK else set()
        if before is not None and "TAIL" in before.cues and mark.kind in (NUMBER, COUNT):
            mark.kind, mark.value = OPEN, str(mark.value).zfill(mark.end - mark.start)  # the end of an IMEI
        padded = mark.kind == NUMBER and mark.end - mark.start > len(str(mark.value))  # `0013270` is the end of an IMEI
        if mark.kind == NUMBER and _MOST_SETS < mark.value < _MOST_MONEY and not padded:
            mark.kind = MONEY
        if before is not None and "DISCOUNT" in before.cues and mark.kind in (NUMBER, COUNT):
            mark.kind = MONEY
        if before is not None and before.cues & _OF_PRICES:
            if mark.kind in (NUMBER, COUNT) and mark.value >= _LEAST_PRICE:
                mark.kind = MONEY
            if mark.kind == MONEY:  # that is no question for one
                before.cues = (before.cues - {"PRICEASK"}) | {"PRICED"}
        led = before is not None and "TAIL" in before.cues and mark.kind == CUE and mark.cues <= _AFTER_TAIL
        if not led and (mark.kind != BREAK or mark.value != ":"):
            before = mark
    return marks


def point_at_the_list(marks: list[Mark]) -> list[Mark]:
    """`以上` at the head of a clause and before a number is the list over it (`以上两台今天售出`), and no bound."""
    before: Mark | None = None
    for at, mark in enumerate(marks):
        heads = before is None or before.kind in (BREAK, STOP)
        following = marks[at + 1] if at + 1 < len(marks) else None
        if mark.value in _ABOVE and mark.kind == CUE and heads and following is not None and following.kind == COUNT:
            mark.cues = frozenset(("FILL",))
        before = mark
    return marks


def know_what_was_paid(marks: list[Mark]) -> list[Mark]:
    """A large number behind `for` or `at` and a model, where none follows, is what was paid (`sold b200 for 650`)."""
    for at, mark in enumerate(marks):
        led = at > 1 and marks[at - 1].value in _FOR and marks[at - 2].kind in (MODEL, COUNT, NUMBER)
        behind = marks[at + 1] if at + 1 < len(marks) else None
        ends = behind is None or behind.kind not in (MODEL, SERIES, COUNT)
        if led and ends and mark.kind == NUMBER and mark.value >= _LEAST_PRICE:
            mark.kind = MONEY
    return marks


def hear_numbers(marks: list[Mark]) -> list[Mark]:
    """Numbers as dictation hears them (`sold to a 350`, `won a350 and too b200`): right before a model that has none,
    in a text that says what happened. Asked."""
    if not any(m.cues & _TOLD_OF and m.kind == CUE for m in marks):
        return marks
    for at, (mark, model) in enumerate(pairwise(marks)):
        heard = _HEARD.get(str(mark.value)) if mark.kind in (CUE, OPEN) else None
        behind = marks[at + 2] if at + 2 < len(marks) else None
        if heard is None or model.kind != MODEL or (behind is not None and behind.kind in (COUNT, NUMBER)):
            continue
        if at and marks[at - 1].kind in (COUNT, NUMBER, MODEL):
            continue
        mark.kind, mark.value, mark.cues, mark.doubt = COUNT, heard, frozenset(), True
    return marks


def take_figures_as_models(marks: list[Mark]) -> list[Mark]:
    """Numbers that name a model (`380一台`): with a counted number beside them, and no model."""
    for at, mark in enumerate(marks):
        if mark.codes and mark.kind == NUMBER:
            beside = [marks[i] for i in (at - 1, at + 1) if 0 <= i < len(marks)]
            if any(m.kind == COUNT for m in beside) and not any(m.kind in (MODEL, SERIES) for m in beside):
                mark.kind, mark.value = SERIES, mark.codes
    return marks


def name_by_suffix(marks: list[Mark], models: Models) -> list[Mark]:
    """Last words of models' names: behind another model they make a longer name of it (`n60 pro`), else they name the
    one that has such a word beside a model of the same series (`新星60一台，Pro的两台`). Asked in either case."""
    found: list[Mark] = []
    for mark in marks:
        ends = models.suffixes.get(str(mark.value).upper()) if mark.kind == OPEN else None
        before = found[-1] if found else None
        if ends is None:
            found.append(mark)
        elif before is not None and before.kind == MODEL and (before.value, mark.value) in models.extended:
            before.value, before.end, before.doubt = models.extended[before.value, mark.value], mark.end, True
        else:
            named = {m.value for m in marks if m.kind == MODEL}
            series = {models.series_of.get(code) for code in named} - {None}
            fits = [code for code, head in ends.items() if head in series and code not in named]
            if len(fits) == 1:
                mark.kind, mark.value, mark.doubt = MODEL, fits[0], True
            found.append(mark)
    return found


def order_weekdays(marks: list[Mark], today: date) -> list[Mark]:
    """Weekdays that go on from one to the next (`monday 1 b200, tuesday 2`): the first, where it is today's, is that of
    the week before."""
    days = [m for m in marks if m.kind == DAY]
    for earlier, later in reversed(list(pairwise(days))):
        day, next_ = earlier.value, later.value
        if not (day.weekday and next_.weekday and day.day and next_.day):
            continue
        back = (next_.day - day.day).days
        if back < 0 and -back % 7 != 0 and (day.day == today or (back + 7) <= _MOST_BETWEEN):
            earlier.value = replace(day, day=day.day - timedelta(days=7))
    return marks
