"""BAL: what a dealer owes and may still order."""

from __future__ import annotations

from smsgw.commands.command import Command
from smsgw.commands.verb import Verb
from smsgw.retail import orders
from smsgw.retail.decision import Decision, Money, Reply
from smsgw.retail.ledger import Ledger
from smsgw.retail.model import Actor, Dealer
from smsgw.retail.times import local

BALANCE = Verb(
    name="balance",
    arguments=("dealer",),
    reads_only=True,
    alone=True,
    examples=("BAL",),
    examples_zh=("余额",),
)


def decide(command: Command, actor: Actor, dealer: Dealer, books: Ledger, asked: str | None = None) -> Decision:
    """Tell a dealer's debt, limit, open orders, credit left and what is overdue."""
    now = local(books.now, dealer.timezone)
    balance = books.balance(dealer.code, now.date())
    currency = dealer.currency
    values = {
        "dealer": dealer.code,
        "owed": Money(balance.owed, currency),
        "limit": Money(dealer.credit_limit, currency),
        "open": Money(balance.open_orders, currency),
        "free": Money(orders.credit_left(dealer, balance), currency),
        "overdue": Money(balance.overdue, currency),
        "on": now.date(),
        "time": now,
    }
    return Decision(replies=(Reply("balance", values),))
