"""GIVE and RET: sets that leave a shop for another, or go back."""

from __future__ import annotations

from smsgw.business.core.verb import Verb

GIVE = Verb(
    name="give",
    arguments=("dealer", "imeis"),
    letter="T",
    in_service=False,
    examples=("GIVE D1002 860123450000103",),
    examples_zh=("调货 D1002 860123450000103",),
)

RETURN = Verb(
    name="return",
    arguments=("imeis", "reason", "dealer"),
    letter="X",
    in_service=False,
    examples=("RET 860123450000111 1",),
    examples_zh=("退货 860123450000111 1",),
)
