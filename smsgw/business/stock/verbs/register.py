"""REG with IMEIs: sets taken into the shop's stock."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import BOOK, CODE, COUNT, REFERENCE, SETS, many
from smsgw.business.core.phrases import sets, summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockBooks, StockMoved
from smsgw.business.units.replies import BAD
from smsgw.business.units.rules import near
from smsgw.business.units.rules.sets_named import Sets, missing_digit, sort_out, unsaved
from smsgw.business.units.rules.states import (
    IN_STOCK,
    KIND_FOUND,
    KIND_RECEIVED,
    MADE,
    ORIGIN_UNKNOWN,
    RECEIVED,
    SHIPPED,
    Unit,
    UnitMoved,
    in_stock,
    move,
)
from smsgw.calendar.days import business_date


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: StockBooks) -> Decision:
    """Take sets into a shop's stock: shipped ones as received, ones never shipped as found, of unknown origin."""
    named = sort_out(command, dealer, books, _refused, sure=command.asked is not None)
    records: list[Record] = []
    replies: list[Reply] = []
    if named.good:
        records, reply = _book(named.good, dealer, books, command.asked)
        replies.append(reply)
    return unsaved(named, command, actor, books, Decision(tuple(records), tuple(replies)), letter=REGISTER.letter)


def _refused(unit: Unit, code: str) -> Reply | None:
    """Why a unit that its dealer holds cannot be registered there."""
    if unit.state in (RECEIVED, IN_STOCK):
        return Reply("bad_held")
    return None


def _book(good: Sets, dealer: Dealer, books: StockBooks, asked: str | None) -> tuple[list[Record], Reply]:
    code = dealer.code
    reference = asked or books.reference(REGISTER.letter)
    today = business_date(books.now, dealer.timezone)
    models: dict[str, int] = {}
    new: dict[tuple[str, str], int] = {}
    moved: list[Record] = []
    for imei, (model, unit) in good.items():
        models[model] = models.get(model, 0) + 1
        before, holder = (MADE, None) if unit is None else (unit.state, unit.holder)
        kind = KIND_RECEIVED if before == SHIPPED else KIND_FOUND
        if not in_stock(before, books.trade):
            key = model, stock.RECEIVED if before == SHIPPED else stock.FOUND
            new[key] = new.get(key, 0) + 1
        state, holder = move(before, holder, kind, code)
        origin = ORIGIN_UNKNOWN if unit is None else unit.origin
        moved.append(UnitMoved(imei, model, kind, code, state, holder, origin, reference))
    records: list[Record] = [Booked(reference, REGISTER.name, code, today, summary(models.items())), *moved]
    records += [StockMoved(code, model, number, number, kind, reference) for (model, kind), number in new.items()]
    values = {
        "reference": reference,
        "count": len(good),
        "dealer": code,
        "models": sets(models),
        "stock": stock.total(books.stock.levels(code)) + sum(new.values()),
    }
    return records, Reply("register", values)


REGISTER = Verb(
    name="register",
    place=30,
    help_place=100,
    arguments=("imeis", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    missing=missing_digit,
    letter="R",
    good_parts_alone=True,
    on_rejected=near.offer,
    replies=ReplyTable(
        bookings={
            "register": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "models": SETS, "stock": BOOK},
            "register_partial": {
                "reference": REFERENCE,
                "count": COUNT,
                "dealer": CODE,
                "bad": many(BAD),
                "again": COUNT,
            },
        },
    ),
    examples=("REG 860123450000079",),
    examples_zh=("登记 860123450000079",),
)
