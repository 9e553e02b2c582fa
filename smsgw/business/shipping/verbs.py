"""RCV: goods of an order have arrived."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

RECEIVE = Verb(
    name="receive",
    arguments=("order", "quantity", "imeis", "dealer"),
    letter="R",
    in_service=False,
    examples=("RCV 7731 29",),
    examples_zh=("收货 7731 29",),
)
