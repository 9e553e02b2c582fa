"""Misspelt verbs: which word of the grammar a token was meant to be (rule 5 of the language)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.characters.hanzi import HANZI, sounds
from smsgw.language.grammar.grammar import Grammar

_LONGEST = 5  # hanzi of a misspelt verb
_MOST_READINGS = 64


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the grammar that a token is near to: its spelling, its terminal, how many characters it takes."""

    spelled: str
    terminal: str
    length: int


class Speller:
    """Finds the nearest verbs; one per grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        leading = grammar.leading
        self._latin: dict[str, str] = {}
        self._hanzi: dict[str, str] = {}
        for spelled, words in grammar.words.items():
            for word in words:
                if word.terminal not in leading:
                    continue
                if HANZI.match(spelled):
                    if len(spelled) > 1:
                        self._hanzi[spelled] = word.terminal
                elif len(spelled) > 2:
                    self._latin[spelled] = word.terminal

    @cached_property
    def _choices(self) -> list[str]:
        return list(self._latin)

    def nearest(self, word: str) -> list[Near]:
        """The verbs nearest to a word of either script."""
        return self.hanzi(word) if HANZI.match(word) else self.latin(word)

    def latin(self, token: str) -> list[Near]:
        """The verbs nearest to a word: within 1 edit for 3–4 letters, 2 for five and more, by the shorter."""
        if len(token) < 3 or len(token) > 20:
            return []
        best: list[Near] = []
        least = 3
        for spelled, distance, _ in process.extract(
            token, self._choices, scorer=DamerauLevenshtein.distance, score_cutoff=2, limit=None
        ):
            if distance > (1 if min(len(token), len(spelled)) < 5 else 2) or distance > least:
                continue
            if distance < least:
                best, least = [], int(distance)
            best.append(Near(spelled, self._latin[spelled], len(token)))
        return best

    def hanzi(self, run: str) -> list[Near]:
        """The verbs nearest to the beginning of a run of hanzi: of the same sound, else one character off."""
        for index, keys in ((self._by_sound, _sound_keys), (self._by_slip, _slip_keys)):
            best: dict[str, Near] = {}
            for length in range(_LONGEST, 1, -1):
                if len(run) < length:
                    continue
                for key in keys(run[:length]):
                    for spelled in index.get(key, ()):
                        best.setdefault(spelled, Near(spelled, self._hanzi[spelled], length))
            if best:
                return list(best.values())
        return []

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        return self._index(_sound_keys)

    @cached_property
    def _by_slip(self) -> dict[str, list[str]]:
        return self._index(_slip_keys)

    def _index(self, keys: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for spelled in self._hanzi:
            for key in set(keys(spelled)):
                index.setdefault(key, []).append(spelled)
        return index


def _sound_keys(word: str) -> Iterable[str]:
    """Every way to read a word aloud, without tones."""
    return (" ".join(reading) for reading in islice(product(*map(sorted, map(sounds, word))), _MOST_READINGS))


def _slip_keys(word: str) -> Iterable[str]:
    """A word with each character blotted out or one put in: two words that share a key are a slip apart."""
    for at in range(len(word)):
        yield f"{word[:at]}?{word[at + 1 :]}"
    for at in range(len(word) + 1):
        yield f"{word[:at]}?{word[at:]}"
