"""CODES: find a model's or a dealer's code."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

CODES = Verb(
    name="codes",
    arguments=("text",),
    reads_only=True,
    in_service=False,
    examples=("CODES A3",),
    examples_zh=("代码 A3",),
)
