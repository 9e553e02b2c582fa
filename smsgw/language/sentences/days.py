"""Days as people say them: weekdays, day numbers, dates with either part first; never moved by a year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz.distance import DamerauLevenshtein

from smsgw.language.grammar.phrases import Phrases
from smsgw.language.sentences.numbers import WORDS, hanzi_number

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "MON MONDAY",
            "TUE TUES TUESDAY",
            "WED WEDNESDAY",
            "THU THUR THURS THURSDAY",
            "FRI FRIDAY",
            "SAT SATURDAY",
            "SUN SUNDAY",
        )
    )
    for name in names.split()
}
_HANZI_DAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_MONTHS = {
    m: n for n, m in enumerate(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1)
}
_MONTH = (
    r"(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)"
    r"(?:(?<=JAN)UARY|(?<=FEB)RUARY|(?<=MAR)CH|(?<=APR)IL|(?<=JUN)E|(?<=JUL)Y|(?<=AUG)UST|(?<=SEPT)EMBER|(?<=SEP)TEMBER"
    r"|(?<=OCT)OBER|(?<=NOV)EMBER|(?<=DEC)EMBER)?(?![A-Z])"
)
# Days by how many days ago they are; those to come are below zero.
_AGO = {
    0: "TODAY|TODAYS|TODAY S|TODAY'S|TDY|TODY|2DAY|TONIGHT|THIS MORNING|THIS EVENING|JINTIAN|JIN TIAN"
    "|今天|今日|今儿个|今儿|今朝|今早|今晚|刚才|当天|今",
    1: "YESTERDAY|YDAY|YEST|YESTERDAYS|YESTERDAY S|YESTERDAY'S|LAST NIGHT|YESTERDAY EVENING|ZUOTIAN|ZUO TIAN"
    "|昨天|昨日|昨晚|昨儿个|昨儿|昨夜|昨",
    2: "DAY BEFORE YESTERDAY|THE DAY BEFORE YESTERDAY|QIANTIAN|QIAN TIAN|前天|前日|前晚",
    3: "大前天",
    -1: "TOMORROW|TMRW|TMR|TOMORO|TOMOROW|2MORROW|MINGTIAN|MING TIAN|明天|明日|明早|明晚|明儿",
    -2: "DAY AFTER TOMORROW|THE DAY AFTER TOMORROW|后天",
}
_WORDS = Phrases({word: ago for ago, words in _AGO.items() for word in words.split("|")})
_FORMS = (
    (re.compile(rf"\d{{1,2}} ?(?:-|~|TO|至|到) ?\d{{1,2}}(?: ?{_MONTH}| ?[日号])"), "range"),
    (re.compile(r"\d{1,2}[/.]\d{1,2} ?(?:-|~|TO|至|到) ?\d{1,2}[/.]\d{1,2}(?!\d)"), "range"),
    (re.compile(r"\d{1,2}月\d{1,2}[日号]? ?(?:-|~|至|到) ?(?:\d{1,2}月)?\d{1,2}[日号]"), "range"),
    (re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?!\d)"), "ymd"),
    (re.compile(r"(\d{1,2})月(\d{1,2})[日号]?(?!\d)"), "md"),
    (re.compile(r"([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿]{1,3})[日号]"), "hanzi"),
    (re.compile(rf"(\d{{1,2}})(?:ST|ND|RD|TH)?[- ]?(?:OF )?{_MONTH}(?:[-, ]{{1,2}}(20\d\d))?(?![A-Z0-9])"), "dN"),
    (re.compile(rf"{_MONTH}[- ]?(\d{{1,2}})(?:ST|ND|RD|TH)?(?![A-Z0-9])"), "Nd"),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(20\d\d|\d\d)(?!\d)"), "xxy"),
    (re.compile(r"(\d{1,2})[.](\d{1,2})[.](20\d\d|\d\d)(?!\d)"), "xxy"),
    (re.compile(r"(\d{1,2})-(\d{1,2})-(20\d\d|\d\d)(?!\d)"), "xxy"),
    (re.compile(r"(\d{1,2})/(\d{1,2})(?![\d/])"), "xx"),
    (re.compile(r"(\d{1,2}|[一两二三四五六七八九十]) ?(天|日|周|个?星期|个?礼拜)(?:之?前|以前)"), "ago"),
    (re.compile(r"(\d{1,2}) ?(DAY|WEEK)S? AGO(?![A-Z])"), "ago"),
    (re.compile(r"(A|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN) (DAY|WEEK)S? AGO(?![A-Z])"), "ago"),
    (re.compile(r"(\d{1,2})[日号](?!\d)"), "d"),
    (re.compile(r"(?:THE )?(\d{1,2})(?:ST|ND|RD|TH)(?![A-Z0-9])"), "d"),
)
_LETTERED = (
    *(form for form in _FORMS if form[1] in ("Nd", "ago")),
    (re.compile(r"THE (\d{1,2})(?:ST|ND|RD|TH)(?![A-Z0-9])"), "d"),
)
_IN_HANZI = tuple(form for form in _FORMS if form[1] in ("hanzi", "ago"))
_HANZI_FIGURES = frozenset("一二两三四五六七八九十")
_BARE = re.compile(r"(\d{1,2})[.-](\d{1,2})(?![\d.-])")
_FORMS_AND_BARE = (*_FORMS, (_BARE, "xx"))


def _any_of(forms: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """What matches where one of some forms does: most words and numbers are no day, and are told by one look."""
    return re.compile("|".join(f"(?:{form.pattern})" for form in forms))


_ANY_FIGURES = _any_of(form for form, _ in _FORMS_AND_BARE)
_WEEK = re.compile(
    r"(LAST |THIS |ON )?(" + "|".join(sorted(_WEEKDAYS, key=len, reverse=True)) + r")(?:S|NIGHT)?(?![A-Z0-9])"
)
_WEEK_ZH = re.compile(r"(上|上个|这|这个|本|下|下个)?(?:周|星期|礼拜)([一二三四五六日天])")
_ANY_WORDS = _any_of((_WEEK, _WEEK_ZH, *(form for form, _ in _LETTERED)))


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names. `day` is None where there is no such day (31/11), and for a span of days.

    `either`: two readings are near. `weekday`: it is a bare one, which may be one to come. `span`: the first and the
    last of several days (`since friday`).
    """

    end: int
    day: date | None
    either: bool = False
    weekday: bool = False
    span: tuple[date, date] | None = None


_OTHER_YEAR = re.compile("(?:去年|前年|明年)(?:的)?")
_SINCE = re.compile(r"(?:SINCE|EVER SINCE|EVERY DAY SINCE) (?:THE )?")
_TILL_NOW = re.compile(
    r" ?(?:到现在|到今天|至今|以来|起到今天|起到现在|(?:TO|TILL|UNTIL|UP TO|THRU) (?:NOW|DATE|TODAY|TDY)(?![A-Z]))"
)
_TILL = re.compile(r" ?(?:到|至|~| (?:TO|TILL|UNTIL|THRU|THROUGH) )(?: ?(?=\S))")
_RECENT_DAYS = 45
_HEADS = frozenset(
    {word[0] for word in (*_WORDS.values, *_WEEKDAYS, *_MONTHS)}
    | set("0123456789LTOSEAFN上这本下周星礼去前明")
    | _HANZI_FIGURES
)


_LONG_NAMES = tuple(
    name for name in (*_WORDS.values, *_WEEKDAYS) if name.isascii() and name.isalpha() and len(name) > 4
)


def read(clean: str, at: int, today: date, *, month_first: bool, lone: bool) -> Day | None:
    """The day that stands in a folded text from `at`, or the days from one to another.

    `lone`: at a line's head, where `11.29` is a day too.
    """
    if clean[at] not in _HEADS:
        return None
    since = _SINCE.match(clean, at) if clean[at] in "SE" else None
    if since:
        first = _one(clean, since.end(), today, month_first, lone) if since.end() < len(clean) else None
        if first is None:
            return None
        begin = today - timedelta(days=7) if first.weekday and first.day == today else first.day
        return Day(first.end, None, span=_span(begin, today))
    first = _one(clean, at, today, month_first, lone)
    if first is None or first.day is None:
        return first
    if now := _TILL_NOW.match(clean, first.end):
        return Day(now.end(), None, span=_span(first.day, today))
    if (joint := _TILL.match(clean, first.end)) and joint.end() < len(clean):
        last = _one(clean, joint.end(), today, month_first, lone)
        if last is not None and last.day is not None:
            return Day(last.end, None, span=_span(first.day, last.day))
    return first


def _span(first: date | None, last: date) -> tuple[date, date] | None:
    return (first, last) if first is not None and first < last else None


def _one(clean: str, at: int, today: date, month_first: bool, lone: bool) -> Day | None:
    """One day that stands in a folded text from `at`."""
    if clean[at] not in _HEADS:
        return None
    other = _OTHER_YEAR.match(clean, at)
    if other:
        dated = _one(clean, other.end(), today, month_first, lone) if other.end() < len(clean) else None
        return None if dated is None else Day(dated.end, None)
    before = clean[at - 1 : at]
    if before.isascii() and before.isalnum() and clean[at].isascii():
        return None
    word = _WORDS.at(clean, at)
    if word is not None:
        return Day(word[0], today - timedelta(days=word[1]))
    if (_ANY_FIGURES if clean[at].isdigit() or clean[at] in _HANZI_FIGURES else _ANY_WORDS).match(clean, at) is None:
        return None
    if clean[at].isdigit():
        return _dated(clean, at, today, month_first, _FORMS_AND_BARE if lone else _FORMS)
    if clean[at] in _HANZI_FIGURES:
        return _dated(clean, at, today, month_first, _IN_HANZI)
    week = _WEEK.match(clean, at)
    if week:
        last = "LAST" in (week[1] or "")
        return Day(week.end(), _last(_WEEKDAYS[week[2]], today, last), weekday=not last)
    week = _WEEK_ZH.match(clean, at)
    if week:
        number = _HANZI_DAYS[week[2]]
        monday = today - timedelta(days=today.weekday())
        which = (week[1] or "")[:1]
        if which == "上":
            return Day(week.end(), monday + timedelta(days=number - 7))
        if which == "下":
            return Day(week.end(), monday + timedelta(days=number + 7))
        return Day(week.end(), _last(number, today, False), weekday=True)
    return _dated(clean, at, today, month_first, _LETTERED)


def near(word: str, today: date) -> date | None:
    """The day of a name of a day that is one slip away from a word of five letters and more; None for none."""
    if len(word) < 5 or not word.isalpha():
        return None
    for name in _LONG_NAMES:
        if abs(len(name) - len(word)) < 2 and DamerauLevenshtein.distance(name, word, score_cutoff=1) == 1:
            found = read(name, 0, today, month_first=False, lone=False)
            return None if found is None else found.day
    return None


def _dated(
    clean: str, at: int, today: date, month_first: bool, forms: tuple[tuple[re.Pattern[str], str], ...]
) -> Day | None:
    for form, order in forms:
        found = form.match(clean, at)
        if found:
            made = _made(found.groups(), order, today, month_first)
            return Day(found.end(), made[0], made[1]) if made is not None else None
    return None


def _last(number: int, today: date, strictly: bool) -> date:
    """The newest such weekday: today itself unless it is to be before today."""
    back = (today.weekday() - number) % 7
    return today - timedelta(days=back or (7 if strictly else 0))


def _made(
    groups: tuple[str | None, ...], order: str, today: date, month_first: bool
) -> tuple[date | None, bool] | None:
    """The day and whether it could as well be another; None where the digits are no day at all."""
    got = [g for g in groups if g is not None]
    if order == "range":
        return None, False
    if order == "ymd":
        return _day(int(got[0]), int(got[1]), int(got[2])), False
    if order == "ago":
        count = int(got[0]) if got[0].isdigit() else hanzi_number(got[0]) or WORDS.get(got[0], 1)
        return today - timedelta(days=count * (7 if got[1][:1] == "W" or got[1][-1] in "周期拜" else 1)), False
    if order == "hanzi":
        month, day = hanzi_number(got[0]), hanzi_number(got[1])
        if month is None or day is None or not 1 <= month <= 12:
            return None
        return _near(month, day, today), False
    if order in ("md", "Nd", "dN"):
        if order == "md":
            month, day = int(got[0]), int(got[1])
        elif order == "Nd":
            month, day = _MONTHS[got[0][:3]], int(got[1])
        else:
            month, day = _MONTHS[got[1][:3]], int(got[0])
        if order == "dN" and len(got) == 3:
            return _day(int(got[2]), month, day), False
        return _near(month, day, today), False
    if order == "d":
        day = int(got[0])
        if not 1 <= day <= 31:
            return None
        this = _day(today.year, today.month, day)
        if this is not None and this <= today:
            return this, False
        last = today.replace(day=1) - timedelta(days=1)
        return _day(last.year, last.month, day), False
    first, second = int(got[0]), int(got[1])
    if not (1 <= first <= 31 and 1 <= second <= 31) or (first > 12 and second > 12):
        return None
    month, day = (first, second) if month_first else (second, first)
    if month > 12:
        month, day = day, month
    if order == "xxy":
        year = int(got[2]) + (2000 if len(got[2]) == 2 else 0)
        return _day(year, month, day), False
    made = _near(month, day, today)
    other = _near(day, month, today) if day <= 12 and day != month else None
    if _recent(other, today) and not _recent(made, today):
        return other, False
    if other is not None and not _recent(made, today):
        return None, True  # it may be two days, and neither is one of the last
    return made, _recent(other, today)


def _recent(day: date | None, today: date) -> bool:
    """Whether a day is one of the last, so that a report may well be of it."""
    return day is not None and 0 <= (today - day).days <= _RECENT_DAYS


def _near(month: int, day: int, today: date) -> date | None:
    """Such a day of this year; of the year beside it only where that is within two months."""
    made = _day(today.year, month, day)
    if made is None:
        return None
    for year in (today.year, today.year - 1, today.year + 1):
        other = _day(year, month, day)
        if other is not None and abs((today - other).days) <= 62:
            return other
    return made


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
