"""Making an understanding: grammar and replies from the settings, models and codes from the books."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from smsgw.errors import SmsgwError
from smsgw.gateway.understanding import Understanding
from smsgw.language.grammar import Grammar, GrammarConflict
from smsgw.language.lexicon import Lexicon
from smsgw.language.replies import Replies, RepliesError
from smsgw.language.understand import Reader
from smsgw.language.words import Words
from smsgw.settings import Settings
from smsgw.store.catalogue import LexiconRows


class VocabularyError(SmsgwError):
    """Grammar or replies of the deployment cannot be used."""


def lexicon_of(settings: Settings, rows: LexiconRows) -> Lexicon:
    """The names that texts may use."""
    return Lexicon.build(rows.products, rows.dealers, rows.regions, country=settings.gateway.country)


def understanding_of(settings: Settings, rows: LexiconRows) -> Understanding:
    """Grammar, replies and catalogue as the settings and the books have them now.

    Raises VocabularyError for a grammar or replies that cannot be used.
    """
    grammars = [settings.base / settings.gateway.grammar] if settings.gateway.grammar else []
    files = [settings.base / settings.replies.files] if settings.replies.files else []
    try:
        grammar = Grammar(grammars)
        replies = Replies.load(files, vocabulary=Words(grammar), default=settings.gateway.language)
    except GrammarConflict as error:
        raise VocabularyError(f"the grammar cannot be used: {error}") from error
    except RepliesError as error:
        raise VocabularyError(f"the replies cannot be used: {error}") from error
    reader = Reader(lexicon_of(settings, rows), grammar=grammar, own_reply=replies.own_reply)
    return Understanding(
        reader=reader,
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
