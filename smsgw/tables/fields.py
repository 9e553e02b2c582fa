"""Cells of a table as values: money, days, phones, IMEIs, codes; each says what is wrong with a cell it cannot read."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from stdnum import luhn

from smsgw.values.moments import FIRST_DAY, LAST_DAY, read_day_of_sheet, read_moment
from smsgw.values.money import places
from smsgw.values.phones import read_phone
from smsgw.values.unreadable import Unreadable

MOST_MINOR = 10**14  # far above any dealer's account, far below what 64 bits hold

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+\-]*\Z")
OWN_REFERENCE = re.compile(r"[A-Za-z]\d{1,9}\Z")
AMOUNT = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?\Z")
SHORTENED = re.compile(r"\d([.,]\d+)?[eE]\+?\d+\Z")
SURELY_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d{2,3}\Z")  # a name or a code may be 3E5, but hardly 3E+05
SHORTENED_WHY = "a spreadsheet shortened this number; format the column as text"
DOUBTFUL_POINT = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+\Z")  # 10.000: ten, or ten thousand
DOUBTFUL_COMMA = re.compile(r"-?[1-9]\d{0,2},\d{3}\Z")  # 1,040: one thousand and forty, or a little more than one
DECIMAL_COMMA = re.compile(r"-?\d{1,3}((\.?\d{3})*,\d{1,2}|(\.\d{3})+,\d+)\Z")  # 1.040,00
SIGNS = {
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "$": ("USD", "HKD", "SGD", "AUD", "CAD"),
    "€": ("EUR",),
    "£": ("GBP",),
}
FLOATED = re.compile(r"\+?\d{5,}\.0{1,2}\Z")
FLOAT_END = re.compile(r"(?<=\d)\.0{1,2}\Z")
IMEI_LABEL = re.compile(r"(?:IMEI[12]?|串号|串码)[:#.]?(?=\d)", re.IGNORECASE)
DOUBLED = {str(digit): sum(divmod(2 * digit, 10)) for digit in range(10)}  # of the Luhn sum, GSMA TS.06
LOST = "holds a character that was lost when the file was saved in another encoding; export it again as UTF-8"


class BadCell(Unreadable):
    """A cell that cannot be read; its text is the reason, for people."""


def code(text: str, most: int) -> str:
    """A code of at most `most` characters: letters, digits, dot, hyphen, plus and underline, as typed."""
    if SURELY_SHORTENED.match(text):
        raise BadCell(SHORTENED_WHY)
    if not CODE.match(text):
        raise BadCell("a code is made of letters and digits without spaces")
    if len(text) > most:
        raise BadCell(f"a code has at most {most} characters, this has {len(text)}")
    return text


def plain(text: str, most: int) -> str:
    """A name: printable, at most `most` characters."""
    if len(text) > most:
        raise BadCell(f"at most {most} characters fit, this has {len(text)}")
    if not text.isprintable():
        raise BadCell("holds characters that cannot be shown")
    if "\ufffd" in text or "锟斤拷" in text or not text.strip("?"):
        raise BadCell(LOST)
    if SURELY_SHORTENED.match(text):
        raise BadCell(SHORTENED_WHY)
    return text


def currency(text: str) -> str:
    """An ISO 4217 code, in capitals."""
    found = text.upper()
    if not re.fullmatch(r"[A-Z]{3}", found):
        raise BadCell("a currency is three letters, such as CNY")
    return found


def money(text: str, unit: str, *, negative: bool = False, decimal_commas: bool = False) -> int:
    """An amount in minor units of the currency `unit`; `1,040.00` and `1040` are the same.

    A mark that may stand before decimals or between thousands is refused: `10.000` where the currency has fewer
    decimals, `1,040` where it has three, or in a file with `decimal_commas`.
    """
    if SHORTENED.match(text):
        raise BadCell(SHORTENED_WHY)
    digits = places(unit)
    text = _without_sign(text, unit)
    if (digits < 3 and DOUBTFUL_POINT.match(text) and Decimal(text.replace(".", "")) % 10 ** (3 - digits) == 0) or (
        (digits == 3 or decimal_commas) and DOUBTFUL_COMMA.match(text)
    ):
        whole = text.replace(".", "").replace(",", "")
        raise BadCell(f"may be {whole} or {_as_decimal(text)}; write {whole}.{'0' * (digits or 2)} or the other")
    if DECIMAL_COMMA.match(text):
        raise BadCell("has a comma before its decimals; write them with a point, as in 1040.00")
    if not AMOUNT.match(text):
        raise BadCell("an amount looks like 1040.00")
    minor = Decimal(text.replace(",", "")).scaleb(digits)
    if minor != minor.to_integral_value():
        raise BadCell(f"{unit} has {digits} decimals" if digits else f"{unit} has no decimals")
    if minor < 0 and not negative:
        raise BadCell("an amount cannot be below zero")
    if abs(minor) > MOST_MINOR:
        raise BadCell("an amount this large cannot be right")
    return int(minor)


def _without_sign(text: str, unit: str) -> str:
    """An amount without the sign of its currency, as the cells of a spreadsheet show it. Raises BadCell for another."""
    amount = text
    if text[:1] in SIGNS:
        if unit and unit not in SIGNS[text[0]]:
            raise BadCell(f"has the sign {text[0]}, and the currency is {unit}")
        amount = text[1:]
    elif unit:
        amount = text.upper().removeprefix(unit)
    if unit == "CNY":
        amount = amount.removesuffix("元")
    return amount.strip()


def _as_decimal(text: str) -> str:
    """The doubtful amount, read as one with decimals."""
    whole, _, rest = text.replace(",", ".").partition(".")
    return f"{whole}.{rest.replace('.', '')}".rstrip("0").rstrip(".")


day = lru_cache(maxsize=4096)(read_day_of_sheet)  # a sheet names few days, each in many lines


def instant(text: str, zone: str) -> datetime:
    """A moment in UTC: ISO 8601 with an offset or Z; without one, and for a day alone, the time of `zone`."""
    value = read_moment(text, zone)
    if not FIRST_DAY <= value.astimezone(ZoneInfo(zone)).date() <= LAST_DAY:
        raise BadCell("a time lies between 1990 and 2099")
    return value


def timezone_name(text: str) -> str:
    """A name of the tz database, such as Asia/Shanghai."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise BadCell("a time zone is named like Asia/Shanghai") from None
    return text


def phone(text: str, country: str) -> str:
    """A phone number as E.164 with +; a local one is read as one of `country`. Letters are refused, never dialled."""
    if SHORTENED.match(text):
        raise BadCell(SHORTENED_WHY)
    if FLOATED.match(text):  # as programs write a column of numbers with a gap in it
        text = text.partition(".")[0]
    return read_phone(text, country, strict=True)


def imei(text: str) -> str:
    """Fifteen digits whose last is the check digit, nothing is completed.

    Spaces and hyphens inside, a label before (`IMEI:`, `串号：`) and the `.0` of a number that was a float are dropped.
    """
    if len(text) == 15 and text.isascii() and text.isdigit():
        digits = text
    else:
        if SHORTENED.match(text):
            raise BadCell(SHORTENED_WHY)
        digits = re.sub(r"[\s\-\u2010-\u2015]", "", unicodedata.normalize("NFKC", text))
        digits = FLOAT_END.sub("", IMEI_LABEL.sub("", digits))
        if not (digits.isascii() and digits.isdigit()):
            raise BadCell("an IMEI is digits only")
        if len(digits) != 15:
            raise BadCell(f"an IMEI has 15 digits, this has {len(digits)}")
    if len(set(digits)) == 1:
        raise BadCell("one digit throughout is not an IMEI")
    if (sum(map(int, digits[::2])) + sum(map(DOUBLED.__getitem__, digits[1::2]))) % 10:
        raise BadCell(f"the check digit is wrong: {digits[:14]} ends in {luhn.calc_check_digit(digits[:14])}")
    return digits


def tac(text: str) -> str:
    """A type allocation code: the first eight digits of an IMEI (3GPP 23.003)."""
    text = FLOAT_END.sub("", text)
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        raise BadCell(f"a TAC has 8 digits: '{text}'")
    return text


def number(text: str, least: int, most: int) -> int:
    """A whole number between `least` and `most`."""
    if SHORTENED.match(text):
        raise BadCell(SHORTENED_WHY)
    if DOUBTFUL_POINT.match(text) or DOUBTFUL_COMMA.match(text):
        raise BadCell("has a mark of thousands or of decimals; write the digits alone")
    if not re.fullmatch(r"-?\d{1,12}(\.0+)?", text) or not text.isascii():
        raise BadCell("must be a whole number")
    value = int(text.partition(".")[0])
    if not least <= value <= most:
        raise BadCell(f"must lie between {least} and {most}")
    return value


def outside(kind: str, name: str) -> str:
    """The name that somebody else gave a shipment or a payment, as the books keep it.

    One that looks like a reference of ours (S48213) is kept with its kind before it, so that no UNDO ever meets it.
    """
    return f"{kind} {name}" if OWN_REFERENCE.match(name) else name
