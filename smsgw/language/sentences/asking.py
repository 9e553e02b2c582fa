"""How questions sound: the words that ask, and the verb that an English question begins with."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.language.sentences.marks import CUE, Mark

WORDS_OF_ASKING = frozenset(("HELPASK", "MANYASK", "WHENASK", "WHEREASK", "WHOASK", "MODELASK"))
# What a question is about: a word of these alone says nothing of what was sold.
ASKED_ABOUT = frozenset(
    (
        "HAVEWORD",
        "REPORTED",
        "LATEWORD",
        "ORDERWORD",
        "UNDOWORD",
        "WAYWORD",
        "LASTWORD",
        "KEEPWORD",
        "FEATURE",
        "COLOUR",
    )
)
_VERBS = frozenset(("IS", "ARE", "HAS", "DID", "DO", "DOES", "WAS", "WERE"))


def opens_in_asking(marks: Sequence[Mark]) -> bool:
    """Whether a sentence begins as English questions do (`is my order …`), and not as a report does (`did 2 a350`)."""
    if len(marks) < 2 or marks[0].kind != CUE or marks[0].value not in _VERBS:
        return False
    return marks[0].value not in ("DID", "DO") or marks[1].kind == CUE
