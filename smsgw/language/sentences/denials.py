"""Denials of a deed: texts that ask us not to cancel, undo, change or stop, and references that are not meant."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.language.sentences.marks import REFERENCE, STOP, Mark

_BETWEEN = frozenset(("FILL", "POLITE", "PERIODDAY"))  # what may stand between (`dont pls cancel`, `不要给我停`)
_WANTING = frozenset(("NEED", "WANT", "HAVE", "TO", "YOU", "U", "EVER", "GO", "WANT TO"))
_DEEDS = frozenset(("DEED", "TAKEBACK", "WITHDRAWN", "CORRECTED"))


def denies_a_deed(marks: Sequence[Mark]) -> bool:
    """Whether a text says not to cancel, take back, change or stop something (`dont cancel`, `S1002别撤`)."""
    return any(_of_a_deed(marks, at) for at, mark in enumerate(marks) if _denies(marks, at) and not mark.doubt)


def _denies(marks: Sequence[Mark], at: int) -> bool:
    mark = marks[at]
    if mark.value in ("NO", "NOT"):
        following = marks[at + 1].value if at + 1 < len(marks) else None
        return mark.value == "NOT" or following in ("NEED", "REASON")
    return "NOTDO" in mark.cues


def _of_a_deed(marks: Sequence[Mark], at: int) -> bool:
    """Whether what is denied at a place of a text is a deed."""
    for mark in marks[at + 1 :]:
        if mark.cues & _DEEDS:
            return True
        if not (mark.cues & _BETWEEN or mark.value in _WANTING):
            return False
    return False


def references_meant(marks: Sequence[Mark]) -> list[Mark]:
    """The references of a text without those that it denies (`not S1009, S1010 is wrong`, `不是S1009，是S1010`)."""
    found: list[Mark] = []
    denied = False
    for mark in marks:
        if mark.kind == REFERENCE and not denied:
            found.append(mark)
        named = denied and bool(mark.cues & {"ORDERWORD", "ORDER", "FILL"})  # not order O1002
        denied = named or (mark.kind != STOP and mark.value in ("NOT", "不是", "并非", "而不是"))
    return found


def denies_references(marks: Sequence[Mark]) -> bool:
    """Whether a text denies a reference that it names."""
    return len(references_meant(marks)) < sum(m.kind == REFERENCE for m in marks)
