"""A clause: the lines of one command, as tokens."""

from __future__ import annotations

from smsgw.language.reading.tokens import Tok


class Clause:
    """The lines of one command: their tokens and where its text ends."""

    __slots__ = ("limit", "start", "toks")

    def __init__(self, toks: list[Tok], start: int, limit: int) -> None:
        self.toks = toks
        self.start = start
        self.limit = limit
