"""The language of a deployment: its grammar and its answers, from files of ours and its own, checked together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smsgw.language.grammar.fragments import GrammarConflict
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import Replies, RepliesError, languages_of


class LanguageFaults(Exception):
    """Grammar or answers that cannot be used; `faults` are one sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def grammar_of(grammars: Sequence[Path], answers: Sequence[Path]) -> Grammar:
    """The grammar of a deployment, which knows by its code each language that there are answers in.

    `grammars` are directories of `.lark` files, `answers` of `replies.LANG.toml` files. Raises GrammarConflict.
    """
    return Grammar(grammars, languages_of(answers))


def spoken(grammars: Sequence[Path], answers: Sequence[Path], default: str) -> tuple[Grammar, Replies]:
    """The grammar and the answers of a deployment whose own language is `default`. Raises LanguageFaults with all."""
    faults: list[str] = []
    try:
        grammar = grammar_of(grammars, answers)
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
