"""VISIT: the field worker's day."""

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
