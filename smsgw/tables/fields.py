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
SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+\Z")


class BadCell(Unreadable):
    """A cell that cannot be read; its text is the reason, for people."""


def code(text: str, most: int) -> str:
    """A code of at most `most` characters: letters, digits, dot, hyphen, plus and underline, as typed."""
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
    return text


def currency(text: str) -> str:
    """An ISO 4217 code, in capitals."""
    found = text.upper()
    if not re.fullmatch(r"[A-Z]{3}", found):
        raise BadCell("a currency is three letters, such as CNY")
    return found


def money(text: str, unit: str, *, negative: bool = False) -> int:
    """An amount in minor units of the currency `unit`; `1,040.00` and `1040` are the same."""
    if SHORTENED.match(text):
        raise BadCell("a spreadsheet shortened this number; format the column as text")
    if not AMOUNT.match(text):
        raise BadCell("an amount looks like 1040.00")
    digits = places(unit)
    minor = Decimal(text.replace(",", "")).scaleb(digits)
    if minor != minor.to_integral_value():
        raise BadCell(f"{unit} has {digits} decimals" if digits else f"{unit} has no decimals")
    if minor < 0 and not negative:
        raise BadCell("an amount cannot be below zero")
    if abs(minor) > MOST_MINOR:
        raise BadCell("an amount this large cannot be right")
    return int(minor)


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
    """A phone number as E.164 with +; a local one is read as one of `country`."""
    if SHORTENED.match(text):
        raise BadCell("a spreadsheet shortened this number; format the column as text")
    return read_phone(text, country, strict=True)


def imei(text: str) -> str:
    """Fifteen digits whose last is the check digit; spaces and hyphens inside are dropped, nothing is completed."""
    if len(text) == 15 and text.isascii() and text.isdigit():
        digits = text
    else:
        if SHORTENED.match(text):
            raise BadCell("a spreadsheet shortened this number; format the column as text")
        digits = unicodedata.normalize("NFKC", re.sub(r"[\s\-]", "", text))
        if not (digits.isascii() and digits.isdigit()):
            raise BadCell("an IMEI is digits only")
        if len(digits) != 15:
            raise BadCell(f"an IMEI has 15 digits, this has {len(digits)}")
    if len(set(digits)) == 1:
        raise BadCell("one digit throughout is not an IMEI")
    if not luhn.is_valid(digits):
        raise BadCell(f"the check digit is wrong: {digits[:14]} ends in {luhn.calc_check_digit(digits[:14])}")
    return digits


def tac(text: str) -> str:
    """A type allocation code: the first eight digits of an IMEI (3GPP 23.003)."""
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        raise BadCell(f"a TAC has 8 digits: '{text}'")
    return text


def number(text: str, least: int, most: int) -> int:
    """A whole number between `least` and `most`."""
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
