"""HELP: what may be sent, and how."""

from __future__ import annotations

from smsgw.business.core import vocabulary
from smsgw.business.core.books import Books
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.examples import example_of, first_verb
from smsgw.business.core.field_kinds import EXAMPLE, SYNTAX, WORD, many
from smsgw.business.core.principal import EVERYBODY, UNREGISTERED, Actor
from smsgw.business.core.reply import Reply, Syntax, TruncatableList, Word
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import allowed
from smsgw.business.core.verb import Verb


def decide(command: Command, actor: Actor, books: Books) -> Decision:
    """Tell how one verb is sent, or which verbs the sender has, those of every day first.

    The words come from the grammar. A verb that is not yet in service is not explained.
    """
    topic = command.topic
    if topic is not None:
        verb = vocabulary.by_name()[topic]
        if not verb.in_service:
            return Decision(replies=(Reply("not_in_service", {"verb": Word(topic)}),))
        if verb.help_reply is not None:
            return Decision(replies=(verb.help_reply(actor, books),))
        example = example_of(verb, actor, books)
        return Decision(replies=(Reply("help_verb", {"syntax": Syntax(topic), "example": example}),))
    listed = sorted((verb for verb in vocabulary.verbs() if verb.help_place), key=lambda verb: verb.help_place)
    mine = [Word(verb.name) for verb in listed if allowed(actor.role, verb)]
    first = Word(first_verb(actor).name)
    return Decision(replies=(Reply("help", {"verbs": TruncatableList(tuple(mine)), "first": first}),))


HELP = Verb(
    name="help",
    place=300,
    arguments=("topic",),
    roles=(*EVERYBODY, UNREGISTERED),
    of_one_before=True,
    decide=decide,
    reads_only=True,
    alone=True,
    in_stories=True,
    replies=ReplyTable(
        answers={
            "help": {"verbs": many(WORD), "first": WORD},
            "help_verb": {"syntax": SYNTAX, "example": EXAMPLE},
        },
    ),
    examples=("HELP", "HELP SALE"),
    examples_zh=("帮助", "帮助 销售"),
)
