"""MKT: a rival's set and its price, seen at a shop or somewhere in the sender's region."""

from __future__ import annotations

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, EXAMPLE, MONEY, NAME, REFERENCE, TOKEN
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, shop
from smsgw.business.market.rules import MarketNoted, compared
from smsgw.calendar.days import business_date
from smsgw.values.money import decimal, minor

_SUMMARY = 40  # characters of brand and model where the booking is one of several


def decide(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Book a price that was seen: at the shop that is named, else in the sender's own region.

    It is in the shop's currency, or in that of the deployment. One that is no amount of it, or zero, is refused.
    """
    dealer: Dealer | None = None
    region = actor.region
    if command.dealer is not None or region is None:
        found = shop(command, actor, books)
        if isinstance(found, Reply):
            return Decision(replies=(found,))
        dealer, region = found, None
    brand, model, said = command.brand or "", command.text or "", command.price or ""
    currency = dealer.currency if dealer is not None else books.trade.currency
    price = _price(said, currency)
    if not price:
        refused = {"price": said, "currency": currency, "example": Example(MARKET.name)}
        return Decision(replies=(Reply("market_no_price", refused),))
    reference = command.asked or books.reference(MARKET.letter)
    today = business_date(books.now, dealer.timezone if dealer is not None else books.trade.timezone)
    words = f"{brand} {model}"
    code = dealer.code if dealer is not None else None
    note = MarketNoted(reference, code, region, words, compared(brand), compared(model), price, currency, today)
    booked = Booked(reference, MARKET.name, code, today, f"{words[:_SUMMARY]} {decimal(price, currency)}")
    values = {
        "reference": reference,
        "brand": brand,
        "model": model,
        "price": Money(price, currency),
        "place": code or region,
    }
    return Decision((booked, note), (Reply("market" if dealer is not None else "market_region", values),))


def _price(said: str, currency: str) -> int:
    """The minor units of a price; 0 for what is none."""
    try:
        return minor(said, currency)
    except ValueError:
        return 0


_NOTED = {"reference": REFERENCE, "brand": NAME, "model": TOKEN, "price": MONEY, "place": CODE}

MARKET = Verb(
    name="market",
    place=350,
    help_place=145,
    arguments=("brand", "text", "price", "dealer"),
    roles=ABOVE_SHOPS,
    decide=decide,
    letter="M",
    replies=ReplyTable(
        bookings={"market": _NOTED, "market_region": _NOTED},
        answers={"market_no_price": {"price": TOKEN, "currency": CODE, "example": EXAMPLE}},
    ),
    examples=("MKT XBRAND Y12 998",),
    examples_zh=("竞品 XBRAND Y12 998",),
)

VERBS = (MARKET,)
