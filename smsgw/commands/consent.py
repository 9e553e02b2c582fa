"""STOP and START: notices off and on."""

from __future__ import annotations

from smsgw.commands.command import Command
from smsgw.commands.verb import Verb
from smsgw.retail.decision import ConsentGiven, Decision, Reply
from smsgw.retail.ledger import Ledger

STOP = Verb(
    name="stop",
    arguments=("topic",),
    alone=True,
    examples=("STOP",),
    examples_zh=("退订",),
)

START = Verb(
    name="start",
    arguments=("topic",),
    alone=True,
    examples=("START",),
    examples_zh=("订阅",),
)


def decide_stop(command: Command, phone: str, books: Ledger) -> Decision:
    """Stop notices to a phone; a repeated STOP gets no second answer."""
    topic = command.topic or ""
    if books.stopped(phone, topic):
        return Decision(outcome="ignored")
    reply = Reply("stop_topic", {"topic": topic}) if topic else Reply("stop")
    return Decision((ConsentGiven(phone, topic, False),), (reply,))


def decide_start(command: Command, phone: str, books: Ledger) -> Decision:
    """Resume notices to a phone."""
    topic = command.topic or ""
    if not books.stopped(phone, topic):
        return Decision(replies=(Reply("start_already"),))
    reply = Reply("start_topic", {"topic": topic}) if topic else Reply("start")
    return Decision((ConsentGiven(phone, topic, True),), (reply,))
