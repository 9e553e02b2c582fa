"""STOCK: what a shop holds."""

from __future__ import annotations

from smsgw.commands.verb import Verb

STOCK = Verb(
    name="stock",
    arguments=("model", "dealer"),
    reads_only=True,
    alone=True,
    examples=("STOCK A350", "STOCK"),
    examples_zh=("库存 A350",),
)
