"""BC: a notice to a group."""

from __future__ import annotations

from smsgw.commands.verb import Verb

BROADCAST = Verb(
    name="broadcast",
    arguments=("group", "text"),
    letter="B",
    in_service=False,
    examples=("BC EAST A350 price changes 20Apr",),
    examples_zh=("群发 EAST A350 4/20调价",),
)
