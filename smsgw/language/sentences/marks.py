"""Marks: a laid-out text as typed tokens, each with what it is known as; nothing is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from smsgw.language.characters.fold import Folded
from smsgw.language.characters.hanzi import RANGES
from smsgw.language.grammar.cues import Cues
from smsgw.language.grammar.phrases import Names, starts_here
from smsgw.language.names import imei, phones
from smsgw.language.names.lexicon import Lexicon, NameMatch, key_of
from smsgw.language.sentences import days, numbers
from smsgw.language.sentences.dealers import short_names
from smsgw.language.sentences.models import DIGIT_OF, Models

IMEI, MODEL, SERIES, COUNT, NUMBER, MONEY = "imei", "model", "series", "count", "number", "money"
DAY, DEALER, PLACE, REFERENCE, PHONE, TIME = "day", "dealer", "place", "reference", "phone", "time"
CUE, OPEN, BREAK, STOP = "cue", "open", "break", "stop"

MOST_MARKS = 450  # of a text whose sentences are read: 200 IMEIs with what stands between them, and more
_MOST_UNKNOWN = 40  # unknown words of a text that are compared with words and names one slip away

_IMEI = re.compile(r"(?<![\dA-Z])\d{14,17}(?!\d)|(?<![\dA-Z])\d(?:[ .\-/]?\d){13,15}(?![\d])")
_LONG = re.compile(r"\d{14,}")
_LETTERED = re.compile(r"(?<![A-Z0-9])[0-9OILSBZ]{15}(?![A-Z0-9])")
_LIKE_IMEI = re.compile("|".join(f"(?:{form.pattern})" for form in (_IMEI, _LONG, _LETTERED)))
_LETTERS_FOR_DIGITS = frozenset("OILSBZ")
_DIGITS_FOR_LETTERS = str.maketrans("OILSBZ", "011582")
_REFERENCE = re.compile(r"(?<![A-Z0-9])(?:[SNKORTXPCBVMF]\d{3,9}|Q\d{4,9})(?![A-Z0-9])")
_DEALER = re.compile(r"@?\s?([A-Z]\d{3,6})(?![A-Z0-9])")
_PHONE = re.compile(r"(?<!\d)\+?\d{10,13}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M(?![A-Z]))?(?!\d)|\d{1,2} ?[AP]M(?![A-Z])")
_MONEY = re.compile(
    r"(?:[$¥€£₹]|(?:RS|INR|RMB|CNY|USD)\.? ?)\d[\d,]*(?:\.\d+)?(?:/-)?"
    r"|\d[\d,]*(?:\.\d+)?(?:/-| ?(?:元|块钱|块|RMB|CNY|YUAN))|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{3,}\.\d{2}(?!\d)"
)
_MONTH = re.compile(r"(\d{1,2})月份?(?!\d)")
_NETWORK = re.compile(r"[2345]G(?![A-Z0-9])")
_OF_A_PRICE = re.compile("[起开初]")  # from that month on
_BOXES = re.compile("BOX|CARTON|CTN|[箱盒]")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(rf"[^\s,;:./|#*+=_?\[\]】@!\"“”(){RANGES}-]+")
_STOPS = "。！!？?；;"
_A_NUMBER = re.compile(r"\s?:?\s?\d{1,3}(?!\d)")
_OPENERS = frozenset(("TO", "AT", "FOR", "FROM", "GIVE", "给", "@"))
_CLOSERS = re.compile(r"\s?(?:那边|这边|店|'S|S(?![A-Z]))")


@dataclass(slots=True)
class Mark:
    """A token of a folded text.

    `value` is what it says: an IMEI (None where it is none), a code, the codes of a series, a number, a `Day`. `cues`
    are the classes of a cue word. `doubt`: it was repaired, or is short for a longer name. `codes`: of a number, the
    models that it may name.
    """

    kind: str
    start: int
    end: int
    value: Any = None
    cues: frozenset[str] = field(default_factory=frozenset)
    doubt: bool = False
    codes: tuple[str, ...] = ()

    def copy(self) -> Mark:
        """Another one that says the same."""
        return Mark(self.kind, self.start, self.end, self.value, self.cues, self.doubt, self.codes)


class Marker:
    """Marks texts with one set of cue words and one snapshot of the lexicon."""

    def __init__(self, cues: Cues, lexicon: Lexicon) -> None:
        self.cues = cues
        self.lexicon = lexicon
        self.heads = frozenset(head[:1] for head in lexicon.lengths)
        self.models = Models(lexicon)
        self.dealers = Names({key: (code, False) for key, code in lexicon.dealer_names.items()})
        short: dict[str, tuple[str, bool]] = {
            key: (code, True) for key, code in short_names(lexicon).items() if key not in cues.classes
        }
        self.short_dealers = Names(short)
        self.places = Names(lexicon.places)

    def marks(self, folded: Folded, today: date, *, month_first: bool) -> list[Mark]:
        """The marks of a text in their order; one more than MOST_MARKS of a text that has more."""
        found: list[Mark] = []
        for mark in _Marking(self, folded, today, month_first).all():
            found.append(mark)
            if len(found) > MOST_MARKS:
                break
        return found


class _Marking:
    """One text on its way to marks."""

    def __init__(self, marker: Marker, folded: Folded, today: date, month_first: bool) -> None:
        self._folded = folded
        self._clean = folded.clean
        self._today = today
        self._month_first = month_first
        self._cues = marker.cues
        self._lexicon = marker.lexicon
        self._heads = marker.heads
        self._models = marker.models
        self._dealers = marker.dealers
        self._short_dealers = marker.short_dealers
        self._places = marker.places
        self._unknown = 0
        self._before: Mark | None = None
        self._at_head = True  # at a line's head, or behind what heads it (`sales report 29.11`)

    def all(self) -> Iterator[Mark]:
        at, end = 0, len(self._clean)
        while at < end:
            mark = self._sign(at) or self._mark(at)
            if mark is None:
                at += 1
                continue
            yield mark
            self._before = mark
            self._at_head = (mark.kind == BREAK and (mark.value == "\n" or self._at_head)) or (
                self._at_head and mark.kind == CUE and bool({"SOLD", "FILL", "POLITE"} & mark.cues)
            )
            at = max(mark.end, at + 1)

    def _sign(self, at: int) -> Mark | None:
        """A sign that cuts: the end of a line, a sentence, or a part of one."""
        c = self._clean[at]
        if c.isalnum() and c.isascii():
            return None
        source = self._source(at)
        if c == "\n":
            return Mark(BREAK, at, at + 1, "\n")
        if source in _STOPS or c in "?;":
            return Mark(STOP, at, at + 1, "?" if c == "?" or source == "？" else ";" if source in ";；" else ".")
        if c == "." and self._clean[at + 1 : at + 2].strip() == "":
            return Mark(STOP, at, at + 1, ".")
        if c in ",:" or source == "、":
            return Mark(BREAK, at, at + 1, ":" if c == ":" else ",")
        return None

    def _source(self, at: int) -> str:
        """The character that was typed at a place."""
        folded = self._folded
        return folded.text[folded.origin[at]] if folded.origin is not None else folded.text[at]

    def _mark(self, at: int) -> Mark | None:
        clean = self._clean
        c = clean[at]
        if c.isspace():
            return None
        if c == "-" and self._none_at(at):
            return Mark(CUE, at, at + 1, "-", frozenset(("NONE",)))
        lone = self._at_head
        if c.isdigit() or c == "+" or c in "$¥€£₹" or c in _LETTERS_FOR_DIGITS:
            number = self._number(at, lone)
            if number is not None:
                return self._bounded(number)
        if c in "X×*":
            counted = numbers.counted(clean, at)
            if counted is not None:
                return Mark(COUNT, at, *counted)
        glued = self._before is not None and self._before.kind in (COUNT, NUMBER) and self._before.end == at
        if not starts_here(clean, at) and not (glued and self._lexicon.match(clean, at)):
            return self._rest_of_word(at)
        name = self._lexicon.match(clean, at) or self._before_hyphen(at) if c in self._heads else None
        cue = self._cues.at(clean, at)
        cue_end = cue[0] if cue is not None else at
        day = days.read(clean, at, self._today, month_first=self._month_first, lone=lone)
        if name is not None and cue_end <= name.end and (day is None or day.end <= name.end):
            mark = self._named(at, name)
            mark.doubt |= glued and self._before is not None and self._before.kind == NUMBER
            return mark
        if day is not None and cue_end <= day.end:
            return Mark(DAY, at, day.end, day)
        in_hanzi = self._models.in_hanzi(clean, at)
        if in_hanzi is not None and cue_end < in_hanzi[0]:
            apart = self._models.said_apart(clean, at) and self._before is not None and self._before.kind == COUNT
            blurred = frozenset(("BLURRED",)) if apart else frozenset()
            return Mark(MODEL, at, in_hanzi[0], in_hanzi[1], blurred, doubt=True)
        series = self._models.series.at(clean, at)
        if series is not None and cue_end < series[0]:
            return Mark(SERIES, at, series[0], series[1])
        coded = self._coded(at)
        if coded is not None:
            return coded
        dozens = numbers.by_the_dozen(clean, at) or numbers.in_tens(clean, at)
        if dozens is not None:
            return Mark(COUNT, at, *dozens)
        dealer = self._dealer_named(at)
        if dealer is not None and cue_end <= dealer.end:
            return dealer
        others = self._other_things(at)
        if others is not None and cue_end <= others.end:
            return others
        said = self._models.figures_in_hanzi(clean, at) if c in DIGIT_OF else None
        if said is not None and cue_end <= said[0]:
            return Mark(SERIES, at, said[0], said[1])
        hanzi = numbers.in_hanzi(clean, at)
        if hanzi is not None and cue_end <= hanzi[0]:
            if hanzi[1] is not None:
                return Mark(COUNT, at, *hanzi)
            return Mark(OPEN, at, hanzi[0], clean[at : hanzi[0]], frozenset(("ROUGHLY",)))
        place = self._places.at(clean, at)
        if place is not None and cue_end <= place[0]:
            return Mark(PLACE, at, place[0], place[1])
        if cue is not None and not (cue[0] == at + 1 and c == "S" and self._possessive(at)):
            return Mark(CUE, at, cue[0], clean[at : cue[0]], cue[1])
        if c >= "\u2e80":
            return self._open_hanzi(at)
        word = _WORD.match(clean, at)
        return self._word(at, word[0]) if word is not None else None

    def _possessive(self, at: int) -> bool:
        """Whether an S stands behind an apostrophe (`Ming's`): no word of its own."""
        origin = self._folded.origin
        place = at if origin is None else origin[at]
        return self._folded.text[place - 1 : place] in ("'", "’")

    def _rest_of_word(self, at: int) -> Mark | None:
        """Letters glued behind a number or a name (`10th`, `A350s`): a plural counts for nothing, the rest is open."""
        word = _WORD.match(self._clean, at)
        if word is None or word[0] in ("S", "'S"):
            return None
        return Mark(OPEN, at, word.end(), word[0])

    def _none_at(self, at: int) -> bool:
        """Whether a dash stands for none: behind a model, the last of its line (`N60P -`)."""
        end = self._clean.find("\n", at)
        rest = self._clean[at + 1 : end if end >= 0 else None]
        return self._before is not None and self._before.kind == MODEL and not rest.strip()

    # ---- figures

    def _number(self, at: int, lone: bool) -> Mark | None:
        clean = self._clean
        unit = self._imei(at)
        if unit is not None:
            return unit
        if clean[at] in _LETTERS_FOR_DIGITS:
            return None
        network = _NETWORK.match(clean, at)
        if network:
            return Mark(CUE, at, network.end(), network[0], frozenset(("FEATURE",)))
        if clean[at].isdigit():
            name = self._lexicon.match(clean, at)
            exact = name is not None and name.quantity is None and not name.joined
            if exact and name is not None and clean[name.end : name.end + 1] not in tuple("0123456789."):
                return None  # a model by digits (3310)
        phone = _PHONE.match(clean, at)
        if phone and (len(phone[0]) >= 10 or phones.read(phone[0], self._lexicon.country)):
            return Mark(PHONE, at, phone.end(), phone[0])
        figures = _FIGURES.match(clean, at)
        month = _MONTH.match(clean, at)
        if month and int(month[1]) == self._today.month:
            return Mark(CUE, at, month.end(), month[0], frozenset(("PERIODMONTH",)))
        if month and not _OF_A_PRICE.match(clean, month.end()):
            return Mark(CUE, at, month.end(), month[0], frozenset(("PERIODMONTH",)))
        time = _TIME.match(clean, at)
        if time:
            return Mark(TIME, at, time.end())
        codes = self._models.by_figures.get(figures[0], ()) if figures else ()
        roughly = numbers.one_or_the_other(clean, at)
        if roughly is not None and self._source(roughly[1]) in "、~～":
            return Mark(OPEN, at, roughly[0], clean[at : roughly[0]], frozenset(("ROUGHLY",)))
        day = days.read(clean, at, self._today, month_first=self._month_first, lone=lone)
        if day is not None and lone and not codes:
            return Mark(DAY, at, day.end, day)
        money = _MONEY.match(clean, at)
        if money and not (codes and figures and money[0] == figures[0]):
            return Mark(MONEY, at, money.end(), money[0])
        if figures is None:
            return None
        if day is not None and not codes:
            return Mark(DAY, at, day.end, day)
        others = self._other_things(at)
        if others is not None:
            return others
        counted = numbers.counted(clean, at) or numbers.by_the_dozen(clean, at)
        if counted is not None:
            return Mark(COUNT, at, *counted)
        if "." in figures[0]:
            return Mark(SERIES, at, figures.end(), codes) if codes else Mark(OPEN, at, figures.end(), figures[0])
        number = numbers.in_figures(clean, at)
        if number is None:
            return None
        end, value, with_unit = number
        if with_unit:
            return Mark(COUNT, at, end, value)
        if clean.startswith("%", end):
            return Mark(OPEN, at, end + 1, clean[at : end + 1])
        return Mark(NUMBER, at, end, value, codes=codes if len(figures[0]) > 2 else ())

    def _bounded(self, mark: Mark) -> Mark:
        """The mark of a number; one that a sign makes a bound (`5+`, `~5`, `>5`) says not how many."""
        if mark.kind not in (COUNT, NUMBER):
            return mark
        text, origin = self._folded.text, self._folded.origin
        place = mark.start if origin is None else origin[mark.start]
        end = numbers.bounded_behind(self._clean, mark.end)
        if end is None and not numbers.bounded_before(text, place):
            return mark
        end = end or mark.end
        return Mark(OPEN, mark.start, end, self._clean[mark.start : end], frozenset(("ROUGHLY",)))

    def _other_things(self, at: int) -> Mark | None:
        """A number of what is no set; one of shops leaves open which of them."""
        found = numbers.of_other_things(self._clean, at)
        if found is None:
            return None
        end, shops = found
        if shops:
            return Mark(OPEN, at, end, self._clean[at:end], frozenset(("ROUGHLY",)))
        boxes = _BOXES.search(self._clean, at, end) is not None
        return Mark(TIME, at, end, cues=frozenset(("BOXES",)) if boxes else frozenset())

    def _imei(self, at: int) -> Mark | None:
        clean = self._clean
        if _LIKE_IMEI.match(clean, at) is None:
            return None
        found = _IMEI.match(clean, at)
        if found:
            reading = imei.read(re.sub(r"[ .\-/]", "", found[0]))
            if reading is not None and len(reading.imeis) == 1 and not reading.example:
                return Mark(IMEI, at, found.end(), reading.imeis[0], doubt=reading.doubtful)
        whole = _LONG.match(clean, at)
        if whole:
            return Mark(IMEI, at, whole.end(), None)
        lettered = _LETTERED.match(clean, at)
        if lettered and not lettered[0].isdigit():
            reading = imei.read(lettered[0].translate(_DIGITS_FOR_LETTERS))
            if reading is not None and len(reading.imeis) == 1:
                return Mark(IMEI, at, lettered.end(), reading.imeis[0], doubt=True)
        return None

    # ---- names

    def _before_hyphen(self, at: int) -> NameMatch | None:
        """A model by a name that a hyphen and no number follow (`C150-0`, `C100-nil`)."""
        word = _WORD.match(self._clean, at)
        if word is None or self._clean[word.end() : word.end() + 1] != "-":
            return None
        name = self._lexicon.match(word[0], 0)
        if name is None or name.end != len(word[0]):
            return None
        return replace(name, end=at + name.end)

    def _named(self, at: int, name: NameMatch) -> Mark:
        end = name.end - (len(str(name.quantity)) if name.quantity is not None else 0)
        typed = key_of(self._clean[at:end])
        longer = self._models.series.values.get(typed) if not any(map(str.isdigit, typed)) else None
        if len(name.codes) > 1 or (longer is not None and typed != key_of(name.codes[0])):
            return Mark(SERIES, at, end, longer or name.codes)
        return Mark(MODEL, at, end, name.codes[0], doubt=name.ask)

    def _coded(self, at: int) -> Mark | None:
        """A dealer by its code, or a reference of ours."""
        dealer = _DEALER.match(self._clean, at)
        if dealer and dealer[1] in self._lexicon.dealers:
            return Mark(DEALER, at, dealer.end(), dealer[1])
        reference = _REFERENCE.match(self._clean, at)
        return Mark(REFERENCE, at, reference.end(), reference[0]) if reference else None

    def _dealer_named(self, at: int) -> Mark | None:
        """A dealer by its whole name; by the first word of it only where `to`, `at` or the like shows it."""
        whole = self._dealers.at(self._clean, at)
        if whole is not None:
            return Mark(DEALER, at, whole[0], whole[1][0])
        short = self._short_dealers.at(self._clean, at)
        if short is None:
            return None
        shown = self._before is not None and self._before.kind == CUE and self._before.value[-4:].split()[-1:] != []
        led = shown and self._before is not None and (self._before.value in _OPENERS or self._before.value[-1] == "给")
        closed = _CLOSERS.match(self._clean, short[0]) or " " in self._clean[at : short[0]].strip()
        hanzi = not self._clean[at].isascii()
        headed = self._before is None or self._before.kind in (BREAK, STOP)
        whole_text = self._before is None and not self._clean[short[0] :].strip(" .?!\n")
        led = led or whole_text  # the shop's name is all that was asked
        led = led or (headed and _A_NUMBER.match(self._clean, short[0]) is not None)  # `harbour 2 a350, sunny 1 b200`
        told = self._cues.at(self._clean, short[0] + 1) if self._clean[short[0] : short[0] + 1] == " " else None
        led = led or (told is not None and "SOLD" in told[1])  # `harbour sold 2`
        return Mark(DEALER, at, short[0], short[1][0], doubt=True) if led or closed or hanzi else None

    # ---- what is in no list

    def _word(self, at: int, word: str) -> Mark:
        end = at + len(word)
        if word in numbers.WORDS:
            return Mark(COUNT, at, end, numbers.WORDS[word])
        if len(word) > 3 and word.endswith("S"):
            name = self._lexicon.match(word[:-1], 0)
            if name is not None and name.end == len(word) - 1 and name.quantity is None:
                return self._named(at, replace(name, end=at + name.end))
        self._unknown += 1
        if self._unknown <= _MOST_UNKNOWN:
            near = self._models.near(self._clean, at)
            if near is not None:
                return Mark(MODEL, at, near[0], near[1], doubt=True)
            day = days.near(word, self._today)
            if day is not None:
                return Mark(DAY, at, end, days.Day(end, day), doubt=True)
            classes = self._cues.near(word)
            if classes is not None and self._lexicon.nearest_model(word) is None:
                return Mark(CUE, at, end, word, classes, doubt=True)
        return Mark(OPEN, at, end, word)

    def _open_hanzi(self, at: int) -> Mark:
        """Hanzi that nothing knows: a model by its sound, or a run to where something is known again."""
        clean = self._clean
        self._unknown += 1
        heard = self._models.sounding(clean, at) if self._unknown <= _MOST_UNKNOWN else None
        if heard is not None:
            return Mark(MODEL, at, heard[0], heard[1], doubt=True)
        end = at + 1
        while end < len(clean) and clean[end] >= "\u2e80" and not self._known(end):
            end += 1
        return Mark(OPEN, at, end, clean[at:end])

    def _known(self, at: int) -> bool:
        clean = self._clean
        return bool(
            self._sign(at)
            or self._models.sounding(clean, at)
            or self._cues.at(clean, at)
            or (clean[at] in self._heads and self._lexicon.match(clean, at))
            or numbers.in_hanzi(clean, at)
            or self._models.series.at(clean, at)
            or days.read(clean, at, self._today, month_first=self._month_first, lone=False)
            or self._dealers.at(clean, at)
            or self._places.at(clean, at)
        )
