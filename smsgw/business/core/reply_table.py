"""The replies of a verb or a subject: the fields of each, and for each field what may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from smsgw.business.core.field_kinds import Kind

Fields: TypeAlias = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class ReplyTable:
    """Replies by key, each with its fields; replies.LANG.toml has the words of each.

    `bookings` open with `OK S48213:` or its like in the language, so that they are known when they are sent back.
    `phrases` are pieces that answers are made of, such as one shop of a list. `carrying` are answers that somebody's
    words may follow, which nobody can know in advance. `whole` are questions: they take further parts before a list of
    theirs is cut, for whoever says YES must have seen what to.
    """

    bookings: Mapping[str, Fields] = field(default_factory=dict)
    answers: Mapping[str, Fields] = field(default_factory=dict)
    phrases: Mapping[str, Fields] = field(default_factory=dict)
    carrying: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


NO_REPLIES = ReplyTable()
