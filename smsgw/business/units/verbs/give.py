"""GIVE and RET: sets that leave a shop for another, or go back."""

from __future__ import annotations

from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.verb import Verb

GIVE = Verb(
    name="give",
    place=130,
    arguments=("dealer", "imeis"),
    roles=("owner", *ABOVE_SHOPS),
    letter="T",
    good_parts_alone=True,
    by_hand=True,
    examples=("GIVE D1002 860123450000103",),
    examples_zh=("调货 D1002 860123450000103",),
)

RETURN = Verb(
    name="return",
    place=140,
    arguments=("imeis", "reason", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    letter="X",
    fragment="give",
    good_parts_alone=True,
    by_hand=True,
    examples=("RET 860123450000111 1",),
    examples_zh=("退货 860123450000111 1",),
)
