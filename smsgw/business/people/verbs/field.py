"""VISIT, MKT: the field worker's day."""

from __future__ import annotations

from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.verb import Verb

VISIT = Verb(
    name="visit",
    place=340,
    arguments=("dealer",),
    roles=ABOVE_SHOPS,
    letter="V",
    fragment="field",
    examples=("VISIT D1001",),
    examples_zh=("拜访 D1001",),
)

MARKET = Verb(
    name="market",
    place=350,
    arguments=("brand", "text", "price", "dealer"),
    roles=ABOVE_SHOPS,
    letter="M",
    fragment="field",
    examples=("MKT XBRAND Y12 998",),
    examples_zh=("竞品 XBRAND Y12 998",),
)
