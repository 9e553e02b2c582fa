"""LANG: the language of our replies."""

from __future__ import annotations

from smsgw.commands.command import Command
from smsgw.commands.verb import Verb
from smsgw.retail.decision import Decision, LanguageChosen, Reply
from smsgw.retail.ledger import Ledger
from smsgw.retail.model import Actor

LANGUAGE = Verb(
    name="language",
    arguments=("language",),
    examples=("LANG ZH",),
    examples_zh=("语言 英文",),
)


def decide(command: Command, actor: Actor | None, books: Ledger) -> Decision:
    """Choose the language of all answers from this one on; an unregistered phone's is not kept."""
    language = command.language or books.trade.language
    record = LanguageChosen(actor.contact if actor else None, language)
    return Decision((record,), (Reply("language"),), language=language)
