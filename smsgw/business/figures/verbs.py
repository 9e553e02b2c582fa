"""SUM: a period in one line."""

from __future__ import annotations

from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.verb import Verb

SUMMARY = Verb(
    name="summary",
    place=190,
    arguments=("period", "dealer", "region"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    reads_only=True,
    alone=True,
    in_stories=True,
    examples=("SUM WEEK",),
    examples_zh=("汇总 周",),
)

VERBS = (SUMMARY,)
