"""The terms of an audience, each a value: how it is read, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from smsgw.business.core.principal import ROLES
from smsgw.errors import SmsgwError
from smsgw.values.nearest import nearest

MOST_DAYS = 3660  # ten years; a day count beyond it is a slip
EXAMPLE = "such as region:EAST and not tier:C"


class AudienceFault(SmsgwError):
    """An expression that says nothing: one sentence with the word, the nearest right one and an example."""


@dataclass(frozen=True, slots=True)
class Everybody:
    """Every registered person."""


@dataclass(frozen=True, slots=True)
class Region:
    code: str  # capitals, as all codes here


@dataclass(frozen=True, slots=True)
class Tier:
    code: str


@dataclass(frozen=True, slots=True)
class Role:
    name: str


@dataclass(frozen=True, slots=True)
class Dealers:
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    code: str  # small letters


@dataclass(frozen=True, slots=True)
class Phones:
    numbers: tuple[str, ...]  # E.164 with +


@dataclass(frozen=True, slots=True)
class File:
    """The numbers of a file that is still to be read and stored; `Stored` takes its place."""

    path: str


@dataclass(frozen=True, slots=True)
class Stored:
    digest: str


@dataclass(frozen=True, slots=True)
class Holds:
    """The dealer has at least one set of the model."""

    model: str


@dataclass(frozen=True, slots=True)
class Stock:
    """The dealer's level of the model, 0 where it never had one, compared with a number."""

    model: str
    sign: str  # > >= < <= =
    quantity: int


@dataclass(frozen=True, slots=True)
class Sold:
    """The dealer sold at least one set, of `model` (None: any), on the days from `first` to `last`.

    `days` is how the period was said, where it moves with the day: today and the days before it, so many in all.
    """

    model: str | None
    first: date
    last: date
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """The dealer reported nothing, neither sale nor nil nor count, from `first` on: the last `days` days with today."""

    days: int
    first: date


@dataclass(frozen=True, slots=True)
class Failed:
    """The text of that broadcast to the person failed or expired."""

    broadcast: str


@dataclass(frozen=True, slots=True)
class Delivered:
    broadcast: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The person's latest answer to that survey is the option, counted from 1."""

    broadcast: str
    option: int


Term = (
    Everybody
    | Region
    | Tier
    | Role
    | Dealers
    | Language
    | Phones
    | File
    | Stored
    | Holds
    | Stock
    | Sold
    | Silent
    | Failed
    | Delivered
    | Answered
)

_CODE = re.compile(r"[A-Z0-9][A-Z0-9._+\-]*\Z")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_REFERENCE = re.compile(r"B[0-9]{1,12}\Z")
_DAYS = re.compile(r"([0-9]{1,5})d\Z", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})\Z")
_STOCK = re.compile(r"(.+?)(>=|<=|=>|=<|>|<|=)([0-9]{1,9})\Z")
_QUOTED = re.compile(r"[\s(),且或非\u3000\u3001\uff01-\uff5e]")  # what a path must be quoted for
_DIGEST = re.compile(r"[0-9a-f]{8,64}\Z")


def read(token: str, today: date) -> Term:
    """The term of `key:value`; `today` is the day that `30d` counts back from. Raises AudienceFault."""
    key, _, value = token.partition(":")
    if key.casefold() not in _KEYS:
        near = nearest(key, _KEYS)
        advice = f"did you mean {near}:{value}? " if near else f"terms begin with {', '.join(_KEYS)}; "
        raise AudienceFault(f"'{token}' is not a term: {advice}Write it {EXAMPLE}")
    return _KEYS[key.casefold()](token, value.replace('"', ""), today)


def text(node: Term) -> str:
    """The one text of a term."""
    match node:
        case Everybody():
            return "all"
        case Region(code):
            return f"region:{code}"
        case Tier(code):
            return f"tier:{code}"
        case Role(name):
            return f"role:{name}"
        case Dealers(codes):
            return f"dealer:{','.join(codes)}"
        case Language(code):
            return f"lang:{code}"
        case Phones(numbers):
            return f"phone:{','.join(numbers)}"
        case File(path):
            return f'file:"{path}"' if _QUOTED.search(path) else f"file:{path}"
        case Stored(digest):
            return f"list:{digest}"
        case Holds(model):
            return f"holds:{model}"
        case Stock(model, sign, quantity):
            return f"stock:{model}{sign}{quantity}"
        case Sold(model, first, last, days):
            return f"sold:{model or 'any'}/{f'{days}d' if days else f'{first}..{last}'}"
        case Silent(days):
            return f"silent:{days}d"
        case Failed(reference):
            return f"failed:{reference}"
        case Delivered(reference):
            return f"delivered:{reference}"
        case Answered(reference, option):
            return f"answered:{reference}={option}"


def _code(token: str, value: str, example: str) -> str:
    code = value.upper()
    if not _CODE.match(code) or len(code) > 32:
        raise AudienceFault(f"'{token}' names no code; write {example}")
    return code


def _region(token: str, value: str, today: date) -> Term:
    return Region(_code(token, value, "region:EAST"))


def _tier(token: str, value: str, today: date) -> Term:
    return Tier(_code(token, value, "tier:A"))


def _role(token: str, value: str, today: date) -> Term:
    role = value.casefold()
    if role not in ROLES:
        near = nearest(role, ROLES)
        advice = f"did you mean role:{near}? " if near else ""
        raise AudienceFault(f"'{token}' is not a role: {advice}There are {', '.join(ROLES)}, such as role:owner")
    return Role(role)


def _dealers(token: str, value: str, today: date) -> Term:
    return Dealers(_each_once(_code(token, code, "dealer:D1001,D1002") for code in value.split(",")))


def _language(token: str, value: str, today: date) -> Term:
    code = value.casefold()
    if not re.match(r"[a-z]{2,8}\Z", code):
        raise AudienceFault(f"'{token}' is no language; write lang:zh")
    return Language(code)


def _phones(token: str, value: str, today: date) -> Term:
    numbers = value.split(",")
    for number in numbers:
        if not _PHONE.match(number):
            raise AudienceFault(f"'{number}' in '{token}' is no number with its country; write phone:+8613900000001")
    return Phones(_each_once(numbers))


def _file(token: str, value: str, today: date) -> Term:
    if not value.strip():
        raise AudienceFault(f"'{token}' names no file; write file:numbers.csv, with a column phone")
    return File(value)


def _stored(token: str, value: str, today: date) -> Term:
    digest = value.casefold()
    if not _DIGEST.match(digest):
        raise AudienceFault(f"'{token}' is no stored list; write file:numbers.csv")
    return Stored(digest)


def _holds(token: str, value: str, today: date) -> Term:
    return Holds(_code(token, value, "holds:A350"))


def _stock(token: str, value: str, today: date) -> Term:
    found = _STOCK.match(value)
    if found is None:
        raise AudienceFault(f"'{token}' compares nothing; write stock:A350>10, stock:A350<5 or stock:A350=0")
    sign = {"=>": ">=", "=<": "<="}.get(found[2], found[2])
    return Stock(_code(token, found[1], "stock:A350>10"), sign, int(found[3]))


def _sold(token: str, value: str, today: date) -> Term:
    model, _, period = value.partition("/")
    name = None if model.casefold() == "any" else _code(token, model, "sold:A350/30d")
    if days := _days(token, period):
        return Sold(name, today - timedelta(days=days - 1), today, days)
    if span := _SPAN.match(period):
        try:
            first, last = date.fromisoformat(span[1]), date.fromisoformat(span[2])
        except ValueError:
            raise AudienceFault(
                f"'{token}' names a day that is not there; write sold:A350/2026-10-01..2026-10-31"
            ) from None
        if first > last:
            raise AudienceFault(f"'{token}' ends before it begins; write sold:{model}/{last}..{first}")
        return Sold(name, first, last)
    raise AudienceFault(f"'{token}' says no period; write sold:A350/30d or sold:A350/2026-10-01..2026-10-31")


def _silent(token: str, value: str, today: date) -> Term:
    days = _days(token, value)
    if days is None:
        raise AudienceFault(f"'{token}' says no days; write silent:7d")
    return Silent(days, today - timedelta(days=days - 1))


def _days(token: str, text: str) -> int | None:
    found = _DAYS.match(text)
    if found is None:
        return None
    days = int(found[1])
    if not 1 <= days <= MOST_DAYS:
        raise AudienceFault(f"'{token}' must count 1 to {MOST_DAYS} days, such as 7d")
    return days


def _failed(token: str, value: str, today: date) -> Term:
    return Failed(_reference(token, value, "failed:B1001"))


def _delivered(token: str, value: str, today: date) -> Term:
    return Delivered(_reference(token, value, "delivered:B1001"))


def _answered(token: str, value: str, today: date) -> Term:
    reference, _, option = value.partition("=")
    if not re.match(r"[1-9][0-9]?\Z", option):
        raise AudienceFault(f"'{token}' names no option; write answered:B1001=2")
    return Answered(_reference(token, reference, "answered:B1001=2"), int(option))


def _reference(token: str, value: str, example: str) -> str:
    reference = value.upper()
    if not _REFERENCE.match(reference):
        raise AudienceFault(f"'{token}' names no broadcast; write {example}")
    return reference


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


_KEYS = {
    "region": _region,
    "tier": _tier,
    "role": _role,
    "dealer": _dealers,
    "lang": _language,
    "phone": _phones,
    "file": _file,
    "list": _stored,
    "holds": _holds,
    "stock": _stock,
    "sold": _sold,
    "silent": _silent,
    "failed": _failed,
    "delivered": _delivered,
    "answered": _answered,
}
