"""Courtesy: texts that greet, thank or say that nobody is there to read, and ask for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.core.command import ACKNOWLEDGED, GREETING
from smsgw.language.sentences.machines import automatic
from smsgw.language.sentences.marks import BREAK, IMEI, MODEL, REFERENCE, SERIES, STOP, TIME, Mark

AUTOMATIC = "automatic"
_SMALL = frozenset(("GREETING", "ACK", "AGREED", "SORRY", "POLITE", "FILL", "PERIODDAY"))


def courtesy(marks: Sequence[Mark], text: str) -> str | None:
    """GREETING for a text that only greets, ACKNOWLEDGED for one that only thanks, `automatic` for what telephones say
    for who is away; None for one that says more."""
    if not any(m.kind in (MODEL, SERIES, IMEI, REFERENCE) for m in marks) and automatic(text):
        return AUTOMATIC
    said = [m for m in marks if m.kind not in (BREAK, STOP, TIME)]
    if not said or (any(m.kind == STOP and m.value == "?" for m in marks) and not _greets(said)):
        return None
    if not all(m.cues & _SMALL for m in said) or any(m.doubt for m in said):
        return None
    if any("ACK" in m.cues for m in said):
        return ACKNOWLEDGED
    return GREETING if _greets(said) else None


def _greets(said: Sequence[Mark]) -> bool:
    return any("GREETING" in m.cues for m in said)
