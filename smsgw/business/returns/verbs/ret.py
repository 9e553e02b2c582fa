"""RET: sets that a customer brought back, or that the shop sends back, each list under one reference and one reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import (
    BRIEF,
    CODE,
    COUNT,
    DATE,
    IMEI,
    LAST4,
    MONEY,
    REFERENCE,
    SETS,
    many,
    phrase,
)
from smsgw.business.core.phrases import sets, summary, where
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.refusals import bad_imei
from smsgw.business.core.reply import Example, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers, shop
from smsgw.business.orders.verbs.standing import TOLD
from smsgw.business.returns.replies import REASON_WORDS
from smsgw.business.returns.rules import states
from smsgw.business.returns.rules.cases import ReturnBegun, ReturnBooks, ReturnCase, ReturnLine, models_of
from smsgw.business.returns.rules.reasons import NUMBERS, Reason
from smsgw.business.returns.verbs import deciding, putting_right
from smsgw.business.sales.rules.lines import SaleLineReturned
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.replies import BAD
from smsgw.business.units.rules import near
from smsgw.business.units.rules.sets_named import Named, unsaved
from smsgw.business.units.rules.states import (
    IN_A_SHOP,
    KIND_RETURNED,
    KIND_SENT_BACK,
    RETURNED,
    RETURNING,
    SOLD,
    Unit,
    UnitMoved,
    in_stock,
    move,
    nobodys,
)
from smsgw.calendar.days import business_date


def decide(command: Command, actor: Actor, books: ReturnBooks) -> Decision:
    """Take sets back from customers, whose sales are reversed, and send back sets of the stock; without a reason, or
    with one that is for the other, ask which.

    The shop is the sender's own; of field staff and above, the one named, else whoever has the sets.
    """
    if not command.imeis and not command.problems:
        return Decision(replies=(Reply("return_by_imei"),))
    dealer = _shop(command, actor, books)
    if isinstance(dealer, Reply):
        return Decision(replies=(dealer,))
    named = _sort_out(command, dealer, books)
    if not named.good:
        return unsaved(named, command, actor, books, Decision(), letter=RETURN.letter)
    known = books.returns.reasons()
    sold = [unit is not None and unit.state == SOLD for _, unit in named.good.values()]
    reason = known.get(int(command.reason)) if command.reason else None
    if reason is None or not reason.fits(sold):
        return _ask_why(command, actor, named, known, sold, books)
    booked = _book(command, actor, dealer, named, reason, books)
    return unsaved(named, command, actor, books, booked, letter=RETURN.letter)


def _shop(command: Command, actor: Actor, books: ReturnBooks) -> Dealer | Reply:
    if actor.role not in rights.SHOP_ROLES and command.dealer is None:
        holders = {unit.holder for unit in map(books.units.find, command.imeis) if unit is not None and unit.holder}
        dealers = [books.directory.dealer(holder) for holder in sorted(holders)]
        mine = [dealer for dealer in dealers if dealer is not None and covers(actor, dealer, books)]
        if len(mine) == 1:
            return mine[0]
    return shop(command, actor, books)


def _sort_out(command: Command, dealer: Dealer, books: ReturnBooks) -> Named:
    """What of a list can go back at a shop: what it sold, and what it has; of the rest why not."""
    named = Named()
    alone = len(command.imeis) == 1 and not command.problems
    for number, imei in enumerate(command.imeis):
        unit = books.units.find(imei)
        name = imei if unit is None else unit.imei
        reason = Reply("bad_same") if name in named.good else _bad(unit, dealer.code, books)
        if reason is not None:
            position = command.positions[number] if command.positions else number + 1
            reason.values["where"] = where(name, position, alone)
            named.bad.append((position, reason))
            continue
        assert unit is not None
        named.good[name] = unit.model, unit
    if command.problems:
        named.bad += [(problem.position, bad_imei(problem)) for problem in command.problems]
        named.bad.sort(key=lambda pair: pair[0])
    return named


def _bad(unit: Unit | None, code: str, books: ReturnBooks) -> Reply | None:
    """Why a shop cannot take a set back or send it back, as a phrase without its place in the list."""
    if unit is None or nobodys(unit):
        return Reply("bad_unknown")
    if unit.holder != code:
        return Reply("bad_not_here")
    if unit.state in (RETURNED, RETURNING):
        reference = books.returns.of_unit(unit.imei)
        return Reply("bad_returned", {"reference": reference}) if reference is not None else _in_state(unit)
    if unit.state == SOLD:
        return None if books.units.sale_of(unit.imei) is not None else _in_state(unit)
    return None if unit.state in IN_A_SHOP else _in_state(unit)


def _in_state(unit: Unit) -> Reply:
    return Reply("bad_state", {"state": Reply(f"unit_{unit.state}")})


def _ask_why(
    command: Command,
    actor: Actor,
    named: Named,
    known: Mapping[int, Reason],
    sold: Sequence[bool],
    books: ReturnBooks,
) -> Decision:
    """Ask for the reason by its number; a number between that is none asks again."""
    fitting = {number: reason for number, reason in known.items() if reason.fits(sold)}
    if not fitting:  # sold sets and others in one list, and no reason is for both
        return Decision(replies=(Reply("return_apart"),))
    plain = replace(command, reason=None, asked=None)
    options = [
        [replace(plain, reason=str(number) if number in fitting else None)]
        for number in NUMBERS
        if number <= max(fitting)
    ]
    reference, records = ask(books, actor, options, RETURN.letter)
    choices = TruncatableList(
        tuple(
            Reply("return_choice", {"number": number, "reason": reason.said(actor.language)})
            for number, reason in sorted(fitting.items())
        )
    )
    values = {"last": next(iter(named.good))[-4:], "choices": choices, "answer": answer_word(reference)}
    if command.reason is None:
        return Decision(tuple(records), (Reply("return_why", values),))
    return Decision(tuple(records), (Reply("return_other_why", {**values, "number": int(command.reason)}),))


def _book(command: Command, actor: Actor, dealer: Dealer, named: Named, reason: Reason, books: ReturnBooks) -> Decision:
    code = dealer.code
    reference = command.asked or books.reference(RETURN.letter)
    today = business_date(books.now, dealer.timezone)
    lines: list[ReturnLine] = []
    moved: list[Record] = []
    sales: list[str] = []
    for imei, (model, unit) in named.good.items():
        assert unit is not None
        sale = books.units.sale_of(imei) if unit.state == SOLD else None
        kind = KIND_RETURNED if sale is not None else KIND_SENT_BACK
        state, holder = move(unit.state, unit.holder, kind, code)
        moved.append(UnitMoved(imei, model, kind, code, state, holder, unit.origin, reference))
        if sale is not None:
            moved.append(SaleLineReturned(sale.reference, imei, reference))
            sales.append(sale.reference)
        elif in_stock(unit.state, books.trade):
            moved.append(StockMoved(code, model, -1, -1, stock.RETURNED, reference))
        lines.append(ReturnLine(imei, model, sale.reference if sale is not None else None))
    case = ReturnCase(
        reference=reference,
        dealer=code,
        reason=reason.number,
        state=states.OPEN,
        lines=tuple(lines),
        asked_at=books.now,
        due_on=today + timedelta(days=books.trade.return_days),
    )
    booked = Booked(reference, RETURN.name, code, today, summary(models_of(case).items()))
    return Decision((booked, *moved, ReturnBegun(case)), (_answer(case, sales, reason, actor),))


def _answer(case: ReturnCase, sales: Sequence[str], reason: Reason, actor: Actor) -> Reply:
    values = {
        "reference": case.reference,
        "count": len(case.lines),
        "dealer": case.dealer,
        "reason": reason.said(actor.language),
        "on": case.due_on,
    }
    if len(case.lines) > 1:
        return Reply("return_several", {**values, "models": sets(models_of(case)), "sales": len(sales)})
    line = case.lines[0]
    values |= {"model": line.model, "last": line.imei[-4:]}
    if line.sale is not None:
        return Reply("return", {**values, "sale": line.sale})
    return Reply("return_sent", values)


def restate(booking: Booking, books: ReturnBooks) -> Command | None:
    """The command that would take the same sets back for the same reason."""
    case = books.returns.find(booking.reference)
    if case is None:
        return None
    return Command(RETURN.name, imeis=tuple(line.imei for line in case.lines), reason=str(case.reason))


def example(actor: Actor, books: Any) -> Example | None:
    """A set that lies in the sender's shop, or in one of the sender's area, with the first reason for one."""
    shop_ = actor.dealer or books.directory.some_dealer(None if actor.role == "hq" else actor.region)
    held = min(books.units.held(shop_), default=None) if shop_ else None
    fitting = [number for number, reason in books.returns.reasons().items() if reason.fits([False])]
    return Example(RETURN.name, f"{held} {min(fitting)}") if held is not None and fitting else None


_KNOWN = {"reference": REFERENCE, "count": COUNT, "dealer": CODE, "reason": REASON_WORDS, "on": DATE}
_ONE = {**_KNOWN, "model": CODE, "last": LAST4}
STATE = phrase(*(f"return_is_{state}" for state in states.STATES if state != states.OPEN))
_DECIDED = {"reference": REFERENCE, "dealer": CODE, "models": SETS, "told": TOLD}
_WHY = {"last": LAST4, "choices": many(phrase("return_choice")), "answer": REFERENCE}

RETURN = Verb(
    name="return",
    place=140,
    help_place=117,
    arguments=("imeis", "reason", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    example=example,
    letter="X",
    good_parts_alone=True,
    on_rejected=near.offer,
    restate=restate,
    undo=putting_right.undo,
    fix=putting_right.fix,
    approve=deciding.approve,
    reject=deciding.reject,
    waiting=lambda actor, books: books.returns.waiting(None if actor.role == "hq" else actor.region),
    replies=ReplyTable(
        bookings={
            "return": {**_ONE, "sale": REFERENCE},
            "return_sent": _ONE,
            "return_several": {**_KNOWN, "models": SETS, "sales": COUNT},
            "return_partial": {
                "reference": REFERENCE,
                "count": COUNT,
                "dealer": CODE,
                "bad": many(BAD),
                "again": COUNT,
            },
            "return_undone": {"reference": REFERENCE, "models": SETS, "dealer": CODE},
            "return_fixed": {"reference": REFERENCE, "reason": REASON_WORDS},
        },
        answers={
            "return_by_imei": {},
            "return_apart": {},
            "return_why": _WHY,
            "return_other_why": {**_WHY, "number": COUNT},
            "return_fix_how": {"reference": REFERENCE, "choices": many(phrase("return_choice")), "number": COUNT},
            "return_over": {"reference": REFERENCE, "state": STATE},
            "return_arrived": {"reference": REFERENCE},
            "return_unknown": {"reference": REFERENCE},
            "return_reject_why": {"reference": REFERENCE},
            "return_credited": {**_DECIDED, "total": MONEY},
            "return_replaced": {**_DECIDED, "imei": IMEI},
            "return_rejected": {"reference": REFERENCE, "dealer": CODE, "told": TOLD, "brief": BRIEF},
            "return_unpriced": {"reference": REFERENCE, "last": LAST4},
            "return_count": {"reference": REFERENCE, "count": COUNT},
            "return_whole_imei": {"reference": REFERENCE},
            "return_no_set": {"reference": REFERENCE, "imei": IMEI},
            "return_not_spare": {"reference": REFERENCE, "imei": IMEI},
            "return_other_model": {"reference": REFERENCE, "imei": IMEI, "model": CODE, "wanted": CODE},
            "return_moved": {"reference": REFERENCE, "last": LAST4},
        },
        phrases={
            **{f"return_is_{state}": {} for state in states.STATES if state != states.OPEN},
            "return_choice": {"number": COUNT, "reason": REASON_WORDS},
        },
    ),
    examples=("RET 860123450000111 1",),
    examples_zh=("退货 860123450000111 1",),
)
