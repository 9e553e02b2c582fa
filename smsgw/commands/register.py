"""REG with IMEIs: sets taken into the shop's stock."""

from __future__ import annotations

from smsgw.commands.verb import Verb

REGISTER = Verb(
    name="register",
    arguments=("imeis", "dealer"),
    letter="R",
    examples=("REG 860123450000079",),
    examples_zh=("登记 860123450000079",),
)
