"""Numbers as people write them: in figures, in words of either language, by the dozen; and those of other things."""

from __future__ import annotations

import re

_SMALL = dict(
    zip(
        "一壹二两俩贰三仨叁四肆五伍六陆七柒八捌九玖",
        (1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9),
        strict=True,
    )
)
_DIGITS = "零一二三四五六七八九"
_WORTH = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000}
_HANZI = re.compile("半打|[一二两三四五六七八九十百千零〇俩仨壹贰叁肆伍陆柒捌玖拾佰廿]+")
_ENGLISH = (
    "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN SIXTEEN"
    " SEVENTEEN EIGHTEEN NINETEEN TWENTY"
)
WORDS = {word: n for n, word in enumerate(_ENGLISH.split())} | {
    "THIRTY": 30,
    "FORTY": 40,
    "FIFTY": 50,
    "HUNDRED": 100,
    "NIL": 0,
    "YI": 1,
    "ER": 2,
    "LIANG": 2,
    "LIA": 2,
    "SAN": 3,
    "SI": 4,
    "WU": 5,
    "SHI": 10,
}
_DOZENS = re.compile(
    r"(?:(HALF(?: A|-A)?|A|ONE|\d{1,3})[ -]?)?(?:DOZENS?|DZN?)(?![A-Z])(?: OF(?![A-Z]))?"
    r"|(?:A )?(PAIR|COUPLE)(?: OF)?(?![A-Z])"
)
_UNITS = "PCS?|NOS?|SETS?|UNITS?|PIECES?|PHONES|HANDSETS?|TAI|BU|EA"
_COUNTED = re.compile(
    rf"[X×*] ?(\d{{1,4}})(?![\dA-Z])|(\d{{1,4}}) ?[X×*](?![A-Z](?![A-Z]*\d))|(\d{{1,4}}) ?(?:{_UNITS})(?![A-Z])\.?"
)
_OTHERS = re.compile(
    r"(?:\d{1,4}|[一二两三四五六七八九十]+) ?"
    r"(?:个(?=买|拿|提|要了)|单(?![子号据位])|(?:CALLERS|BUYERS|COMPLAINTS|ENQUIRIES|INQUIRIES|VISITORS|BILLS|RECEIPTS)(?![A-Z])|"
    r"(?P<shops>家|SHOPS?(?![A-Z])|OUTLETS?(?![A-Z])|DEALERS?(?![A-Z]))|[天次点岁年位名箱盒]|周(?![一二三四五六日天末])|个(?:月|人|客[户人]?|小时|顾客|学生|大爷|阿姨|姑娘)"
    r"|(?:DAYS?|WEEKS?|MONTHS?|YEARS?|HOURS?|HRS?|MINS?|MINUTES?|PEOPLE|CUSTOMERS?|BOX(?:ES)?|CARTONS?|CTNS?|TIMES)"
    r"(?![A-Z]))"
)
_EITHER = re.compile("(\\d{1,2})[、~ ](\\d{1,2}) ?[台部个只件]")
_UNIT = re.compile("[台部个只件支]")
_BOUNDS = frozenset("~～><＞＜≈≥≤±")
_SHAFTS = frozenset("-=—")  # of an arrow
_BOUND_BEHIND = re.compile(r"\+(?:[台部个只件支]|(?=[^\w+]|$))")
_FIGURES = re.compile(r"(?<![A-Z])\d{1,9}(?!\d)")


_TENS_AND_ONES = re.compile(r"(TWENTY|THIRTY|FORTY|FIFTY)[ -](ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE)(?![A-Z])")
_HANZI_DOZENS = re.compile("([一两二三四五六七八九]|\\d{1,2})?(打|双|对)(?![折包])")


def in_tens(clean: str, at: int) -> tuple[int, int] | None:
    """Where `twenty one` ends, and how many that is."""
    found = _TENS_AND_ONES.match(clean, at) if clean[at] in "TF" else None
    return (found.end(), WORDS[found[1]] + WORDS[found[2]]) if found else None


def hanzi_number(text: str) -> int | None:
    """The value of 一 … 九千九百九十九, 俩, 仨, 廿, 半打; None for what is no one number (两三)."""
    if text == "半打":
        return 6
    if not _HANZI.fullmatch(text):
        return None
    total, digit, last = 0, 0, 10000
    for c in text.replace("廿", "二十"):
        if c in "零〇":
            if digit:
                return None
        elif c in _SMALL:
            if digit:
                return None
            digit = _SMALL[c]
        else:
            worth = _WORTH[c]
            if worth >= last:
                return None
            total += (digit or 1) * worth
            digit, last = 0, worth
    if digit and last == 100 and total and "零" not in text and "〇" not in text:
        return total + digit * 10  # 一百二 is 120
    if total or digit:
        return total + digit
    return 0 if text in ("零", "〇") else None


def in_words(figures: str) -> list[str]:
    """How figures of a name are said in hanzi: 200 is 二百, 两百 and 二零零, 3.5 is 三点五."""
    whole, _, part = figures.partition(".")
    digits = "".join(_DIGITS[int(d)] for d in whole)
    if part:
        return [f"{digits}点{''.join(_DIGITS[int(d)] for d in part)}"]
    value, counted, zero = int(whole), "", False
    for worth, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // worth % 10
        if digit:
            counted += ("零" if zero and counted else "") + _DIGITS[digit] + sign
        zero = not digit
    found = [counted, digits]
    if counted.startswith("一十"):
        found.append(counted[1:])
    if counted.startswith(("二百", "二千")):
        found.append("两" + counted[1:])
    return list(dict.fromkeys(word for word in found if word))


_ONES = _ENGLISH.split()[:10]
_TENS = dict(
    zip("23456789", ["TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"], strict=True)
)


def in_english(figures: str) -> list[str]:
    """How figures of a name are said in English, without spaces: 350 is THREEFIFTY, 3.5 THREEPOINTFIVE."""
    whole, _, part = figures.partition(".")
    if part:
        return [f"{_digit_by_digit(whole)}POINT{_digit_by_digit(part)}"]
    found = [_digit_by_digit(whole), _digit_by_digit(whole, "O"), _digit_by_digit(whole, "OH")]
    if len(whole) == 2:
        found += [_two_figures(whole), _two_figures(whole).removesuffix("Y") + "IES"]
    if len(whole) == 3 and whole[1:] == "00":
        found += [f"{_ONES[int(whole[0])]}HUNDRED", *(["HUNDRED"] if whole[0] == "1" else [])]
    elif len(whole) == 3 and whole[1] != "0":
        ones, tens = _ONES[int(whole[0])], _two_figures(whole[1:])
        found += [ones + tens, f"{ones}HUNDRED{tens}", f"{ones}HUNDREDAND{tens}"]
    elif len(whole) == 4 and whole[0] != "0" and whole[2] != "0":
        found.append(_two_figures(whole[:2]) + _two_figures(whole[2:]))
    return list(dict.fromkeys(found))


def _digit_by_digit(digits: str, zero: str = "ZERO") -> str:
    return "".join(zero if d == "0" else _ONES[int(d)] for d in digits)


def _two_figures(digits: str) -> str:
    value = int(digits)
    if value <= 20:
        return _ENGLISH.split()[value]
    return _TENS[digits[0]] + (_ONES[int(digits[1])] if digits[1] != "0" else "")


def in_hanzi(clean: str, at: int) -> tuple[int, int | None] | None:
    """Where a number in hanzi ends, its measure word with it, and its value; None where none begins."""
    found = _HANZI.match(clean, at) if clean[at] >= "\u2e80" else None
    if found is None:
        return None
    unit = _UNIT.match(clean, found.end())
    return (unit or found).end(), hanzi_number(found[0])


def by_the_dozen(clean: str, at: int) -> tuple[int, int] | None:
    """Where `half a dozen`, `2 dz` or `a pair of` ends, and how many that is."""
    found = _HANZI_DOZENS.match(clean, at)
    if found and (found[1] or found[2] == "打"):
        count = found[1] or "一"
        return found.end(), (int(count) if count.isdigit() else _SMALL[count]) * (12 if found[2] == "打" else 2)
    found = _DOZENS.match(clean, at)
    if found is None:
        return None
    if found[2]:
        return found.end(), 2
    times = found[1] or "1"
    return found.end(), 6 if times.startswith("HALF") else 12 * (int(times) if times.isdigit() else 1)


def one_or_the_other(clean: str, at: int) -> tuple[int, int] | None:
    """Where `2、3台` (two or three sets, if its sign is one of a list) ends, and where its sign is; else None."""
    found = _EITHER.match(clean, at)
    return (found.end(), found.end(1)) if found and int(found[2]) == int(found[1]) + 1 else None


def counted(clean: str, at: int) -> tuple[int, int] | None:
    """Where `x2`, `2x`, `2pcs` or `2 nos.` ends, and how many that is."""
    found = _COUNTED.match(clean, at)
    return (found.end(), int(found[1] or found[2] or found[3])) if found else None


def of_other_things(clean: str, at: int) -> tuple[int, bool] | None:
    """Where a number of days, hours, people or boxes ends, and whether they are shops; None where it counts sets."""
    found = None if clean[at].isascii() and clean[at].isalpha() else _OTHERS.match(clean, at)
    return (found.end(), found["shops"] is not None) if found else None


def bounded_before(text: str, at: int) -> bool:
    """Whether a sign before a number of a text as typed makes a bound of it (`~5`, `> 5`), and is no arrow."""
    before = text[max(at - 3, 0) : at].rstrip()
    return before[-1:] in _BOUNDS and bool(before) and before[-2:-1] not in _SHAFTS


def bounded_behind(clean: str, at: int) -> int | None:
    """Where the sign behind a number that makes a bound of it ends, its measure word with it (`5+ C100`, `5+台`); None
    where there is none, or where it joins the next model (`2+B200`)."""
    found = _BOUND_BEHIND.match(clean, at)
    return found.end() if found else None


def in_figures(clean: str, at: int) -> tuple[int, int, bool] | None:
    """Where a bare number ends, its value, and whether a measure word stands behind it."""
    found = _FIGURES.match(clean, at)
    if found is None:
        return None
    unit = _UNIT.match(clean, found.end())
    return (unit or found).end(), int(found[0]), unit is not None
