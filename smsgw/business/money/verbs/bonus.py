"""BONUS: money earned on sales."""

from __future__ import annotations

from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.verb import Verb

BONUS = Verb(
    name="bonus",
    place=170,
    arguments=("month", "dealer"),
    roles=("owner", *ABOVE_SHOPS),
    reads_only=True,
    alone=True,
    in_stories=True,
    by_hand=True,
    examples=("BONUS",),
    examples_zh=("返利",),
)
