"""Reports: what was sold, ordered, received or counted, by event and day; and that nothing was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from smsgw.business.core.command import ACCEPTED, CONFIRM, Command
from smsgw.language.sentences.answered import questions_answered
from smsgw.language.sentences.frames import EVENTS, MOODS, NO_DAY, Piece, left_over, unknown
from smsgw.language.sentences.goods import NO_TOTAL, Goods, countable, goods_of, parts_of, totals_of, without_rivals
from smsgw.language.sentences.marks import (
    COUNT,
    CUE,
    DAY,
    DEALER,
    IMEI,
    MODEL,
    MONEY,
    NUMBER,
    OPEN,
    SERIES,
    Mark,
)
from smsgw.language.sentences.sentence import Sentence, command

BOOKED = {"SOLD": "sale", "ORDER": "order", "RECEIVE": "receive", "COUNT": "count"}
_BARRED = frozenset(("LOSS", "DAMAGE", "DEMO", "PAID", "RETURN", "SOLDOUT", "GIVE", "PROTECT"))
_OUT = frozenset(("NEGATED", "ASKED", "WISHED", "FUTURE", "HEARD"))
_UNSAID = date.max  # the day of a date that is none


def reports(s: Sentence) -> list[Command] | None:
    """The bookings of a text; an empty list where nothing may be booked, None where nothing says what happened."""
    return _Reports(s).commands()


class _Reports:
    """One text on its way to bookings: its pieces gathered by what happened and on which day.

    `aside`: something of the text is not in the bookings, so they are asked (`words_aside`: only words). `tainted`:
    what was said of no set in particular (a negation, a wish) may be of all of them, so nothing is booked.
    """

    def __init__(self, s: Sentence) -> None:
        self._s = s
        self._groups: dict[tuple[str, date | None], list[Piece]] = {}
        self._nothing: list[Mark | None] = []
        self._aside = False
        self._words_aside = False
        self._left: list[Mark] = []
        self._tainted = False
        self._event = next((e for p in s.pieces if not p.own_moods & _OUT for e in p.events if e in BOOKED), None)
        self._denied_models: set[str] = set()
        self._none_of: dict[tuple[str, date | None], list[str]] = {}  # models counted, of which there are none
        self._several_days = len({m.value.day for m in s.marks if m.kind == DAY}) > 1
        self._totalled = False  # how many they are together is said, and it is so
        self._current: str | None = None
        self._day: Mark | None = None
        self._behind_more = False  # the piece goes on with what the one before it lists
        self._dated_by_colon = False  # the piece before is a day alone (`29/11:`)
        self._denied = False  # a clause says of sets that they were not sold
        self._asked_first = questions_answered(s)
        self._said: str | None = None  # the event of the clause before, where it is barred

    def commands(self) -> list[Command] | None:
        s = self._s
        before: Piece | None = None
        for piece, day in days_of(s):
            self._day = day
            self._dated_by_colon = before is not None and all(m.kind == DAY for m in before.marks)
            self._behind_more = before is not None and not piece.hard and bool(before.things) and not before.events
            self._take(piece)
            before = piece
        unknown = (m for p in s.pieces for m in without_rivals(p.marks) if m.kind == OPEN)
        if self._tainted or any(map(_like_a_code, unknown)):
            return []
        found: list[Command] = []
        for (event, on), pieces in self._groups.items():
            made = self._booked(event, on, pieces)
            if made is None:
                return []
            found += made
        none = self._days_of_nothing()
        if none is None:
            return []
        for at in none:
            if not any(c.verb == BOOKED["SOLD"] and (c.on or s.today) == (at or s.today) for c in found):
                asked = self._aside or self._words_aside or left_over(s.pieces) or at != s.today
                found.append(command("nil", CONFIRM if asked else ACCEPTED, on=at))
        if len({c.verb for c in found}) > 1 or any(c.outcome == CONFIRM for c in found):
            found = [replace(c, outcome=CONFIRM) for c in found]
        if found:
            return self._at_the_shop(found)
        return [] if s.moods & MOODS or s.names_goods or self._event or s.cues & {"NOTHING"} else None

    def _at_the_shop(self, found: list[Command]) -> list[Command]:
        """The bookings, each with the shop that the text names; none of them where it names several."""
        dealers = {m.value for m in self._s.marks if m.kind == DEALER}
        bare = any(c.dealer is None for c in found)
        if not dealers or not bare:
            return found
        if len(dealers) > 1:
            return []
        guessed = any(m.kind == DEALER and m.doubt for m in self._s.marks)
        outcomes = [CONFIRM if guessed else c.outcome for c in found]
        shop = dealers.pop()
        return [replace(c, dealer=c.dealer or shop, outcome=o) for c, o in zip(found, outcomes, strict=True)]

    def _days_of_nothing(self) -> list[date | None] | None:
        """The days on which nothing was sold, each of a span; None where one of them is no day, or is to come."""
        if self._nothing and self._s.cues & {"PERIODWEEK", "PERIODMONTH"}:
            return None
        found: list[date | None] = []
        for where in self._nothing:
            if where is None:
                found.append(None)
                continue
            first, last = where.value.span or (where.value.day, where.value.day)
            if first is None or last > self._s.today or (last - first).days > self._s.back_days:
                return None
            found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return list(dict.fromkeys(found))

    def _say_nothing(self, piece: Piece) -> None:
        """A piece says that nothing was sold: on its day, or on each of those that it names (`sat n sun`)."""
        self._nothing += piece.days if len(piece.days) > 1 else [self._day]

    def _take(self, piece: Piece) -> None:
        """A piece to its group, or aside."""
        events, moods = piece.events, piece.moods
        if piece.asks_for_itself and self._groups:
            self._aside = True  # it is answered beside the booking
            return
        stated = next((e for e in events if e in BOOKED), None)
        if "NOTHING" in events and all(m.kind == SERIES for m in piece.things):
            self._say_nothing(piece)
            self._current = self._current or "SOLD"
            self._event = self._event or "SOLD"
        elif "NOTHING" in events and stated is None:
            self._aside = True
            self._tainted |= (
                self._behind_more and not piece.denies_from_here
            )  # it may be all of them that were not sold
            self._left += piece.things
            self._denied = True
        elif self._denied and not events and not piece.hard:
            self._left += piece.things
        elif any(e in _BARRED for e in events) or (not events and not piece.hard and self._said in _BARRED):
            self._aside |= bool(piece.things)
            self._left += piece.things
            heard = {"RECEIVE": {"DAMAGE"}, "COUNT": {"SOLDOUT"}, "ORDER": {"SOLDOUT"}}.get(
                self._current or self._event or "", set()
            )
            goes_on = not piece.hard and self._said in _BARRED  # a demo set, it is no sale
            taints = not piece.things and (stated is None or "DEMO" in events) and not set(events) & _BARRED <= heard
            self._tainted |= taints and not goes_on
            self._aside = True
        elif not piece.things:
            self._take_without_goods(piece, stated)
        else:
            self._take_goods(piece, stated)
        self._denied &= "NOTHING" in events or (not events and not piece.hard)
        if events or piece.hard:
            self._said = next((e for e in events if e in _BARRED), None)
        if moods & {"ROUGHLY"}:
            self._tainted |= bool(piece.things)
            self._aside = True

    def _take_without_goods(self, piece: Piece, stated: str | None) -> None:
        moods = piece.moods
        if piece.only_asks and self._groups:
            self._aside = True  # it is answered beside the booking
            return
        if _says_none(piece, dated=piece.colon and self._dated_by_colon):
            self._say_nothing(piece)
            return
        numbers = [m for m in piece.marks if m.kind in (COUNT, NUMBER)]
        more = self._more_of_it(piece, numbers)
        if more is not None:
            self._take_goods(more, stated)
            return
        if any(piece is each for each in self._asked_first) and "ASKED" in moods:
            self._aside = True
            self._left.append(Mark(OPEN, piece.marks[0].start, piece.marks[-1].end))
            return
        if moods & (_OUT | {"CORRECTED", "WITHDRAWN"}):
            denied = (
                "NEGATED" in moods
                and stated == "SOLD"
                and not (numbers or self._left)
                and "REFERS" not in piece.cues  # that was no sale: of something before
            )  # else of those: a prize
            if denied and not moods & {"ASKED", "FUTURE", "WISHED"}:
                self._say_nothing(piece)
                return
            self._tainted |= bool((moods & (_OUT | {"CORRECTED", "WITHDRAWN"})) - {"HEARD"}) or not numbers
            self._aside = True
            if moods & _OUT == {"HEARD"} and numbers:
                return  # what others did, and how many
        self._current = stated or self._current
        later = [m for m in piece.days if m.value.day is not None and m.value.day > self._s.today]
        if later:
            self._aside = True
            self._left += later
        if numbers or piece.cues & {"EACH", "REST", "TOTAL"}:
            key = (self._current or self._event or "", _day_of(self._day))
            if self._is_total(piece, numbers):
                self._totalled = True
            elif key in self._groups or piece.cues & {"TOTAL", "EACH"}:
                self._groups.setdefault(key, []).append(piece)
            elif any(m.value for m in numbers):
                self._aside = True
                self._left += numbers
        elif any(m.kind == OPEN for m in piece.marks):
            self._words_aside = True

    def _more_of_it(self, piece: Piece, numbers: list[Mark]) -> Piece | None:
        """A piece of another day, or of more, that has a number and leaves out the one model told before it."""
        if len(numbers) != 1 or not numbers[0].value or piece.moods or piece.events not in ([], ["SOLD"]):
            return None
        if not self._groups or not (piece.days or "MORE" in piece.cues) or piece.cues & {"TOTAL", "EACH", "REST"}:
            return None
        told = [m for m in next(reversed(self._groups.values()))[-1].marks if m.kind in (MODEL, SERIES, IMEI)]
        if len(told) != 1 or told[0].kind != MODEL:
            return None
        more = Piece(hard=piece.hard, colon=piece.colon, around=piece.around)
        for mark in (Mark(MODEL, numbers[0].start, numbers[0].start, told[0].value, doubt=True), *piece.marks):
            more.add(mark)
        return more

    def _is_total(self, piece: Piece, numbers: list[Mark]) -> bool:
        """Whether a number by itself is as many as all sets by number are (`今天4台，a350 2，b260 2`, `thats nine`)."""
        if len(numbers) != 1 or piece.events or piece.cues & {"TOTAL", "EACH", "REST"}:
            return False
        goods = goods_of([p for p in self._s.pieces if p.things])
        return len(goods.items) > 1 and not goods.imeis and numbers[0].value == goods.sets

    def _take_goods(self, piece: Piece, stated: str | None) -> None:
        moods = piece.moods
        self._tainted |= len(BOOKED.keys() & set(piece.events)) > 1 and not moods & _OUT  # received and sold: how many?
        self._current = stated or self._current
        said = self._current or self._event or ""
        self._tainted |= _unknown_before(piece)
        if moods & _OUT:
            self._aside = True
            if piece.denies_itself and said == "COUNT":
                self._none_of.setdefault((said, _day_of(self._day)), []).extend(str(m.value) for m in piece.things)
                return
            self._left += piece.things
            self._denied_models |= {m.value for m in piece.things if m.kind == MODEL}
            self._tainted |= stated is None and not self._groups and not piece.denies_from_here
            return
        self._groups.setdefault((said, _day_of(self._day)), []).append(piece)

    # ---- one booking

    def _booked(self, event: str, day: date | None, group: list[Piece]) -> list[Command] | None:
        """One booking of an event and a day; None where what is missing must be asked in words."""
        s = self._s
        goods = goods_of(group)
        slipped = any(m.kind == CUE and m.doubt for piece in group for m in piece.marks)
        asked = self._aside or self._words_aside or goods.unsure or slipped or bool(left_over(group))
        if not event and self._nothing:
            event, asked = "SOLD", True
        if not event:
            if _tells_stock(s, goods):
                goods.items.update(dict.fromkeys(goods.zeros, 0))
                return [command("count", CONFIRM, **part) for part in parts_of(goods)]
            if any(c.endswith("ASK") for c in s.cues) or self._aside or _asks_for_a_trail(s):
                return None
            if goods.imeis and not goods.items and not self._aside and not self._words_aside and not left_over(group):
                event = "SOLD"
            elif goods.imeis:
                return None  # words beside an IMEI that say not what happened to it
            elif _looks_like_a_report(s, goods, day is not None or self._several_days or self._totalled):
                event, asked = "SOLD", True
            else:
                return None
        verb = BOOKED.get(event)
        if goods.disagree and goods.total != NO_TOTAL and not any("REST" in p.cues for p in group):
            asked, goods.total = True, None  # the lines are asked, and what does not agree is told
            self._left += totals_of(group)
        if self._denied_models & goods.items.keys():
            return None  # 3 and not 2: that corrects something
        if verb is None or not countable(goods) or day == _UNSAID or s.cues & {"PERIODWEEK", "PERIODMONTH"}:
            return None
        dealers = {m.value for m in s.marks if m.kind == DEALER}
        if len(dealers) > 1 or (dealers and ("WEAK" in s.cues or _names_another(s))):
            return None
        if event == "ORDER" and (not goods.items or goods.imeis or _customers_wish(s)):
            return None  # what is ordered has a number and no IMEI yet, and it is the shop that orders
        fields: dict[str, Any] = {"dealer": dealers.pop()} if dealers else {}
        if goods.label is not None:
            fields["model"] = goods.label
        asked |= any(m.kind == DEALER and m.doubt for m in s.marks) or "WEAK" in s.cues
        dated = self._dated(event, day, fields)
        if dated is None:
            return None
        if any(_asks(m) or "BLURRED" in m.cues for piece in group for m in piece.marks):
            return None
        asked |= dated or event == "COUNT"
        if not goods.items and not goods.imeis and event != "COUNT":
            return [command("nil", CONFIRM, on=fields.get("on"))] if goods.zeros and event == "SOLD" else None
        if event == "COUNT":
            goods.items.update(dict.fromkeys((*goods.zeros, *self._none_of.get((event, day), ())), 0))
        fields["outcome"] = CONFIRM if asked else ACCEPTED
        fields["problems"] = s.left_aside(self._left) if asked else ()
        return [command(verb, **fields, **part) for part in parts_of(goods)]

    def _dated(self, event: str, day: date | None, fields: dict[str, Any]) -> bool | None:
        """Puts the day of a booking into its fields. Whether it must be asked for the day; None where it cannot be."""
        s = self._s
        if event == "SOLD" and day is not None:
            fields["on"] = day
        if day is None or day == s.today:
            return False
        if event == "SOLD":
            return None if day > s.today else True
        if event == "ORDER" and day < s.today and not any(m.value.weekday for m in s.marks if m.kind == DAY):
            return None  # a story
        return True


def _unknown_before(piece: Piece) -> bool:
    """Whether an unknown word stands right before what is said to have happened: it may turn it round."""
    for before, mark in zip(piece.marks, piece.marks[1:], strict=False):
        if mark.kind == CUE and mark.cues & BOOKED.keys() and unknown(before):
            return True
    return False


def days_of(s: Sentence) -> list[tuple[Piece, Mark | None]]:
    """The pieces, each with the mark of its day: the one that leads them in, or the next in a sentence that ends in it.

    A piece of a sentence with days that has none of its own has a mark of no day.
    """
    found: list[tuple[Piece, Mark | None]] = []
    named = {m.value.day for m in s.marks if m.kind == DAY}
    if len(named) < 2:
        return [(piece, s.first(DAY)) for piece in s.pieces]
    carried: Mark | None = None
    for sentence in _sentences(s.pieces):
        if not any(piece.day for piece in sentence):
            found += [(piece, carried) for piece in sentence]
        elif _leads(sentence):
            for piece in sentence:
                carried = piece.day or carried
                found.append((piece, carried))
        else:
            following: Mark | None = None
            backwards: list[tuple[Piece, Mark | None]] = []
            for piece in reversed(sentence):
                following = piece.day or following
                backwards.append((piece, following if following is not None or not piece.things else NO_DAY))
            found += reversed(backwards)
    return found


def _sentences(all_: list[Piece]) -> list[list[Piece]]:
    found: list[list[Piece]] = []
    for piece in all_:
        if piece.hard or not found:
            found.append([])
        found[-1].append(piece)
    return found


def _leads(sentence: list[Piece]) -> bool:
    """Whether a day stands before the first set of a sentence."""
    marks = [m for piece in sentence for m in piece.marks]
    return next((m.kind for m in marks if m.kind in (DAY, MODEL, IMEI, SERIES)), DAY) == DAY


def _says_none(piece: Piece, *, dated: bool) -> bool:
    """Whether a piece says of a day that there was nothing (`29/11 nil`, `11月29日 无`); `dated`: a day leads it in."""
    said = [m for m in piece.marks if m.kind != DAY and "POLITE" not in m.cues]
    none = said[:1] and ("NONE" in said[0].cues or (said[0].kind in (COUNT, NUMBER) and said[0].value == 0))
    return (piece.day is not None or dated) and len(said) == 1 and bool(none)


def _looks_like_a_report(s: Sentence, goods: Goods, dated: bool) -> bool:
    """Whether goods that nothing is said of are a day's sales: with a day, zeros, prices, tallies, `for the day`."""
    if "VISIT" in s.cues:
        return False  # what was seen at a shop
    if not goods.items:
        return bool(goods.zeros) and not goods.unnumbered and not goods.imeis
    several = len(goods.items) > 1
    return bool(
        (several and dated)
        or goods.zeros
        or (dated and len({m.value.day for m in s.marks if m.kind == DAY}) > 1)
        or "DAYREPORT" in s.cues
        or _headed(s)
        or any(m.kind == MONEY for m in s.marks)
        or goods.priced
    )


def _headed(s: Sentence) -> bool:
    """Whether a table's heading, which says not what happened, is over the goods."""
    first = s.pieces[0].marks
    return len(first) > 1 and all("LISTHEAD" in m.cues for m in first)


def _tells_stock(s: Sentence, goods: Goods) -> bool:
    """Whether a text tells what there is (`stock left A350 3`): the words of a question about stock, and numbers."""
    asks = {c for c in s.cues if c.endswith("ASK")}
    now = all(m.value.day == s.today for m in s.marks if m.kind == DAY)
    told = asks == {"STOCKASK"} and not s.moods & MOODS and now
    return told and bool(goods.items) and not goods.imeis and not goods.unsure and countable(goods)


def _customers_wish(s: Sentence) -> bool:
    """Whether it is a customer who wants the sets (`有客户要5台B200`), and nothing asks us for them."""
    asks = [m for m in s.marks if "ORDER" in m.cues]
    customer = next((m.start for m in s.marks if "CUSTOMER" in m.cues), None)
    return customer is not None and all("WANTS" in m.cues and m.start > customer for m in asks)


def _asks_for_a_trail(s: Sentence) -> bool:
    """Whether a text is `IMEI` and then IMEIs: the trail of one is asked for so."""
    first, second = ([*s.marks, *s.marks])[:2]
    return first.value == "IMEI" and second.kind == IMEI


def _names_another(s: Sentence) -> bool:
    """Whether a word that nobody knows heads a list as a shop heads another (`Harbour 2 a350, Lychee 3 b200`)."""
    heads = [p.marks[0] for p in s.pieces if p.things and len(p.marks) > 1]
    return any(m.kind == DEALER for m in heads) and any(m.kind == OPEN and not m.cues for m in heads)


def _asks(mark: Mark) -> bool:
    """Whether a cue word asks for something and tells of nothing."""
    return any(c.endswith("ASK") for c in mark.cues) and not mark.cues & set(EVENTS)


def _like_a_code(mark: Mark) -> bool:
    """Whether an unknown word looks like the code of a model or a dealer."""
    word = str(mark.value)
    return len(word) > 2 and word.isascii() and any(map(str.isdigit, word)) and any(map(str.isalpha, word))


def _day_of(mark: Mark | None) -> date | None:
    return None if mark is None else (mark.value.day or _UNSAID)


__all__ = ["BOOKED", "reports"]
