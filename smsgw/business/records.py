"""Booking records: each kind of record becomes rows of its tables, stamped with the message at hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from smsgw.business.broadcasts.books import by_text, surveys
from smsgw.business.broadcasts.rules.broadcasts import (
    BroadcastCancelled,
    BroadcastDrafted,
    BroadcastStarted,
    BroadcastTried,
    SurveyAnswered,
)
from smsgw.business.consent.books import consents
from smsgw.business.consent.rules import ConsentGiven
from smsgw.business.conversation.rules.records import Answered, Asked, Booked, LanguageChosen, Undone
from smsgw.business.core.decision import Record
from smsgw.business.core.versions import CONTACTS
from smsgw.business.expectations.books import late
from smsgw.business.expectations.rules import ReminderAsked
from smsgw.business.journalling import tell
from smsgw.business.messages.rules import storable
from smsgw.business.money.rules import Posted
from smsgw.business.notifications import books as noticed
from smsgw.business.orders.rules import OrderDecided, OrderDrafted, OrderMoved, OrderShipped
from smsgw.business.sales.rules.lines import NilBooked, SaleLineBooked
from smsgw.business.stock.rules import CountLineBooked, StockMoved
from smsgw.business.tickets.books import tickets
from smsgw.business.tickets.rules import TicketMoved, TicketOpened
from smsgw.business.units.rules.states import Unit, UnitMoved
from smsgw.business.workspace import Workspace
from smsgw.store.instants import to_ms
from smsgw.store.versions import bump


class RecordError(Exception):
    """A record that the books cannot hold, such as one of an order that there is not: a fault in a command's rules."""


def apply(work: Workspace, records: Sequence[Record]) -> None:
    """Book the records as effects of the message at hand, in their order.

    Raises: RecordError.
    """
    tell(work, records)
    for record in records:
        _APPLY[type(record)](work, record)


def _booked(work: Workspace, record: Booked) -> None:
    work.lines[record.reference] = 0
    work.bookings.append(
        (
            record.reference,
            record.verb,
            record.dealer,
            work.phone,
            work.contact,
            work.message,
            record.on.isoformat(),
            work.at,
            work.bookings_of_message,
            record.summary,
            work.entries.get(record.reference),
        )
    )
    work.bookings_of_message += 1
    work.pending = True


def _unit_moved(work: Workspace, record: UnitMoved) -> None:
    before = work.unit(record.imei)
    seq = before.events + 1 if before else 1
    imei = before.imei if before else record.imei
    imei2 = record.imei2 or (before.imei2 if before else None)
    work.put_unit(Unit(imei, imei2, record.model, record.state, record.holder, record.origin, seq))
    at = work.at if record.at is None else to_ms(record.at)
    reference = record.reference
    entry = work.entries.get(reference)
    work.events.append((imei, seq, record.kind, record.dealer, reference, work.message, record.reverses, at, entry))
    work.pending = True


def _stock_moved(work: Workspace, record: StockMoved) -> None:
    work.move_stock(record.dealer, record.model, record.quantity, record.units)
    work.stock_entries.append(
        (
            record.dealer,
            record.model,
            record.quantity,
            record.units,
            record.kind,
            record.reference,
            work.message,
            work.at,
            work.entries.get(record.reference),
        )
    )
    work.pending = True


def _sale_line(work: Workspace, record: SaleLineBooked) -> None:
    day = record.on.isoformat()
    line = work.next_line("sale_line", record.reference)
    entry = work.entries.get(record.reference)
    work.sale_lines.append(
        (record.reference, line, record.dealer, day, record.model, record.quantity, record.imei, entry)
    )
    work.move_sales(record.dealer, day, record.model, record.quantity)
    work.pending = True


def _nil(work: Workspace, record: NilBooked) -> None:
    entry = work.entries.get(record.reference)
    work.nil_reports.append((record.reference, record.dealer, record.on.isoformat(), entry))
    work.pending = True


def _count_line(work: Workspace, record: CountLineBooked) -> None:
    line = work.next_line("stock_count_line", record.reference)
    entry = work.entries.get(record.reference)
    work.count_lines.append((record.reference, line, record.dealer, record.model, record.counted, record.book, entry))
    work.pending = True


def _posted(work: Workspace, record: Posted) -> None:
    due = record.due_on.isoformat() if record.due_on else None
    work.postings.append(
        (
            record.reference,
            record.dealer,
            record.account,
            record.kind,
            record.amount,
            record.currency,
            due,
            work.message,
            work.at,
            work.entries.get(record.reference),
        )
    )
    key = (record.dealer, record.account, record.currency)
    work.balance_changes[key] = work.balance_changes.get(key, 0) + record.amount
    work.pending = True


def _order_drafted(work: Workspace, record: OrderDrafted) -> None:
    order = record.order
    work.say(
        "INSERT INTO sales_order (reference, dealer, state, total, currency, message, created_at, expires_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        order.reference,
        order.dealer,
        order.state,
        order.total,
        order.currency,
        work.message,
        to_ms(order.at),
        to_ms(order.expires_at) if order.expires_at else None,
    )
    for number, line in enumerate(order.lines, start=1):
        work.say(
            "INSERT INTO order_line (order_reference, line, model, quantity, price, shipped) VALUES (?, ?, ?, ?, ?, ?)",
            order.reference,
            number,
            line.model,
            line.quantity,
            line.price,
            line.shipped,
        )
    _order_step(work, order.reference, order.state)


def _order_moved(work: Workspace, record: OrderMoved) -> None:
    if not work.say("UPDATE sales_order SET state = ? WHERE reference = ?", record.state, record.reference):
        raise RecordError(f"there is no order {record.reference} to become {record.state}")
    _order_step(work, record.reference, record.state, record.why)


def _order_step(work: Workspace, reference: str, state: str, why: str | None = None) -> None:
    work.say(
        "INSERT INTO order_event (order_reference, seq, state, message, contact, happened_at, why, journal) "
        "SELECT ?, coalesce(max(seq), 0) + 1, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, CAST(? AS TEXT), "
        "CAST(? AS BIGINT) "
        "FROM order_event WHERE order_reference = ?",
        reference,
        state,
        work.message,
        work.contact,
        work.at,
        storable(why) if why is not None else None,
        work.entries.get(reference),
        reference,
    )


def _order_decided(work: Workspace, record: OrderDecided) -> None:
    kind = noticed.CANCELLED if record.cancelled else noticed.DECIDED
    noticed.note_for(work.driver.connection, kind, record.reference, record.phones, work.at)


def _order_shipped(work: Workspace, record: OrderShipped) -> None:
    """Sets go to the lines of the model in turn, each up to its quantity; what is over goes to the last one."""
    left = record.sets
    lines = work.ask(
        "SELECT line, quantity - shipped FROM order_line WHERE order_reference = ? AND model = ? ORDER BY line",
        record.reference,
        record.model,
    )
    if not lines:
        raise RecordError(f"order {record.reference} has no line of {record.model}")
    for line, room in lines:
        sets = left if line == lines[-1][0] else max(0, min(left, room))
        left -= sets
        if sets:
            work.say(
                "UPDATE order_line SET shipped = shipped + ? WHERE order_reference = ? AND line = ?",
                sets,
                record.reference,
                line,
            )
    state = work.ask("SELECT state FROM sales_order WHERE reference = ?", record.reference)[0][0]
    if state != record.state:
        _order_moved(work, OrderMoved(record.reference, record.state))


def _undone(work: Workspace, record: Undone) -> None:
    marked = work.say(
        "UPDATE booking SET undone_at = ?, undone_by = ? WHERE reference = ? AND undone_at IS NULL",
        work.at,
        work.message,
        record.reference,
    )
    if not marked:
        raise RecordError(f"there is no live booking {record.reference} to undo")
    for dealer, day, model, quantity in work.ask(
        "SELECT dealer, sold_on, model, quantity FROM sale_line WHERE reference = ? AND reversed_at IS NULL "
        "ORDER BY line",
        record.reference,
    ):
        work.move_sales(dealer, day, model, -quantity)
        work.pending = True
    for table in ("sale_line", "nil_report", "stock_count_line"):
        work.say(
            f"UPDATE {table} SET reversed_at = ?, reversed_by = ? WHERE reference = ? AND reversed_at IS NULL",
            work.at,
            work.message,
            record.reference,
        )


def _asked(work: Workspace, record: Asked) -> None:
    question = record.question
    open_ones = work.questions(question.phone)
    work.say(
        "INSERT INTO pending_question (reference, phone, kind, options, prompt, message, asked_at, expires_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        question.reference,
        question.phone,
        question.kind,
        json.dumps(question.options, ensure_ascii=False),
        question.prompt,
        work.message,
        to_ms(question.asked_at),
        to_ms(question.expires_at),
    )
    open_ones.insert(0, question)


def _answered(work: Workspace, record: Answered) -> None:
    work.say(
        "UPDATE pending_question SET answer = ?, answered_at = ?, answered_by = ? "
        "WHERE reference = ? AND phone = ? AND answered_at IS NULL",
        record.answer,
        work.at,
        work.message,
        record.reference,
        record.phone,
    )
    open_ones = work.questions(record.phone)
    open_ones[:] = [question for question in open_ones if question.reference != record.reference]


def _language_chosen(work: Workspace, record: LanguageChosen) -> None:
    if record.contact is None:
        return
    work.say("UPDATE contact SET language = ? WHERE id = ?", record.language, record.contact)
    bump(work.driver.connection, CONTACTS)
    work.directory.contact_changed(record.contact)


def _consent(work: Workspace, record: ConsentGiven) -> None:
    consents.decide(work, record.phone, record.topic, record.granted)


_APPLY: dict[type, Callable[[Workspace, Any], None]] = {
    Booked: _booked,
    UnitMoved: _unit_moved,
    StockMoved: _stock_moved,
    SaleLineBooked: _sale_line,
    NilBooked: _nil,
    CountLineBooked: _count_line,
    Posted: _posted,
    OrderDecided: _order_decided,
    OrderDrafted: _order_drafted,
    OrderMoved: _order_moved,
    OrderShipped: _order_shipped,
    Undone: _undone,
    Asked: _asked,
    Answered: _answered,
    LanguageChosen: _language_chosen,
    ConsentGiven: _consent,
    SurveyAnswered: surveys.answered,
    ReminderAsked: late.asked,
    BroadcastDrafted: by_text.drafted,
    BroadcastStarted: by_text.started,
    BroadcastTried: by_text.tried,
    BroadcastCancelled: by_text.cancelled,
    TicketOpened: tickets.opened,
    TicketMoved: tickets.moved,
}
