"""Which shop a command is about, and whether the sender may act there."""

from __future__ import annotations

from smsgw.business.core import rights
from smsgw.business.core.command import Command
from smsgw.business.core.phrases import arguments, typed
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import Dealer
from smsgw.business.ledger import Ledger


def shop(command: Command, actor: Actor, books: Ledger) -> Dealer | Reply:
    """The dealer that a command books or reads at: the sender's own, or the one named if it is in scope.

    Field staff and above must name one. A Reply says why there is none.
    """
    code = command.dealer
    if actor.role in rights.SHOP_ROLES:
        if actor.dealer is None:
            return Reply("no_dealer")
        if code is not None and code != actor.dealer:
            return Reply("not_your_shop", {"dealer": code})
        return books.dealer(actor.dealer) or Reply("no_dealer")
    if code is None:
        return Reply(
            "which_dealer", {"example": typed(command.verb or "", f"{arguments(command)} @D1001".strip()[-32:])}
        )
    dealer = books.dealer(code)
    if dealer is None:
        return Reply("unknown_dealer", {"dealer": code})
    if not rights.covers(actor, dealer, books):
        return Reply("out_of_area", {"dealer": code})
    return dealer
