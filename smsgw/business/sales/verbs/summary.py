"""SUM: what was sold in a day, a week or a month, by a shop or in a region, beside the period before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, COUNT, many, phrase
from smsgw.business.core.field_kinds import DAY as OF_A_DAY
from smsgw.business.core.phrases import day_in_words
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, shop
from smsgw.business.sales.rules.ledger import SalesBooks, Sold
from smsgw.calendar.days import business_date, month_start, week_start

DAY, WEEK, MONTH = "day", "week", "month"


def decide(command: Command, actor: Actor, books: SalesBooks) -> Decision:
    """Tell the sets sold in a period up to now and in all of the one before: of the sender's shop or one of theirs, by
    model; of a region, by the shops that sold most and by model. Where none is named it is a day, today or another."""
    period = command.period or DAY
    on = command.on
    if actor.role in SHOP_ROLES or command.dealer is not None:
        at = shop(command, actor, books)
        if isinstance(at, Reply):
            return Decision(replies=(at,))
        today = business_date(books.now, at.timezone)
        place, now, before = _of_shop(at, period, on, books)
    else:
        region = _region(command, actor, books)
        if isinstance(region, Reply):
            return Decision(replies=(region,))
        place = Reply("sum_area", {"region": region}) if region is not None else Reply("sum_all")
        today = business_date(books.now, books.trade.timezone)
        this, last = _spans(period, today, on)
        now, before = books.sales.sold_in(region, *this), books.sales.sold_in(region, *last)
    return Decision(replies=(_told(command.model, _in_words(period, on, today), place, now, before),))


def _of_shop(dealer: Dealer, period: str, on: date | None, books: SalesBooks) -> tuple[Reply, Sold, Sold]:
    this, last = _spans(period, business_date(books.now, dealer.timezone), on)
    now, before = (Sold({}, books.sales.sold(dealer.code, *span)) for span in (this, last))
    return Reply("sum_shop", {"dealer": dealer.code}), now, before


def _region(command: Command, actor: Actor, books: SalesBooks) -> str | Reply | None:
    """The region that is asked about; None: all of them. A Reply says why there is none."""
    if actor.role == "hq":
        return command.region
    if actor.region is None:
        return Reply("no_region")
    region = command.region or actor.region
    return region if books.directory.lies_in(region, actor.region) else Reply("out_of_area", {"dealer": region})


def _spans(period: str, today: date, on: date | None) -> tuple[tuple[date, date], tuple[date, date]]:
    """The first and last day of a period up to today, and of the whole one before; a day `on`, and the one before."""
    if on is not None:
        return (on, on), (on - timedelta(days=1), on - timedelta(days=1))
    first = {DAY: today, WEEK: week_start(today), MONTH: month_start(today)}[period]
    end = first - timedelta(days=1)
    start = {DAY: end, WEEK: week_start(end), MONTH: month_start(end)}[period]
    return (first, today), (start, end)


def _in_words(period: str, on: date | None, today: date) -> tuple[Reply, Reply]:
    """A period and the one before it, or a day and the day before it."""
    if on is None or on == today:
        return Reply(f"span_{period}"), Reply(f"earlier_{period}")
    return Reply("span_on", {"day": day_in_words(on, today)}), Reply("earlier_on")


def _told(model: str | None, when: tuple[Reply, Reply], place: Reply, now: Sold, before: Sold) -> Reply:
    span, earlier = when
    values: dict[str, object] = {"place": place, "span": span, "earlier": earlier}
    if model is not None:
        sets = {"sold": now.by_model.get(model, 0), "before": before.by_model.get(model, 0)}
        return Reply("summary_model", {**values, **sets, "model": model})
    values |= {"before": before.sets}
    if not now.sets:
        return Reply("summary_none", values)
    values |= {"sold": now.sets, "models": _listed(now.by_model, "model")}
    if now.by_dealer:
        dealers = _listed(now.by_dealer, "dealer")
        return Reply("summary_area", {**values, "count": len(now.by_dealer), "dealers": dealers})
    return Reply("summary", values)


def _listed(sets: Mapping[str, int], of: str) -> TruncatableList:
    """`A350 5, B200 2`, the most first."""
    ordered = sorted(sets.items(), key=lambda pair: (-pair[1], pair[0]))
    return TruncatableList(tuple(Reply(f"sum_{of}", {of: code, "sold": count}) for code, count in ordered if count))


PLACE = phrase("sum_shop", "sum_area", "sum_all")
_OF = {"place": PLACE, "span": phrase("span_day", "span_week", "span_month", "span_on"), "before": COUNT}
_OF |= {"earlier": phrase("earlier_day", "earlier_week", "earlier_month", "earlier_on")}
_MODELS = {"sold": COUNT, "models": many(phrase("sum_model"))}

SUMMARY = Verb(
    name="summary",
    place=190,
    help_place=35,
    arguments=("period", "model", "dealer", "region"),  # and a day, of sentences (`what did we sell on friday`)
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    reads_only=True,
    alone=True,
    in_stories=True,
    replies=ReplyTable(
        answers={
            "summary": {**_OF, **_MODELS},
            "summary_area": {**_OF, **_MODELS, "count": COUNT, "dealers": many(phrase("sum_dealer"))},
            "summary_model": {**_OF, "sold": COUNT, "model": CODE},
            "summary_none": _OF,
        },
        phrases={
            "sum_shop": {"dealer": CODE},
            "sum_area": {"region": CODE},
            "sum_all": {},
            "sum_model": {"model": CODE, "sold": COUNT},
            "sum_dealer": {"dealer": CODE, "sold": COUNT},
            "span_on": {"day": OF_A_DAY},
            "earlier_on": {},
            **{f"{when}_{period}": {} for when in ("span", "earlier") for period in (DAY, WEEK, MONTH)},
        },
    ),
    examples=("SUM WEEK",),
    examples_zh=("汇总 周",),
)
