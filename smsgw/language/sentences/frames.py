"""Frames: a text cut where it is about something new; each piece says what happened, to what, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
_THINGS = frozenset((MODEL, SERIES, IMEI))
NO_DAY = Mark(DAY, 0, 0, Day(0, None))
_QUIET = frozenset(("POLITE", "FILL", "UNIT", "LISTHEAD", "CUSTOMER", "PRICED", "PERIODDAY"))
_TALK = frozenset(("AGREED", "REFUSED", "BUT", "DECLINE", "ACK", "AMEND", "ADD", "REMOVE", "SENT", "TAKEBACK"))
_SAYING_NOTHING = _TALK | ASKED_ABOUT  # of what happened: alone as good as a word that no list knows
_SPEAKING = frozenset(EVENTS)
_PRICE = 100  # from here on a bare number beside another, or beside an IMEI, is an amount of money


@dataclass(slots=True)
class Piece:
    """Some marks of a text that say one thing."""

    marks: list[Mark] = field(default_factory=list)
    hard: bool = True  # it began a line or a sentence, not after a comma
    asked: bool = False  # it ended in a question mark
    colon: bool = False  # it began after a colon
    around: frozenset[str] = frozenset()  # the moods of the whole clause

    @property
    def cues(self) -> frozenset[str]:
        return frozenset(c for m in self.marks for c in m.cues)

    @property
    def things(self) -> list[Mark]:
        return [m for m in self.marks if m.kind in _THINGS]

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
    def denies_from_here(self) -> bool:
        """Whether it denies what it names itself (`not B200`), and says nothing of what was named before it."""
        first = next((m.start for m in self.marks if m.kind in _THINGS), None)
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
    def events(self) -> list[str]:
        cues = self.cues
        return [e for e in EVENTS if e in cues]


def pieces(marks: Iterable[Mark]) -> list[Piece]:
    """The pieces of a text in their order; those that hold nothing are left out."""
    found: list[Piece] = [Piece()]
    for mark in marks:
        now = found[-1]
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
            now.marks.append(mark)
    kept = [p for p in found if p.marks]
    _spread_questions(kept)
    for clause in _clauses(kept):
        _spread_moods(clause)
    return kept


def _spread_moods(clause: list[Piece]) -> None:
    """How one piece of a clause is said, all are; but `not B200` denies nothing that was named before it."""
    around = frozenset(mood for piece in clause for mood in piece.own_moods if not piece.denies_from_here)
    denied = False
    for piece in clause:
        denied |= piece.denies_from_here
        piece.around = around | {"NEGATED"} if denied else around


def _spread_questions(all_: list[Piece]) -> None:
    """What a sentence ends in a question about is asked, all of it that names sets."""
    asked = False
    for piece in reversed(all_):
        asked |= "ASKED" in piece.moods and bool(piece.things)
        piece.asked |= asked
        asked &= not piece.hard


def _clauses(all_: list[Piece]) -> list[list[Piece]]:
    """Pieces that commas join into one list: how one of them is said, all of them are, until another event is told."""
    found: list[list[Piece]] = []
    told = False
    for piece in all_:
        if piece.hard or not found or (told and piece.events):
            found.append([])
            told = False
        found[-1].append(piece)
        told |= bool(piece.events)
    return found


def _begins_anew(piece: Piece, mark: Mark) -> bool:
    """Whether a mark is about something else: a second event, or a second day, after things were said."""
    if not any(m.kind in (MODEL, IMEI) for m in piece.marks):
        return False
    if mark.kind == CUE and mark.cues & _SPEAKING and not mark.cues & {"COUNT", "UNIT"}:
        events = {c for m in piece.marks for c in m.cues if c in _SPEAKING}
        return bool(events) and not mark.cues & events and not mark.cues & {"DAMAGE", "LOSS", "RETURN", "SOLDOUT"}
    days = [at for at, m in enumerate(piece.marks) if m.kind == DAY]
    things = [at for at, m in enumerate(piece.marks) if m.kind in (MODEL, IMEI)]
    if mark.kind == DAY and days:
        return days[0] < things[0]
    if mark.kind in (MODEL, IMEI, COUNT, NUMBER) and days:
        return days[-1] > things[-1] and days[0] > things[0]
    return False


@dataclass(slots=True)
class Goods:
    """What is counted in some pieces: sets by model and number, sets by IMEI, and what did not come out even."""

    items: dict[str, int] = field(default_factory=dict)
    zeros: list[str] = field(default_factory=list)
    imeis: list[Mark] = field(default_factory=list)
    unnumbered: list[str] = field(default_factory=list)  # models without a quantity
    series: list[Mark] = field(default_factory=list)
    odd: list[Mark] = field(default_factory=list)  # numbers that belong to nothing
    open: list[Mark] = field(default_factory=list)
    repeated: bool = False
    doubt: bool = False
    total: int | None = None
    rivals: bool = False
    label: str | None = None  # the model of all IMEIs, as the sender says

    @property
    def unsure(self) -> bool:
        """Whether something in them was repaired or guessed, or is left over."""
        return self.doubt or self.repeated or self.rivals or bool(self.odd)

    @property
    def disagree(self) -> bool:
        """Whether they do not come to the total that was said."""
        return self.total is not None and self.total not in (self.sets, len(self.imeis))

    @property
    def sets(self) -> int:
        return sum(self.items.values()) + len(self.imeis)


def goods_of(all_: list[Piece]) -> Goods:
    """The goods of pieces that share an event and a day; lines with IMEIs by themselves."""
    goods = Goods()
    rows: list[list[Mark]] = []
    for piece in all_:
        marks = _without_rivals(piece.marks, goods)
        if piece.hard or not rows or any(m.kind == IMEI for m in marks) != any(m.kind == IMEI for m in rows[-1]):
            rows.append([])
        if piece.colon and marks:
            rows[-1].append(Mark(BREAK, marks[0].start, marks[0].start, ":"))
        rows[-1] += marks
    each: int | None = None
    loose: list[str] = []
    for row in rows:
        if any(m.kind == IMEI for m in row):
            _row_of_imeis(row, goods)
            continue
        each = _row_of_models(row, goods, loose) or each
    _take_labels(all_, goods, loose)
    if each is not None and goods.items and all(quantity >= _PRICE for quantity in goods.items.values()):
        loose = [*goods.items, *loose]  # a list of prices, then `one of each`
        goods.items.clear()
    if goods.total is not None and len(loose) == 1 and any("REST" in p.cues for p in all_):
        goods.items[loose.pop()] = goods.total - sum(goods.items.values())
        goods.doubt = True
    for model in loose:
        if each is not None:
            goods.items[model] = goods.items.get(model, 0) + each
        else:
            goods.unnumbered.append(model)
    return goods


def _take_labels(all_: list[Piece], goods: Goods, loose: list[str]) -> None:
    """A model in one sentence with IMEIs (`一台A350，串号8601…`) is their label, where it counts as many sets."""
    joined = any("IMEIWORD" in p.cues for p in all_) or not any(p.hard for p in all_[1:])
    if not goods.imeis or not joined or not (goods.items or loose):
        return
    models = {*goods.items, *loose}
    if sum(goods.items.values(), len(loose) if not goods.items else 0) == len(goods.imeis):
        goods.items.clear()
        loose.clear()
        goods.doubt = True
        goods.label = models.pop() if len(models) == 1 else None
    else:
        goods.total = -1  # so many sets and other IMEIs: they do not agree


def _without_rivals(marks: list[Mark], goods: Goods) -> list[Mark]:
    """The marks without other makers' sets: the name, its number, and the words of its model."""
    out: list[Mark] = []
    at = 0
    while at < len(marks):
        mark = marks[at]
        if "RIVAL" not in mark.cues:
            out.append(mark)
            at += 1
            continue
        goods.rivals = True
        counted = bool(out) and out[-1].kind in (COUNT, NUMBER)
        if counted:
            out.pop()
        at += 1
        while at < len(marks) and marks[at].kind == OPEN:
            at += 1
        if not counted and at < len(marks) and marks[at].kind in (COUNT, NUMBER):
            at += 1
    return out


def _row_of_imeis(row: list[Mark], goods: Goods) -> None:
    """A line with IMEIs: a model beside them is a label; a number that says how many there are is no more than that."""
    models = [m for m in row if m.kind == MODEL]
    numbers = [m for m in row if m.kind in (COUNT, NUMBER)]
    imeis = [m for m in row if m.kind == IMEI]
    seen = {m.value for m in goods.imeis}
    for mark in imeis:
        if mark.value is not None and mark.value not in seen:
            goods.imeis.append(mark)
            seen.add(mark.value)
        elif mark.value is None:
            goods.odd.append(mark)
        goods.doubt |= mark.doubt
    for mark in numbers:
        follows = [m for m in row if m.start > mark.start]
        price = mark.kind == NUMBER and mark.value >= _PRICE
        if mark.value == len(imeis) or (mark.value == 1 and len(models) == len(imeis)) or price:
            continue
        if follows and follows[0].kind == IMEI and mark.value <= len(imeis):
            continue
        goods.odd.append(mark)
    goods.series += [m for m in row if m.kind == SERIES and not imeis]
    goods.open += [m for m in row if m.kind == OPEN]


def _row_of_models(row: list[Mark], goods: Goods, loose: list[str]) -> int | None:
    """A line of models with quantities before or behind them; `各两台` for all that have none."""
    each: int | None = None
    line: list[Mark] = []
    at = 0
    while at < len(row):
        mark = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        if "EACH" in mark.cues and mark.kind == CUE:
            nothing = following is None or following.kind not in (COUNT, NUMBER)
            before = line[-1] if line and line[-1].kind in (COUNT, NUMBER) else None
            if nothing and before is not None and len([m for m in line if m.kind == MODEL]) != 1:
                each = line.pop().value
            elif nothing:
                if not (mark.cues & {"UNIT"}) or len(mark.value) > 4:
                    each = 1
            else:
                each = following.value if following is not None else 1
                at += 1
        elif "TOTAL" in mark.cues:
            total = _total(row, at)
            if total is not None:
                goods.total = total.value
                at = row.index(total)
        elif mark.kind in (MODEL, COUNT, NUMBER, SERIES):
            line.append(mark)
        elif "NONE" in mark.cues and line and line[-1].kind == MODEL:
            line.append(Mark(NUMBER, mark.start, mark.end, 0))
        elif mark.kind == OPEN:
            goods.open.append(mark)
        elif (
            mark.kind == CUE
            and mark.cues == {"UNIT"}
            and following is not None
            and following.kind == MODEL
            and mark.value in ("个", "只")
        ):
            line.append(Mark(COUNT, mark.start, mark.end, 1))
        at += 1
    _pair(line, goods, loose)
    return each


def _total(row: list[Mark], at: int) -> Mark | None:
    """The number that a word for a total at a place of a line says; None where a model follows (`共卖8台A350`)."""
    for place, mark in enumerate(row[at + 1 : at + 4], at + 1):
        if mark.kind == MODEL:
            return None
        if mark.kind in (COUNT, NUMBER):
            following = row[place + 1] if place + 1 < len(row) else None
            return None if following is not None and following.kind in (MODEL, SERIES) else mark
    return None


def _pair(line: list[Mark], goods: Goods, loose: list[str]) -> None:
    line = _without_prices(line)
    goods.doubt |= any(m.doubt for m in line)
    before = line and line[0].kind in (COUNT, NUMBER) and line[-1].kind in (MODEL, SERIES)
    pending: Mark | None = None
    models = [m for m in line if m.kind == MODEL]
    if (
        len(models) > 1
        and not any(m.kind in (COUNT, NUMBER) for m in line)
        and len({m.value for m in models}) < len(models)
    ):
        goods.repeated = True
        for mark in models:
            goods.items[mark.value] = goods.items.get(mark.value, 0) + 1
        return
    for mark in line:
        if mark.kind in (COUNT, NUMBER):
            if not before and pending is not None:
                _put(pending, mark.value, goods)
                pending = None
            elif before and pending is None:
                pending = mark
            else:
                goods.odd.append(mark)
        elif before:
            if pending is not None:
                _put(mark, pending.value, goods)
                pending = None
            else:
                _lone(mark, goods, loose)
        else:
            if pending is not None:
                _lone(pending, goods, loose)
            pending = mark
    if pending is not None:
        if pending.kind in (MODEL, SERIES):
            _lone(pending, goods, loose)
        else:
            goods.odd.append(pending)


def _without_prices(line: list[Mark]) -> list[Mark]:
    """A line without amounts: a large bare number beside another number of the same model."""
    out: list[Mark] = []
    for at, mark in enumerate(line):
        neighbours = [line[i] for i in (at - 1, at + 1) if 0 <= i < len(line)]
        if (
            mark.kind == NUMBER
            and mark.value >= _PRICE
            and any(n.kind in (COUNT, NUMBER) and n.value < _PRICE for n in neighbours)
        ):
            continue
        out.append(mark)
    return out


def _lone(mark: Mark, goods: Goods, loose: list[str]) -> None:
    if mark.kind == MODEL:
        loose.append(mark.value)
    else:
        goods.series.append(mark)


def _put(mark: Mark, quantity: int, goods: Goods) -> None:
    if mark.kind == SERIES:
        if len(mark.value) == 1:
            goods.items[mark.value[0]] = goods.items.get(mark.value[0], 0) + quantity
            goods.doubt = True
        else:
            goods.series.append(mark)
    elif quantity == 0:
        goods.zeros.append(mark.value)
    else:
        goods.items[mark.value] = goods.items.get(mark.value, 0) + quantity


def unknown(mark: Mark) -> bool:
    """Whether a mark is a word that no list knows, or one that means something in a question only."""
    return mark.kind == OPEN or (bool(mark.cues) and mark.cues <= _SAYING_NOTHING)


def left_over(all_: list[Piece]) -> list[Mark]:
    """Words of the pieces that say nothing to us of what happened."""
    return [m for p in all_ for m in p.marks if unknown(m)]
