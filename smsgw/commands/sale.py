"""SALE: sets sold, by IMEI or by model and quantity."""

from __future__ import annotations

from smsgw.commands.verb import Verb

SALE = Verb(
    name="sale",
    arguments=("imeis", "items", "model", "dealer", "on", "customer", "repeat"),
    letter="S",
    examples=("S 860123450000012", "S A350 3"),
    examples_zh=("销售 860123450000012", "销售 A350 3"),
)
