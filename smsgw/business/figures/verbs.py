"""SUM: a period in one line."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

SUMMARY = Verb(
    name="summary",
    arguments=("period", "dealer", "region"),
    reads_only=True,
    alone=True,
    in_service=False,
    examples=("SUM WEEK",),
    examples_zh=("汇总 周",),
)
