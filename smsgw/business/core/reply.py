"""What is answered: a reply by template, its values ready for people but not for a language."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from smsgw.values.value import value


@value
class Reply:
    """An answer by template: `key` names a template of replies.LANG.toml, `values` fill its fields.

    Values are ready for people but not for a language: numbers, codes, dates (datetime.date), amounts in minor units
    (`Money`), lists (`TruncatableList`: may be cut with `+6` to fit), words for verbs (`Word`, `Syntax`, `Example`),
    and other replies, which then are phrases of this one.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@value
class Money:
    minor: int
    currency: str


@value
class TruncatableList:
    """A list that may be cut to fit a part: the reply shows as many items as fit, then `+N`."""

    items: tuple[Any, ...]
    separator: str = ", "


@value
class Word:
    """The keyword of a verb, in the language of the answer."""

    verb: str


@value
class Syntax:
    """How a verb is sent (`ORD model qty`), in the language of the answer."""

    verb: str


@value
class Example:
    """One right text of a verb, in the language of the answer: its word and `words`; None: that of the manual, with
    `number` for the one that stands in it."""

    verb: str
    words: str | None = None
    number: str = ""
