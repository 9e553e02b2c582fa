"""An audience counted, whatever it is to be told: how many people, in which languages, who is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.eligibility import LeftOut, Sieve
from smsgw.business.audiences.books.people import Audience, Found
from smsgw.business.audiences.rules.expression import Node
from smsgw.business.broadcasts.books.preview import STRETCH
from smsgw.business.directory.books.regions import Regions

SHOWN = 5  # people of whom it is told who they are


@dataclass(frozen=True, slots=True)
class Headcount:
    """`languages` are those of the people's own, '' where none is known; `skipped` counts by reason.

    `people` are the first of them, `left_out` the first of those who are not among them.
    """

    recipients: int
    languages: Mapping[str, int]
    skipped: Mapping[str, int]
    people: tuple[Found, ...]
    left_out: tuple[LeftOut, ...]


def headcount(connection: Connection, node: Node, tree: Regions, topic: str, now: int, most_left_out: int) -> Headcount:
    """Count those whom a notice of a topic would reach at `now` (milliseconds). Raises AudienceFault."""
    audience = Audience(connection, node, tree)
    sieve = Sieve(connection, topic, now, of_dealer=False)
    languages: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    people: list[Found] = []
    gone: list[LeftOut] = []
    after = ""
    while True:
        found, after = audience.stretch(after, STRETCH)
        kept, out = sieve.sift(found)
        languages.update(who.language or "" for who in kept)
        skipped.update(one.reason for one in out)
        people += kept[: SHOWN - len(people)]
        gone += out[: max(0, most_left_out - len(gone))]
        if not after:
            break
    spoken, reasons = dict(sorted(languages.items())), dict(sorted(skipped.items()))
    return Headcount(languages.total(), spoken, reasons, tuple(people), tuple(gone))
