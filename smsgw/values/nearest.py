"""What somebody may have meant who named what is not there: the nearest known name, and the words that suggest it."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

LIKENESS = 60  # of 100: what two words have in common, at least, where it is more than a slip


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` is a slip for, whatever their case: one edit in up to four letters, two in more."""
    found = process.extractOne(
        word.casefold(),
        {name: name.casefold() for name in known},
        scorer=DamerauLevenshtein.distance,
        score_cutoff=1 if len(word) <= 4 else 2,
    )
    return found[2] if found else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` is a slip for, else the one most like it; None where none is like it."""
    names = {name: name.casefold() for name in known}
    slip = slip_of(word, names)
    if slip is not None:
        return slip
    found = process.extractOne(word.casefold(), names, scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return found[2] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", *, form: str = "{}") -> str:
    """`did you mean NAME?` with the nearest name, written as `form` has it; else `otherwise`."""
    near = nearest(word, known)
    return f"did you mean {form.format(near)}?" if near is not None else otherwise


def or_near(word: str, known: Iterable[str]) -> str:
    """What ends a sentence that refuses a name: `; did you mean NAME?`, or nothing."""
    near = did_you_mean(word, known)
    return f"; {near}" if near else ""
