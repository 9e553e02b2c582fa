"""Who may use which verb: denied unless granted here, and whose a verb is when it is denied."""

from __future__ import annotations

from smsgw.business.core.principal import ROLES, Actor
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer
from smsgw.business.ledger import Ledger

# Of every registered phone, whatever its role.
EVERYBODY = frozenset({"yes", "no", "help", "language", "stop", "start", "pin", "newnum", "join"})

# Of a phone that we do not know. `imei` then says only whether the set is genuine, and its warranty.
UNREGISTERED = frozenset({"join", "newnum", "help", "language", "stop", "start", "imei"})

_CLERK = "sale nil register count receive return stock price imei summary last codes feedback undo fix"
_PROMOTER = "sale nil stock price imei last codes undo"
_OWNER = _CLERK + " order order_status cancel give balance bonus protect"
_FIELD = (
    "sale nil register count order order_status cancel receive return give stock balance bonus summary visit market"
    " undo fix price imei codes last late"
)
_MANAGER = _FIELD + " approve reject remind broadcast test block unblock"

GRANTS: dict[str, frozenset[str]] = {
    "owner": EVERYBODY | frozenset(_OWNER.split()),
    "clerk": EVERYBODY | frozenset(_CLERK.split()),
    "promoter": EVERYBODY | frozenset(_PROMOTER.split()),
    "field": EVERYBODY | frozenset(_FIELD.split()),
    "manager": EVERYBODY | frozenset(_MANAGER.split()),
    "hq": EVERYBODY | frozenset(_MANAGER.split()),
}

# The roles that speak for one shop, their own.
SHOP_ROLES = frozenset({"owner", "clerk", "promoter"})


def allowed(role: str, verb: str) -> bool:
    """Whether a role has a verb at all; a role or verb not named here has nothing."""
    return verb in GRANTS.get(role, frozenset())


def whose(verb: Verb) -> tuple[str, ...]:
    """The roles that have a verb, lowest first; headquarters goes without saying where a manager has it."""
    roles = tuple(role for role in ROLES if verb.name in GRANTS[role])
    return roles[:-1] if len(roles) > 1 else roles


def covers(actor: Actor, dealer: Dealer, books: Ledger) -> bool:
    """Whether a shop lies in the actor's scope: the own one, one of the own region, or any for headquarters."""
    if actor.role in SHOP_ROLES:
        return dealer.code == actor.dealer
    if actor.role == "hq":
        return True
    return actor.region is not None and books.covers(actor.region, dealer)
