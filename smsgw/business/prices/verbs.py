"""PRICE: what a model costs."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, DATE, MONEY
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import shop
from smsgw.business.prices.rules import PriceBooks
from smsgw.calendar.days import business_date


def decide(command: Command, actor: Actor, books: PriceBooks) -> Decision:
    """Tell a model's prices in force today: those of the sender's shop, or of the shop that is named.

    What a dealer pays depends on the dealer: who sees to several shops and names none is told the retail price alone.
    """
    model = command.model or ""
    if actor.role not in SHOP_ROLES and command.dealer is None:
        return Decision(replies=(_retail(model, actor, books),))
    dealer = shop(command, actor, books)
    if isinstance(dealer, Reply):
        return Decision(replies=(dealer,))
    price = books.prices.in_force(model, dealer.tier, business_date(books.now, dealer.timezone))
    if price is None:
        return Decision(replies=(Reply("price_none", {"model": model}),))
    values = {
        "model": model,
        "dealer_price": Money(price.dealer_price, price.currency),
        "retail_price": Money(price.retail_price, price.currency),
        "valid_from": price.valid_from,
    }
    if actor.role in SHOP_ROLES:
        return Decision(replies=(Reply("price", values),))
    return Decision(replies=(Reply("price_of", {**values, "dealer": dealer.code}),))


def _retail(model: str, actor: Actor, books: PriceBooks) -> Reply:
    """The retail price of a model, and how to ask what a dealer pays."""
    price = books.prices.in_force(model, "", business_date(books.now, books.trade.timezone))
    if price is None:
        return Reply("price_none", {"model": model})
    values = {"model": model, "retail_price": Money(price.retail_price, price.currency), "valid_from": price.valid_from}
    named = books.directory.some_dealer(None if actor.role == "hq" else actor.region)
    if named is None:
        return Reply("price_retail", values)
    return Reply("price_retail_of", {**values, "dealer": named})


_BOTH = {"model": CODE, "dealer_price": MONEY, "retail_price": MONEY, "valid_from": DATE}

PRICE = Verb(
    name="price",
    place=60,
    help_place=60,
    arguments=("model", "dealer"),
    roles=EVERYBODY,
    decide=decide,
    reads_only=True,
    replies=ReplyTable(
        answers={
            "price": _BOTH,
            "price_of": {**_BOTH, "dealer": CODE},
            "price_retail": {"model": CODE, "retail_price": MONEY, "valid_from": DATE},
            "price_retail_of": {"model": CODE, "retail_price": MONEY, "valid_from": DATE, "dealer": CODE},
            "price_none": {"model": CODE},
        },
    ),
    examples=("PRICE A350",),
    examples_zh=("价格 A350",),
)

VERBS = (PRICE,)
