"""Making an understanding: grammar and replies from the settings, models and codes from the books."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from smsgw.business.catalogue.books import LexiconRows, lexicon_rows
from smsgw.business.core.versions import CATALOGUE, DIRECTORY
from smsgw.errors import SmsgwError
from smsgw.gateway.current import Current
from smsgw.gateway.understanding import Understanding
from smsgw.language.grammar.spoken import LanguageFaults, spoken
from smsgw.language.reading.lexicon import Lexicon
from smsgw.language.reading.understand import Reader
from smsgw.settings.sections import Settings
from smsgw.store.engine import reading
from smsgw.store.versions import versions


class VocabularyError(SmsgwError):
    """Grammar or replies of the deployment cannot be used."""


def directories(settings: Settings) -> tuple[list[Path], list[Path]]:
    """Where a deployment has grammar fragments and answers of its own."""
    grammar, answers = settings.gateway.grammar_directory, settings.replies.directory
    return [settings.base / grammar] if grammar else [], [settings.base / answers] if answers else []


def lexicon_of(settings: Settings, rows: LexiconRows) -> Lexicon:
    """The names that texts may use."""
    return Lexicon.build(
        rows.products,
        rows.dealers,
        rows.regions,
        rows.audiences,
        settings.gateway.country,
        rows.region_names,
    )


def understanding_of(settings: Settings, rows: LexiconRows) -> Understanding:
    """Grammar, replies and catalogue as the settings and the books have them now.

    Raises VocabularyError for a grammar or replies that cannot be used.
    """
    try:
        grammar, replies = spoken(*directories(settings), settings.gateway.language)
    except LanguageFaults as error:
        raise VocabularyError(f"grammar and replies cannot be used: {error}") from error
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


class NameReader:
    """Looks whether the catalogue or the directory has changed since it was read. Used in one thread at a time."""

    def __init__(self, engine: Engine, current: Current, rows: LexiconRows) -> None:
        """`rows` are what the current understanding was made of."""
        self._engine = engine
        self._current = current
        self._known = _versions(rows.versions)

    def read(self) -> Understanding | None:
        """An understanding with today's names; None if they have not changed."""
        with reading(self._engine).connect() as connection:
            if _versions(versions(connection)) == self._known:
                return None
            rows = lexicon_rows(connection)
        understanding = with_names(self._current.understanding, self._current.settings, rows)
        self._known = _versions(rows.versions)
        return understanding


def _versions(found: dict[str, int]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in (CATALOGUE, DIRECTORY)}
