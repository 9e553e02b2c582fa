"""BAL: what a dealer owes and may still order."""

from __future__ import annotations

from smsgw.commands.verb import Verb

BALANCE = Verb(
    name="balance",
    arguments=("dealer",),
    reads_only=True,
    alone=True,
    examples=("BAL",),
    examples_zh=("余额",),
)
