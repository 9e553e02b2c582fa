"""STOCK: what a shop holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from smsgw.business.core import vocabulary
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import BOOK, CODE, COUNT, DATE, TIME, Kind, many, phrase
from smsgw.business.core.principal import ABOVE_SHOPS, EVERYBODY, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import TurnoverBooks
from smsgw.business.units.rules.states import SHIPPED, in_stock
from smsgw.calendar.days import local


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: TurnoverBooks) -> Decision:
    """Tell what a shop has of a model, what it sold of it in seven days, how long that lasts and what it has on order;
    or what it has of all models.

    Sets that came back and are not for sale are told besides.
    """
    levels = books.stock.levels(dealer.code)
    returned = books.units.returned(dealer.code)
    aside = returned.get(command.model, 0) if command.model is not None else sum(returned.values())
    besides = (Reply("stock_returned", {"count": aside}),) if aside else ()
    if command.model is None:
        held = [(model, level.quantity) for model, level in levels.items() if level.quantity]
        if not held:
            return Decision(replies=(Reply("stock_none", {"dealer": dealer.code}), *besides))
        held.sort(key=lambda pair: (-pair[1], pair[0]))
        listed = TruncatableList(
            tuple(Reply("in_stock", {"model": model, "quantity": quantity}) for model, quantity in held)
        )
        total = sum(quantity for _, quantity in held)
        return Decision(
            replies=(Reply("stock_all", {"dealer": dealer.code, "levels": listed, "total": total}), *besides)
        )
    now = local(books.now, dealer.timezone)
    today = now.date()
    values = {
        "dealer": dealer.code,
        "model": command.model,
        "quantity": levels.get(command.model, stock.EMPTY).quantity,
        "week": books.sales.sold(dealer.code, today - timedelta(days=6), today).get(command.model, 0),
        "time": now,
        "on": today,
    }
    more = _more(values, actor, dealer, books)
    told = Reply("stock_more", {**values, "more": more}) if more.items else Reply("stock_model", values)
    return Decision(replies=(told, *besides))


# Who is told what lies in the depots: whoever may order of it.
_SEES_DEPOTS = ("owner", *ABOVE_SHOPS)


def _more(values: Mapping[str, Any], actor: Actor, dealer: Dealer, books: TurnoverBooks) -> TruncatableList:
    """For how many weeks a shop has of a model, as it sold of late; what is on its way to it, where that is not its
    stock yet; what it has on order; and what its depot has, for whoever may order.
    """
    model = values["model"]
    weeks = stock.cover(values["quantity"], stock.sold_in_four_weeks(books, dealer.code, values["on"]).get(model, 0))
    coming = 0 if in_stock(SHIPPED, books.trade) else books.units.coming(dealer.code, model)
    ordered = sum(count(dealer.code, model, books) for count in vocabulary.awaited())
    depot = books.units.supplied(model, dealer.region) if actor.role in _SEES_DEPOTS else 0
    counts = (("more_coming", coming), ("more_ordered", ordered), ("more_depot", depot))
    covered = (Reply("more_cover", {"weeks": weeks}),) if weeks else ()
    return TruncatableList((*covered, *(Reply(key, {"count": count}) for key, count in counts if count > 0)))


_WEEKS = Kind("token", (stock.MANY_WEEKS, "99.9"), limit=4)

STOCK = Verb(
    name="stock",
    place=50,
    help_place=30,
    arguments=("model", "dealer"),
    roles=EVERYBODY,
    decide=decide,
    reads_only=True,
    alone=True,
    in_stories=True,
    replies=ReplyTable(
        answers={
            "stock_model": {"dealer": CODE, "model": CODE, "quantity": BOOK, "week": COUNT, "time": TIME, "on": DATE},
            "stock_more": {
                "dealer": CODE,
                "model": CODE,
                "quantity": BOOK,
                "week": COUNT,
                "more": many(phrase("more_cover", "more_coming", "more_ordered", "more_depot")),
                "time": TIME,
                "on": DATE,
            },
            "stock_all": {"dealer": CODE, "levels": many(phrase("in_stock")), "total": BOOK},
            "stock_none": {"dealer": CODE},
            "stock_returned": {"count": COUNT},
        },
        phrases={
            "in_stock": {"model": CODE, "quantity": BOOK},
            "more_cover": {"weeks": _WEEKS},
            "more_coming": {"count": COUNT},
            "more_ordered": {"count": COUNT},
            "more_depot": {"count": COUNT},
        },
    ),
    examples=("STOCK A350", "STOCK"),
    examples_zh=("库存 A350",),
)
