"""Test texts from the grammar: commands that it allows, typed in many ways, with the reading that each must have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.language.grammar.automaton import END
from smsgw.language.grammar.grammar import TYPES, Grammar
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.samples.samples import Sample, Samples

_REPEATABLE = frozenset(("imeis", "items", "dealers"))
_FREE = frozenset(("TEXT", "MESSAGE", "BRAND", "SUBJECT"))
_LONGEST = 7  # arguments
_TRIES = 50  # walks for one verb before another is taken
_GLUED = frozenset(("IMEI", "MODEL"))
_SPACES = (" ", " ", " ", "  ", "\t", "\u3000")
_SEPARATORS = (*_SPACES, ",", "，", "、", ", ", ":", "：", "#", "*", "=", "_", " / ", "|", "。")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_SCRIPTS = (0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50)
_POLITE = (("hi, ", ""), ("你好，", ""), ("", " pls"), ("", " 谢谢"), ("请", ""), ("Dear sir, ", ", thx"))


@dataclass(frozen=True, slots=True)
class Text:
    """One test text. `commands` hold the fields that its reading must have; dates may be `@today`, `@yesterday`."""

    text: str
    commands: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """A line of a corpus file: every command is accepted."""
        return {"text": self.text, "outcome": "accepted", "commands": list(self.commands)}


def generate(
    grammar: Grammar, lexicon: Lexicon, *, seed: int, today: date, language: str | None = None
) -> Iterator[Text]:
    """Texts without end; the same seed, grammar and catalogue give the same ones.

    Days are of the week that ends `today`, which a report may be of without being asked. `language` keeps the verbs'
    words to one language (`zh` takes pinyin along). Types that the catalogue or directory
    has nothing of are left out.
    """
    random = Random(seed)
    writer = _Writer(grammar, Samples(grammar, lexicon, random, today), random, language)
    while True:
        first = writer.command()
        if first.alone or random.random() > 0.1:
            yield Text(writer.polite(first), (first.fields,))
            continue
        second = writer.command()
        while second.alone:
            second = writer.command()
        yield Text(first.text + random.choice(("\n", ";", "；")) + second.text, (first.fields, second.fields))


@dataclass(frozen=True, slots=True)
class _Typed:
    """A command as typed. `alone`: it must be all of its text, for it runs to the end or needs nothing beside it."""

    text: str
    fields: dict[str, Any]
    alone: bool
    free: bool


class _Writer:
    """Walks the grammar and types what it finds."""

    def __init__(self, grammar: Grammar, samples: Samples, random: Random, language: str | None) -> None:
        self._grammar = grammar
        self._samples = samples
        self._random = random
        languages = None if language is None else ({"ZH", "PINYIN"} if language == "zh" else {language.upper()})
        self._words: dict[str, list[str]] = {}
        for name, words in grammar.lists.items():
            key, _, spoken = name.rpartition("_")
            if languages is None or spoken in languages:
                self._words.setdefault(key, []).extend(words)
        self._verbs = [verb.name for verb in VERBS if any(lead in self._words for lead in grammar.openings(verb.name))]

    def command(self) -> _Typed:
        """One command of a verb taken at random."""
        while True:
            verb = self._random.choice(self._verbs)
            for _ in range(_TRIES):
                path = self._walk(verb)
                if path is not None:
                    return self._compose(verb, path)

    def polite(self, command: _Typed) -> str:
        """A command, now and then with polite words around it."""
        if command.free or not command.text[0].isalnum() or self._random.random() > 0.1:
            return command.text
        before, after = self._random.choice(_POLITE)
        return before + command.text + after

    def _walk(self, verb: str) -> tuple[str, ...] | None:
        """A random run of terminals that is a whole command of the verb; None where this walk led elsewhere."""
        automaton, random = self._grammar.automaton, self._random
        lead = random.choice([lead for lead in self._grammar.openings(verb) if lead in self._words])
        path = [lead]
        stack = automaton.advance(automaton.start, lead)
        assert stack is not None
        while True:
            accepts = automaton.accepts(stack)
            if END in accepts and random.random() < 0.5:
                break
            open_ = sorted(t for t in accepts if t in TYPES and self._samples.has(t) and not _unfit(t, path))
            if not open_:
                if END in accepts:
                    break
                return None
            if len(path) > _LONGEST:
                return None
            path.append(random.choice(open_))
            following = automaton.advance(stack, path[-1])
            assert following is not None
            stack = following
        shape = self._grammar.shape(tuple(path))
        single = [name for name, _ in shape.fields if name not in _REPEATABLE]
        # A keyword of several verbs means with nothing behind it the first of them.
        meant = shape.verb == verb and (len(path) > 1 or self._grammar.verb_of(lead) == verb)
        return tuple(path) if meant and len(single) == len(set(single)) else None

    def _compose(self, verb: str, path: tuple[str, ...]) -> _Typed:
        random = self._random
        shape = self._grammar.shape(path)
        drawn: list[Sample] = [Sample(random.choice(self._words[path[0]]), None)]
        for place, terminal in enumerate(path[1:], 1):
            drawn.append(self._samples.draw(terminal, path[place - 1]))
        fields: dict[str, Any] = {"verb": verb, "outcome": "accepted"}
        for name, leaves in shape.fields:
            values = [drawn[leaf].value for leaf in leaves]
            if name in ("imeis", "dealers"):
                fields.setdefault(name, []).append(values[0])
            elif name == "items":
                model, quantity = values if path[leaves[0]] == "MODEL" else values[::-1]
                fields.setdefault("items", []).append({"model": model, "quantity": quantity})
            else:
                fields[name] = values[0]
        free = bool(_FREE.intersection(path))
        text = self._join(path, drawn, verb)
        if not free:
            text = self._restyle(text)
        return _Typed(text, fields, alone="MESSAGE" in path or len(path) == 1, free=free)

    def _join(self, path: tuple[str, ...], drawn: list[Sample], verb: str) -> str:
        text = drawn[0].text
        for place in range(1, len(path)):
            text += self._between(path, place, text, drawn[place].text, verb) + drawn[place].text
        return text

    def _between(self, path: tuple[str, ...], place: int, before: str, after: str, verb: str) -> str:
        """What is typed between two words: anything that does not join them into something else."""
        terminal, random = path[place], self._random
        if terminal in _FREE or path[place - 1] in _FREE or "PHONE" in (terminal, path[place - 1]):
            return " "
        latin = before[-1].isascii()
        if place == 1 and terminal in _GLUED and random.random() < 0.2 and (not latin or terminal == "IMEI"):
            return ""
        if before[-1].isdigit() and after[0].isdigit():
            both = terminal == path[place - 1] == "IMEI"
            return random.choice((*_SPACES, "，", "、", ", ", "\n") if both else _SPACES)
        if BY_NAME[verb].answers:  # `OK S48213:` opens our own answers
            return random.choice(_SPACES)
        return random.choice(_SEPARATORS)

    def _restyle(self, text: str) -> str:
        """Case, width and digit script of a whole command."""
        random = self._random
        style: Callable[[str], str] = random.choice((str.upper, str.lower, str.title, str))
        text = style(text)
        manner = random.random()
        if manner < 0.1:
            return text.translate(_WIDE)
        if manner < 0.2:
            zero = random.choice(_SCRIPTS)
            return text.translate({48 + digit: zero + digit for digit in range(10)})
        return text


def _unfit(terminal: str, path: list[str]) -> bool:
    """Whether a terminal had better not follow: one said already (but in lists), and RO where it would be text."""
    if terminal == "REPEAT" and _FREE.intersection(path):
        return True
    return terminal in path and terminal not in ("IMEI", "MODEL", "QUANTITY", "ZERO", "SECRET")
