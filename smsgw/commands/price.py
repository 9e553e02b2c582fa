"""PRICE: what a model costs."""

from __future__ import annotations

from smsgw.commands.verb import Verb

PRICE = Verb(
    name="price",
    arguments=("model",),
    reads_only=True,
    examples=("PRICE A350",),
    examples_zh=("价格 A350",),
)
