"""Who acts: a phone, a person at a terminal or in the console, a program with a token, or smsgw itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from smsgw.values.value import value

ROLES = ("owner", "clerk", "promoter", "field", "manager", "hq")

# Whom a verb may be granted to: all registered phones, those of more than one shop, those that decide; and one that we
# do not know.
EVERYBODY = ROLES
ABOVE_SHOPS = ("field", "manager", "hq")
MANAGERS = ("manager", "hq")
UNREGISTERED = "unregistered"


@value
class Actor:
    """A sender: a contact by way of one of its phones, or a phone that is not registered."""

    contact: int | None  # None: unregistered
    phone: str  # E.164 with +
    name: str
    role: str
    dealer: str | None  # code; of owner, clerk, promoter
    region: str | None  # code; of field and manager
    language: str

    @property
    def who(self) -> str:
        """What the trail and the journal call who acts; so of every principal."""
        return self.phone


def unregistered(phone: str) -> Actor:
    """The sender behind a phone that we do not know."""
    return Actor(None, phone, "", UNREGISTERED, None, None, "")


class PersonRole(StrEnum):
    """The role of somebody at a terminal or in the console."""

    ADMIN = "admin"
    MANAGER = "manager"
    EDITOR = "editor"
    AGENT = "agent"
    DATA = "data"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@value
class Person:
    """Somebody at a terminal or in the console. Whoever has the terminal of the gateway acts as admin."""

    name: str
    role: str = PersonRole.ADMIN
    region: str | None = None  # code, of one who is responsible for a region only

    @property
    def who(self) -> str:
        return self.name


@value
class Program:
    """A program with a token, which may do what its scopes say."""

    name: str
    scopes: frozenset[str]
    region: str | None = None  # code, of one that sees the shops of a region only

    @property
    def who(self) -> str:
        return f"token:{self.name}"


@value
class Gateway:
    """smsgw itself, where it acts without anybody's doing."""

    @property
    def who(self) -> str:
        return "smsgw"


Principal: TypeAlias = Actor | Person | Program | Gateway

SMSGW = Gateway()
