"""BONUS and PP: money earned on sales and on price cuts."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

BONUS = Verb(
    name="bonus",
    arguments=("month", "dealer"),
    reads_only=True,
    alone=True,
    in_service=False,
    examples=("BONUS",),
    examples_zh=("返利",),
)

PROTECT = Verb(
    name="protect",
    arguments=("model",),
    letter="P",
    in_service=False,
    examples=("PP A350",),
    examples_zh=("价保 A350",),
)
