"""The language of a deployment: its grammar and its answers, from files of ours and its own, checked together.

`grammars` are directories of `.lark` files, `answers` of `replies.LANG.toml` files; both come after those of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smsgw.errors import SmsgwError
from smsgw.language.grammar.fragments import GrammarConflict
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import Replies, RepliesError, languages_of


class LanguageFaults(SmsgwError):
    """Grammar or answers that cannot be used; the message names them all, `sentences` one by one."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"grammar and replies cannot be used: {'; '.join(faults)}")
        self.sentences = tuple(faults)


def load_language(grammars: Sequence[Path], answers: Sequence[Path], default: str) -> tuple[Grammar, Replies]:
    """The grammar and the answers of a deployment whose own language is `default`. Raises LanguageFaults with all."""
    faults: list[str] = []
    try:
        grammar = Grammar(grammars, languages_of(answers))
    except GrammarConflict as error:
        faults += error.faults
        grammar = Grammar(languages=languages_of(answers))  # ours, so that the answers can be checked all the same
    try:
        replies = Replies.load(answers, vocabulary=Words(grammar), default=default)
    except RepliesError as error:
        raise LanguageFaults([*faults, *error.faults]) from error
    for name in grammar.lists:
        language = name.split("_")[1].lower() if name.startswith("LANGUAGE_") else default
        if language not in replies.languages:
            faults.append(f"{grammar.said_by(name)}: there are no replies in {language}, so it cannot be chosen")
    if faults:
        raise LanguageFaults(faults)
    return grammar, replies


def language_faults(grammars: Sequence[Path], answers: Sequence[Path], default: str) -> list[str]:
    """Everything that is wrong with the grammar and the answers in those of the directories that exist."""
    try:
        load_language(
            [place for place in grammars if place.is_dir()], [place for place in answers if place.is_dir()], default
        )
    except LanguageFaults as error:
        return list(error.sentences)
    return []


def verb_words(grammars: Sequence[Path], answers: Sequence[Path]) -> frozenset[str]:
    """The words of every verb in every language, which no model or dealer may be named like.

    Raises LanguageFaults for a grammar that cannot be used.
    """
    try:
        grammar = Grammar(grammars, languages_of(answers))
    except GrammarConflict as error:
        raise LanguageFaults([" ".join(str(error).split())]) from error
    return frozenset(
        spelled
        for spelled, meanings in grammar.words.items()
        if any(word.terminal in grammar.leading for word in meanings)
    )
