"""Models as people shorten or slip them: by their series, by their figures, by a name cut short or one slip away."""

from __future__ import annotations

import re

from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.characters.hanzi import RANGES
from smsgw.language.grammar.phrases import Names, ends_here
from smsgw.language.names.lexicon import Lexicon, key_of

_HEAD = re.compile(rf"[A-Z]{{3,}}|[{RANGES}]{{2,}}")
_NAME_FIGURES = re.compile(r"\d+\.\d+|\d{2,4}")
_TYPED = re.compile(r"[A-Z]{3,}[ .-]{0,2}(?:[A-Z]+[ .-]{0,2})?(\d+(?:\.\d+)?)(?![\d])")
_GOES_ON = re.compile(r"(.*?\D)([1-9]\d{0,3})(?=\D|$)")
_SHORTEST = 6  # characters of a name that may be a slip away
_MOST_CANDIDATES = 60


class Models:
    """What a snapshot of the lexicon knows beside whole names. About 0.1 s for 2,000 models with ten aliases each.

    `series` are first words that several models share (Aurora, 曙光), with the models. `by_figures`: the figures of
    codes and names (380, 3.5) with the models that have them. `numbered`: what may be a model or a model with a number.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.series = Names(_series(lexicon))
        self.by_figures = _by_figures(lexicon)
        self._names = lexicon.names
        self.numbered = _numbered(lexicon)
        self._long: dict[str, list[str]] = {}
        for key, name in lexicon.names.items():
            figures = "".join(c for c in key if c.isdigit())
            if len(key) >= _SHORTEST and figures and not key.isdigit() and key.isascii() and len(name.codes) == 1:
                self._long.setdefault(figures, []).append(key)

    def near(self, clean: str, at: int) -> tuple[int, str] | None:
        """Where a long name that is cut short or one slip away ends, and its model; its figures must be as typed."""
        typed = _TYPED.match(clean, at)
        if typed is None or not ends_here(clean, typed.end()):
            return None
        key = key_of(typed[0])
        found = {
            self._names[name].codes[0]
            for name in self._long.get(key_of(typed[1]), ())[:_MOST_CANDIDATES]
            if DamerauLevenshtein.distance(name, key, score_cutoff=1) == 1 or _shortened(key, name)
        }
        return (typed.end(), found.pop()) if len(found) == 1 else None


def _shortened(typed: str, name: str) -> bool:
    """Whether a name was cut to its first letters before its figures (`AUR3.5`)."""
    letters = typed.rstrip("0123456789")
    return len(letters) > 2 and name.startswith(letters) and name.endswith(typed[len(letters) :])


def _series(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key, name in lexicon.names.items():
        head = _HEAD.match(key)
        if head is not None and head[0] != key:
            found.setdefault(head[0], set()).update(name.codes)
    return {head: tuple(sorted(codes)) for head, codes in found.items() if len(codes) > 1}


def _numbered(lexicon: Lexicon) -> dict[tuple[str, int], frozenset[str]]:
    """Names that go on in a number (Lumen, Lumen 20): by model and that number, the keys of both together."""
    found: dict[tuple[str, int], set[str]] = {}
    for key, name in lexicon.names.items():
        parts = _GOES_ON.match(key)
        front = lexicon.names.get(parts[1]) if parts else None
        if parts and front is not None and front.codes == name.codes and len(name.codes) == 1:
            found.setdefault((name.codes[0], int(parts[2])), set()).add(parts[1] + parts[2])
    return {which: frozenset(keys) for which, keys in found.items()}


def _by_figures(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for code, name in lexicon.products.items():
        for figures in (*re.findall(r"\d{2,4}", code), *_NAME_FIGURES.findall(name)):
            if figures != code:
                found.setdefault(figures, set()).add(code)
    return {figures: tuple(sorted(codes)) for figures, codes in found.items()}
