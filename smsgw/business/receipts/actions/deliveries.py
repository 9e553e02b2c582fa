"""What people and programs do with receipts: list and show them; take a delivery of a shop as received, as RCV does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import func, select

from smsgw.business.conversation.tables import booking
from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.rules import Dealer
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.receipts.reports import show_receipt
from smsgw.business.receipts.rules import arrivals, receiving
from smsgw.business.receipts.rules.arrivals import Arrival, ReceiptBooks, Sent
from smsgw.business.receipts.rules.receiving import Delivery
from smsgw.business.receipts.tables import receipt, receipt_line
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import ORIGIN_UNKNOWN, Unit
from smsgw.errors import CONFLICT, NOT_FOUND, Faults, refuse
from smsgw.store.instants import iso
from smsgw.tables import fields
from smsgw.values.unreadable import Unreadable
from smsgw.values.value import value


class Desk(ReceiptBooks, Protocol):
    """The books of the transaction in which somebody at the desk receives."""

    def apply(self, records: Sequence[Record]) -> None: ...

    def fetch(self, *, imeis: Iterable[str]) -> None: ...


@value
class Arriving:
    """What somebody says has arrived: of an order or a delivery note (`of`), at a shop (with an order its own); so many
    sets, or these IMEIs as they were typed, or all that are on their way. `sure`: though it be far more than was sent.
    """

    of: str | None = None
    dealer: str | None = None
    sets: int | None = None
    imeis: tuple[str, ...] = ()
    sure: bool = False


@action(Right.READ_RECEIPTS)
def list_receipts(
    session: Session, dealer: str | None = None, *, wrong: bool = False, limit: int = 1_000
) -> list[dict[str, Any]]:
    """Receipts, the newest first, as `smsgw receipt list --json` has them; `wrong`: only those with a ticket."""
    row, line = receipt.c, receipt_line.c
    sums = [
        func.coalesce(func.sum(column), 0).label(column.name) for column in (line.received, line.short, line.surplus)
    ]
    wanted = (
        select(row.reference, row.dealer, row.about, row.ticket, booking.c.booked_at, booking.c.undone_at, *sums)
        .join(booking, booking.c.reference == row.reference)
        .outerjoin(receipt_line, line.reference == row.reference)
        .group_by(row.reference, booking.c.reference)
        .order_by(booking.c.booked_at.desc(), row.reference.desc())
    )
    if dealer is not None:
        wanted = wanted.where(row.dealer == dealer)
    if wrong:
        wanted = wanted.where(row.ticket.is_not(None))
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.join(dealers, dealers.c.code == row.dealer).where(dealers.c.region.in_(mine))
    return [
        {
            "reference": found.reference,
            "dealer": found.dealer,
            "of": found.about,
            "received": int(found.received),
            "short": int(found.short),
            "surplus": int(found.surplus),
            "ticket": found.ticket,
            "at": iso(found.booked_at),
            "undone_at": iso(found.undone_at),
        }
        for found in session.connection.execute(wanted.limit(limit))
    ]


@action(Right.READ_RECEIPTS)
def read_receipt(session: Session, reference: str) -> dict[str, Any]:
    """A receipt with its lines and sets, as `smsgw show receipt --json` prints it. Raises Refused."""
    found = show_receipt(session.connection, reference)
    if found is None or not within_reach(session, found["dealer"]):
        refuse(f"there is no receipt {reference.upper()[:20]}; `smsgw receipt list` shows them", NOT_FOUND)
    return found


@action(Right.RECEIVE_DELIVERIES)
def receive(session: Session, books: Desk, arriving: Arriving) -> dict[str, Any]:
    """Take what was sent to a shop as received, all of it or none; the receipt then, with its ticket.

    What is short, too much or another shop's is booked as that, as RCV does, and makes a ticket that the shop hears of.
    Raises Refused with everything that is wrong.
    """
    if arriving.imeis and arriving.sets is not None:
        refuse("name IMEIs or a number of sets, not both", CONFLICT)
    found = _delivery(session, books, arriving)
    arrival, foreign = (_by_imei if arriving.imeis else _by_number)(found, arriving, books)
    code = found.dealer.code
    phone = next(iter(books.directory.phones_of(code, ("owner", "clerk"))), None)
    done = receiving.receive(arrival, found, books, phone=phone, foreign=foreign)
    for records in (done.opened, done.records):  # the journal tells of each booking
        if records:
            books.apply(records)
    ticket = done.ticket.reference if done.ticket is not None else None
    detail = {"of": found.about or code, "dealer": code, "sets": done.models, "ticket": ticket}
    session.record("delivery received", done.reference or ticket or code, detail, in_journal=False)
    wrong = {
        "short": {**dict(arrival.short), **arrivals.models_of(arrival.missing)},
        "surplus": _surplus(arrival),
        "foreign": [unit.imei for unit in foreign],
    }
    return {
        "reference": done.reference or None,
        "dealer": code,
        "of": found.about or None,
        "received": done.models,
        **wrong,
        "ticket": ticket,
    }


def _delivery(session: Session, books: Desk, arriving: Arriving) -> Delivery:
    """What is received. Raises Refused."""
    of = (arriving.of or "").strip()
    if of:
        order = books.orders.find(of.upper())
        if order is not None and arriving.dealer in (None, order.dealer):
            shop = _shop(session, books, order.dealer, f"there is no order {of.upper()}")
            left = receiving.of_order(order, shop, books)
            if left is None:
                refuse(f"nothing has left for {order.reference} yet; it is {order.state}", CONFLICT)
            return left
    if arriving.dealer is None:
        known = f"there is no order {of[:40]}; " if of else ""
        refuse(f"{known}name an order, or the shop with its delivery note", NOT_FOUND)
    shop = _shop(session, books, arriving.dealer, f"there is no dealer {arriving.dealer[:20]}")
    moving = books.units.in_transit(shop.code)
    if of:
        note = next((note for note in moving if note.upper() == of.upper()), of)
        if not books.receipts.sent(shop.code, (note,)):
            refuse(f"nothing was sent to {shop.code} as {of[:40]}; on the way: {_listed(moving)}", NOT_FOUND)
        return receiving.of_notes(shop, (note,), books)
    if len(moving) != 1 and not arriving.imeis:
        refuse(f"name the order or delivery note; on the way to {shop.code}: {_listed(moving)}", CONFLICT)
    return receiving.of_notes(shop, tuple(moving), books)


def _shop(session: Session, books: Desk, code: str, none: str) -> Dealer:
    """A shop that whoever acts sees to. Raises Refused."""
    shop = books.directory.dealer(code)
    if shop is None or not within_reach(session, code):
        refuse(none, NOT_FOUND)
    return shop


def _listed(moving: Iterable[str]) -> str:
    return ", ".join(moving) or "nothing"


def _by_number(found: Delivery, arriving: Arriving, books: Desk) -> tuple[Arrival, list[Unit]]:
    """All that is on its way, or so many sets of it. Raises Refused."""
    waiting, about = found.waiting, found.about or found.dealer.code
    if not waiting:
        refuse(f"all of {about} is received or reported short", CONFLICT)
    if arriving.sets is None:
        return Arrival(sent=tuple(waiting)), []
    came = arrivals.came(arriving.sets, len(waiting), arrivals.arrived(found.sent))
    arrival = receiving.by_number(found, came)
    if arrival is None:
        several = ", ".join(f"{model} {sets}" for model, sets in arrivals.models_of(waiting).items())
        refuse(f"{about} is of {several}: name the IMEIs of those that came", CONFLICT)
    if receiving.absurd(found, came) and not arriving.sure:
        refuse(f"{arriving.sets} sets of {about}, of which {len(waiting)} were sent? Say that you are sure", CONFLICT)
    return arrival, []


def _by_imei(found: Delivery, arriving: Arriving, books: Desk) -> tuple[Arrival, list[Unit]]:
    """The sets named, and those of them that another shop has. Raises Refused with everything that is wrong."""
    code, faults = found.dealer.code, Faults()
    named = _read(arriving.imeis, faults)
    books.fetch(imeis=named.values())
    sent = {one.imei: one for one in found.sent}
    came: list[Sent] = []
    late: list[Sent] = []
    new: list[tuple[str, str]] = []
    foreign: list[Unit] = []
    seen: set[str] = set()
    for place, imei in named.items():
        unit = books.units.find(imei)
        name = unit.imei if unit is not None else imei
        if name in seen:
            faults.add(f"imeis.{place}", f"{imei} stands here twice")
            continue
        seen.add(name)
        why = ""
        if unit is None or units.nobodys(unit):
            model = unit.model if unit is not None else books.catalogue.model_of(imei)
            unknown = unit is None or unit.origin == ORIGIN_UNKNOWN
            if model is None:
                why = f"{imei} is of no model in the catalogue"
            elif unknown and books.trade.unknown_units == "refuse":
                why = f"{imei} is no set that we know"
            else:
                new.append((name, model))
        elif unit.state == units.LOST and name in sent:
            late.append(sent[name])
        elif unit.state == units.SHIPPED and unit.holder == code:
            came.append(sent.get(name) or Sent(name, unit.model, unit.state, unit.holder, "", told=False))
        elif receiving.elsewhere(unit, code):
            foreign.append(unit)
        else:
            at = f" at {unit.holder}" if unit.holder else ""
            why = f"{imei} is {unit.state.replace('_', ' ')}{at}"
        if why:
            faults.add(f"imeis.{place}", why)
    faults.settle()
    return Arrival(sent=tuple(came), late=tuple(late), new=tuple(new)), foreign


def _read(said: Sequence[str], faults: Faults) -> dict[int, str]:
    """The IMEIs by their place, those that are none left out and among the faults."""
    read: dict[int, str] = {}
    for place, one in enumerate(said):
        try:
            read[place] = fields.imei(one)
        except Unreadable as error:
            faults.add(f"imeis.{place}", f"'{one}' {error}")
    return read


def _surplus(arrival: Arrival) -> dict[str, int]:
    models = dict(arrival.surplus)
    for _, model in arrival.new:
        models[model] = models.get(model, 0) + 1
    return models
