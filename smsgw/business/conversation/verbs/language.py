"""LANG: the language of our replies."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import LanguageChosen
from smsgw.business.core.books import Books
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.verb import Verb

LANGUAGE = Verb(
    name="language",
    arguments=("language",),
    examples=("LANG ZH",),
    examples_zh=("语言 英文",),
)


def decide(command: Command, actor: Actor | None, books: Books) -> Decision:
    """Choose the language of all answers from this one on; an unregistered phone's is not kept."""
    language = command.language or books.trade.language
    record = LanguageChosen(actor.contact if actor else None, language)
    return Decision((record,), (Reply("language"),), language=language)
