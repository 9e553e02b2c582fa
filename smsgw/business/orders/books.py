"""The books of orders: each with its lines and the steps that it took, and what a dealer may still order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.books.regions import regions
from smsgw.business.money.books import debt
from smsgw.business.orders.rules import (
    CONFIRMED,
    OPEN,
    REJECTED,
    Balance,
    Order,
    OrderDrafted,
    OrderLine,
    OrderMoved,
    OrderShipped,
)
from smsgw.store.driver import Row
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace
from smsgw.values.storable import storable

_ORDER = "SELECT reference, dealer, state, total, currency, created_at, expires_at FROM sales_order "
_OPEN = ", ".join(f"'{state}'" for state in OPEN)


def balance(ask: Callable[..., list[Row]], dealer: str, currency: str, today: date) -> Balance:
    """What a dealer owes, has on order and not yet been sent, and owes for longer than agreed, in minor units.

    `ask` takes a question in which `?` marks a value, and the values.
    """
    waiting = ask(
        "SELECT coalesce(sum((l.quantity - l.shipped) * l.price), 0) FROM sales_order o "
        f"JOIN order_line l ON l.order_reference = o.reference WHERE o.dealer = ? AND o.state IN ({_OPEN})",
        dealer,
    )
    owes = debt(ask, dealer, currency, today)
    return Balance(owes.owed, int(waiting[0][0]), owes.overdue)


class StoredOrders:
    """See `smsgw.business.orders.rules.Orders`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

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
        within: list[str] = []
        place = ""
        if region is not None:
            within = sorted(regions(self._work.connection, self._directory.timezone).within(region))
            place = f"AND d.region IN ({', '.join('?' for _ in within)}) " if within else "AND d.region IS NULL "
        rows = self._work.ask(
            "SELECT o.reference FROM sales_order o JOIN dealer d ON d.code = o.dealer "
            f"WHERE o.state = '{CONFIRMED}' {place}ORDER BY length(o.reference), o.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    def balance(self, dealer: str, today: date) -> Balance:
        found = self._directory.dealer(dealer)
        self._directory.lock([dealer])  # whoever asks may grant credit: no other daemon does so at the same time
        return balance(self._work.ask, dealer, found.currency if found else "", today)

    def _found(self, condition: str, *values: object) -> list[Order]:
        return [self._order(*row) for row in self._work.ask(_ORDER + condition, *values)]

    def _order(
        self, reference: str, dealer: str, state: str, total: int, currency: str, at: int, expires: int | None
    ) -> Order:
        lines = tuple(
            OrderLine(*line)
            for line in self._work.ask(
                "SELECT model, quantity, price, shipped FROM order_line WHERE order_reference = ? ORDER BY line",
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
        self._step(record.reference, record.state, record.why)

    def _step(self, reference: str, state: str, why: str | None = None) -> None:
        work = self._work
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

    def ship(self, record: OrderShipped) -> None:
        """Units go to the lines of the model in turn, each up to its quantity; what is over goes to the last one."""
        left = record.sets
        lines = self._work.ask(
            "SELECT line, quantity - shipped FROM order_line WHERE order_reference = ? AND model = ? ORDER BY line",
            record.reference,
            record.model,
        )
        if not lines:
            raise RecordError(f"order {record.reference} has no line of {record.model}")
        last = lines[-1][0]
        for line, room in lines:
            units = left if line == last else max(0, min(left, room))
            left -= units
            if units:
                self._work.say(
                    "UPDATE order_line SET shipped = shipped + ? WHERE order_reference = ? AND line = ?",
                    units,
                    record.reference,
                    line,
                )
        state = self._work.ask("SELECT state FROM sales_order WHERE reference = ?", record.reference)[0][0]
        if state != record.state:
            self.move(OrderMoved(record.reference, record.state))


def _tell_move(work: Workspace, record: OrderMoved) -> Fact:
    return "order", record.state, record.reference, {"why": record.why} if record.why else None


def _tell_shipping(work: Workspace, record: OrderShipped) -> Fact:
    return "order", record.state, record.reference, {"model": record.model, "sets": record.sets}


BOOKS = StoredOrders
RECORDS = {
    OrderDrafted: Effect(StoredOrders.draft),
    OrderMoved: Effect(StoredOrders.move, tells=_tell_move),
    OrderShipped: Effect(StoredOrders.ship, tells=_tell_shipping),
}
