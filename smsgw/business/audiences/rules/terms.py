"""The terms of an audience, each one class: how it is read, how it is written, and what must be there for it.

What a term asks of the database stands in `books/terms.py`, one function a term.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, NamedTuple, Self

from smsgw.business.core.principal import ROLES
from smsgw.errors import SmsgwError
from smsgw.values.nearest import nearest

MOST_DAYS = 3660  # ten years; a day count beyond it is a slip
EXAMPLE = "such as region:EAST and not tier:C"


class AudienceFault(SmsgwError):
    """An expression that says nothing: one sentence with the word, the nearest right one and an example."""


class Need(NamedTuple):
    """Something that must be there: of which kind, its name, and how a term that names another one is written."""

    kind: str  # region, tier, dealer, model, broadcast, list or file
    name: str
    form: str


class Term(ABC):
    """A condition on a person or a shop. `of_phones`: it names phones, whoever they belong to."""

    __slots__ = ()
    of_phones: ClassVar[bool] = False

    @abstractmethod
    def __str__(self) -> str:
        """The one text of the term."""

    def needs(self) -> tuple[Need, ...]:
        """What must be there for it to say anything."""
        return ()


class Keyed(Term):
    """A term that is written `key:value`."""

    __slots__ = ()
    key: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        """The term of a token whose part after the colon is `value`; `30d` counts back from `today`.

        Raises AudienceFault.
        """


@dataclass(frozen=True, slots=True)
class Everybody(Term):
    """Every registered person; the one term without a colon."""

    def __str__(self) -> str:
        return "all"


@dataclass(frozen=True, slots=True)
class Coded(Keyed):
    """A term that is one code of something that must be there."""

    kind: ClassVar[str] = ""
    example: ClassVar[str] = ""
    code: str  # capitals, as all codes here

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        return cls(_code(token, value, cls.example))

    def __str__(self) -> str:
        return f"{self.key}:{self.code}"

    def needs(self) -> tuple[Need, ...]:
        return (Need(self.kind, self.code, f"{self.key}:{{}}"),)


class Region(Coded):
    """In a region, or one that lies in it."""

    __slots__ = ()
    key, kind, example = "region", "region", "region:EAST"


class Tier(Coded):
    """The dealer is of the tier."""

    __slots__ = ()
    key, kind, example = "tier", "tier", "tier:A"


class Holds(Coded):
    """The dealer has at least one set of the model."""

    __slots__ = ()
    key, kind, example = "holds", "model", "holds:A350"


@dataclass(frozen=True, slots=True)
class Role(Keyed):
    """The person has the role."""

    key = "role"
    name: str

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        role = value.casefold()
        if role not in ROLES:
            near = nearest(role, ROLES)
            advice = f"did you mean role:{near}? " if near else ""
            raise AudienceFault(f"'{token}' is not a role: {advice}There are {', '.join(ROLES)}, such as role:owner")
        return cls(role)

    def __str__(self) -> str:
        return f"role:{self.name}"


@dataclass(frozen=True, slots=True)
class Dealers(Keyed):
    """One of the dealers."""

    key = "dealer"
    codes: tuple[str, ...]

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        return cls(_each_once(_code(token, code, "dealer:D1001,D1002") for code in value.split(",")))

    def __str__(self) -> str:
        return f"dealer:{','.join(self.codes)}"

    def needs(self) -> tuple[Need, ...]:
        return tuple(Need("dealer", code, "dealer:{}") for code in self.codes)


@dataclass(frozen=True, slots=True)
class Language(Keyed):
    """Who is written to in the language."""

    key = "lang"
    code: str  # small letters

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        code = value.casefold()
        if not re.match(r"[a-z]{2,8}\Z", code):
            raise AudienceFault(f"'{token}' is not a language; write lang:zh")
        return cls(code)

    def __str__(self) -> str:
        return f"lang:{self.code}"


@dataclass(frozen=True, slots=True)
class Phones(Keyed):
    """One of the phones."""

    key = "phone"
    of_phones = True
    numbers: tuple[str, ...]  # E.164 with +

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        numbers = value.split(",")
        for number in numbers:
            if not _PHONE.match(number):
                raise AudienceFault(
                    f"'{number}' in '{token}' is not a number with its country; write phone:+8613900000001"
                )
        return cls(_each_once(numbers))

    def __str__(self) -> str:
        return f"phone:{','.join(self.numbers)}"


@dataclass(frozen=True, slots=True)
class File(Keyed):
    """The numbers of a file that is still to be read and stored; `Stored` takes its place."""

    key = "file"
    path: str

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        if not value.strip():
            raise AudienceFault(f"'{token}' names no file; write file:numbers.csv, with a column phone")
        return cls(value)

    def __str__(self) -> str:
        return f'file:"{self.path}"' if _QUOTED.search(self.path) else f"file:{self.path}"

    def needs(self) -> tuple[Need, ...]:
        return (Need("file", self.path, "file:{}"),)


@dataclass(frozen=True, slots=True)
class Stored(Keyed):
    """One of the phones of a stored list."""

    key = "list"
    of_phones = True
    digest: str

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        digest = value.casefold()
        if not _DIGEST.match(digest):
            raise AudienceFault(f"'{token}' is not a stored list; write file:numbers.csv")
        return cls(digest)

    def __str__(self) -> str:
        return f"list:{self.digest}"

    def needs(self) -> tuple[Need, ...]:
        return (Need("list", self.digest, "list:{}"),)


@dataclass(frozen=True, slots=True)
class Stock(Keyed):
    """The dealer's level of the model, 0 where it never had one, compared with a number."""

    key = "stock"
    model: str
    sign: str  # > >= < <= =
    quantity: int

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        found = _STOCK.match(value)
        if found is None:
            raise AudienceFault(f"'{token}' compares nothing; write stock:A350>10, stock:A350<5 or stock:A350=0")
        sign = {"=>": ">=", "=<": "<="}.get(found[2], found[2])
        return cls(_code(token, found[1], "stock:A350>10"), sign, int(found[3]))

    def __str__(self) -> str:
        return f"stock:{self.model}{self.sign}{self.quantity}"

    def needs(self) -> tuple[Need, ...]:
        return (Need("model", self.model, f"stock:{{}}{self.sign}{self.quantity}"),)


@dataclass(frozen=True, slots=True)
class Sold(Keyed):
    """The dealer sold at least one set, of `model` (None: any), on the days from `first` to `last`.

    `days` is how the period was said, where it moves with the day: today and the days before it, so many in all.
    """

    key = "sold"
    model: str | None
    first: date
    last: date
    days: int | None = None

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        model, _, period = value.partition("/")
        name = None if model.casefold() == "any" else _code(token, model, "sold:A350/30d")
        if days := _days(token, period):
            return cls(name, today - timedelta(days=days - 1), today, days)
        if span := _SPAN.match(period):
            try:
                first, last = date.fromisoformat(span[1]), date.fromisoformat(span[2])
            except ValueError:
                raise AudienceFault(
                    f"'{token}' names a day that is not there; write sold:A350/2026-10-01..2026-10-31"
                ) from None
            if first > last:
                raise AudienceFault(f"'{token}' ends before it begins; write sold:{model}/{last}..{first}")
            return cls(name, first, last)
        raise AudienceFault(f"'{token}' says no period; write sold:A350/30d or sold:A350/2026-10-01..2026-10-31")

    def __str__(self) -> str:
        return f"sold:{self.model or 'any'}/{f'{self.days}d' if self.days else f'{self.first}..{self.last}'}"

    def needs(self) -> tuple[Need, ...]:
        return (Need("model", self.model, "sold:{}/30d"),) if self.model is not None else ()


@dataclass(frozen=True, slots=True)
class Silent(Keyed):
    """The dealer reported nothing, neither sale nor nil nor count, from `first` on: the last `days` days with today."""

    key = "silent"
    days: int
    first: date

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        days = _days(token, value)
        if days is None:
            raise AudienceFault(f"'{token}' says no days; write silent:7d")
        return cls(days, today - timedelta(days=days - 1))

    def __str__(self) -> str:
        return f"silent:{self.days}d"


class Earlier(Coded):
    """A term that is an earlier broadcast."""

    __slots__ = ()
    kind, of_phones = "broadcast", True

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        return cls(_reference(token, value, cls.example))


class Failed(Earlier):
    """The text of that broadcast to the person failed or expired."""

    __slots__ = ()
    key, example = "failed", "failed:B1001"


class Delivered(Earlier):
    """The text of that broadcast was delivered to the person."""

    __slots__ = ()
    key, example = "delivered", "delivered:B1001"


@dataclass(frozen=True, slots=True)
class Answered(Keyed):
    """The person's latest answer to that survey is the option, counted from 1."""

    key = "answered"
    of_phones = True
    broadcast: str
    option: int

    @classmethod
    def read(cls, token: str, value: str, today: date) -> Self:
        reference, _, option = value.partition("=")
        if not re.match(r"[1-9][0-9]?\Z", option):
            raise AudienceFault(f"'{token}' names no option; write answered:B1001=2")
        return cls(_reference(token, reference, "answered:B1001=2"), int(option))

    def __str__(self) -> str:
        return f"answered:{self.broadcast}={self.option}"

    def needs(self) -> tuple[Need, ...]:
        return (Need("broadcast", self.broadcast, "answered:{}"),)


TERMS: tuple[type[Keyed], ...] = (
    Region,
    Tier,
    Role,
    Dealers,
    Language,
    Phones,
    File,
    Stored,
    Holds,
    Stock,
    Sold,
    Silent,
    Failed,
    Delivered,
    Answered,
)
"""Those that are written with a colon."""

_BY_KEY = {term.key: term for term in TERMS}


def read(token: str, today: date) -> Term:
    """The term of `key:value`; `today` is the day that `30d` counts back from. Raises AudienceFault."""
    key, _, value = token.partition(":")
    term = _BY_KEY.get(key.casefold())
    if term is None:
        near = nearest(key, _BY_KEY)
        advice = f"did you mean {near}:{value}? " if near else f"terms begin with {', '.join(_BY_KEY)}; "
        raise AudienceFault(f"'{token}' is not a term: {advice}Write it {EXAMPLE}")
    return term.read(token, value.replace('"', ""), today)


# ---- parts of terms

_CODE = re.compile(r"[A-Z0-9][A-Z0-9._+\-]*\Z")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_REFERENCE = re.compile(r"B[0-9]{1,12}\Z")
_DAYS = re.compile(r"([0-9]{1,5})d\Z", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})\Z")
_STOCK = re.compile(r"(.+?)(>=|<=|=>|=<|>|<|=)([0-9]{1,9})\Z")
_QUOTED = re.compile(r"[\s(),且或非\u3000\u3001\uff01-\uff5e]")  # what a path must be quoted for
_DIGEST = re.compile(r"[0-9a-f]{8,64}\Z")


def _code(token: str, value: str, example: str) -> str:
    code = value.upper()
    if not _CODE.match(code) or len(code) > 32:
        raise AudienceFault(f"'{token}' names no code; write {example}")
    return code


def _days(token: str, text: str) -> int | None:
    found = _DAYS.match(text)
    if found is None:
        return None
    days = int(found[1])
    if not 1 <= days <= MOST_DAYS:
        raise AudienceFault(f"'{token}' must count 1 to {MOST_DAYS} days, such as 7d")
    return days


def _reference(token: str, value: str, example: str) -> str:
    reference = value.upper()
    if not _REFERENCE.match(reference):
        raise AudienceFault(f"'{token}' names no broadcast; write {example}")
    return reference


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
