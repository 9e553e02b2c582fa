"""A sentence: a whole text with its marks and pieces, and the making of commands from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from smsgw.business.core.command import ACCEPTED, Command, Problem, Repair
from smsgw.language.characters.fold import Folded
from smsgw.language.sentences.denials import references_meant
from smsgw.language.sentences.frames import Piece, left_over
from smsgw.language.sentences.marks import COUNT, DAY, DEALER, MODEL, NUMBER, Mark

_MOST_NAMED = 3  # words left aside that a question names


@dataclass(slots=True)
class Looked:
    """What a text was seen as on the way: its page and marks, for whoever looks at it once more."""

    page: Folded | None = None
    marks: list[Mark] | None = None


@dataclass(frozen=True)
class Sentence:
    """A whole text: its pieces, its marks, the laid-out page that they are of, and the day it came.

    `back_days`: a sale told more days late than these is asked.
    """

    pieces: list[Piece]
    marks: list[Mark]
    page: Folded
    today: date
    back_days: int

    def first(self, *kinds: str) -> Mark | None:
        """The first mark of some kinds."""
        return next((m for m in self.marks if m.kind in kinds), None)

    @cached_property
    def cues(self) -> frozenset[str]:
        """The classes of all its cue words."""
        return frozenset(c for m in self.marks for c in m.cues)

    @cached_property
    def moods(self) -> frozenset[str]:
        """How its pieces are said."""
        return frozenset(mood for p in self.pieces for mood in p.moods)

    @cached_property
    def names_goods(self) -> bool:
        """Whether a piece names a model, a series or an IMEI."""
        return any(p.things for p in self.pieces)

    @cached_property
    def counts(self) -> bool:
        """Whether it has a number that may be a quantity."""
        return any(m.kind in (COUNT, NUMBER) for m in self.marks)

    @cached_property
    def model(self) -> str | None:
        """The one model that it names."""
        models = {m.value for m in self.marks if m.kind == MODEL}
        return models.pop() if len(models) == 1 else None

    @cached_property
    def dealer(self) -> str | None:
        """The first dealer that it names."""
        found = self.first(DEALER)
        return None if found is None else str(found.value)

    @cached_property
    def order(self) -> str | None:
        """The order that it names: by its reference, or by a number alone."""
        reference = next((m.value for m in references_meant(self.marks) if m.value[0] == "O"), None)
        if reference is not None:
            return str(reference)
        number = next(
            (m.value for m in self.marks if m.kind == NUMBER and m.value > 999 and not self._of_a_set(m)), None
        )
        return None if number is None else f"O{number}"

    def _of_a_set(self, mark: Mark) -> bool:
        """Whether a number names a set by the end of its IMEI (`1755那台`)."""
        return self.page.clean.startswith(("那台", "这台", "那部", "这部"), mark.end)

    @cached_property
    def period(self) -> str | None:
        """The period that it asks about: day, week or month."""
        for cue, period in (("PERIODMONTH", "month"), ("PERIODWEEK", "week"), ("PERIODDAY", "day")):
            if cue in self.cues:
                return period
        return None if self.first(DAY) is None else "day"

    @property
    def typed(self) -> str:
        """The page as it was typed."""
        return self.page.text.strip()

    def left_aside(self, others: list[Mark]) -> tuple[Problem, ...]:
        """The words that nothing explains, and other marks that are in no booking, as a question names them."""
        words = [self.page.typed(m.start, m.end) for m in (*others, *left_over(self.pieces))]
        return tuple(Problem("not_allowed", word, 0, (), None, "left_out") for word in words[:_MOST_NAMED])


def command(verb: str, outcome: str = ACCEPTED, **fields: Any) -> Command:
    """A command that was read from a sentence."""
    return Command(verb, outcome, repairs=(Repair("sentence", "", verb),), **fields)
