"""What the books know before a file is read: the codes, names and phones that its lines are checked against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class KnownRegion:
    code: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class KnownDealer:
    code: str
    parent: str | None
    tier: str
    currency: str
    timezone: str  # never empty
    postings: bool  # whether its account was ever posted to


@dataclass(frozen=True, slots=True)
class KnownProduct:
    code: str
    name: str
    aliases: tuple[str, ...]
    tacs: tuple[str, ...]
    currency: str | None  # of its list price


@dataclass(frozen=True, slots=True)
class Directory:
    """A snapshot of the directory, by code, and what the deployment sets.

    `verb_words` are the words of every verb in every language, folded; a model may not be named like one.
    """

    regions: dict[str, KnownRegion] = field(default_factory=dict)
    dealers: dict[str, KnownDealer] = field(default_factory=dict)
    products: dict[str, KnownProduct] = field(default_factory=dict)
    verb_words: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en", "zh")
    language: str = "en"
    country: str = "CN"
    timezone: str = "Asia/Shanghai"
    today: date = date.min
