"""An audience counted, whatever it is to be told: how many people, in which languages, who is excluded and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.eligibility import EligibilityFilter, Excluded
from smsgw.business.audiences.books.people import PAGE, Audience, Found
from smsgw.business.audiences.rules.expression import Node
from smsgw.business.directory.books.regions import Regions

SHOWN = 5  # people of whom it is told who they are


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """`languages` are those of the people's own, '' where none is known; `skipped` counts those excluded by reason.

    `people` are the first of them, `excluded` the first of those who are not among them.
    """

    recipients: int
    languages: Mapping[str, int]
    skipped: Mapping[str, int]
    people: tuple[Found, ...]
    excluded: tuple[Excluded, ...]


def measure_audience(
    connection: Connection, node: Node, tree: Regions, topic: str, now: int, most_excluded: int
) -> AudienceSize:
    """Count those whom a notice of a topic would reach at `now` (milliseconds). Raises AudienceFault."""
    audience = Audience(connection, node, tree)
    eligibility = EligibilityFilter(connection, topic, now, of_dealer=False)
    languages: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    people: list[Found] = []
    gone: list[Excluded] = []
    after = ""
    while True:
        found, after = audience.page(after, PAGE)
        kept, out = eligibility.split(found)
        languages.update(who.language or "" for who in kept)
        skipped.update(one.reason for one in out)
        people += kept[: SHOWN - len(people)]
        gone += out[: max(0, most_excluded - len(gone))]
        if not after:
            break
    spoken, reasons = dict(sorted(languages.items())), dict(sorted(skipped.items()))
    return AudienceSize(languages.total(), spoken, reasons, tuple(people), tuple(gone))
