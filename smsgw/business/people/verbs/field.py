"""VISIT, MKT: the field worker's day."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

VISIT = Verb(
    name="visit",
    arguments=("dealer",),
    letter="V",
    in_service=False,
    examples=("VISIT D1001",),
    examples_zh=("拜访 D1001",),
)

MARKET = Verb(
    name="market",
    arguments=("brand", "text", "price", "dealer"),
    letter="M",
    in_service=False,
    examples=("MKT XBRAND Y12 998",),
    examples_zh=("竞品 XBRAND Y12 998",),
)
