"""UNDO and FIX: take back or correct what a reference did."""

from __future__ import annotations

from smsgw.commands.verb import Verb

UNDO = Verb(
    name="undo",
    arguments=("reference",),
    alone=True,
    examples=("UNDO S48213", "UNDO"),
    examples_zh=("撤销 S48213",),
)

FIX = Verb(
    name="fix",
    arguments=("reference", "content"),
    in_service=False,
    examples=("FIX S48213 860123450000012",),
    examples_zh=("更正 S48213 860123450000012",),
)
