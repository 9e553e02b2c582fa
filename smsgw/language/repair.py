"""Misspelt verbs: which word of the grammar a token was meant to be (rule 5 of the language)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.grammar import Grammar
from smsgw.language.hanzi import HANZI, sounds_alike

_SOUND, _SLIP = 1, 2  # the same sound is nearer than one character off


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
        best: list[Near] = []
        least = _SLIP
        for spelled, terminal in self._hanzi.items():
            for length in (len(spelled), len(spelled) - 1, len(spelled) + 1):
                piece = run[:length]
                if len(piece) < 2 or len(piece) != length:
                    continue
                if sounds_alike(piece, spelled):
                    distance = _SOUND
                elif DamerauLevenshtein.distance(piece, spelled) == 1:
                    distance = _SLIP
                else:
                    continue
                if distance < least:
                    best, least = [], distance
                if distance == least:
                    best.append(Near(spelled, terminal, length))
                break
        return best
