"""COUNT: the stock-take of a shop."""

from __future__ import annotations

from smsgw.commands.verb import Verb

COUNT = Verb(
    name="count",
    arguments=("items", "dealer"),
    letter="K",
    examples=("COUNT A350 12 B200 5",),
    examples_zh=("盘点 A350 12 B200 5",),
)
