"""What a deployment reads and answers with: grammar and replies from the settings, models and codes from the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol as Interface
from zoneinfo import ZoneInfo

from smsgw.business.audiences.books.lexicon import LexiconRows
from smsgw.business.core.command import Reading
from smsgw.business.core.reply import Reply
from smsgw.gateway.clock import instant
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.loading import load_language
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.language.replies.replies import Replies
from smsgw.language.sentences.sentences import Manner
from smsgw.settings.sections import Settings

# Countries that write the month before the day.
MONTH_FIRST = frozenset(
    ("US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW", "CN", "TW", "JP", "KR", "KP", "MN", "HU")
)


class TextReader(Interface):
    """Text → commands; see `smsgw.language.reading.reader`."""

    def understand(self, text: str, *, today: date, sender: str | None = None) -> Reading: ...


class Words(Interface):
    """Replies → text; see `smsgw.language.replies`."""

    def render(self, replies: Sequence[Reply], language: str, max_parts: int = 2) -> str: ...


@dataclass(frozen=True, slots=True)
class Understanding:
    """Immutable: a reload replaces it as a whole.

    `language` and `zone` are the deployment's own; `texts_per_hour` is the limit for one phone.
    """

    reader: TextReader
    replies: Words
    max_parts: int
    language: str
    zone: ZoneInfo
    texts_per_hour: int

    def read(self, text: str, now: float, sender: str | None = None) -> Reading:
        """What a text says that arrived at `now`, in seconds since the epoch."""
        return self.reader.understand(text, today=self.today(now), sender=sender)

    def today(self, now: float) -> date:
        """The business date of the deployment."""
        return instant(now).astimezone(self.zone).date()

    def word(self, replies: Sequence[Reply], language: str) -> str:
        """The one answer that these make."""
        return self.replies.render(replies, language or self.language, self.max_parts)


def language_of(settings: Settings) -> tuple[Grammar, Replies]:
    """Grammar and answers of a deployment, without a database. Raises LanguageFaults for those that cannot be used."""
    return load_language(settings.grammar_directories, settings.reply_directories, settings.gateway.language)


def lexicon_of(settings: Settings, rows: LexiconRows) -> Lexicon:
    """The names that texts may use."""
    return Lexicon.build(
        rows.products,
        rows.dealers,
        rows.regions,
        rows.audiences,
        settings.gateway.country,
        rows.region_names,
        rows.dealer_names,
        rows.reasons,
    )


def manner_of(settings: Settings) -> Manner:
    """How the deployment takes dates."""
    order = settings.gateway.date_order
    month_first = order == "month" or (order == "auto" and settings.gateway.country in MONTH_FIRST)
    return Manner(month_first=month_first, back_days=settings.trade_rules().back_days_unasked)


def understanding_of(settings: Settings, rows: LexiconRows) -> Understanding:
    """Grammar, replies and catalogue as the settings and the books have them now.

    Raises LanguageFaults for a grammar or replies that cannot be used.
    """
    grammar, replies = language_of(settings)
    return Understanding(
        reader=Reader(
            lexicon_of(settings, rows), grammar=grammar, own_reply=replies.own_reply, manner=manner_of(settings)
        ),
        replies=replies,
        max_parts=settings.replies.max_parts,
        language=settings.gateway.language,
        zone=ZoneInfo(settings.gateway.timezone),
        texts_per_hour=settings.limits.texts_per_phone_per_hour,
    )


def with_names(known: Understanding, settings: Settings, rows: LexiconRows) -> Understanding:
    """The same understanding after the catalogue or the directory has changed."""
    reader = known.reader
    assert isinstance(reader, Reader)
    return replace(known, reader=reader.with_lexicon(lexicon_of(settings, rows)))
