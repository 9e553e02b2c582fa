"""Reminders, digests and notices: what is to be told at a moment is worded and put in the outbox, in one transaction.

Each is written down as told in the transaction that queues its text, so that neither a crash nor a second daemon tells
it twice. The texts wait in the outbox like any other, and are not sent after the hours of sending have ended.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import bindparam, update

from smsgw.business.books import StoreBooks
from smsgw.business.consent.books.people import Person
from smsgw.business.core.phrases import digits, sets
from smsgw.business.core.reply import Money, Reply, TruncatableList
from smsgw.business.counts.verbs.sets import let_lapse as let_list_lapse
from smsgw.business.directory.books.regions import regions
from smsgw.business.expectations.books import expectations, reminders
from smsgw.business.expectations.books.digests import Digest, digests
from smsgw.business.expectations.rules import SHOP, minutes_of, span_of
from smsgw.business.messages.tables import message_out
from smsgw.business.notifications import reports as telling
from smsgw.business.notifications.books import notices as notifications
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import CANCELLED, CONFIRMED
from smsgw.business.orders.verbs.approval import waiting_reply
from smsgw.business.returns.books import return_of
from smsgw.business.tickets.books import notices as ticket_notices
from smsgw.business.transfers.books import transfer_of
from smsgw.business.transfers.rules import expired
from smsgw.business.transfers.verbs import let_lapse
from smsgw.gateway.outage import complain
from smsgw.gateway.scheduled.claim_texts import word_claim
from smsgw.gateway.scheduled.count_texts import note_rounds, word_count, word_round
from smsgw.gateway.scheduled.hold_texts import look_after_holds, word_hold
from smsgw.gateway.scheduled.order_texts import decision_reply, lapse_drafts, word_lapsed, word_seconded
from smsgw.gateway.scheduled.payment_texts import word_payment
from smsgw.gateway.scheduled.return_texts import list_waiting, word_waiting
from smsgw.gateway.scheduled.ticket_texts import word_late, word_step
from smsgw.gateway.scheduled.undo_texts import lapse_undo_requests, word_undo, word_undo_waits
from smsgw.gateway.understanding import Understanding
from smsgw.settings.sections import Settings
from smsgw.store.job import FunctionJob

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from smsgw.business.directory.books.regions import Regions
    from smsgw.calendar.hours import Calendar

log = structlog.get_logger()

LOOK_EVERY = 60.0  # seconds between looks at what is due
TRANSFERS_AT_ONCE = 50  # that lapse in one transaction: the writer has other work

# What is told of one subject as it stands.
_OF_ONE: dict[str, Callable[[StoreBooks, str], Reply | None]] = {
    notifications.COUNTED: word_count,
    notifications.UNENDED: word_count,
    notifications.EXPIRED: word_lapsed,
    notifications.SECONDED: word_seconded,
    notifications.UNDO: word_undo,
    notifications.UNDO_WAITS: word_undo_waits,
}


def reminder_job(settings: Settings, understanding: Understanding, now: float) -> FunctionJob[StoreBooks, int]:
    """Look after reports and notices at `now`, in seconds; its result is how many texts it queued."""

    def unavailable(error: Exception) -> None:
        """They are still due when we look again."""
        complain("reports could not be looked after", error)

    def done(queued: int) -> None:
        if queued:
            log.info("reminders and notices queued", texts=queued)

    return FunctionJob(
        lambda books: queue_notices(settings, understanding, now, books), done=done, unavailable=unavailable
    )


def queue_notices(settings: Settings, understanding: Understanding, now: float, books: StoreBooks) -> int:
    """Put the texts in the outbox that are due at `now`, in seconds; how many they are."""
    at, connection = int(now * 1000), books.connection
    if not expectations.claim(connection, at):
        return 0  # another daemon looks after them at this moment
    books.begin(datetime.fromtimestamp(now, UTC))
    rules = settings.rules()
    holidays = frozenset(date.fromisoformat(day) for day in settings.broadcast.holidays)
    expectations.materialise(connection, rules, at, settings.gateway.timezone, holidays)
    expectations.settle(connection, rules, at)
    return _Notifier(books, settings, understanding, at).queue_all()


class _Notifier:
    """The texts of one look, put in the outbox of its transaction."""

    def __init__(self, books: StoreBooks, settings: Settings, understanding: Understanding, now: int) -> None:
        self._books = books
        self._connection: Connection = books.connection
        self._settings = settings
        self._understanding = understanding
        self._now = now
        self._tree: Regions = regions(self._connection, settings.gateway.timezone)
        self._calendars: dict[str, Calendar] = {}
        # Texts in the outbox, the hours in which they may be sent, and the topic whose STOP withdraws them.
        self._calendar_rows: list[dict[str, object]] = []
        self._ties: list[Callable[[], None]] = []  # what ties a text to what it told, once it is in the outbox

    def _hours(self, timezone: str) -> Calendar:
        """When something may be sent in a time zone, without holidays that are over."""
        if timezone not in self._calendars:
            yesterday = datetime.fromtimestamp(self._now / 1000, UTC).date() - timedelta(days=1)
            self._calendars[timezone] = self._settings.broadcast.calendar(timezone).since(yesterday)
        return self._calendars[timezone]

    def queue_all(self) -> int:
        self._queue_reports()
        note_rounds(self._connection, self._now)
        self._lapse_transfers()
        self._lapse_counts()
        lapse_drafts(self._books, told=self._settings.reminders.drafts)
        look_after_holds(self._books, TRANSFERS_AT_ONCE)
        lapse_undo_requests(self._books, TRANSFERS_AT_ONCE)
        self._queue_pending()
        self._queue_tickets()
        rules = self._settings.reminders
        if rules.approvals:
            self._queue_approvals(rules.approvals)
        if rules.digest:
            self._queue_digests(minutes_of(rules.digest))
        self._books.work.flush()
        if self._calendar_rows:
            key = update(message_out).where(message_out.c.id == bindparam("message"))
            self._connection.execute(
                key.values(calendar=bindparam("key"), topic=bindparam("about")), self._calendar_rows
            )
        for tie in self._ties:
            tie()
        return len(self._ties)

    def _queue_reports(self) -> None:
        rules = self._settings.rules()
        for pending in reminders.list_due(self._connection, rules, self._tree, self._hours, self._now):
            days = tuple(Reply("day", {"on": day}) for day in sorted({one.due_on for one, _ in pending.about}))
            shops = tuple(sorted({one.key[2] for one, _ in pending.about}))
            if pending.to != SHOP:
                reply = Reply(
                    "silent_shops",
                    {"days": TruncatableList(days), "count": len(shops), "dealers": TruncatableList(shops)},
                )
            else:
                key = "remind_count" if pending.rule.verbs == {"count"} else "remind_report"
                reply = Reply(key, {"dealer": shops[0], "days": TruncatableList(days)})
            reminders.mark_told(self._connection, pending, self._now)
            text = self._understanding.word((reply,), pending.person.language)
            message = self._put_in_outbox(pending.person, text, pending.calendar, pending.until, reminders.TOPIC)
            self._ties.append(partial(reminders.tie_to_message, self._connection, pending, message))

    def _queue_pending(self) -> None:
        for pending in notifications.list_pending(self._connection, self._tree, self._hours, self._now):
            if pending.kind == notifications.SHIPPED:
                self._queue_reply(pending, self._shipped(pending))
                continue
            if pending.kind in (notifications.PLACED, notifications.CLOSED):
                self._queue_order(pending)
                continue
            if pending.kind == notifications.DECIDED:
                self._queue_decisions(pending)
                continue
            if pending.kind == notifications.SECOND:
                self._queue_second(pending)
                continue
            if pending.kind in (notifications.GIVEN, notifications.TRANSFERRED):
                self._queue_transfer(pending)
                continue
            if pending.kind in _OF_ONE:
                self._queue_one(pending, _OF_ONE[pending.kind])
                continue
            if pending.kind in (notifications.ROUND, notifications.ROUND_DUE):
                self._queue_round(pending)
                continue
            if pending.kind == notifications.RETURNED:
                self._queue_return(pending)
                continue
            if pending.kind == notifications.CLAIMED:
                self._queue_one(pending, word_claim)
                continue
            if pending.kind in notifications.HOLDS:
                self._queue_one(pending, partial(word_hold, pending.kind, pending.dealer))
                continue
            if pending.kind in notifications.PAYMENTS_TOLD:
                self._queue_one(pending, partial(word_payment, pending.kind, pending.dealer))
                continue
            if pending.kind == notifications.CANCELLED:
                values = {"orders": TruncatableList(pending.subjects), "first": pending.subjects[0]}
                self._queue_reply(pending, Reply("orders_cancelled", values))
                continue
            by_day = notifications.prices_of(self._connection, pending.dealer or "", pending.subjects)
            if not by_day:
                notifications.mark_told(self._connection, pending, None, self._now)
                continue
            day = min(by_day)  # a text says one day; the others come with the next look
            items = [Reply("new_price", {"model": m, "price": Money(p, unit)}) for m, p, unit in by_day[day]]
            about = tuple(subject for subject in pending.subjects if subject.startswith(day))
            text = Reply("new_prices", {"on": date.fromisoformat(day), "prices": TruncatableList(tuple(items))})
            self._queue_reply(pending, text, about)

    def _shipped(self, pending: notifications.PendingNotice) -> Reply:
        """What has left, for people of the shop that gets it, or for whoever placed the orders."""
        left = [notifications.shipment_of(subject) for subject in pending.subjects]
        names = sorted({name for name, _ in left})
        if pending.dealer is None:
            shops = telling.shops_of(self._connection, names)
            items = [
                Reply("order_shipped_for", {"reference": name, "dealer": shops[name], "quantity": count})
                for name, count in left
            ]
            return Reply("shipped_for", {"orders": TruncatableList(tuple(items))})
        days = telling.due_days(self._connection, pending.dealer, names)
        items = []
        for name, count in left:
            values: dict[str, object] = {"reference": name, "quantity": count}
            due = days.get(name)
            items.append(
                Reply("order_shipped", values) if due is None else Reply("order_shipped_due", {**values, "due": due})
            )
        return Reply("shipped", {"dealer": pending.dealer, "orders": TruncatableList(tuple(items))})

    def _queue_order(self, pending: notifications.PendingNotice) -> None:
        """Tell of one order that was placed for a shop or closed; the others come with the next look.

        What has been decided since it was placed, or taken back, is told by itself.
        """
        about = pending.subjects[:1]
        reference, _, placed = about[0].partition(" ")
        found = telling.standing_of(self._connection, reference)
        closed = pending.kind == notifications.CLOSED
        decided = placed == CONFIRMED and found is not None and found.state != CONFIRMED
        if found is None or (not closed and (decided or found.state == CANCELLED)):
            notifications.mark_told(self._connection, replace(pending, subjects=about), None, self._now)
            return
        values: dict[str, object] = {"reference": found.reference}
        if not closed:
            values |= {"lines": sets(found.sets), "total": Money(found.total, found.currency)}
            values["state"] = Reply(f"order_is_{found.state}")
            self._queue_reply(pending, Reply("order_placed_for", values), about)
            return
        values["count"] = found.missing
        if pending.dealer == found.dealer:
            self._queue_reply(pending, Reply("order_closed", values), about)
        else:
            self._queue_reply(pending, Reply("order_closed_for", {**values, "dealer": found.dealer}), about)

    def _queue_decisions(self, pending: notifications.PendingNotice) -> None:
        """Tell what was decided of orders; of those that were cancelled since there is nothing to tell."""
        found = telling.decisions_of(self._connection, pending.subjects)
        told = tuple(one.reference for one in found)
        gone = tuple(subject for subject in pending.subjects if subject not in told)
        if gone:
            notifications.mark_told(self._connection, replace(pending, subjects=gone), None, self._now)
        if found:
            self._queue_reply(pending, decision_reply(found, of_shop=pending.dealer is not None), told)

    def _queue_second(self, pending: notifications.PendingNotice) -> None:
        """Ask the other phone of a shop for its YES; the drafts of others come with the next look."""
        about = pending.subjects[:1]
        found = self._books.orders.find(about[0])
        until = found.expires_at if found is not None and found.state == orders.DRAFT else None
        if found is None or until is None or until.timestamp() * 1000 <= self._now:
            notifications.mark_told(self._connection, replace(pending, subjects=about), None, self._now)
            return
        values = {
            "reference": found.reference,
            "number": digits(found.reference),
            "lines": sets({line.model: line.quantity for line in found.lines}),
            "total": Money(found.total, found.currency),
            "until": until.astimezone(ZoneInfo(pending.calendar.zone)),
        }
        self._queue_reply(pending, Reply("order_wants_second", values), about)

    def _queue_transfer(self, pending: notifications.PendingNotice) -> None:
        """Tell of one transfer, for each wants an answer of its own; the others come with the next look."""
        about = pending.subjects[:1]
        found = transfer_of(self._connection, about[0])
        asks = pending.kind == notifications.GIVEN
        if found is None or asks is not found.open or (asks and found.until <= self._now):
            notifications.mark_told(self._connection, replace(pending, subjects=about), None, self._now)
            return
        values: dict[str, object] = {"reference": found.reference, "lines": sets(found.sets)}
        if asks:
            until = datetime.fromtimestamp(found.until / 1000, ZoneInfo(pending.calendar.zone))
            values |= {"dealer": found.giver, "number": digits(found.reference), "until": until, "on": until.date()}
            self._queue_reply(pending, Reply("transfer_waits", values), about)
            return
        if pending.dealer == found.receiver:
            self._queue_reply(pending, Reply("transfer_withdrawn", {**values, "dealer": found.giver}), about)
            return
        key = "transfer_taken" if found.taken else "transfer_kept"
        self._queue_reply(pending, Reply(key, {**values, "dealer": found.receiver}), about)

    def _queue_one(self, pending: notifications.PendingNotice, word: Callable[[StoreBooks, str], Reply | None]) -> None:
        """Tell what became of one stock-take, draft or request as it stands; nothing where there is none any more."""
        about = pending.subjects[:1]
        reply = word(self._books, about[0])
        if reply is None:
            notifications.mark_told(self._connection, replace(pending, subjects=about), None, self._now)
        else:
            self._queue_reply(pending, reply, about)

    def _queue_round(self, pending: notifications.PendingNotice) -> None:
        """Tell a shop of a round in which it is to count; the others come with the next look."""
        about = pending.subjects[:1]
        reply = word_round(
            self._connection,
            int(about[0]),
            pending.dealer or "",
            pending.calendar.zone,
            self._now,
            ends=pending.kind == notifications.ROUND_DUE,
        )
        if reply is None:
            notifications.mark_told(self._connection, replace(pending, subjects=about), None, self._now)
        else:
            self._queue_reply(pending, reply, about)

    def _lapse_counts(self) -> None:
        """End lists of counts that nobody has added to or ended in time."""
        books = self._books
        for reference in books.counts.lapsed(books.now, TRANSFERS_AT_ONCE):
            found = books.counts.list(reference)
            if found is not None and books.counts.open_list(found.dealer) == found and found.expires_at <= books.now:
                books.apply(let_list_lapse(found, books))

    def _queue_return(self, pending: notifications.PendingNotice) -> None:
        """Tell what became of one return; the others come with the next look."""
        about = pending.subjects[:1]
        found = return_of(self._connection, about[0])
        if found is None:
            notifications.mark_told(self._connection, replace(pending, subjects=about), None, self._now)
            return
        values: dict[str, object] = {"reference": found.reference, "dealer": found.dealer, "lines": sets(found.sets)}
        if found.replaced_by:
            values["imei"] = found.replaced_by
        elif found.why:
            values |= {"why": found.why, "brief": found.why}
        else:
            values["total"] = Money(found.credit, found.currency)
        self._queue_reply(pending, Reply(f"return_told_{found.state}", values), about)

    def _lapse_transfers(self) -> None:
        """Give back what nobody has answered for in time."""
        books = self._books
        for reference in books.transfers.lapsed(books.now, TRANSFERS_AT_ONCE):
            found = books.transfers.find(reference)
            if found is not None and expired(found, books.now):
                books.apply(let_lapse(found, books))

    def _queue_approvals(self, after: str) -> None:
        found = notifications.list_approvals(self._connection, self._tree, self._hours, span_of(after), self._now)
        for pending in found:
            self._queue_reply(pending, waiting_reply(telling.orders_of(self._connection, pending.subjects)))
        for pending in list_waiting(self._connection, self._tree, self._hours, span_of(after), self._now):
            self._queue_reply(pending, word_waiting(self._connection, pending.subjects))

    def _queue_digests(self, at: int) -> None:
        found = digests(self._connection, self._tree, self._hours, at, self._now)
        for pending, region, figures in found:
            self._queue_reply(pending, _digest_reply(region, figures))

    def _queue_tickets(self) -> None:
        """What happened to tickets, and that they fall due or are late."""
        rules, connection, now = self._settings.tickets, self._connection, self._now
        self._books.tickets.look_after(int(span_of(rules.close_after).rough * 1000))
        self._books.work.flush()
        told = ticket_notices.list_steps(connection, self._tree, self._hours, now)
        if rules.remind:
            told += ticket_notices.list_due(connection, self._tree, self._hours, span_of(rules.remind), now)
        for step in told:
            self._queue_text(step.pending, word_step(step, self._understanding))
            if step.what in (ticket_notices.QUESTION, ticket_notices.ANSWER):
                ticket_notices.mark_asked(connection, step.about.reference, now)
        if rules.escalate:
            escalate = span_of(rules.escalate)
            for late in ticket_notices.list_late(connection, self._tree, self._hours, escalate, now):
                self._queue_text(late.pending, word_late(late, self._understanding))

    def _queue_reply(
        self, pending: notifications.PendingNotice, reply: Reply, about: tuple[str, ...] | None = None
    ) -> None:
        if about is not None:
            pending = replace(pending, subjects=about)
        self._queue_text(pending, self._understanding.word((reply,), pending.person.language))

    def _queue_text(self, pending: notifications.PendingNotice, text: str) -> None:
        """Put a text in the outbox, and write down with it that its subjects are told."""
        message = self._put_in_outbox(
            pending.person, text, pending.calendar, pending.until, notifications.TOPICS[pending.kind]
        )
        self._ties.append(partial(notifications.mark_told, self._connection, pending, message, self._now))

    def _put_in_outbox(self, person: Person, text: str, calendar: Calendar, until: float, topic: str) -> int:
        """Queue a text for whichever daemon takes it; its id."""
        last = None if until == math.inf else int(until * 1000)
        row = self._books.outbox.put(person.phone, text, kind="reminder", not_after=last, claimed=False)
        self._calendar_rows.append({"message": row.id, "key": calendar.key, "about": topic})
        return row.id


def _digest_reply(region: str, figures: Digest) -> Reply:
    values = {"region": region, "on": figures.day, "before": figures.before}
    if figures.expected:
        values |= {"reported": figures.reported, "expected": figures.expected}
    if figures.sold > 0:
        items = tuple(Reply("sets", {"model": model, "quantity": sets}) for model, sets in figures.models)
        values |= {"sold": figures.sold, "models": TruncatableList(items)}
        return Reply("digest" if figures.expected else "digest_sales", values)
    return Reply("digest_unsold" if figures.expected else "digest_nothing", values)
