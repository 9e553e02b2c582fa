"""BAL: what a dealer owes and may still order."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, DATE, MONEY, OWED, TIME, Kind
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderBooks
from smsgw.calendar.days import local


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: OrderBooks) -> Decision:
    """Tell a dealer's debt, limit, open orders, credit left, what is overdue, and how long a limit is raised."""
    now = local(books.now, dealer.timezone)
    balance = books.orders.balance(dealer.code, now.date())
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
    said = (
        Reply("balance", values)
        if balance.since is None
        else Reply("balance_overdue", {**values, "since": balance.since})
    )
    if balance.lent_until is None:
        return Decision(replies=(said,))
    lent = {"lent": Money(balance.lent, currency), "until": balance.lent_until}
    return Decision(replies=(said, Reply("balance_lent", lent)))


_TOLD: dict[str, Kind] = {
    "dealer": CODE,
    "owed": OWED,
    "limit": MONEY,
    "open": MONEY,
    "free": OWED,
    "overdue": MONEY,
    "on": DATE,
    "time": TIME,
}


BALANCE = Verb(
    name="balance",
    place=160,
    help_place=80,
    arguments=("dealer",),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide,
    reads_only=True,
    alone=True,
    in_stories=True,
    replies=ReplyTable(
        answers={
            "balance": _TOLD,
            "balance_overdue": {**_TOLD, "since": DATE},
            "balance_lent": {"lent": MONEY, "until": DATE},
        },
    ),
    examples=("BAL",),
    examples_zh=("余额",),
)
