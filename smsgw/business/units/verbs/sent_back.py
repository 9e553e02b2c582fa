"""RET: sets that go back."""

from __future__ import annotations

from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.verb import Verb

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
