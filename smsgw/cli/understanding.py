"""The language of a deployment for commands that read texts or check names: grammar, answers, catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from sqlalchemy import Connection

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


def verb_words(settings: Settings) -> frozenset[str]:
    """The words of every verb, as the names of a file are compared with them. Raises SmsgwError for a bad grammar."""
    from smsgw.gateway.vocabulary import directories
    from smsgw.language.grammar.fragments import GrammarConflict
    from smsgw.language.grammar.spoken import grammar_of
    from smsgw.tables.fields import fold

    try:
        grammar = grammar_of(*directories(settings))
    except GrammarConflict as error:
        raise SmsgwError(f"the grammar cannot be used: {' '.join(str(error).split())}") from error
    return frozenset(
        fold(spelled)
        for spelled, meanings in grammar.words.items()
        if any(word.terminal in grammar.leading for word in meanings)
    )


def languages(settings: Settings) -> tuple[str, ...]:
    """The languages that there are answers in."""
    from smsgw.gateway.vocabulary import directories
    from smsgw.language.replies.replies import languages_of

    return languages_of(directories(settings)[1])


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
