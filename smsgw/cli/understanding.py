"""The language of a deployment for commands that read texts or check names: grammar, answers, catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from smsgw.business.core.known import Snapshot
    from smsgw.gateway.understanding import Understanding
    from smsgw.language.grammar.grammar import Grammar
    from smsgw.language.replies.replies import Replies
    from smsgw.settings.sections import Settings


def understanding_of(settings: Settings, connection: Connection) -> Understanding:
    """What the daemon would read and answer with, on the books as they are now."""
    from smsgw.business.catalogue.books import lexicon_rows
    from smsgw.gateway import vocabulary

    return vocabulary.understanding_of(settings, lexicon_rows(connection))


def spoken_of(settings: Settings) -> tuple[Grammar, Replies]:
    """Grammar and answers of a deployment, without a database. Raises SmsgwError for those that cannot be used."""
    from smsgw.gateway.vocabulary import VocabularyError, directories
    from smsgw.language.grammar.spoken import LanguageFaults, spoken

    try:
        return spoken(*directories(settings), settings.gateway.language)
    except LanguageFaults as error:
        raise VocabularyError(f"grammar and replies cannot be used: {error}") from error


def import_setting_of(settings: Settings, now: datetime) -> Snapshot:
    """What the deployment sets for its imports. Raises SmsgwError for a grammar that cannot be used."""
    from smsgw.gateway.vocabulary import directories
    from smsgw.language.naming import import_setting

    gateway = settings.gateway
    return import_setting(
        *directories(settings), language=gateway.language, country=gateway.country, timezone=gateway.timezone, now=now
    )


def faults_of(settings: Settings) -> list[str]:
    """Everything that is wrong with grammar and answers, in those directories of a deployment that there are."""
    from smsgw.gateway.vocabulary import directories
    from smsgw.language.grammar.spoken import LanguageFaults, spoken

    grammars, answers = ([place for place in places if place.is_dir()] for places in directories(settings))
    try:
        spoken(grammars, answers, settings.gateway.language)
    except LanguageFaults as error:
        return list(error.faults)
    return []
