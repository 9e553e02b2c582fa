"""Every reply that there is, gathered from verbs and subjects: what the files of words are checked against."""

from __future__ import annotations

from collections.abc import Iterator

from smsgw.business.core import replies as ground
from smsgw.business.core.reply_table import Fields, ReplyTable
from smsgw.business.registry import gather
from smsgw.business.vocabulary import VERBS


def _tables() -> Iterator[ReplyTable]:
    yield ground.REPLIES
    yield from (verb.replies for verb in VERBS)
    yield from gather("replies", "REPLIES")


PHRASES: dict[str, Fields] = {}
BOOKINGS: dict[str, Fields] = {}
ANSWERS: dict[str, Fields] = {}
# Answers that somebody's words may follow, which nobody can know in advance.
CARRYING: frozenset[str] = frozenset()
# Questions that show all that a YES would do, in several parts if need be.
WHOLE: frozenset[str] = frozenset()
for _table in _tables():
    for _known, _more in ((PHRASES, _table.phrases), (BOOKINGS, _table.bookings), (ANSWERS, _table.answers)):
        _twice = _more.keys() & {*PHRASES, *BOOKINGS, *ANSWERS}
        assert not _twice, f"two verbs or subjects have a reply {sorted(_twice)}"
        _known.update(_more)
    CARRYING |= _table.carrying
    WHOLE |= _table.whole
EVERY: dict[str, Fields] = {**PHRASES, **BOOKINGS, **ANSWERS}
