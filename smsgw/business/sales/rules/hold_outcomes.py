"""What comes of a sale on hold: its sets move to the shop and are sold by it, or nothing of it happened."""

from __future__ import annotations

from smsgw.business.consent.rules import TRANSFERS, has_stopped
from smsgw.business.conversation.rules.records import Answered, Retold, Undone
from smsgw.business.core.decision import Record
from smsgw.business.core.phrases import summary
from smsgw.business.core.reply import Reply
from smsgw.business.sales.rules import holds
from smsgw.business.sales.rules.holds import HoldLine, HoldReminded, HoldSettled, HoldTold, SaleHold, models_of
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.rules.lines import LETTER, SaleLineBooked
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules.states import IN_A_SHOP, KIND_MOVED, KIND_SOLD, SOLD, Unit, UnitMoved, in_stock, move
from smsgw.errors import SmsgwError


class HoldRefused(SmsgwError):
    """A sale on hold that cannot be approved as things stand now: the sentence is for people at the desk, `reply` for
    those who text."""

    def __init__(self, sentence: str, reply: Reply) -> None:
        super().__init__(sentence)
        self.reply = reply


def approve(hold: SaleHold, books: SalesBooks, by: str) -> list[Record]:
    """The records by which the sets are sold by the shop, on the day that it told; those that the other shop still has
    leave its stock. Raises HoldRefused where one has gone elsewhere meanwhile."""
    reference, code = hold.reference, hold.dealer
    moved: list[Record] = []
    lines: list[Record] = []
    for line in hold.lines:
        unit = books.units.find(line.imei)
        if unit is None or unit.state not in IN_A_SHOP or unit.holder not in (hold.holder, code):
            raise _gone(hold, line, unit, books)
        state: str = unit.state
        holder: str | None = unit.holder
        if holder == hold.holder:
            if in_stock(state, books.trade):
                moved.append(StockMoved(hold.holder, line.model, -1, -1, stock.GIVEN, reference))
            state, holder = move(state, holder, KIND_MOVED, code)
            moved.append(UnitMoved(line.imei, line.model, KIND_MOVED, code, state, holder, unit.origin, reference))
            moved.append(StockMoved(code, line.model, 1, 1, stock.TAKEN, reference))
        was_in_stock = in_stock(state, books.trade)
        state, holder = move(state, holder, KIND_SOLD, code)
        moved.append(UnitMoved(line.imei, line.model, KIND_SOLD, code, state, holder, unit.origin, reference))
        sold = _sold(hold, line, lines, books)
        lines.append(sold)
        if was_in_stock:
            # A set of a sale by number has left the shop's book with that.
            gone = 1 if sold.fills is not None else 0
            moved.append(StockMoved(code, line.model, gone - 1, -1, stock.SOLD, reference))
    return [
        HoldSettled(reference, hold.state, holds.LIFE.move(hold.state, "approve"), by),
        *moved,
        *lines,
        Retold(reference, summary(models_of(hold).items())),
        *close_question(hold, books),
    ]


def _sold(hold: SaleHold, line: HoldLine, booked: list[Record], books: SalesBooks) -> SaleLineBooked:
    """The line of the sale of a set; it fills the sale by number that it was told for, while that lacks one."""
    if line.fills is not None:
        filled = sum(
            isinstance(one, SaleLineBooked) and (one.fills, one.model) == (line.fills, line.model) for one in booked
        )
        for wanting in books.sales.wanting(hold.dealer):
            if (wanting.reference, wanting.model) == (line.fills, line.model) and wanting.missing > filled:
                return SaleLineBooked(
                    hold.reference, hold.dealer, wanting.on, line.model, 1, line.imei, line.fills, hold.customer
                )
    return SaleLineBooked(hold.reference, hold.dealer, hold.on, line.model, 1, line.imei, None, hold.customer)


def _gone(hold: SaleHold, line: HoldLine, unit: Unit | None, books: SalesBooks) -> HoldRefused:
    """Why a set of a hold cannot be sold by the shop any more: it was sold, or went elsewhere."""
    reference, last = hold.reference, line.imei[-4:]
    sale = books.units.sale_of(line.imei) if unit is not None and unit.state == SOLD else None
    if sale is not None:
        at = sale.dealer or ""
        values = {"reference": reference, "last": last, "dealer": at, "sale": sale.reference, "on": sale.on}
        return HoldRefused(
            f"{line.imei} was sold by {at} on {sale.on.isoformat()} ({sale.reference}); reject {reference}, saying so",
            Reply("hold_sold", values),
        )
    state = unit.state if unit is not None else "made"
    return HoldRefused(
        f"{line.imei} is {state} by now, in no stock that {reference} could take it from; "
        f"`smsgw show unit {line.imei}` says where it went",
        Reply("hold_gone", {"reference": reference, "last": last, "state": Reply(f"unit_{state}")}),
    )


def end(hold: SaleHold, step: str, books: SalesBooks, by: str, why: str = "") -> list[Record]:
    """The records by which an open hold comes to nothing (`reject`, `lapse` or `undo`): its reference is taken back, so
    that the same text would be a new sale."""
    return [
        HoldSettled(hold.reference, hold.state, holds.LIFE.move(hold.state, step), by, why),
        Undone(hold.reference),
        *close_question(hold, books),
    ]


def close_question(hold: SaleHold, books: SalesBooks) -> list[Record]:
    """That nobody is asked any more why the sets were sold."""
    asked = books.conversation.questions(hold.phone) if hold.phone is not None else ()
    return [Answered(one.reference, one.phone, "closed") for one in asked if one.reference == hold.reference]


def told(hold: SaleHold, state: str, books: SalesBooks, by: str | None) -> HoldTold:
    """Who is told what became of a hold, but for whoever brought it about: owners of both shops, and who told the sale.

    Of an UNDO its shop needs no telling; the other one is told only where it heard of the hold, or its stock changed.
    """
    phones = _of_shop(hold, books) if state != holds.UNDONE else []
    if hold.reason is not None or holds.APPROVED in (state, hold.state):
        phones += books.consent.owners_hearing(hold.holder, TRANSFERS)
    return HoldTold(hold.reference, holds.ENDED, tuple(one for one in dict.fromkeys(phones) if one != by), state=state)


def hears(hold: SaleHold, books: SalesBooks, by: str | None) -> bool:
    """Whether anybody of the shop that sold the sets is told what becomes of them."""
    return any(phone != by for phone in _of_shop(hold, books))


def _of_shop(hold: SaleHold, books: SalesBooks) -> list[str]:
    phones = [*books.consent.owners_hearing(hold.dealer, TRANSFERS)]
    sender = hold.phone
    known = sender is not None and books.directory.actor(sender) is not None
    if sender and known and not has_stopped(books.consent.history(sender), TRANSFERS):
        phones.append(sender)
    return phones


def reverse(reference: str, books: SalesBooks) -> list[Record] | Reply:
    """What UNDO of a sale does to the hold that it was or is; nothing of any other."""
    hold = books.sales.holds.find(reference) if reference.startswith(LETTER) else None
    if hold is None:
        return []
    state = holds.LIFE.move(hold.state, "undo")
    told_ = told(hold, state, books, hold.phone)
    by = hold.phone or ""
    return [HoldSettled(reference, hold.state, state, by), *close_question(hold, books), told_]


def let_lapse(hold: SaleHold, books: SalesBooks, by: str) -> list[Record]:
    """The records that end a hold which nobody has decided in time; the shop is told."""
    return [*end(hold, "lapse", books, by), told(hold, holds.LAPSED, books, None)]


def remind(hold: SaleHold, books: SalesBooks) -> list[Record]:
    """The records by which those are reminded for whom a hold waits: its shop for the reason or, where that is said,
    whoever decides."""
    reminded = HoldReminded(hold.reference)
    if hold.reason is None:
        return [reminded, HoldTold(hold.reference, holds.DUE, tuple(dict.fromkeys(_of_shop(hold, books))))]
    holder = books.directory.dealer(hold.holder)
    return [reminded, HoldTold(hold.reference, holds.DUE, (), holder.region if holder is not None else None)]
