"""What may stand in an answer: kinds of fields, each with the longest values it can have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from smsgw.business.core.principal import ROLES
from smsgw.business.core.reply import Example, Money, Syntax, Word


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of field. `longest` are values that between them show how long it can get, in any language.

    `limit` is the most characters that a free text may have; longer ones are cut with two dots. For a phrase `keys`
    names the replies that may stand there; for a list `items` is the kind of its items.
    """

    name: str
    longest: tuple[Any, ...] = ()
    limit: int = 0
    keys: tuple[str, ...] = ()
    items: Kind | None = None


REFERENCE = Kind("reference", ("S999999999",))
NUMBER = Kind("number", ("999999999",))  # the digits of a reference, as one types them after YES
CODE = Kind("code", ("W" * 12,))  # a model's or dealer's code
COUNT = Kind("count", (99999,))
CHANGE = Kind("change", ("+99999", "-99999"))
BOOK = Kind("book", (-99999,))
MONEY = Kind("money", (Money(99999999999, "CNY"),))
OWED = Kind("money", (Money(-99999999999, "CNY"),))  # may be below zero
PLACE = Kind("count", (999,))  # of an IMEI in the sender's list
LISTED = Kind("token", ("W" * 17,), limit=17)  # an IMEI as the sender wrote it
DATE = Kind("date", (date(2026, 9, 30), date(2026, 12, 30)))
TIME = Kind("time", (time(23, 59),))
NAME = Kind("name", ("W" * 20,), limit=20)
PHONE = Kind("phone", ("+999999999999999",), limit=16)  # E.164
TOKEN = Kind("token", ("W" * 20,), limit=20)
REASON = Kind("token", ("W" * 80,), limit=80)  # that a person gave
BRIEF = Kind("token", ("W" * 30,), limit=30)  # the same where there is less room
IMEI = Kind("imei", ("860123450000012",))
LAST4 = Kind("last4", ("0012",))
ARGUMENTS = Kind("arguments", ("W" * 32,), limit=32)  # of a command written out
SUMMARY = Kind("summary", ("W" * 20,), limit=20)
WORD = Kind("word", (Word("*"),))
SYNTAX = Kind("syntax", (Syntax("*"),))
EXAMPLE = Kind("example", (Example("*"),))


def phrase(*keys: str) -> Kind:
    return Kind("phrase", keys=keys)


def many(kind: Kind) -> Kind:
    return Kind("list", items=kind)


SETS = many(phrase("sets"))  # `A350 x2, B200 x1`
WHERE = phrase("at", "whole")  # one IMEI of the sender's list
ROLE = phrase(*(f"role_{role}" for role in ROLES))
DAY = phrase("day_today", "day_yesterday", *(f"day_{number}" for number in range(7)))  # in words, with its date
CLAUSE = phrase("clause", "verb_alone", "example")  # a command written out
PLAN = many(phrase("clause", "verb_alone", "piece", "piece_day", "clause_next"))  # all that commands would do
# The sets of a command and their day, as an answer tells them beside what they were.
CONTENT = many(phrase("sets", "whole", *DAY.keys))
# What an argument may be.
TYPES = (
    "imei",
    "model",
    "quantity",
    "dealer",
    "reference",
    "date",
    "money",
    "phone",
    "pin",
    "reason",
    "period",
    "language",
    "region",
    "group",
    "text",
    "verb",
    "month",
    "name",
    "order",
    "topic",
    "option",
    "brand",
)
TYPE = phrase(*(f"type_{name}" for name in TYPES))
