"""IMEI: the trail of one set."""

from __future__ import annotations

from smsgw.commands.verb import Verb

IMEI = Verb(
    name="imei",
    arguments=("imei",),
    reads_only=True,
    examples=("IMEI 860123450000129",),
    examples_zh=("串号 860123450000129",),
)
