"""Who acts: a person by way of one of its phones, with the role that says what it may do."""

from __future__ import annotations

from smsgw.values.value import value

ROLES = ("owner", "clerk", "promoter", "field", "manager", "hq")


@value
class Actor:
    """A registered sender: a contact by way of one of its phones."""

    contact: int
    phone: str  # E.164 with +
    name: str
    role: str
    dealer: str | None  # code; of owner, clerk, promoter
    region: str | None  # code; of field and manager
    language: str
