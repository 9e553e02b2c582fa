"""PRICE: what a model costs."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, DATE, MONEY
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.prices.rules import PriceBooks
from smsgw.calendar.days import business_date


def decide(command: Command, actor: Actor, books: PriceBooks) -> Decision:
    """Tell a model's prices in force today for the tier of the sender's shop; the general ones for field staff."""
    model = command.model or ""
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    zone = dealer.timezone if dealer else books.trade.timezone
    price = books.prices.in_force(model, dealer.tier if dealer else "", business_date(books.now, zone))
    if price is None:
        return Decision(replies=(Reply("price_none", {"model": model}),))
    values = {
        "model": model,
        "dealer_price": Money(price.dealer_price, price.currency),
        "retail_price": Money(price.retail_price, price.currency),
        "valid_from": price.valid_from,
    }
    return Decision(replies=(Reply("price", values),))


PRICE = Verb(
    name="price",
    place=60,
    help_place=60,
    arguments=("model",),
    roles=EVERYBODY,
    decide=decide,
    reads_only=True,
    replies=ReplyTable(
        answers={
            "price": {"model": CODE, "dealer_price": MONEY, "retail_price": MONEY, "valid_from": DATE},
            "price_none": {"model": CODE},
        },
    ),
    examples=("PRICE A350",),
    examples_zh=("价格 A350",),
)

VERBS = (PRICE,)
