"""Who wants notices: what a phone's STOPs and STARTs, in their order, come to.

The newest word about a topic holds, and a word about all notices is about every topic: STOP, then START prices, leaves
the phone with notices of prices alone; a START after that brings all of them back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Protocol

from smsgw.business.catalogue.rules import CatalogueBooks
from smsgw.business.core.decision import Record
from smsgw.errors import SmsgwError
from smsgw.values.nearest import did_you_mean
from smsgw.values.value import value


@value
class ConsentGiven(Record):
    """STOP (granted false) or START (granted true) of a topic; '' is all notices."""

    phone: str
    topic: str
    granted: bool


ALL = ""  # the topic of a word about all notices
REMINDERS = "reminders"  # of reports that are due
ORDERS = "orders"  # that of what was decided of orders
TICKETS = "tickets"
TRANSFERS = "transfers"  # of sets that another shop hands over
COUNTS = "counts"  # of what became of stock-takes
UNDOS = "undo"  # of what was decided of bookings that were asked to be taken back
PAYMENTS = "payments"  # of what became of payments that shops told of
RETURNS = "returns"  # of what was decided of sets that went back
# What the gateway's own notices are about.
TOPICS = (
    REMINDERS,
    "shipments",
    "prices",
    ORDERS,
    TICKETS,
    TRANSFERS,
    COUNTS,
    RETURNS,
    PAYMENTS,
    UNDOS,
    "approvals",
    "digest",
)


@value
class Consent:
    """One word of a phone on notices. `granted` is false for STOP."""

    topic: str
    granted: bool


def has_stopped(words: Sequence[Consent], topic: str = ALL) -> bool:
    """Whether a notice of a topic must not go to a phone that said these words, the oldest first.

    A notice of no topic is one of `ALL`: only a word about all notices ends those.
    """
    for word in reversed(words):
        if word.topic in (ALL, topic):
            return not word.granted
    return False


def has_stopped_everything(words: Sequence[Consent]) -> bool:
    """Whether no notice at all may go to the phone: another STOP would say nothing new."""
    return has_stopped(words) and all(has_stopped(words, word.topic) for word in words)


def has_stopped_anything(words: Sequence[Consent]) -> bool:
    """Whether the phone goes without some notices: a START would say something new."""
    return any(has_stopped(words, word.topic) for word in words)


_MISSPELT = 0.8  # how much a word has in common with the topic it is a slip for: offers are not orders


class TopicFault(SmsgwError):
    """A topic that there is not, or that is misspelt."""


def read_topic(said: str, known: Collection[str]) -> str:
    """A topic as it is kept; '' is none. `known` are those of the deployment (`[broadcast] topics`); none: any.

    Raises TopicFault for one that is not known and, where any is allowed, for a misspelt one of the gateway's own: a
    STOP of the right word would not end it.
    """
    topic = said.strip().casefold()
    if topic and known and topic not in known:
        advice = did_you_mean(topic, known, f"there is {', '.join(known)}")
        raise TopicFault(f"there is no topic '{said}' in broadcast.topics; {advice}")
    if topic and not known and topic not in TOPICS and (near := get_close_matches(topic, TOPICS, 1, _MISSPELT)):
        raise TopicFault(f"'{said}' is not quite a topic of the gateway's own; did you mean {near[0]}?")
    return topic


class Consents(Protocol):
    """What may be asked about who may be sent what."""

    def history(self, phone: str) -> Sequence[Consent]:
        """The phone's STOPs and STARTs, oldest first; `smsgw.business.consent.rules` says what they come to."""

    def was_notified(self, phone: str, since: datetime) -> bool:
        """Whether a notice that nobody at this phone asked for went to it at or after `since`."""

    def owners_hearing(self, dealer: str, topic: str) -> Sequence[str]:
        """The phones of a shop's owners that notices of a topic may go to: of those who have not said STOP."""


class ConsentBooks(CatalogueBooks, Protocol):
    """The books as far as consent and what they stand on."""

    @property
    def consent(self) -> Consents: ...
