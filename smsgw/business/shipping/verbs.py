"""RCV: goods of an order have arrived."""

from __future__ import annotations

from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.verb import Verb

RECEIVE = Verb(
    name="receive",
    place=120,
    arguments=("order", "quantity", "imeis", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    letter="R",
    good_parts_alone=True,
    by_hand=True,
    examples=("RCV 7731 29",),
    examples_zh=("收货 7731 29",),
)

VERBS = (RECEIVE,)
