"""Our own answers recognised when they are sent back to us: templates turned into patterns, found by their opening."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from smsgw.business.core.field_kinds import Kind
from smsgw.business.replies import ANSWERS, BOOKINGS, CARRYING
from smsgw.language.replies.template import FIELD, Locale, Vocabulary

_OPENING = 3  # characters of a literal opening that the index goes by
_LEAST = 4  # literal characters that a template must have to be told from what a person writes
_MARKS = (".", ":", "。")

_PATTERNS = {
    "reference": r"[A-Z]\d{1,9}",
    "number": r"\d{1,9}",
    "code": r"\S{1,12}",
    "count": r"-?\d{1,9}",
    "book": r"-?\d{1,9}",
    "change": r"[+-]\d{1,9}",
    "money": r"-?[\d.]{1,14}",
    "date": r"\S{2,10}",
    "time": r"\d\d:\d\d",
    "imei": r"\d{14,17}",
    "last4": r"\d{4}",
}


class OwnReplies:
    """A predicate over texts. Most texts are told apart by their first characters alone."""

    def __init__(self, languages: Iterable[tuple[dict[str, Any], Locale]], vocabulary: Vocabulary) -> None:
        self._openings: dict[str, list[re.Pattern[str]]] = {}
        self._others: list[tuple[str, re.Pattern[str]]] = []
        bookings: list[str] = []
        for tables, locale in languages:
            opening = locale.form.booking
            head, _, tail = opening.partition("{reference}")
            bookings.append(re.escape(head) + r"\s?[A-Z]\d{1,9}" + re.escape(tail) + r"\s?[:：]")
            for key, fields in {**BOOKINGS, **ANSWERS}.items():
                for text, tails in _variants(tables[key]):
                    spoken = [_fill_words(t, locale, vocabulary) for t in tails]
                    self._add(_fill_words(text, locale, vocabulary), spoken, fields, words=key in CARRYING)
        self._booking = re.compile("|".join(bookings))
        self._booking_starts = tuple({pattern[:1] for pattern in bookings})

    def _add(self, text: str, tails: list[str], fields: Any, *, words: bool) -> None:
        literals = FIELD.split(text)[::3]
        if sum(len(literal.strip()) for literal in literals) < _LEAST:
            return
        source = _source(text, fields)
        for tail in tails:
            source += rf"(?:\s?{_source(tail, fields)})?"
        pattern = re.compile(source + (r"(?:\s.*)?" if words else r"\s*"), re.DOTALL)
        first = literals[0]
        if len(first) >= _OPENING:
            self._openings.setdefault(first[:_OPENING], []).append(pattern)
        else:
            self._others.append((max(literals, key=len), pattern))

    def matches(self, text: str) -> bool:
        """Whether a text, as it was typed, is an answer of ours."""
        if text.startswith(self._booking_starts) and self._booking.match(text):
            return True
        for pattern in self._openings.get(text[:_OPENING], ()):
            if pattern.fullmatch(text):
                return True
        if not any(mark in text for mark in _MARKS):
            return False
        return any(literal in text and pattern.fullmatch(text) is not None for literal, pattern in self._others)


def _variants(table: dict[str, Any]) -> list[tuple[str, list[str]]]:
    tail = table.get("tail") or []
    tails = [tail] if isinstance(tail, str) else list(tail)
    out = [(table["text"], tails)]
    if table.get("short"):
        out.append((table["short"], []))
    return out


def _fill_words(text: str, locale: Locale, vocabulary: Vocabulary) -> str:
    return FIELD.sub(lambda m: vocabulary.word(m[2], locale.name) if m[1] else m[0], text)


def _source(text: str, fields: dict[str, Kind]) -> str:
    out: list[str] = []
    end = 0
    for match in FIELD.finditer(text):
        out.append(re.escape(text[end : match.start()]))
        out.append(_PATTERNS.get(fields[match[2]].name, ".+?"))
        end = match.end()
    out.append(re.escape(text[end:]))
    return "".join(out)
