"""LANG: the language of our replies."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import LanguageChosen
from smsgw.business.core.books import Books
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import EVERYBODY, UNREGISTERED, Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb


def decide(command: Command, actor: Actor, books: Books) -> Decision:
    """Choose the language of all answers from this one on; an unregistered phone's is not kept."""
    language = command.language or books.trade.language
    record = LanguageChosen(actor.contact, language)
    return Decision((record,), (Reply("language"),), language=language)


LANGUAGE = Verb(
    name="language",
    place=280,
    help_place=180,
    arguments=("language",),
    roles=(*EVERYBODY, UNREGISTERED),
    decide=decide,
    replies=ReplyTable(
        answers={
            "language": {},
        },
    ),
    examples=("LANG ZH",),
    examples_zh=("语言 英文",),
)
