"""From a found reading to the command: fields, repairs, problems, and what is to happen with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smsgw.business.core.command import ACCEPTED, CONFIRM, PARTIAL, REJECTED, Command, Item, Problem, Repair
from smsgw.business.core.verb import Verb
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.characters.fold import Folded
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.names.imei import ImeiReading
from smsgw.language.reading.readings import Option
from smsgw.language.reading.search import Step
from smsgw.language.reading.tokens import Tok

_OF_ONE_IMEI = frozenset(("bad_imei", "example_text"))


def build(
    steps: list[Step],
    toks: list[Tok],
    grammar: Grammar,
    folded: Folded,
    *,
    repairs: tuple[Repair, ...] = (),
    doubt: str = "",
) -> Command:
    """The command that the steps say. `repairs` were made before; `doubt` asks as an option's `ask` does."""
    read = [(step.at, step.option) for step in steps if step.option is not None]
    faulty = [step for step in steps if step.problem is not None]
    shape = grammar.shape(tuple([option.terminal for _, option in read]))
    verb = BY_NAME[_verb(shape.verb, read, grammar)]
    made: list[Repair] = list(repairs)
    problems = _problems_of(steps, grammar.keywords) if faulty else []
    values: dict[str, Any] = {}
    items: list[Item] = []
    dealers: dict[str, None] = {}  # each once
    named: list[str] = []
    units: _Units | None = None
    for name, leaves in shape.fields:
        if name == "imeis":
            at, option = read[leaves[0]]
            units = units or _Units()
            units.take(option, folded, toks, at)
        elif name == "dealers":
            if read[leaves[0]][1].value is not None:
                dealers[read[leaves[0]][1].value] = None
        elif name == "items":
            pair = [read[leaf][1] for leaf in leaves]
            item = _item(pair)
            if item is not None:
                items.append(item)
            else:  # kept for the example of the refusal
                named.extend(option.value for option in pair if option.terminal == "MODEL" and option.value is not None)
        else:
            at, option = read[leaves[0]]
            value = option.value
            if name == "imei" and value is not None:
                value = value.imeis[0]
            elif name == "repeat":
                value = True
            if value is None:
                continue
            if values.setdefault(name, value) != value:
                problems.append(Problem("ambiguous", _text_of(folded, toks, at, option), at, (name,)))
    asked = doubt == "always" or (doubt == "books" and not verb.reads_only)
    dropped = len(read) < len(steps)  # a word that no reading has
    if dropped and not asked and not verb.reads_only:
        asked = any(step.option is None and toks[step.at].is_a("PARTICLE") for step in steps)
    for at, option in read:
        if option.rule:
            made.append(Repair(option.rule, _text_of(folded, toks, at, option), option.result))
        if option.ask and (option.ask == "always" or not verb.reads_only):
            asked = True
            if option.ambiguous:
                problems.append(Problem("ambiguous", _text_of(folded, toks, at, option), at))
    if dropped and not verb.reads_only:
        problems.extend(_asked_in_vain(steps, toks, grammar, folded))
    if items:
        values["items"] = tuple(items)
    elif len(named) == 1:
        problems = [replace(p, detail=named[0]) if p.code == "bad_quantity" else p for p in problems]
    if dealers:
        values["dealers"] = tuple(dealers)
    if units is not None:
        made.extend(units.repeats)
    if units is not None and units.imeis:
        values["imeis"] = tuple(units.imeis)
        values["positions"] = tuple(units.positions)
        values["doubtful"] = tuple(units.doubtful)
    keyword = toks[read[0][0]] if read and read[0][0] < len(toks) else None
    return Command(
        verb=verb.name,
        outcome=_outcome(verb, problems, "imeis" in values, asked),
        word=keyword.text if keyword is not None and read[0][1].terminal in grammar.keywords else "",
        repairs=tuple(made),
        problems=tuple(problems),
        **values,
    )


def _verb(verb: str, read: list[tuple[int, Option]], grammar: Grammar) -> str:
    """The verb; with nothing behind the keyword, the one that the keyword means first."""
    if len(read) > 1 and all(option.value is None for _, option in read[1:]) and read[0][1].terminal in grammar.leading:
        return grammar.verb_of(read[0][1].terminal)
    return verb


def _outcome(verb: Verb, problems: list[Problem], some_good: bool, asked: bool) -> str:
    """What is to happen. Words that say nothing to us beside good IMEIs may say anything, so they are asked back."""
    if not problems:
        return CONFIRM if asked else ACCEPTED
    hard = [p for p in problems if p.code != "ambiguous"]
    if not hard:
        return CONFIRM if asked or problems else ACCEPTED
    words = [p for p in hard if p.code == "unknown_word" and p.detail == "left_out"]
    if verb.words_ask_back and len(words) == len(problems):
        return CONFIRM
    if verb.good_parts_alone and some_good:
        units = [p for p in hard if p.code in _OF_ONE_IMEI]
        if len(units) == len(hard) and not asked and len(hard) == len(problems):
            return PARTIAL
        if len(units) + len(words) == len(hard):
            return CONFIRM
    return REJECTED


class _Units:
    """The IMEIs of a command as they come: each once, with its place in the list as typed."""

    def __init__(self) -> None:
        self.imeis: list[str] = []
        self.positions: list[int] = []
        self.doubtful: list[str] = []
        self.repeats: list[Repair] = []
        self.count = 0
        self._seen: set[str] = set()

    def take(self, option: Option, folded: Folded, toks: list[Tok], at: int) -> None:
        self.count += 1
        reading: ImeiReading | None = option.value
        if reading is None:
            return
        for index, one in enumerate(reading.imeis):
            self.count += index > 0
            if one in self._seen:
                self.repeats.append(Repair("repeat", _text_of(folded, toks, at, option), one))
                continue
            self._seen.add(one)
            self.imeis.append(one)
            self.positions.append(self.count)
            if reading.doubtful:
                self.doubtful.append(one)


def _item(options: list[Option]) -> Item | None:
    first, second = options
    model, quantity = (first.value, second.value) if first.terminal == "MODEL" else (second.value, first.value)
    return None if model is None or quantity is None else Item(model, quantity)


def _text_of(folded: Folded, toks: list[Tok], at: int, option: Option) -> str:
    if at >= len(toks):
        return ""
    last = min(at + max(option.width, 1), len(toks)) - 1
    return folded.typed(toks[at].start, toks[last].end)


def _asked_in_vain(steps: list[Step], toks: list[Tok], grammar: Grammar, folded: Folded) -> list[Problem]:
    """`查` and the like are dropped only before a verb that reads; before another they are words that say nothing.

    Before a keyword that is not a verb they say what it does (`CANCEL my order`).
    """
    said = [step.at for step in steps[1:] if step.option is not None and step.option.terminal in grammar.inner]
    return [
        Problem("unknown_word", folded.typed(toks[step.at].start, toks[step.at].end), step.at, (), None, "left_out")
        for step in steps
        if step.option is None and step.problem is None and toks[step.at].is_a("ASKING") and step.at + 1 not in said
    ]


def _problems_of(steps: list[Step], keywords: frozenset[str]) -> list[Problem]:
    """The problems of the steps, each with its position: among the IMEIs, or among the arguments; 0 for an absence."""
    told: list[Problem] = []
    arguments = imeis = 0
    for step in steps:
        option = step.option
        if option is not None and option.terminal not in keywords:
            arguments += 1
            if option.terminal == "IMEI":
                imeis += len(option.value.imeis) if option.value is not None else 1
        problem = step.problem
        if problem is None:
            continue
        if problem.code == "incomplete":
            place = 0
        elif option is None:
            place = arguments + 1
        else:
            place = imeis if option.terminal == "IMEI" else arguments
        told.append(replace(problem, position=place))
    return told
