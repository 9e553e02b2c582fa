"""HELP: what may be sent, and how."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Cut, Example, Reply, Syntax, Word
from smsgw.business.core.rights import UNREGISTERED, allowed
from smsgw.business.core.verb import Verb

# The order in which the verbs are told: those of every day first. What the sender's role has not is left out.
_DAILY = (
    "sale",
    "undo",
    "stock",
    "count",
    "nil",
    "price",
    "order",
    "balance",
    "imei",
    "register",
    "last",
    "feedback",
    "approve",
    "reject",
    "late",
    "remind",
    "broadcast",
    "language",
    "stop",
)

HELP = Verb(
    name="help",
    arguments=("topic",),
    reads_only=True,
    alone=True,
    examples=("HELP", "HELP SALE"),
    examples_zh=("帮助", "帮助 销售"),
)


def decide(command: Command, actor: Actor | None) -> Decision:
    """Tell how one verb is sent, or which verbs the sender has; the words come from the grammar."""
    topic = command.topic
    if topic is not None:
        return Decision(replies=(Reply("help_verb", {"syntax": Syntax(topic), "example": Example(topic)}),))
    mine = [verb for verb in _DAILY if (allowed(actor.role, verb) if actor else verb in UNREGISTERED)]
    return Decision(replies=(Reply("help", {"verbs": Cut(tuple(Word(verb) for verb in mine))}),))
