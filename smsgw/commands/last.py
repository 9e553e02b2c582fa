"""LAST: the newest references of a phone."""

from __future__ import annotations

from smsgw.commands.verb import Verb

LAST = Verb(
    name="last",
    arguments=(),
    reads_only=True,
    alone=True,
    examples=("LAST",),
    examples_zh=("最近",),
)
