"""The language of a deployment for commands that read texts or check names: grammar, answers, catalogue."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smsgw.gateway.understanding import Understanding
    from smsgw.settings import Settings

PREFIX, SUFFIX = "replies.", ".toml"


def understanding_of(settings: Settings, connection: Connection) -> Understanding:
    """What the daemon would read and answer with, on the books as they are now."""
    from smsgw.gateway import vocabulary
    from smsgw.store.catalogue import lexicon_rows

    return vocabulary.understanding_of(settings, lexicon_rows(connection))


def verb_words(settings: Settings) -> frozenset[str]:
    """The words of every verb, as the names of a file are compared with them. Raises SmsgwError for a bad grammar."""
    from smsgw.imports.fields import fold
    from smsgw.language.grammar import Grammar, GrammarConflict

    try:
        grammar = Grammar(_grammars(settings))
    except GrammarConflict as error:
        raise SmsgwError(f"the grammar cannot be used: {' '.join(str(error).split())}") from error
    return frozenset(
        fold(spelled)
        for spelled, meanings in grammar.words.items()
        if any(word.terminal in grammar.leading for word in meanings)
    )


def languages(settings: Settings) -> tuple[str, ...]:
    """The languages that there are answers in."""
    names = [file.name for file in resources.files("smsgw.defaults").iterdir()]
    for folder in _answers(settings):
        names += [file.name for file in folder.iterdir()] if folder.is_dir() else []
    return tuple(sorted({n[len(PREFIX) : -len(SUFFIX)] for n in names if n.startswith(PREFIX) and n.endswith(SUFFIX)}))


def faults_of(settings: Settings) -> list[str]:
    """Everything that is wrong with the grammar and the answers of a deployment."""
    from smsgw.language.grammar import Grammar, GrammarConflict
    from smsgw.language.replies import Replies, RepliesError
    from smsgw.language.words import Words

    faults = [f"[gateway] grammar: there is no directory {f}" for f in _grammars(settings) if not f.is_dir()]
    try:
        grammar = Grammar(_grammars(settings))
    except GrammarConflict as error:
        faults.append(" ".join(str(error).split()))
        grammar = Grammar()  # our own, so that the answers can be checked all the same
    try:
        Replies.load(_answers(settings), vocabulary=Words(grammar), default=settings.gateway.language)
    except RepliesError as error:
        faults += error.faults
    return faults


def _grammars(settings: Settings) -> list[Path]:
    return [settings.base / settings.gateway.grammar] if settings.gateway.grammar else []


def _answers(settings: Settings) -> list[Path]:
    return [settings.base / settings.replies.files] if settings.replies.files else []
