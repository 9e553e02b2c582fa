"""Broadcasts and surveys as values: what one would come to, and what is booked of it."""

from __future__ import annotations

from collections.abc import Mapping

from smsgw.values.value import value


@value
class SurveyAnswered:
    """A phone chose an option of a survey; its latest choice holds."""

    survey: str
    phone: str
    option: int  # from 1


@value
class BroadcastDrafted:
    """A broadcast that the phone at hand asks for, with the outlook it was told; BroadcastStarted sends it."""

    reference: str
    text: str
    language: str  # of the text
    outlook: Outlook


@value
class BroadcastStarted:
    reference: str


@value
class BroadcastTried:
    """The text of a broadcast goes to the phone at hand, and to nobody else."""

    reference: str


@value
class BroadcastCancelled:
    """Nothing more of a broadcast is sent. `why` is for the trail."""

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
class Outlook:
    """What a broadcast that a phone asks for would come to.

    `audience` is whom it is for, as an expression. `people` would get it: one more than MOST_COUNTED where there are
    more than that. `left_out` says how many would not, by reason. A text has `each` parts, all of them `parts`, which
    cost `cost` minor units.
    """

    audience: str
    people: int
    left_out: Mapping[str, int]
    each: int
    parts: int
    cost: int
    currency: str


@value
class Broadcast:
    """A broadcast as it was made; `author` is the phone that asked for it, or a person at a desk. Its states are those
    of smsgw.business.broadcasts.rules.states."""

    reference: str
    state: str
    people: int
    cost: int
    currency: str
    author: str
