"""Answers in the sender's language: templates from files, proven to fit, filled and cut to the parts of an SMS."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from smsgw.business.core.field_kinds import Kind
from smsgw.business.core.reply import Example, Reply, Syntax, TruncatableList, Word
from smsgw.business.replies import BOOKINGS, EVERY, PHRASES, WHOLE
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.replies.echo import OwnReplies
from smsgw.language.replies.template import FIELD, Form, Locale, Template, Vocabulary, names_of, plainly
from smsgw.sms.length import fits, gsm_only, septets, ucs2_units

_FORM = {
    "months": None,
    "date": None,
    "list": ", ",
    "more": " +{count}",
    "whole_amounts": False,
    "booking": None,
    "space": " ",
    "unsaid": None,
}
_FALLBACK = "fallback"  # of [format]: the language that says what a file leaves out
CARD_TITLES = ("title", "to", "example", "also", "hint", "version")
_CARD = "card"  # the table of the pocket card's words, which are no answers
_PREFIX, _SUFFIX = "replies.", ".toml"
_QUOTED = "token"  # the field of a word of the sender's that an answer quotes
_MANY = 100  # a list of this many of its longest items must still be told in one part


class RepliesError(Exception):
    """Reply files that cannot be used; `faults` are one sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Replies:
    """The answers of all languages."""

    def __init__(
        self, locales: dict[str, Locale], default: str, own: OwnReplies, cards: dict[str, dict[str, str]]
    ) -> None:
        self._locales = locales
        self._default = locales[default]
        self._own = own
        self._cards = cards

    @classmethod
    def load(cls, directories: Iterable[Path] = (), *, vocabulary: Vocabulary, default: str = "en") -> Replies:
        """The built-in languages and those of `replies.LANG.toml` files in further directories.

        A file for a language that is there already replaces single answers of it. A new language needs all of them,
        or says in `[format] fallback` which language speaks for it where it is silent. Raises RepliesError with every
        fault: an unknown or missing answer or field, an answer that with its longest values does not fit one part.
        """
        faults: list[str] = []
        found: dict[str, dict[str, Any]] = {}
        for file in _files(directories, faults):
            language = file.name[len(_PREFIX) : -len(_SUFFIX)]
            try:
                tables = tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                faults.append(f"{file.name}: {error}")
                continue
            known = found.setdefault(language, {})
            wrong = _unshaped(tables)
            if wrong:
                faults += [f"{file.name}: {sentence}" for sentence in wrong]
                continue
            for key, table in tables.items():
                known[key] = {**known.get(key, {}), **table} if key in ("format", _CARD) else table
        found = _fill_from_fallbacks(found, faults)
        locales: dict[str, Locale] = {}
        for language, tables in found.items():
            locale = _locale(language, tables, vocabulary, faults)
            if locale is not None:
                locales[language] = locale
        if default not in locales:
            faults.append(f"there are no replies in {default!r}, the language of the gateway")
        if not faults:
            for locale in locales.values():
                faults += misfits(locale, vocabulary)
        if faults:
            raise RepliesError(faults)
        texts = [(found[language], locale) for language, locale in locales.items()]
        cards = {language: tables.get(_CARD, {}) for language, tables in found.items()}
        return cls(locales, default, OwnReplies(texts, vocabulary), cards)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._locales)

    def card(self, language: str) -> dict[str, str]:
        """What the pocket card says in a language: `title`, `version` and the like, and what each verb is for."""
        return self._cards[language]

    def own_reply(self, text: str) -> bool:
        """Whether a text is one of our own answers sent back."""
        return self._own.matches(text)

    def render(self, replies: Sequence[Reply], language: str, max_parts: int = 2) -> str:
        """The one text that answers a message, within `max_parts` parts.

        A single answer takes one part, more only when the sender's own words force the wide alphabet. Of several, the
        tails go first, then lists are cut, then what is not a booking; every reference is told. No reply gives ''.
        """
        locale = self._locales.get(language, self._default)
        if len(replies) == 1:
            return _single(replies[0], locale, max_parts)
        return _render_together(replies, locale, max_parts) if replies else ""


def _single(reply: Reply, locale: Locale, max_parts: int) -> str:
    template = locale.templates[reply.key]
    values = reply.values
    text = template.text.fill(values)
    if template.tails:
        space = locale.form.space
        tails = [tail.fill(values) for tail in template.tails]
        for kept in range(len(tails), 0, -1):
            whole = space.join([text, *tails[:kept]])
            if fits(whole, 1):
                return whole
    if fits(text, max_parts if reply.key in WHOLE else 1):
        return text
    quoted = values.get(_QUOTED)
    if isinstance(quoted, str) and gsm_only(quoted) != quoted:  # a word of theirs alone would make it two texts
        unquoted = {**values, _QUOTED: gsm_only(quoted).strip() or ".."}
        cut = _cut(template, reply, locale, one_part) or _cut(template, Reply(reply.key, unquoted), locale, one_part)
        if cut is not None:
            return cut
    for parts in range(1, max_parts + 1):
        cut = _cut(template, reply, locale, partial(fits, parts=parts))
        if cut is not None:
            return cut
    plain = plainly(values, EVERY[reply.key])
    cut = _cut(template, Reply(reply.key, plain), locale, lambda text: fits(text, max_parts))
    return cut if cut is not None else (template.short or template.text).fill(plain)


def one_part(text: str) -> bool:
    """Whether a text is one SMS."""
    return fits(text, 1)


def _cut(template: Template, reply: Reply, locale: Locale, good: Callable[[str], bool]) -> str | None:
    """The answer with as many items of its lists as make it `good`; None when one item each is too many."""
    for segment in (template.text, template.short):
        if segment is None:
            continue
        lists = {name: locale.write_items(reply.values[name]) for name in segment.lists}
        longest = max((len(value.items) for value in lists.values()), default=1)
        for shown in range(longest, 0, -1):
            values = {**reply.values, **{name: locale.cut(value, shown) for name, value in lists.items()}}
            text = segment.fill(values)
            if good(text):
                return text
    return None


def _render_together(replies: Sequence[Reply], locale: Locale, max_parts: int) -> str:
    whole = "\n".join([_single(reply, locale, max_parts) for reply in replies])
    if fits(whole, 1):
        return whole
    for shown in (_MANY, 5, 3, 1):
        for short in (False, True):
            text = "\n".join([_bare(reply, locale, shown, short=short) for reply in replies])
            if fits(text, max_parts):
                return text
    return _briefly(replies, locale, max_parts)


def _bare(reply: Reply, locale: Locale, shown: int, *, short: bool) -> str:
    """An answer without its tail, its lists cut to this many items."""
    template = locale.templates[reply.key]
    segment = (template.short if short else None) or template.text
    values = {**reply.values, **{name: locale.cut(reply.values[name], shown) for name in segment.lists}}
    return segment.fill(values)


def _briefly(replies: Sequence[Reply], locale: Locale, max_parts: int) -> str:
    """Every booking's reference, then as many of the answers as there is room for, the others told by number."""
    booked = [reply.values["reference"] for reply in replies if reply.key in BOOKINGS]
    others = [reply for reply in replies if reply.key not in BOOKINGS]
    lines = [locale.form.booking.format(reference=" ".join(booked))] if booked else []
    for said in range(len(others), -1, -1):
        told = [_bare(reply, locale, 1, short=True) for reply in others[:said]]
        if said < len(others):
            told.append(locale.form.unsaid.format(count=len(others) - said))
        text = "\n".join(lines + told)
        if fits(text, max_parts):
            return text
    return "\n".join(lines)


# ---- loading


def languages_of(directories: Iterable[Path] = ()) -> tuple[str, ...]:
    """The codes of the languages that there are reply files for, ours and those of further directories."""
    names = [file.name for file in _files(directories, [])]
    return tuple(sorted({name[len(_PREFIX) : -len(_SUFFIX)] for name in names}))


def _files(directories: Iterable[Path], faults: list[str]) -> list[Traversable]:
    files: list[Traversable] = []
    for directory in (resources.files("smsgw.defaults"), *directories):
        if not directory.is_dir():
            faults.append(f"{directory} is not a directory of reply files")
            continue
        files += sorted(
            (f for f in directory.iterdir() if f.name.startswith(_PREFIX) and f.name.endswith(_SUFFIX)),
            key=lambda f: f.name,
        )
    return files


def _unshaped(tables: dict[str, Any]) -> list[str]:
    """What in a file of answers is no table, no text or no list of texts where it must be one."""
    wrong = []
    for key, table in tables.items():
        if not isinstance(table, dict):
            wrong.append(f"{key} = … must be a table: write [{key}], and below it what belongs to it")
            continue
        for name, value in table.items():
            if (key, name) == ("format", "whole_amounts"):
                good, what = isinstance(value, bool), "true or false"
            elif (key, name) == ("format", "months"):
                good, what = _texts(value), "a list of texts"
            elif name == "tail":
                good, what = isinstance(value, str) or _texts(value), "a text or a list of texts"
            else:
                good, what = isinstance(value, str), "a text in quotes"
            if not good:
                wrong.append(f"[{key}] {name} must be {what}")
    return wrong


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _fill_from_fallbacks(found: dict[str, dict[str, Any]], faults: list[str]) -> dict[str, dict[str, Any]]:
    """The tables of each language, what it leaves out taken from its fallback."""
    whole: dict[str, dict[str, Any]] = {}
    for language, tables in found.items():
        other = tables.get("format", {}).get(_FALLBACK)
        if other is None:
            whole[language] = tables
            continue
        spare = found.get(other, {})
        if not spare or _FALLBACK in spare.get("format", {}):
            faults.append(
                f"{_PREFIX}{language}{_SUFFIX}: [format] fallback {other!r} is not a language with all answers"
            )
            continue
        shared = {key: {**spare.get(key, {}), **tables.get(key, {})} for key in ("format", _CARD)}
        del shared["format"][_FALLBACK]
        whole[language] = {**spare, **tables, **shared}
    return whole


def _locale(language: str, tables: dict[str, Any], vocabulary: Vocabulary, faults: list[str]) -> Locale | None:
    file = f"{_PREFIX}{language}{_SUFFIX}"
    before = len(faults)
    form = {**_FORM, **tables.get("format", {})}
    faults += [f"{file}: [format] has no {name}" for name, value in form.items() if value is None]
    faults += [f"{file}: [format] {name} is not known" for name in form if name not in _FORM]
    if len(faults) > before:
        return None
    if len(form["months"]) != 12:
        faults.append(f"{file}: [format] months has {len(form['months'])} names, not 12")
        return None
    locale = Locale(language, Form(**{**form, "months": tuple(form["months"])}), vocabulary)
    for key in tables:
        if key not in EVERY and key not in ("format", _CARD):
            faults.append(f"{file}: there is no answer [{key}]")
    card = tables.get(_CARD, {})
    faults += [f"{file}: [card] {name} is neither a verb nor a title" for name in card if not _of_card(name)]
    for key, fields in EVERY.items():
        table = tables.get(key)
        if table is None:
            faults.append(f"{file}: the answer [{key}] is missing")
            continue
        faults += [f"{file}: [{key}] {name} is not known" for name in table if name not in ("text", "tail", "short")]
        if not isinstance(table.get("text"), str):
            faults.append(f"{file}: [{key}] has no text")
            continue
        wrong = _wrong(table, fields)
        if wrong:
            faults += [f"{file}: [{key}] {sentence}" for sentence in wrong]
            continue
        locale.templates[key] = Template(
            key,
            locale.segment(table["text"], fields),
            tuple(locale.segment(text, fields) for text in tails_of(table)),
            locale.segment(table["short"], fields) if table.get("short") else None,
        )
        opening = form["booking"] + ":"
        if key in BOOKINGS and not all(
            text.startswith(opening) for text in (table["text"], table.get("short", opening))
        ):
            faults.append(f"{file}: [{key}] does not open {opening!r}, as the answer to a booking must")
    return locale


def _of_card(name: str) -> bool:
    return name in BY_NAME or name in CARD_TITLES


def tails_of(table: dict[str, Any]) -> list[str]:
    tail = table.get("tail") or []
    return [tail] if isinstance(tail, str) else tail


def _wrong(table: dict[str, Any], fields: Any) -> list[str]:
    texts = [table["text"], *tails_of(table), table.get("short") or ""]
    wrong = [f"has a field {{{name}}} that it is not given" for name in sorted(names_of(texts)) if name not in fields]
    verbs = {match[2] for text in texts for match in FIELD.finditer(text) if match[1]}
    return wrong + [f"names a verb {{!{verb}}} that there is not" for verb in sorted(verbs) if verb not in BY_NAME]


# ---- the proof that every answer fits


def misfits(locale: Locale, vocabulary: Vocabulary) -> list[str]:
    """The answers of a language that, with the longest values of their fields, take more than one part."""
    out = []
    for key, fields in EVERY.items():
        if key in PHRASES:
            continue
        text = _single(Reply(key, longest_values(fields, locale, vocabulary)), locale, 1)
        if not fits(text, 1):
            length = septets(text)
            room = f"{length} of 160" if length is not None else f"{ucs2_units(text)} of 70"
            out.append(f"replies.{locale.name}.toml: [{key}] does not fit one part ({room}): {text[:120]!r}")
    return out


def longest_values(fields: Any, locale: Locale, vocabulary: Vocabulary) -> dict[str, Any]:
    """For each field the value that takes the most room in a language."""
    return {name: _longest(kind, locale, vocabulary) for name, kind in fields.items()}


def _longest(kind: Kind, locale: Locale, vocabulary: Vocabulary) -> Any:
    values: list[Any]
    if kind.name == "list" and kind.items is not None:
        return TruncatableList((_longest(kind.items, locale, vocabulary),) * _MANY)
    if kind.name == "phrase":
        values = [Reply(key, longest_values(EVERY[key], locale, vocabulary)) for key in kind.keys]
        return max(values, key=lambda value: len(locale.item(value)))
    if kind.name in ("word", "syntax", "example"):
        made = {"word": Word, "syntax": Syntax, "example": Example}[kind.name]
        return max((made(verb) for verb in BY_NAME), key=lambda value: len(locale.item(value)))
    if kind.name == "money":
        return max(kind.longest, key=lambda value: len(locale.amount(value)))
    if kind.name == "date":
        return max(kind.longest, key=lambda value: len(locale.day(value)))
    return max(kind.longest, key=lambda value: len(str(value)))
