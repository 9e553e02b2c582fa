"""A dealer as the directory knows it, who may act for it, and which one a command is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Protocol

from smsgw.business.core.books import Books
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.phrases import arguments, typed
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.rights import SHOP_ROLES, reach_of
from smsgw.values.value import value


@value
class Dealer:
    code: str
    name: str
    region: str
    tier: str
    credit_limit: int  # minor units
    currency: str
    language: str
    timezone: str  # never empty: the deployment's where the dealer has none
    terms_days: int = 30
    parent: str | None = None
    active: bool = True


@value
class Line:
    """A phone of somebody registered, whether or not it may speak for them at present."""

    owner: Actor
    active: bool


class Directory(Protocol):
    """What may be asked about who and where there is."""

    def actor(self, phone: str) -> Actor | None:
        """The active registered sender behind an E.164 phone."""

    def line(self, phone: str) -> Line | None:
        """The registered phone of this E.164 number, blocked ones too; None where there is none."""

    def dealer(self, code: str) -> Dealer | None: ...

    def phones_of(self, dealer: str, roles: Sequence[str]) -> Sequence[str]:
        """The active phones of a shop's people of these roles, by number."""

    def covers(self, region: str, dealer: Dealer) -> bool:
        """Whether the dealer's region is `region` or below it in the tree."""

    def above(self, region: str) -> Sequence[str]:
        """A region and those it lies in, the nearest first; none where there is no such region."""

    def lies_in(self, region: str, other: str) -> bool:
        """Whether a region is `other` or below it in the tree; false where there is no such region."""

    def find_dealers(self, text: str, region: str | None) -> Sequence[tuple[str, str]]:
        """Code and name of the active dealers in a region (None: anywhere) that have the text in one of them, by code;
        case makes no difference."""

    def some_dealer(self, region: str | None) -> str | None:
        """The code of an active dealer in a region (None: anywhere) to name in an example; None where there is none."""


class DirectoryBooks(Books, Protocol):
    """The books as far as directory and what they stand on."""

    @property
    def directory(self) -> Directory: ...


def covers(actor: Actor, dealer: Dealer, books: DirectoryBooks) -> bool:
    """Whether a shop lies in the actor's scope: the own one, one of the own region, or any for headquarters."""
    match reach_of(actor):
        case "shop":
            return dealer.code == actor.dealer
        case "region":
            return actor.region is not None and books.directory.covers(actor.region, dealer)
        case _:
            return True


def shop(command: Command, actor: Actor, books: DirectoryBooks) -> Dealer | Reply:
    """The dealer that a command books or reads at: the sender's own, or the one named if it is in scope.

    Field staff and above must name one. A Reply says why there is none.
    """
    code = command.dealer
    if actor.role in SHOP_ROLES:
        if actor.dealer is None:
            return Reply("no_dealer")
        if code is not None and code != actor.dealer:
            return Reply("not_your_shop", {"dealer": code})
        return books.directory.dealer(actor.dealer) or Reply("no_dealer")
    if code is None:
        named = books.directory.some_dealer(None if actor.role == "hq" else actor.region) or "D1001"
        return Reply(
            "which_dealer", {"example": typed(command.verb or "", f"{arguments(command)} @{named}".strip()[-32:])}
        )
    dealer = books.directory.dealer(code)
    if dealer is None:
        return Reply("unknown_dealer", {"dealer": code})
    if not covers(actor, dealer, books):
        return Reply("out_of_area", {"dealer": code})
    return dealer


def at_shop(decide: Callable[[Command, Actor, Dealer, Any], Decision]) -> Callable[[Command, Actor, Any], Decision]:
    """A verb's decision at one shop: the sender's own or the one named, else the answer that says why there is none."""

    @wraps(decide)
    def decided(command: Command, actor: Actor, books: Any) -> Decision:
        dealer = shop(command, actor, books)
        if isinstance(dealer, Reply):
            return Decision(replies=(dealer,))
        return decide(command, actor, dealer, books)

    return decided
