"""SALE: sets sold, by IMEI or by model and quantity."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command, Item
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import (
    BOOK,
    BRIEF,
    CODE,
    COUNT,
    DATE,
    DAY,
    LAST4,
    REFERENCE,
    SETS,
    WHERE,
    many,
    phrase,
)
from smsgw.business.core.phrases import date_refused, day_in_words, sets, summary
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.sales.replies import HOLD_REASON
from smsgw.business.sales.rules import holds, late
from smsgw.business.sales.rules.brakes import unusual
from smsgw.business.sales.rules.late import Filling
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.rules.lines import LETTER, NAME, SaleLineBooked
from smsgw.business.sales.rules.totals import totals, with_new
from smsgw.business.sales.verbs import hold_deciding, holding
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.replies import BAD, UNIT_STATE
from smsgw.business.units.rules import near
from smsgw.business.units.rules.sets_named import Named, Sets, missing_digit, sort_out, unsaved
from smsgw.business.units.rules.states import KIND_SOLD, ORIGIN_UNKNOWN, SOLD, Unit, UnitMoved, in_stock, move, nobodys
from smsgw.calendar.days import business_date


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: SalesBooks) -> Decision:
    """Book a sale at a shop, by IMEI or by model and quantity.

    Where the sender has just answered our question about it with YES, what was doubtful then is no longer.
    """
    today = business_date(books.now, dealer.timezone)
    on = command.on or today
    if on is not today:
        refused = date_refused(on, today, books)
        if refused is not None:
            return Decision(replies=(refused,))
    if command.items:
        return _by_model(command, actor, dealer, books, days=(on, today))
    return _by_imei(command, actor, dealer, books, days=(on, today))


def _by_imei(command: Command, actor: Actor, dealer: Dealer, books: SalesBooks, *, days: tuple[date, date]) -> Decision:
    named = sort_out(command, dealer, books, _refused, sure=command.asked is not None, apart=True)
    if named.others and not (named.good or named.bad or named.doubtful):
        return holding.put_on_hold(command, actor, dealer, named.others, books, days=days)
    booked = Decision()
    if named.good:
        filling = late.filling(command, named.good, dealer, books)
        if filling and command.reference is None and not command.repeat:
            booked = _ask_whether_late(command, named, filling, actor, books, today=days[1])
        else:
            records, reply = _book(command, named.good, {} if command.repeat else filling, dealer, books, days=days)
            over = () if filling and not command.repeat else _nil_over(dealer, books, days=days)
            booked = Decision(tuple(records), (reply, *over))
    decided = unsaved(named, command, actor, books, booked, letter=SALE.letter)
    if named.others:
        return replace(decided, then=(holding.of_others(command, [imei for imei, _ in named.others]),))
    return decided


def _ask_whether_late(
    command: Command, named: Named, filling: Filling, actor: Actor, books: SalesBooks, *, today: date
) -> Decision:
    """Ask whether sets are those that the shop told by number before; RO behind the text says that they are not."""
    first = next(iter(filling.values()))
    late_ones = replace(
        command, imeis=tuple(named.good), doubtful=(), positions=(), problems=(), reference=first.reference
    )
    reference, records = ask(books, actor, [[late_ones]], SALE.letter)
    wanted: dict[str, int] = {}
    for line in filling.values():
        wanted[line.model] = wanted.get(line.model, 0) + 1
    values = {
        "models": sets(wanted),
        "reference": first.reference,
        "day": day_in_words(first.on, today),
        "answer": answer_word(reference),
    }
    named.good.clear()  # nothing of them is booked yet
    return Decision(tuple(records), (Reply("sale_late_question", values),))


def _refused(unit: Unit, code: str) -> Reply | None:
    """Nothing that a shop holds is beyond selling."""
    return None


def _book(
    command: Command, good: Sets, filling: Filling, dealer: Dealer, books: SalesBooks, *, days: tuple[date, date]
) -> tuple[list[Record], Reply]:
    """The records of a sale of units, and the answer to it.

    Those that fill a sale by number are sold on its day, and count and left the shop's book with it.
    """
    on, today = days
    code = dealer.code
    trade = books.trade
    levels = books.stock.levels(code)
    reference = command.asked or books.reference(SALE.letter)
    models: dict[str, int] = {}
    strangers: dict[str, int] = {}
    from_book: dict[str, int] = {}
    gone: dict[str, int] = {}  # of those in the book, the ones that have left it with a sale by number
    units: list[Record] = []
    lines: list[Record] = []
    for imei, (model, unit) in good.items():
        models[model] = models.get(model, 0) + 1
        fills = filling.get(imei) if filling else None
        if unit is None or nobodys(unit):
            if fills is None:
                strangers[model] = strangers.get(model, 0) + 1
            origin = ORIGIN_UNKNOWN if unit is None else unit.origin
            units.append(UnitMoved(imei, model, KIND_SOLD, code, SOLD, code, origin, reference))
        else:
            if in_stock(unit.state, trade):
                from_book[model] = from_book.get(model, 0) + 1
                if fills is not None:
                    gone[model] = gone.get(model, 0) + 1
            state, holder = move(unit.state, unit.holder, KIND_SOLD, code)
            units.append(UnitMoved(imei, model, KIND_SOLD, code, state, holder, unit.origin, reference))
        if fills is None:
            lines.append(SaleLineBooked(reference, code, on, model, 1, imei, None, command.customer))
        else:
            lines.append(SaleLineBooked(reference, code, fills.on, model, 1, imei, fills.reference, command.customer))
    first = next(iter(filling.values())) if filling else None
    records: list[Record] = [
        Booked(reference, SALE.name, code, on if first is None else first.on, summary(models.items()))
    ]
    records += units
    records += lines
    for model in models:
        known = from_book.get(model, 0)
        # A set that we never shipped is taken for one of those that the book has without an IMEI, if there are any.
        listed = min(strangers.get(model, 0), stock.unlisted(levels.get(model)))
        if known or listed:
            quantity = gone.get(model, 0) - known - listed
            records.append(StockMoved(code, model, quantity, -known, stock.SOLD, reference))
    count = len(good)
    day, week = with_new(totals(books, dealer, today), count - len(filling), on, today)
    values = {
        "reference": reference,
        "count": count,
        "dealer": code,
        "models": sets(models),
        "today": day,
        "week": week,
    }
    if first is not None:
        told = {"of": first.reference, "day": day_in_words(first.on, today)}
        return records, Reply("sale_late", {**values, **told})
    if on == today:
        return records, Reply("sale", values)
    return records, Reply("sale_on", {**values, "day": day_in_words(on, today)})


def _by_model(
    command: Command, actor: Actor, dealer: Dealer, books: SalesBooks, *, days: tuple[date, date]
) -> Decision:
    """A sale without IMEIs; the book may go below zero, which the answer says."""
    on, today = days
    code = dealer.code
    levels = books.stock.levels(code)
    models: dict[str, int] = {}
    for item in command.items:
        models[item.model] = models.get(item.model, 0) + item.quantity
    if command.asked is None:
        refused = _implausible(command, models, actor, dealer, books, today)
        if refused is not None:
            return refused
    reference = command.asked or books.reference(SALE.letter)
    records: list[Record] = [Booked(reference, SALE.name, code, on, summary(models.items()))]
    short: tuple[str, int] | None = None
    for model, quantity in models.items():
        records.append(SaleLineBooked(reference, code, on, model, quantity, None, None, command.customer))
        records.append(StockMoved(code, model, -quantity, 0, stock.SOLD, reference))
        left = stock.after(levels.get(model), -quantity, 0).quantity
        if left < 0 and short is None:
            short = model, left
    values = {"reference": reference, "dealer": code, "models": sets(models)}
    until = on + timedelta(days=books.trade.imei_days)
    due = Reply("imeis_due", {"until": until}) if books.trade.imei_days and until >= today else Reply("imeis_none")
    dated: dict[str, object] = {} if on == today else {"day": day_in_words(on, today)}
    if short is not None:
        key, on_a_day, more = "sale_items_short", "sale_items_short_on", {"short": short[0], "book": short[1]}
    else:
        day, week = with_new(totals(books, dealer, today), sum(models.values()), on, today)
        key, on_a_day, more = "sale_items", "sale_items_on", {"today": day, "week": week, "imeis": due}
    reply = Reply(on_a_day if dated else key, {**values, **more, **dated})
    return Decision(tuple(records), (reply, *_nil_over(dealer, books, days=days)))


def _nil_over(dealer: Dealer, books: SalesBooks, *, days: tuple[date, date]) -> tuple[Reply, ...]:
    """That the first sale of a day ends what a NIL said of it; nothing where none did."""
    on, today = days
    nil = books.sales.nil_of(dealer.code, on)
    if nil is None or books.sales.sold(dealer.code, on, on):
        return ()
    return (Reply("nil_over", {"nil": nil, "day": day_in_words(on, today)}),)


def _implausible(
    command: Command, models: dict[str, int], actor: Actor, dealer: Dealer, books: SalesBooks, today: date
) -> Decision | None:
    levels = books.stock.levels(dealer.code)
    for model, quantity in models.items():
        book = levels.get(model, stock.EMPTY).quantity
        if unusual(model, quantity, book, dealer=dealer.code, today=today, books=books):
            reference, records = ask(books, actor, [[command]], SALE.letter)
            values = {"model": model, "quantity": quantity, "book": book, "answer": answer_word(reference)}
            return Decision(tuple(records), (Reply("absurd_sale", values),))
    return None


def restate(booking: Booking, books: SalesBooks) -> Command | None:
    """The command that would sell the same on the same day; None of a sale both by IMEI and by number."""
    lines = books.sales.lines(booking.reference)
    held = None if lines else books.sales.holds.find(booking.reference)
    if held is not None and held.state == holds.OPEN:
        return Command(NAME, imeis=tuple(line.imei for line in held.lines), on=held.on)
    imeis = tuple(line.imei for line in lines if line.imei is not None)
    items = tuple(Item(line.model, line.quantity) for line in lines if line.imei is None)
    if not lines or (imeis and items) or any(line.fills for line in lines):
        return None
    return Command(SALE.name, imeis=imeis, items=items, on=lines[0].on)


def is_repeat(booking: Booking, phone: str, books: SalesBooks) -> bool:
    """Whether the same text again would be the same sale: not where a set of it came back since, to be sold again."""
    return not books.sales.came_back(booking.reference)


def undo_reply(booking: Booking, dealer: Dealer, books: SalesBooks) -> Reply:
    """The answer to a sale that was taken back, with the totals after it."""
    values: dict[str, object] = {"reference": booking.reference, "dealer": dealer.code}
    lines = books.sales.lines(booking.reference)
    if not lines:
        hold = books.sales.holds.find(booking.reference)
        return Reply("undone", values) if hold is None else holding.withdrawn(hold)
    today = business_date(books.now, dealer.timezone)
    count = sum(line.quantity for line in lines)
    gone = sum(line.quantity for line in lines if line.fills is None)
    day, week = with_new(totals(books, dealer, today), -gone, lines[0].on, today)
    values = {**values, "count": count, "today": day, "week": week}
    on = lines[0].on
    nil = books.sales.nil_of(dealer.code, on)
    if nil is not None and sum(books.sales.sold(dealer.code, on, on).values()) == gone:
        return Reply("undone_sale_nil", {**values, "nil": nil})
    return Reply("undone_sale", values)


# Until when the IMEIs of a sale by number may follow.
IMEIS = phrase("imeis_due", "imeis_none")

_HELD = {"reference": REFERENCE, "last": LAST4, "dealer": CODE}
_UNDONE = {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "today": COUNT, "week": COUNT}
_HOLD_STATE = phrase(*(f"hold_is_{state}" for state in holds.STATES if state != holds.OPEN))
_TOLD = phrase("dealer_told", "dealer_not_told")

SALE = Verb(
    name=NAME,
    place=10,
    help_place=10,
    arguments=("imeis", "items", "model", "dealer", "on", "customer", "repeat"),
    roles=EVERYBODY,
    decide=decide,
    missing=missing_digit,
    letter=LETTER,
    good_parts_alone=True,
    by_imeis=True,
    reports=True,
    on_rejected=near.offer,
    restate=restate,
    is_repeat=is_repeat,
    undo_any_time=lambda booking, books: holding.waits(booking.reference, books),
    undo_reply=undo_reply,
    already_reply=lambda booking, actor, books: holding.is_asked(booking, books),
    on_option=holding.on_option,
    on_no=holding.on_no,
    on_lapse=holding.on_lapse,
    on_answer=holding.answer,
    approve=hold_deciding.approve,
    reject=hold_deciding.reject,
    waiting=hold_deciding.waiting,
    replies=ReplyTable(
        bookings={
            "sale": {
                "reference": REFERENCE,
                "count": COUNT,
                "dealer": CODE,
                "models": SETS,
                "today": COUNT,
                "week": COUNT,
            },
            "sale_on": {
                "reference": REFERENCE,
                "count": COUNT,
                "dealer": CODE,
                "models": SETS,
                "day": DAY,
                "today": COUNT,
                "week": COUNT,
            },
            "sale_partial": {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "bad": many(BAD), "again": COUNT},
            "sale_items": {
                "reference": REFERENCE,
                "dealer": CODE,
                "models": SETS,
                "imeis": IMEIS,
                "today": COUNT,
                "week": COUNT,
            },
            "sale_items_short": {"reference": REFERENCE, "dealer": CODE, "models": SETS, "short": CODE, "book": BOOK},
            "sale_items_on": {
                "reference": REFERENCE,
                "dealer": CODE,
                "models": SETS,
                "imeis": IMEIS,
                "day": DAY,
                "today": COUNT,
                "week": COUNT,
            },
            "sale_items_short_on": {
                "reference": REFERENCE,
                "dealer": CODE,
                "models": SETS,
                "day": DAY,
                "short": CODE,
                "book": BOOK,
            },
            "sale_late": {
                "reference": REFERENCE,
                "count": COUNT,
                "dealer": CODE,
                "models": SETS,
                "of": REFERENCE,
                "day": DAY,
                "today": COUNT,
                "week": COUNT,
            },
            "hold_let_go": {"reference": REFERENCE, "models": SETS, "dealer": CODE},
            "hold_kept": {"reference": REFERENCE, "models": SETS, "dealer": CODE},
            "hold_undone": {"reference": REFERENCE, "models": SETS, "dealer": CODE},
            "hold_transfer": {"reference": REFERENCE, "dealer": CODE},
            "hold_noted": {"reference": REFERENCE, "dealer": CODE, "reason": HOLD_REASON},
            "undone_sale": _UNDONE,
            "undone_sale_nil": {**_UNDONE, "nil": REFERENCE},
        },
        answers={
            "sale_late_question": {"models": SETS, "reference": REFERENCE, "day": DAY, "answer": REFERENCE},
            "undo_filled": {"reference": REFERENCE, "by": REFERENCE},
            "hold_question": _HELD,
            "hold_question_more": {**_HELD, "more": COUNT},
            "hold_waits_already": {"bad": many(phrase("bad_waits"))},
            "hold_story": {"reference": REFERENCE},
            "hold_for_managers": {"reference": REFERENCE},
            "hold_over": {"reference": REFERENCE, "state": _HOLD_STATE},
            "hold_reject_why": {"reference": REFERENCE},
            "hold_sold": {**_HELD, "sale": REFERENCE, "on": DATE},
            "hold_gone": {"reference": REFERENCE, "last": LAST4, "state": UNIT_STATE},
            "hold_approved": {
                "reference": REFERENCE,
                "models": SETS,
                "holder": CODE,
                "dealer": CODE,
                "day": DAY,
                "told": _TOLD,
            },
            "hold_rejected": {"reference": REFERENCE, "models": SETS, "holder": CODE, "told": _TOLD},
            "absurd_sale": {"model": CODE, "quantity": COUNT, "book": BOOK, "answer": REFERENCE},
        },
        phrases={
            "imeis_due": {"until": DATE},
            "imeis_none": {},
            "bad_waits": {"where": WHERE, "reference": REFERENCE},
            **{f"hold_is_{state}": {} for state in holds.STATES if state != holds.OPEN},
            **{key: {} for key in holding.REASONS.values()},
            "hold_reason_story": {"brief": BRIEF},
        },
    ),
    examples=("S 860123450000012", "S A350 3"),
    examples_zh=("销售 860123450000012", "销售 A350 3"),
)
