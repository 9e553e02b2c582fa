"""PRICE: what a model costs, and what it is announced to cost."""

from __future__ import annotations

from datetime import date

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, DATE, MONEY
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import shop
from smsgw.business.prices.rules import Change, Price, PriceBooks
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
    today = business_date(books.now, dealer.timezone)
    price = books.prices.in_force(model, dealer, today)
    change = books.prices.coming(model, dealer, today)
    if price is None:
        return Decision(replies=(_none_yet(model, change),))
    values = {
        "model": model,
        "dealer_price": Money(price.dealer_price, price.currency),
        "retail_price": Money(price.retail_price, price.currency),
        "valid_from": price.valid_from,
    }
    shop_ = actor.role in SHOP_ROLES
    replies = [Reply("price", values) if shop_ else Reply("price_of", {**values, "dealer": dealer.code})]
    if change is not None and change.price is not None:
        replies.append(Reply("price_coming", _then(change.on, change.price)))
    return Decision(replies=tuple(replies))


def _none_yet(model: str, change: Change | None) -> Reply:
    """That a model has no price today, or from which day on it has one."""
    if change is None or change.price is None:
        return Reply("price_none", {"model": model})
    return Reply("price_none_then", {"model": model, **_then(change.on, change.price)})


def _then(on: date, price: Price) -> dict[str, object]:
    return {
        "on": on,
        "then_dealer": Money(price.dealer_price, price.currency),
        "then_retail": Money(price.retail_price, price.currency),
    }


def _retail(model: str, actor: Actor, books: PriceBooks) -> Reply:
    """The retail price of a model, and how to ask what a dealer pays."""
    price = books.prices.in_force(model, None, business_date(books.now, books.trade.timezone))
    if price is None:
        return Reply("price_none", {"model": model})
    values = {"model": model, "retail_price": Money(price.retail_price, price.currency), "valid_from": price.valid_from}
    named = books.directory.some_dealer(None if actor.role == "hq" else actor.region)
    if named is None:
        return Reply("price_retail", values)
    return Reply("price_retail_of", {**values, "dealer": named})


_BOTH = {"model": CODE, "dealer_price": MONEY, "retail_price": MONEY, "valid_from": DATE}
_THEN = {"on": DATE, "then_dealer": MONEY, "then_retail": MONEY}

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
            "price_coming": _THEN,
            "price_of": {**_BOTH, "dealer": CODE},
            "price_retail": {"model": CODE, "retail_price": MONEY, "valid_from": DATE},
            "price_retail_of": {"model": CODE, "retail_price": MONEY, "valid_from": DATE, "dealer": CODE},
            "price_none": {"model": CODE},
            "price_none_then": {"model": CODE, **_THEN},
        },
    ),
    examples=("PRICE A350",),
    examples_zh=("价格 A350",),
)

VERBS = (PRICE,)
