"""LATE and REMIND: which shops have not reported what was due, and a reminder to those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smsgw.business.core import rights
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CLAUSE, CODE, COUNT, DATE, TIME, many, phrase
from smsgw.business.core.phrases import typed
from smsgw.business.core.principal import ABOVE_SHOPS, MANAGERS, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import covers
from smsgw.business.expectations.rules import ExpectationBooks, Late, LateShop, ReminderAsked
from smsgw.calendar.days import local


def decide(command: Command, actor: Actor, books: ExpectationBooks) -> Decision:
    """List the shops of the sender's region, or of one in it, that are late, the longest silent first."""
    found = _late(command, actor, books)
    if isinstance(found, Reply):
        return Decision(replies=(found,))
    region, late = found
    values = _values(region, late)
    shops = TruncatableList(tuple(_shop(shop) for shop in late.shops))
    if not rights.allowed(actor.role, REMIND):
        return Decision(replies=(Reply("late_only", {**values, "shops": shops}),))
    return Decision(replies=(Reply("late", {**values, "shops": shops, "next": typed(REMIND.name, region or "")}),))


def decide_remind(command: Command, actor: Actor, books: ExpectationBooks) -> Decision:
    """Have the shops that LATE lists, or those of them that are named, reminded: each at most once a day, and nobody
    who said STOP.

    Of a shop that owes reports by several rules, that of the one due last is asked for: one text is enough. Where the
    hours are quiet the reminder waits for them. The answer names the shops that are not reminded now, and why.
    """
    found = _late(command, actor, books)
    if isinstance(found, Reply):
        return Decision(replies=(found,))
    region, late = found
    shops, others = _named(command, actor, late, books) if command.dealers else (late.shops, [])
    standing = books.expectations.reminding([shop.dealer for shop in shops])
    records: list[ReminderAsked] = []
    told: list[str] = []
    waiting: list[tuple[str, datetime]] = []
    for shop in shops:
        stands = standing[shop.dealer]
        if not stands.people:
            others.append(Reply("not_reachable", {"dealer": shop.dealer}))
        elif not stands.phones:
            others.append(Reply("not_willing", {"dealer": shop.dealer}))
        elif stands.reminded:
            others.append(Reply("not_again", {"dealer": shop.dealer}))
        else:
            records += _asked(shop, stands.phones)
            told.append(shop.dealer)
            if stands.opens_at is not None:
                waiting.append((shop.dealer, stands.opens_at))
    values = {"area": _area(region), "late": len(shops)}
    if waiting and len(waiting) == len(told):
        dealer, at = min(waiting, key=lambda each: (each[1], each[0]))
        opens = _clock(dealer, at, books)
        values |= {"count": len(told), "time": opens, "on": opens.date()}
        if others:
            return Decision(
                tuple(records), (Reply("remind_later_some", {**values, "others": TruncatableList(tuple(others))}),)
            )
        return Decision(tuple(records), (Reply("remind_later", values),))
    others = [
        Reply("not_yet", {"dealer": dealer, "time": _clock(dealer, at, books)}) for dealer, at in waiting
    ] + others
    count = len(told) - len(waiting)
    if not count:
        return Decision(tuple(records), (Reply("remind_nobody", {**values, "others": TruncatableList(tuple(others))}),))
    values["count"] = count
    if others:
        return Decision(tuple(records), (Reply("remind_some", {**values, "others": TruncatableList(tuple(others))}),))
    return Decision(tuple(records), (Reply("remind", {**values, "shops": TruncatableList(tuple(told))}),))


def _late(command: Command, actor: Actor, books: ExpectationBooks) -> tuple[str | None, Late] | Reply:
    """The region that is asked about (None: all of them) and its late shops; the answer where there are none."""
    region = command.region
    if actor.role != "hq":
        if actor.region is None:
            return Reply("no_region")
        region = region or actor.region
        if not books.directory.lies_in(region, actor.region):
            return Reply("out_of_area", {"dealer": region})
    late = books.expectations.late(region)
    if late.on is None:
        return Reply("late_nothing_due", {"area": _area(region)})
    if not late.shops:
        return Reply("late_nobody", {"area": _area(region), "on": late.on, "expected": late.expected})
    return region, late


def _named(
    command: Command, actor: Actor, late: Late, books: ExpectationBooks
) -> tuple[tuple[LateShop, ...], list[Reply]]:
    """Of the shops that a command names those that are late, and why the others are not reminded."""
    by_code = {shop.dealer: shop for shop in late.shops}
    others: list[Reply] = []
    for code in command.dealers:
        dealer = books.directory.dealer(code)
        if dealer is None or not covers(actor, dealer, books):
            others.append(Reply("not_yours", {"dealer": code}))
        elif code not in by_code:
            others.append(Reply("not_late", {"dealer": code}))
    return tuple(by_code[code] for code in command.dealers if code in by_code), others


def _values(region: str | None, late: Late) -> dict[str, object]:
    reported = late.expected - len(late.shops)
    return {
        "area": _area(region),
        "on": late.on,
        "reported": reported,
        "expected": late.expected,
        "rate": min(99, round(100 * reported / late.expected)),  # all but one of a thousand are not all
    }


def _area(region: str | None) -> Reply:
    return Reply("everywhere") if region is None else Reply("area", {"region": region})


def _shop(shop: LateShop) -> Reply:
    if shop.silent <= 0:  # it reported today, but not this
        return Reply("late_shop", {"dealer": shop.dealer})
    return Reply("silent_shop", {"dealer": shop.dealer, "days": shop.silent})


def _asked(shop: LateShop, phones: Sequence[str]) -> list[ReminderAsked]:
    rule = shop.owed[0][0]
    return [
        ReminderAsked(rule, period, shop.dealer, phone)
        for name, period in shop.owed
        if name == rule
        for phone in phones
    ]


def _clock(dealer: str, at: datetime, books: ExpectationBooks) -> datetime:
    """A moment on the clock of a shop."""
    shop = books.directory.dealer(dealer)
    return local(at, shop.timezone if shop else books.trade.timezone)


AREA = phrase("area", "everywhere")
LATE_SHOPS = many(phrase("silent_shop", "late_shop"))
LEFT_OUT = ("not_reachable", "not_willing", "not_again", "not_yours", "not_late")
NOT_REMINDED = many(phrase(*LEFT_OUT, "not_yet"))

LATE = Verb(
    name="late",
    place=360,
    help_place=150,
    arguments=("region",),
    roles=ABOVE_SHOPS,
    decide=decide,
    reads_only=True,
    alone=True,
    fragment="field",
    replies=ReplyTable(
        answers={
            "late": {
                "area": AREA,
                "on": DATE,
                "reported": COUNT,
                "expected": COUNT,
                "rate": COUNT,
                "shops": LATE_SHOPS,
                "next": CLAUSE,
            },
            "late_only": {
                "area": AREA,
                "on": DATE,
                "reported": COUNT,
                "expected": COUNT,
                "rate": COUNT,
                "shops": LATE_SHOPS,
            },
            "late_nobody": {"area": AREA, "on": DATE, "expected": COUNT},
            "late_nothing_due": {"area": AREA},
        },
        phrases={
            "area": {"region": CODE},
            "everywhere": {},
            "silent_shop": {"dealer": CODE, "days": COUNT},
            "late_shop": {"dealer": CODE},
        },
    ),
    examples=("LATE EAST", "LATE"),
    examples_zh=("未报 EAST",),
)

REMIND = Verb(
    name="remind",
    place=370,
    help_place=160,
    arguments=("region", "dealers"),
    roles=MANAGERS,
    decide=decide_remind,
    alone=True,
    fragment="field",
    replies=ReplyTable(
        answers={
            "remind": {"area": AREA, "late": COUNT, "count": COUNT, "shops": many(CODE)},
            "remind_some": {"area": AREA, "late": COUNT, "count": COUNT, "others": NOT_REMINDED},
            "remind_later": {"area": AREA, "late": COUNT, "count": COUNT, "time": TIME, "on": DATE},
            "remind_later_some": {
                "area": AREA,
                "late": COUNT,
                "count": COUNT,
                "time": TIME,
                "on": DATE,
                "others": many(phrase(*LEFT_OUT)),
            },
            "remind_nobody": {"area": AREA, "late": COUNT, "others": NOT_REMINDED},
        },
        phrases={
            "not_reachable": {"dealer": CODE},
            "not_willing": {"dealer": CODE},
            "not_again": {"dealer": CODE},
            "not_yours": {"dealer": CODE},
            "not_late": {"dealer": CODE},
            "not_yet": {"dealer": CODE, "time": TIME},
        },
    ),
    examples=("REMIND EAST", "REMIND D1001"),
    examples_zh=("催报 EAST", "催报 D1001"),
)

VERBS = (LATE, REMIND)
