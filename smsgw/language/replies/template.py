"""A reply template: parsed once, then filled with values in its language, as long as there is room."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

from smsgw.business.core.field_kinds import Kind
from smsgw.business.core.refusals import EXAMPLE_IMEI
from smsgw.business.core.reply import Example, Money, Reply, Syntax, TruncatableList, Word
from smsgw.sms.length import gsm_only
from smsgw.values import harmless, money

_IMEI = re.compile(r"\d{15}")
_NUMBER = re.compile(r"\d+")
FIELD = re.compile(r"\{(!?)([a-z_]+)\}")

Write = Callable[[Any], str]


class Vocabulary(Protocol):
    """The words of the command language, as the grammar has them."""

    def word(self, verb: str, language: str) -> str:
        """The keyword of a verb: `SALE`, `销售`."""

    def syntax(self, verb: str, language: str) -> str:
        """How a verb is sent: `ORD model qty`."""

    def example(self, verb: str, language: str) -> str:
        """One right text of a verb."""


@dataclass(frozen=True)
class Form:
    """How a language writes dates, lists and amounts."""

    months: tuple[str, ...]
    date: str
    list: str
    more: str
    whole_amounts: bool
    booking: str
    space: str
    unsaid: str


@dataclass(slots=True)
class Segment:
    """A run of text with fields: a %-pattern, and for each of its places the field and how it is written."""

    pattern: str
    fields: tuple[tuple[str, Write | None], ...]
    lists: tuple[str, ...]

    def fill(self, values: Mapping[str, Any]) -> str:
        return self.pattern % tuple(
            [values[name] if write is None else write(values[name]) for name, write in self.fields]
        )


@dataclass(slots=True)
class Template:
    """One answer of one language."""

    key: str
    text: Segment
    tails: tuple[Segment, ...] = ()
    short: Segment | None = None


class Locale:
    """One language: its templates and how it writes values."""

    def __init__(self, name: str, form: Form, vocabulary: Vocabulary) -> None:
        self.name = name
        self.form = form
        self.templates: dict[str, Template] = {}
        self._vocabulary = vocabulary
        self._dates: dict[date, str] = {}
        self._writers: dict[str, Write | None] = {
            "reference": None,
            "number": None,
            "code": None,
            "imei": None,
            "last4": None,
            "change": None,
            "count": None,
            "book": None,
            "money": self.amount,
            "date": self.day,
            "time": clock,
            "word": lambda value: vocabulary.word(value.verb, name),
            "syntax": lambda value: vocabulary.syntax(value.verb, name),
            "example": self.example,
            "phrase": self.phrase,
            "list": self.join_items,
        }

    def segment(self, text: str, fields: Mapping[str, Kind]) -> Segment:
        """A template text made ready; its words for verbs are filled in here. KeyError names an unknown field."""
        names: list[str] = []
        pieces: list[str] = []
        end = 0
        for match in FIELD.finditer(text):
            pieces.append(text[end : match.start()].replace("%", "%%"))
            end = match.end()
            if match[1]:
                pieces.append(self._vocabulary.word(match[2], self.name).replace("%", "%%"))
                continue
            pieces.append("%s")
            names.append(match[2])
        pieces.append(text[end:].replace("%", "%%"))
        written = tuple((name, self._writer(fields[name])) for name in names)
        lists = tuple(name for name in names if fields[name].name == "list")
        return Segment("".join(pieces), written, lists)

    def _writer(self, kind: Kind) -> Write | None:
        if kind.limit:
            limit = kind.limit
            return lambda value: clip(str(value), limit)
        return self._writers[kind.name]

    def example(self, value: Example) -> str:
        """One right text of a verb; where it has an IMEI, the one that is kept for examples."""
        if value.words is not None:
            return f"{self._vocabulary.word(value.verb, self.name)} {value.words}".strip()
        ours = _IMEI.sub(EXAMPLE_IMEI, self._vocabulary.example(value.verb, self.name))
        return _NUMBER.sub(value.number, ours, count=1) if value.number else ours

    def amount(self, value: Money) -> str:
        text = money.decimal(value.minor, value.currency)
        if self.form.whole_amounts and "." in text and not text.rpartition(".")[2].strip("0"):
            return text.rpartition(".")[0]
        return text

    def day(self, value: date) -> str:
        if isinstance(value, datetime):
            value = value.date()
        written = self._dates.get(value)
        if written is None:
            if len(self._dates) > 1000:
                self._dates.clear()
            month = self.form.months[value.month - 1]
            written = self.form.date.format(day=value.day, month=month)
            self._dates[value] = written
        return written

    def phrase(self, value: Reply) -> str:
        return self.templates[value.key].text.fill(value.values)

    def item(self, value: Any) -> str:
        if isinstance(value, Reply):
            return self.templates[value.key].text.fill(value.values)
        if isinstance(value, Word):
            return self._vocabulary.word(value.verb, self.name)
        if isinstance(value, Syntax):
            return self._vocabulary.syntax(value.verb, self.name)
        if isinstance(value, Example):
            return self.example(value)
        return str(value)

    def join_items(self, value: TruncatableList) -> str:
        items = value.items
        if len(items) == 1:
            return self.item(items[0])
        return self.joint(value).join([self.item(item) for item in items])

    def joint(self, value: TruncatableList) -> str:
        return self.form.list if value.separator == ", " else value.separator

    def write_items(self, value: TruncatableList) -> TruncatableList:
        """The same list with its items as they are written, for those who cut it again and again."""
        return TruncatableList(tuple([self.item(item) for item in value.items]), value.separator)

    def cut(self, value: TruncatableList, shown: int) -> TruncatableList:
        """A list of its first items as one written item, the rest told by their number."""
        items = value.items
        if len(items) <= shown:
            return value
        head = self.joint(value).join([item if type(item) is str else self.item(item) for item in items[:shown]])
        return TruncatableList(
            (head + self.form.more.format(count=len(items) - shown, total=len(items)),), value.separator
        )


def clock(value: datetime | time) -> str:
    return f"{value.hour:02d}:{value.minute:02d}"


def clip(text: str, limit: int) -> str:
    """A text of at most `limit` characters on one line, as it may go to a phone; a longer one ends in two dots."""
    text = " ".join(harmless.send(text).split())
    return text if len(text) <= limit else text[: limit - 2] + ".."


def plainly(values: Mapping[str, Any], fields: Mapping[str, Kind]) -> dict[str, Any]:
    """The same values with free texts kept to the GSM alphabet; a text of nothing else becomes two dots."""
    return {
        name: (gsm_only(value).strip() or "..") if fields[name].limit and isinstance(value, str) else _plain(value)
        for name, value in values.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, TruncatableList):
        return TruncatableList(tuple(_plain(item) for item in value.items), value.separator)
    if isinstance(value, Reply):
        kept = {n: (gsm_only(v).strip() or "..") if isinstance(v, str) else _plain(v) for n, v in value.values.items()}
        return Reply(value.key, kept)
    return value


def names_of(texts: Sequence[str]) -> set[str]:
    """The fields that template texts mention."""
    return {match[2] for text in texts for match in FIELD.finditer(text) if not match[1]}
