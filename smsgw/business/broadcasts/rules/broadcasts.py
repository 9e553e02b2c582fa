"""Broadcasts and surveys as values: what one would come to, and what is booked of it."""

from __future__ import annotations

from smsgw.business.broadcasts.rules.draft import Estimate
from smsgw.business.core.decision import Record
from smsgw.values.value import value


@value
class SurveyAnswered(Record):
    """A phone chose an option of a survey; its latest choice holds."""

    survey: str
    phone: str
    option: int  # from 1


@value
class BroadcastDrafted(Record):
    """A broadcast that the current phone asks for, with the estimate it was told; BroadcastStarted sends it."""

    reference: str
    text: str
    language: str  # of the text
    estimate: Estimate


@value
class BroadcastStarted(Record):
    reference: str


@value
class BroadcastTried(Record):
    """The text of a broadcast goes to the current phone, and to nobody else."""

    reference: str


@value
class BroadcastCancelled(Record):
    """The current phone has nothing more of a broadcast sent. `why` is for the trail."""

    reference: str
    why: str


@value
class BroadcastLapsed(Record):
    """A draft that its author will not send any more, without anybody's saying so. `why` is for the trail."""

    reference: str
    why: str


@value
class Survey:
    """A question that went to many phones and still takes answers, as one of them got it.

    `options` are the answers to choose from, numbered from 1, in the `language` it was sent in; `answer` is the number
    that the phone has chosen already.
    """

    reference: str
    options: tuple[str, ...]
    language: str
    answer: int | None = None


@value
class Broadcast:
    """A broadcast as it was made; `author` is the phone that asked for it, or an operator. Its states are those
    of smsgw.business.broadcasts.rules.states."""

    reference: str
    state: str
    people: int
    cost: int
    currency: str
    author: str
