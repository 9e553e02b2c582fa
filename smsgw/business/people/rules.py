"""Who may speak from which phone: what is booked when one is blocked, or let speak again."""

from __future__ import annotations

from smsgw.business.core.decision import Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.rights import SHOP_ROLES, reach_of
from smsgw.business.directory.rules import DirectoryBooks, covers
from smsgw.values.value import value


@value
class PhoneBlocked(Record):
    """From now on a phone speaks for nobody; `why` as it was said, for the journal."""

    phone: str
    dealer: str | None
    why: str | None


@value
class PhoneUnblocked(Record):
    """A phone speaks for its owner again."""

    phone: str
    dealer: str | None
    why: str | None


def sees_to(actor: Actor, owner: Actor, books: DirectoryBooks) -> bool:
    """Whether somebody may block and unblock the phones of another.

    Everybody may see to phones of one's own. An owner sees to the shop's clerks and promoters, not to other owners. A
    manager sees to shops and field staff of the region and of what lies in it, headquarters to everybody but
    headquarters: who decides there is settled at the desk.
    """
    if owner.contact == actor.contact:
        return True
    match reach_of(actor):
        case "shop":
            return owner.dealer is not None and owner.dealer == actor.dealer and owner.role != "owner"
        case "region":
            if owner.role in SHOP_ROLES:
                dealer = books.directory.dealer(owner.dealer) if owner.dealer else None
                return dealer is not None and covers(actor, dealer, books)
            below = owner.region is not None and actor.region is not None
            return owner.role == "field" and below and books.directory.lies_in(owner.region or "", actor.region or "")
        case _:
            return owner.role != actor.role
