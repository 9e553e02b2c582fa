"""Cue words: what people say around a report, by class, from `grammar/*.cues` and a deployment's own files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.characters.fold import fold
from smsgw.language.grammar.fragments import GrammarConflict
from smsgw.language.grammar.phrases import Phrases

_LINE = re.compile(r"([A-Z]+):\s*(.*)")
_SHORTEST_SLIP = 5  # letters of a word that may be a slip away from a cue word


class Cues:
    """Which classes a word or a phrase belongs to.

    `at` finds the longest one that stands in a folded text from a place. Latin words end where letters and digits do;
    hanzi may go on.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts` by the names of their files. Raises GrammarConflict for a line that is no `CLASS: word | word`."""
        self.classes: dict[str, frozenset[str]] = {}
        for name, text in texts.items():
            for number, line in enumerate(text.splitlines(), 1):
                if not line.strip() or line.startswith("#"):
                    continue
                found = _LINE.fullmatch(line.strip())
                if found is None:
                    raise GrammarConflict(f"{name}, line {number}: '{line.strip()[:60]}' is not CLASS: word | word")
                for word in found[2].split("|"):
                    key = spelled(word)
                    if key:
                        self.classes[key] = self.classes.get(key, frozenset()) | {found[1]}
        self._phrases = Phrases(self.classes)
        self._alike: dict[tuple[str, int], list[str]] = {}
        for key in self.classes:
            if key.isalpha() and key.isascii() and len(key) >= _SHORTEST_SLIP:
                self._alike.setdefault((key[0], len(key)), []).append(key)

    def at(self, clean: str, start: int) -> tuple[int, frozenset[str]] | None:
        """Where the longest word from `start` ends, and its classes; None where none begins."""
        return self._phrases.at(clean, start)

    def near(self, word: str) -> frozenset[str] | None:
        """The classes of the words that one slip makes of a Latin word, where all such words have the same."""
        if len(word) < _SHORTEST_SLIP or not (word.isalpha() and word.isascii()):
            return None
        near = {
            self.classes[key]
            for length in (len(word) - 1, len(word), len(word) + 1)
            for key in self._alike.get((word[0], length), ())
            if DamerauLevenshtein.distance(key, word, score_cutoff=1) <= 1
        }
        return near.pop() if len(near) == 1 else None

    def words(self, classes: frozenset[str]) -> frozenset[str]:
        """The words and phrases that belong to one of some classes."""
        return frozenset(key for key, found in self.classes.items() if found & classes)


def spelled(word: str) -> str:
    """A word as it is looked up: folded, one space between its parts."""
    return " ".join(fold(word).clean.split())


@lru_cache(maxsize=8)
def cues(extra: tuple[Path, ...] = ()) -> Cues:
    """The cue words of ours and of the directories `extra`. Raises GrammarConflict, OSError."""
    own = sorted((f for f in files("smsgw.grammar").iterdir() if f.name.endswith(".cues")), key=lambda f: f.name)
    theirs = [f for place in extra for f in sorted(place.glob("*.cues"))]
    texts = {f.name: f.read_text(encoding="utf-8") for f in own}
    return Cues(texts | {str(f): f.read_text(encoding="utf-8") for f in theirs})
