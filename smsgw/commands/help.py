"""HELP: what may be sent, and how."""

from __future__ import annotations

from smsgw.commands.verb import Verb

HELP = Verb(
    name="help",
    arguments=("topic",),
    reads_only=True,
    alone=True,
    examples=("HELP", "HELP SALE"),
    examples_zh=("帮助", "帮助 销售"),
)
