"""STOP and START: notices off and on."""

from __future__ import annotations

from smsgw.commands.verb import Verb

STOP = Verb(
    name="stop",
    arguments=("topic",),
    alone=True,
    examples=("STOP",),
    examples_zh=("退订",),
)

START = Verb(
    name="start",
    arguments=("topic",),
    alone=True,
    examples=("START",),
    examples_zh=("订阅",),
)
