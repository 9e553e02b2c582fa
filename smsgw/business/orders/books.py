"""The books of orders: each with its lines and the steps that it took, and what a dealer may still order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.depots.books import StoredDepots
from smsgw.business.depots.rules import SetsLeft
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.money.books import debt
from smsgw.business.orders.rules import (
    ALLOCATED,
    APPROVED,
    CANCELLED,
    CLOSED,
    CONFIRMED,
    DRAFT,
    OPEN,
    REJECTED,
    Approved,
    Balance,
    Order,
    OrderDrafted,
    OrderLine,
    OrderMoved,
    OrderReceived,
    OrderShipped,
    Shipment,
    ShipmentLeft,
    Waiting,
    move,
)
from smsgw.store.driver import Row
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace
from smsgw.values.storable import storable

_ORDER = "SELECT reference, dealer, state, total, currency, created_at, expires_at FROM sales_order "
_OPEN = ", ".join(f"'{state}'" for state in OPEN)
_WANTED = f"CASE WHEN o.state = '{CONFIRMED}' THEN l.quantity ELSE l.approved END"  # of an open order's line
_LENT = "FROM credit_override WHERE dealer = ? AND currency = ? AND until >= ? AND ended_at IS NULL"


def balance(ask: Callable[..., list[Row]], dealer: str, currency: str, today: date) -> Balance:
    """What a dealer owes, has on order and not yet been sent, owes for longer than agreed and since when, and may go
    above its limit.

    Amounts are in minor units. `ask` takes a question in which `?` marks a value, and the values.
    """
    waiting, lent, until = ask(
        f"SELECT coalesce(sum(({_WANTED} - l.shipped) * l.price), 0), (SELECT amount {_LENT}), (SELECT until {_LENT}) "
        f"FROM sales_order o JOIN order_line l ON l.order_reference = o.reference "
        f"WHERE o.dealer = ? AND o.state IN ({_OPEN})",
        *(dealer, currency, today.isoformat()) * 2,
        dealer,
    )[0]
    owes = debt(ask, dealer, currency, today)
    lent_until = date.fromisoformat(until) if until else None
    return Balance(owes.owed, int(waiting), owes.overdue, owes.oldest, int(lent or 0), lent_until)


class StoredOrders:
    """See `smsgw.business.orders.rules.Orders`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._depots = opening.books(StoredDepots)

    def find(self, reference: str) -> Order | None:
        return next(iter(self._found("WHERE reference = ?", reference)), None)

    def of_dealer(self, dealer: str, states: Sequence[str]) -> list[Order]:
        if not states:
            return []
        marks = ", ".join("?" for _ in states)
        return self._found(
            f"WHERE dealer = ? AND state IN ({marks}) ORDER BY length(reference) DESC, reference DESC",
            dealer,
            *states,
        )

    def waiting(self, region: str | None) -> list[str]:
        return [order.reference for order in self.waiting_orders(region)]

    def waiting_orders(self, region: str | None) -> list[Waiting]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT o.reference, o.dealer, o.total, o.currency FROM sales_order o JOIN dealer d ON d.code = o.dealer "
            f"WHERE o.state = '{CONFIRMED}'{place} ORDER BY length(o.reference), o.reference",
            *within,
        )
        return [Waiting(*row) for row in rows]

    def lapsed(self, now: datetime, limit: int) -> list[str]:
        rows = self._work.ask(
            f"SELECT reference FROM sales_order WHERE state = '{DRAFT}' AND expires_at <= ? "
            "ORDER BY expires_at, reference LIMIT ?",
            to_ms(now),
            limit,
        )
        return [reference for (reference,) in rows]

    def balance(self, dealer: str, today: date) -> Balance:
        found = self._directory.dealer(dealer)
        self._directory.lock([dealer])  # whoever asks may grant credit: no other daemon does so at the same time
        return balance(self._work.ask, dealer, found.currency if found else "", today)

    def shipments(self, reference: str) -> list[Shipment]:
        rows = self._work.ask(
            "SELECT shipment, sets, shipped_on, carrier, due_on FROM shipment WHERE order_reference = ? "
            "ORDER BY shipped_on, coalesce(due_on, ''), shipment",
            reference,
        )
        return [
            Shipment(note, sets, date.fromisoformat(on), carrier, date.fromisoformat(due) if due else None)
            for note, sets, on, carrier, due in rows
        ]

    def reached_at(self, reference: str) -> datetime | None:
        at = self._work.ask(
            "SELECT e.happened_at FROM order_event e WHERE e.order_reference = ? ORDER BY e.seq DESC LIMIT 1", reference
        )
        return from_ms(at[0][0]) if at else None

    def _found(self, condition: str, *values: object) -> list[Order]:
        return [self._order(*row) for row in self._work.ask(_ORDER + condition, *values)]

    def _order(
        self, reference: str, dealer: str, state: str, total: int, currency: str, at: int, expires: int | None
    ) -> Order:
        lines = tuple(
            OrderLine(*line)
            for line in self._work.ask(
                "SELECT model, quantity, price, shipped, approved, received FROM order_line "
                "WHERE order_reference = ? ORDER BY line",
                reference,
            )
        )
        return Order(
            reference,
            dealer,
            state,
            lines,
            total,
            currency,
            from_ms(at),
            from_ms(expires) if expires is not None else None,
            sum(line.shipped for line in lines),
            self._why(reference) if state == REJECTED else "",
        )

    def _why(self, reference: str) -> str:
        """The reason that was given when an order was rejected."""
        found = self._work.ask(
            "SELECT why FROM order_event WHERE order_reference = ? AND state = ?", reference, REJECTED
        )
        return (found[0][0] or "") if found else ""

    # ---- booking

    def draft(self, record: OrderDrafted) -> None:
        order = record.order
        self._work.say(
            "INSERT INTO sales_order (reference, dealer, state, total, currency, message, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            order.reference,
            order.dealer,
            order.state,
            order.total,
            order.currency,
            self._work.message,
            to_ms(order.at),
            to_ms(order.expires_at) if order.expires_at else None,
        )
        for number, line in enumerate(order.lines, start=1):
            self._work.say(
                "INSERT INTO order_line (order_reference, line, model, quantity, price, shipped) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                order.reference,
                number,
                line.model,
                line.quantity,
                line.price,
                line.shipped,
            )
        self._step(order.reference, order.state)

    def move(self, record: OrderMoved) -> None:
        if not self._work.say("UPDATE sales_order SET state = ? WHERE reference = ?", record.state, record.reference):
            raise RecordError(f"there is no order {record.reference} to become {record.state}")
        if record.state == APPROVED:
            self._approve(record.reference, record.approved)
        elif record.state in (CANCELLED, CLOSED):
            self._depots.give_back(record.reference)
        self._step(record.reference, record.state, record.why)

    def _approve(self, reference: str, approved: Approved | None) -> None:
        """All that was ordered may leave; or of each model so many sets (an order has one line of it)."""
        if approved is None:
            self._work.say("UPDATE order_line SET approved = quantity WHERE order_reference = ?", reference)
            return
        for model, sets in approved:
            self._work.say(
                "UPDATE order_line SET approved = ? WHERE order_reference = ? AND model = ?", sets, reference, model
            )

    def _step(self, reference: str, state: str, why: str | None = None) -> None:
        work = self._work
        work.say(
            "INSERT INTO order_event (order_reference, seq, state, message, contact, happened_at, why, author, "
            "journal) SELECT ?, coalesce(max(seq), 0) + 1, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, "
            "CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT) "
            "FROM order_event WHERE order_reference = ?",
            reference,
            state,
            work.message,
            work.contact,
            work.at,
            storable(why) if why is not None else None,
            work.author if work.phone is None else None,
            work.entries.get(reference),
            reference,
        )

    def ship(self, record: OrderShipped) -> None:
        """Sets go to the lines of the model in turn; whoever ships what waits for approval has approved it."""
        if self._state(record.reference) == CONFIRMED:
            self._approve(record.reference, None)
        self._count("shipped", "approved", record.reference, record.model, record.sets)
        self._depots.consume(record.reference, record.model, record.sets, record.depot)
        self._become(record.reference, record.state)

    def leave_depot(self, record: SetsLeft) -> None:
        """Orders whose sets of a depot left for others wait again for those; without any they are to be allocated."""
        for reference in self._depots.give_way(record.depot, record.model):
            if self._state(reference) == ALLOCATED and not self._depots.allocated(reference):
                lines = self._work.ask("SELECT model, approved FROM order_line WHERE order_reference = ?", reference)
                approved = tuple((model, int(sets)) for model, sets in lines)
                self.move(OrderMoved(reference, move(ALLOCATED, "release"), approved=approved))

    def receive(self, record: OrderReceived) -> None:
        """Sets of a model have arrived."""
        if record.sets >= 0:
            self._count("received", "shipped", record.reference, record.model, record.sets)
        else:
            self._count_back(record)
        self._become(record.reference, record.state)

    def _count(self, done: str, most: str, reference: str, model: str, sets: int) -> None:
        """Add sets to the lines of a model in turn, each up to what it may have; what is over goes to the last one."""
        left = sets
        lines = self._work.ask(
            f"SELECT line, {most} - {done} FROM order_line WHERE order_reference = ? AND model = ? ORDER BY line",
            reference,
            model,
        )
        if not lines:
            raise RecordError(f"order {reference} has no line of {model}")
        last = lines[-1][0]
        for line, room in lines:
            here = left if line == last else max(0, min(left, room))
            left -= here
            if here:
                self._work.say(
                    f"UPDATE order_line SET {done} = {done} + ? WHERE order_reference = ? AND line = ?",
                    here,
                    reference,
                    line,
                )

    def _count_back(self, record: OrderReceived) -> None:
        """Take sets off the lines of a model in turn, the last first, of each no more than it has received."""
        left = -record.sets
        for line, received in self._work.ask(
            "SELECT line, received FROM order_line WHERE order_reference = ? AND model = ? ORDER BY line DESC",
            record.reference,
            record.model,
        ):
            here = min(left, received)
            left -= here
            self._work.say(
                "UPDATE order_line SET received = received - ? WHERE order_reference = ? AND line = ?",
                here,
                record.reference,
                line,
            )

    def _state(self, reference: str) -> str:
        return str(self._work.ask("SELECT state FROM sales_order WHERE reference = ?", reference)[0][0])

    def _become(self, reference: str, state: str) -> None:
        if self._state(reference) != state:
            self.move(OrderMoved(reference, state))

    def leave(self, record: ShipmentLeft) -> None:
        """Keep what left at once. More of a shipment that is there already comes on top; what is said of it later
        counts, also without more sets."""
        note = (record.dealer, record.shipment, record.order or "")
        said = self._work.say(
            "UPDATE shipment SET sets = sets + ?, shipped_on = CASE WHEN ? = 0 THEN shipped_on ELSE ? END, "
            "carrier = coalesce(CAST(? AS VARCHAR), carrier), "
            "due_on = coalesce(CAST(? AS VARCHAR), due_on) WHERE dealer = ? AND shipment = ? AND order_reference = ?",
            record.sets,
            record.sets,
            record.shipped_on.isoformat(),
            record.carrier,
            record.due_on.isoformat() if record.due_on else None,
            *note,
        )
        if not said and record.sets:
            self._work.say(
                "INSERT INTO shipment (dealer, shipment, order_reference, sets, shipped_on, carrier, due_on) "
                "VALUES (?, ?, ?, ?, ?, CAST(? AS VARCHAR), CAST(? AS VARCHAR))",
                *note,
                record.sets,
                record.shipped_on.isoformat(),
                record.carrier,
                record.due_on.isoformat() if record.due_on else None,
            )


def _tell_move(work: Workspace, record: OrderMoved) -> Fact:
    detail: dict[str, object] = {"why": record.why} if record.why else {}
    if record.approved is not None:
        detail["approved"] = dict(record.approved)
    return "order", record.state, record.reference, detail or None


def _tell_shipping(work: Workspace, record: OrderShipped) -> Fact:
    return "order", record.state, record.reference, {"model": record.model, "sets": record.sets}


def _tell_receipt(work: Workspace, record: OrderReceived) -> Fact:
    return "order", record.state, record.reference, {"model": record.model, "received": record.sets}


BOOKS = StoredOrders
RECORDS = {
    OrderDrafted: Effect(StoredOrders.draft),
    SetsLeft: Effect(StoredOrders.leave_depot),
    OrderMoved: Effect(StoredOrders.move, tells=_tell_move),
    OrderShipped: Effect(StoredOrders.ship, tells=_tell_shipping),
    OrderReceived: Effect(StoredOrders.receive, tells=_tell_receipt),
    ShipmentLeft: Effect(StoredOrders.leave),
}
