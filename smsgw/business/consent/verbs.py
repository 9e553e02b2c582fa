"""STOP and START: notices off and on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from smsgw.business.consent.rules import (
    TOPICS,
    ConsentBooks,
    ConsentGiven,
    has_stopped,
    has_stopped_anything,
    has_stopped_everything,
)
from smsgw.business.core.command import ACCEPTED, CONFIRM, Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import EXAMPLE, SYNTAX, TOKEN, many, phrase
from smsgw.business.core.principal import EVERYBODY, UNREGISTERED, Actor
from smsgw.business.core.reply import Example, Reply, Syntax, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb

# So long after a notice a misspelt STOP is taken for one: who answers it late still means it.
NOTICED_DAYS = 7


def decide_stop(command: Command, actor: Actor, books: ConsentBooks) -> Decision:
    """Stop notices to a phone, all or those of a topic; a STOP that says nothing new gets no answer."""
    topic, phone = topic_of(command), actor.phone
    words = books.consent.history(phone)
    if has_stopped_everything(words) or (topic and has_stopped(words, topic)):
        return Decision(outcome="ignored")
    reply = Reply("stop_topic", {"topic": _about(topic)}) if topic else Reply("stop")
    return Decision((ConsentGiven(phone, topic, False),), (reply,))


def decide_start(command: Command, actor: Actor, books: ConsentBooks) -> Decision:
    """Resume notices to a phone: all, or those of a topic."""
    topic, phone = topic_of(command), actor.phone
    words = books.consent.history(phone)
    if not (has_stopped(words, topic) if topic else has_stopped_anything(words)):
        return Decision(
            replies=(Reply("start_already_topic", {"topic": _about(topic)}) if topic else Reply("start_already"),)
        )
    reply = Reply("start_topic", {"topic": _about(topic)}) if topic else Reply("start")
    return Decision((ConsentGiven(phone, topic, True),), (reply,))


def assume_meant(command: Command, phone: str, books: ConsentBooks) -> Command | None:
    """The STOP that a doubtful one is taken for without asking; None where it is no STOP, or is to be asked back.

    Only a phone to which a notice went recently is believed: a misspelt word that ends notices is then likely meant for
    it, and to go on writing to somebody who said stop is the worse mistake. Answers to commands never hang on it.
    """
    if command.outcome != CONFIRM or command.choices:
        return None
    if not books.consent.was_notified(phone, books.now - timedelta(days=NOTICED_DAYS)):
        return None
    return replace(command, outcome=ACCEPTED, problems=(), topic=None if command.problems else command.topic)


def topic_of(command: Command) -> str:
    """The topic that a command names, in the form in which topics are kept; '' for all notices."""
    return (command.topic or "").strip().casefold()[:20]


def _about(topic: str) -> Reply:
    """A topic in the words of the answer's language; one of the installation's own as it was typed."""
    return Reply(f"about_{topic}") if topic in TOPICS else Reply("about", {"topic": topic})


def _tell_topics(verb: str, actor: Actor, books: ConsentBooks) -> Reply:
    """How a verb of notices is sent, and what they may be about here: the gateway's own topics and the deployment's."""
    listed = dict.fromkeys((*books.trade.topics, *TOPICS))
    topics = TruncatableList(tuple(_about(topic) for topic in listed))
    return Reply("help_topics", {"syntax": Syntax(verb), "topics": topics, "example": Example(verb)})


ABOUT = phrase("about", *(f"about_{topic}" for topic in TOPICS))

STOP = Verb(
    name="stop",
    place=320,
    help_place=190,
    arguments=("topic",),
    roles=(*EVERYBODY, UNREGISTERED),
    decide=decide_stop,
    alone=True,
    fragment="consent",
    words_ask_back=True,
    in_stories=True,
    shared_words=frozenset(("CANCEL",)),  # an opt-out word that may also be meant for an order
    assume=assume_meant,
    help_reply=lambda actor, books: _tell_topics("stop", actor, books),
    replies=ReplyTable(
        answers={
            "help_topics": {"syntax": SYNTAX, "topics": many(ABOUT), "example": EXAMPLE},
            "stop": {},
            "stop_topic": {"topic": ABOUT},
        },
        phrases={
            "about": {"topic": TOKEN},
            **{f"about_{topic}": {} for topic in TOPICS},
        },
    ),
    examples=("STOP",),
    examples_zh=("退订",),
)

START = Verb(
    name="start",
    place=330,
    arguments=("topic",),
    roles=(*EVERYBODY, UNREGISTERED),
    decide=decide_start,
    alone=True,
    fragment="consent",
    words_ask_back=True,
    help_reply=lambda actor, books: _tell_topics("start", actor, books),
    replies=ReplyTable(
        answers={
            "start": {},
            "start_topic": {"topic": ABOUT},
            "start_already": {},
            "start_already_topic": {"topic": ABOUT},
        },
    ),
    examples=("START",),
    examples_zh=("订阅",),
)

VERBS = (STOP, START)
