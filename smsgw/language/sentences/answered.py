"""Answered: the questions that a text begins with and then answers itself, as a chat that is passed on does."""

from __future__ import annotations

from smsgw.language.sentences.frames import Piece
from smsgw.language.sentences.marks import COUNT, NUMBER
from smsgw.language.sentences.sentence import Sentence

_TOLD = frozenset(("SOLD", "ORDER", "RECEIVE", "COUNT"))


def questions_answered(s: Sentence) -> list[Piece]:
    """The questions, and who asks, that a text begins with and then answers itself, as a chat that is passed on does
    (`how many today? sold 3 a350`): they name no sets, and what comes behind them says by itself what happened."""
    found = False
    if not [p for p in s.pieces if p.asked]:
        return []
    for at, piece in enumerate(s.pieces):
        if piece.things or any(m.kind in (COUNT, NUMBER) for m in piece.marks):
            told = _TOLD.intersection(piece.events)
            sure = piece.hard or (at > 0 and s.pieces[at - 1].hard)
            return s.pieces[:at] if found and told and sure and not piece.moods else []
        if piece.own_moods - {"ASKED"} or (piece.own_moods and not piece.asked):
            return []
        if piece.asked:
            found = True
    return []
