"""Frames: a text cut where it is about something new; each piece says what happened, to what, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from smsgw.language.sentences.asking import ASKED_ABOUT, WORDS_OF_ASKING, opens_in_asking
from smsgw.language.sentences.days import Day
from smsgw.language.sentences.marks import (
    BREAK,
    COUNT,
    CUE,
    DAY,
    IMEI,
    MODEL,
    NUMBER,
    OPEN,
    SERIES,
    STOP,
    Mark,
)

# What may be said to have happened, the one that decides first.
EVENTS = (
    "LOSS",
    "DAMAGE",
    "DEMO",
    "PAID",
    "RETURN",
    "GIVE",
    "PROTECT",
    "RECEIVE",
    "NOTHING",
    "SOLDOUT",
    "ORDER",
    "SOLD",
    "COUNT",
)
MOODS = frozenset(("NEGATED", "ASKED", "WISHED", "FUTURE", "ROUGHLY", "HEARD", "CORRECTED", "WITHDRAWN"))
THINGS = frozenset((MODEL, SERIES, IMEI))
NO_DAY = Mark(DAY, 0, 0, Day(0, None))
_ASKS_TO_SELL = frozenset(("SELL", "SEL", "卖"))
_BUT_ONLY = frozenset(("ONLY", "BUT", "BUT ONLY", "JUST", "只", "只有", "就", "但", "但是"))
_WE = (
    "WE",
    "I",
    "OURS",
    "US",
    "我们",
    "我",
    "我店",
    "本店",
    "咱们",
    "咱",
)  # who speaks of themselves behind what others did
_QUIET = frozenset(("POLITE", "FILL", "UNIT", "LISTHEAD", "CUSTOMER", "PRICED", "PERIODDAY"))
_TALK = frozenset(
    ("AGREED", "CONSENT", "REFUSED", "BUT", "DECLINE", "ACK", "AMEND", "ADD", "REMOVE", "SENT", "TAKEBACK")
)
_OF_A_DEED = frozenset(("NOTDO", "DEED", "GOAHEAD"))  # they speak of what is to be done, not of what happened
_TO_BEFORE = frozenset(("GOESON", "REFERS", "THEY"))  # they lean on what was said before
# Where sets lie, who has them, how they come: what happened to them another word must say.
OF_A_PLACE = frozenset(("SWAP", "KEPT", "BOOKSAYS", "BORROWED", "TOOK", "TAKEIN", "GOODSWORD"))
# They say nothing of what happened: alone as good as a word that no list knows.
_SAYING_NOTHING = _TALK | ASKED_ABOUT | _OF_A_DEED | _TO_BEFORE | OF_A_PLACE
_SPEAKING = frozenset(EVENTS)


@dataclass(slots=True)
class Piece:
    """Some marks of a text that say one thing."""

    marks: list[Mark] = field(default_factory=list)
    hard: bool = True  # it began a line or a sentence, not after a comma
    asked: bool = False  # it ended in a question mark
    colon: bool = False  # it began after a colon
    around: frozenset[str] = frozenset()  # the moods of the whole clause
    # Where among its marks days stand, and models and IMEIs.
    days_at: list[int] = field(default_factory=list)
    things_at: list[int] = field(default_factory=list)

    def add(self, mark: Mark) -> None:
        """Take one more mark."""
        if mark.kind == DAY:
            self.days_at.append(len(self.marks))
        elif mark.kind in (MODEL, IMEI):
            self.things_at.append(len(self.marks))
        self.marks.append(mark)

    @property
    def cues(self) -> frozenset[str]:
        return frozenset(c for m in self.marks for c in m.cues)

    @property
    def things(self) -> list[Mark]:
        return [m for m in self.marks if m.kind in THINGS]

    @property
    def days(self) -> list[Mark]:
        return [m for m in self.marks if m.kind == DAY]

    @property
    def day(self) -> Mark | None:
        """Its day; one of no day where it names several (`sat n sun`), for nobody says what was on which."""
        days = self.days
        several = len({m.value.day for m in days}) > 1
        return NO_DAY if several else days[0] if days else None

    @property
    def denies_itself(self) -> bool:
        """Whether it says of one model alone, and no number of it, that there was none (`C100没有`, `no c100`)."""
        if [m.kind for m in self.marks if m.kind in (*THINGS, COUNT, NUMBER)] != [MODEL]:
            return False
        return self.own_moods <= {"NEGATED"} and bool({"NEGATED", "NOTHING"} & self.cues)

    @property
    def tells_first(self) -> bool:
        """Whether it says what happened before what it happened to (`sold 2 A350`)."""
        told = next((m for m in self.marks if m.cues & _SPEAKING or m.kind in (*THINGS, COUNT, NUMBER)), None)
        return told is not None and bool(told.cues & _SPEAKING) and not self.own_moods

    @property
    def denies_from_here(self) -> bool:
        """Whether it denies what it names itself (`not B200`), and says nothing of what was named before it."""
        if self.denies_itself:
            return True
        first = next((m.start for m in self.marks if m.kind in THINGS), None)
        denied = next((m.start for m in self.marks if "NEGATED" in m.cues or "NOTHING" in m.cues), None)
        return first is not None and denied is not None and denied < first and self.own_moods <= {"NEGATED"}

    @property
    def moods(self) -> frozenset[str]:
        """How it is said, by itself or by what it is listed with."""
        return self.around | self.own_moods

    @property
    def own_moods(self) -> frozenset[str]:
        """How it is said by its own words."""
        found = {c for m in self.marks for c in m.cues if c in MOODS and not (m.cues & _SPEAKING)}
        if (
            (self.asked and "REQUEST" not in self.cues)
            or self.cues & WORDS_OF_ASKING
            or (self.hard and opens_in_asking(self.marks))
        ):
            found.add("ASKED")
        elif "NEGATED" in found and all(m.value == "ANY" for m in self.marks if "ASKED" in m.cues):
            found.discard("ASKED")  # none of any: no question
        return frozenset(found)

    @property
    def only_asks(self) -> bool:
        """Whether it asks for the stock, of no set in particular: behind a report it is about what is left of that."""
        return "STOCKASK" in self.cues and not self.things and not any(m.kind in (COUNT, NUMBER) for m in self.marks)

    @property
    def asks_for_itself(self) -> bool:
        """Whether it asks for the stock or the price of sets that it names itself, and tells of nothing."""
        counted = any(m.kind in (COUNT, NUMBER) for m in self.marks)
        return bool(self.cues & {"STOCKASK", "PRICEASK"}) and bool(self.things) and not self.events and not counted

    @property
    def says_none_of_a_day(self) -> bool:
        """Whether it says of a day that there was nothing, and no more (`tuesday none`)."""
        said = [m for m in self.marks if m.kind != DAY]
        return self.day is not None and bool(said) and all("NONE" in m.cues for m in said)

    @property
    def events(self) -> list[str]:
        cues = self.cues
        return [e for e in EVENTS if e in cues]


def pieces(marks: Iterable[Mark]) -> list[Piece]:
    """The pieces of a text in their order; those that hold nothing are left out."""
    found: list[Piece] = [Piece()]
    ours = False
    for mark in marks:
        now = found[-1]
        ours = ours or "OURSALE" in mark.cues
        if mark.kind == STOP:
            if mark.value == "?":
                (now if now.marks else next((p for p in reversed(found) if p.marks), now)).asked = True
            found.append(Piece())
        elif mark.kind == BREAK:
            if mark.value == "," and now.marks and now.marks[-1].value == "呢":
                now.marks[-1].cues = frozenset(("POLITE",))  # 开车呢，…: no question
            heading = mark.value == ":" and bool(now.marks) and now.marks[-1].kind in (MODEL, SERIES)
            if not heading:  # `A350: 8601…` is of one piece
                found.append(Piece(hard=mark.value == "\n", colon=mark.value == ":"))
        else:
            if _begins_anew(now, mark):
                now = Piece(hard=False)
                found.append(now)
            now.add(mark)
    kept = [p for p in found if p.marks]
    if ours:
        _take_as_ours(kept)
    for piece in kept:
        _turn_to_order(piece)
        _finish_a_count(piece)
    _spread_questions(kept)
    for clause in _clauses(kept):
        _spread_moods(clause)
    return kept


def _take_as_ours(all_: list[Piece]) -> None:
    """What others sold is ours where the text says so (`…，算我们卖的`)."""
    for mark in (m for piece in all_ for m in piece.marks):
        if "HEARD" in mark.cues:
            mark.cues = frozenset(("UNSURE",))


def _turn_to_order(piece: Piece) -> None:
    """Selling to the sender is no sale: asked for (`sell 5 gl7 to me`) it is an order, told it is nothing we book."""
    if "TOUS" not in piece.cues:
        return
    for mark in piece.marks:
        if "SOLD" in mark.cues:
            asked = mark.value in _ASKS_TO_SELL
            mark.cues = (mark.cues - {"SOLD"}) | {"ORDER" if asked else "HEARD"}


def _finish_a_count(piece: Piece) -> None:
    """`Done` and the like right behind a word for a count (`stocktake done: …`) tell of no sale."""
    for before, mark in pairwise(piece.marks):
        if "WEAK" in mark.cues and "COUNT" in before.cues and "SOLD" not in before.cues:
            mark.cues = frozenset(("FILL",))


def _spread_moods(clause: list[Piece]) -> None:
    """How one piece of a clause is said, all are; but `not B200` denies nothing that was named before it."""
    around = frozenset(
        mood
        for piece in clause
        if not (piece.denies_from_here or piece.only_asks or piece.asks_for_itself or piece.says_none_of_a_day)
        for mood in piece.own_moods
    )
    denied = False
    for piece in clause:
        but = piece.marks[0].value in _BUT_ONLY  # what comes is so
        denied = piece.denies_from_here or (denied and not piece.tells_first and not but)
        piece.around = around | {"NEGATED"} if denied else around


def _spread_questions(all_: list[Piece]) -> None:
    """What a sentence ends in a question about is asked, all of it that names sets."""
    asked = False
    for piece in reversed(all_):
        itself = piece.asks_for_itself
        asked |= "ASKED" in piece.moods and bool(piece.things) and not itself
        piece.asked |= asked and not itself
        asked &= not piece.hard


def _clauses(all_: list[Piece]) -> list[list[Piece]]:
    """Pieces that commas join into one list: how one of them is said, all of them are, until another event is told."""
    found: list[list[Piece]] = []
    told = False
    for piece in all_:
        of_us = bool(found) and piece.marks[0].value in _WE and any("HEARD" in p.cues for p in found[-1])
        if piece.hard or not found or (told and piece.events) or of_us:
            found.append([])
            told = False
        found[-1].append(piece)
        told |= bool(piece.events)
    return found


def _begins_anew(piece: Piece, mark: Mark) -> bool:
    """Whether a mark is about something else: a second event, or a second day, after things were said."""
    days, things = piece.days_at, piece.things_at
    if mark.kind == DAY and days and any("NONE" in m.cues for m in piece.marks):
        return True  # `tuesday none wednesday …`
    if mark.value in _BUT_ONLY and things and any("NEGATED" in m.cues for m in piece.marks):
        return True  # `didn't sell any a350, only 1 b200`
    if mark.value in _WE and any("HEARD" in m.cues for m in piece.marks) and any("SOLD" in m.cues for m in piece.marks):
        return True  # `my neighbour sold 10 and we only 2 gl7`
    if not things:
        return False
    if {"MORE", "SOLD"} <= mark.cues:
        return True  # `上午卖了B260三台 下午又卖一台`
    if mark.kind == CUE and mark.cues & _SPEAKING and not mark.cues & {"COUNT", "UNIT"}:
        events = {c for m in piece.marks for c in m.cues if c in _SPEAKING}
        return bool(events) and not mark.cues & events and not mark.cues & {"DAMAGE", "LOSS", "RETURN", "SOLDOUT"}
    if mark.kind == DAY and days:
        return days[0] < things[0]
    if mark.kind in (MODEL, IMEI, COUNT, NUMBER) and days:
        return days[-1] > things[-1] and days[0] > things[0]
    return False


def unknown(mark: Mark) -> bool:
    """Whether a mark is a word that no list knows, or one that means something in a question only."""
    return mark.kind == OPEN or (bool(mark.cues) and mark.cues <= _SAYING_NOTHING)


def left_over(all_: list[Piece]) -> list[Mark]:
    """Words of the pieces that say nothing to us of what happened."""
    return [m for p in all_ for m in p.marks if unknown(m)]
