"""The life of orders by any course of texts, shipments and desk, against a model of plain dictionaries."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command, Item, Reading
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.dialogue import answer
from smsgw.business.orders import actions
from smsgw.business.orders.reports import show_order
from smsgw.business.orders.rules import OrderReceived
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.business.verify import verify
from smsgw.errors import CannotBook, Refused
from smsgw.store.sequencer import put_in_order
from tests.business.dict_ledger import HQ, MANAGER, OTHER_OWNER, OWNER, imei, sample
from tests.business.said import settle

START = datetime(2026, 4, 15, 2, tzinfo=UTC)
PRICES = {"A350": {"D1001": 100_000, "D1002": 104_000}, "B200": {"D1001": 62_000, "D1002": 62_000}}
LIMITS = {"D1001": 10_000_000, "D1002": 5_000_000}
TAC = {"A350": "86012345", "B200": "86012347"}
SHOPS = {OWNER: "D1001", OTHER_OWNER: "D1002"}
_FRESH = itertools.count(1)


@dataclass
class Known:
    """What the model knows of an order. All by model: ordered, approved, shipped, received."""

    dealer: str
    state: str
    at: datetime
    ordered: dict[str, int]
    approved: dict[str, int] = field(default_factory=dict)
    shipped: dict[str, int] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    open: bool = True  # its question waits

    def wants(self) -> int:
        """What of it counts against the limit, in minor units."""
        if self.state not in ("confirmed", "approved", "allocated", "part_shipped"):
            return 0
        sets = self.ordered if self.state == "confirmed" else self.approved
        return sum((n - self.shipped.get(m, 0)) * PRICES[m][self.dealer] for m, n in sets.items())


models = st.sampled_from(["A350", "B200"])
lines = st.dictionaries(models, st.integers(1, 90), min_size=1)
deciders = st.sampled_from([MANAGER, HQ])
owners = st.sampled_from([OWNER, OTHER_OWNER])
picks = st.integers(0, 30)


class OrdersMachine(RuleBasedStateMachine):
    engine: Engine  # set by the test

    def __init__(self) -> None:
        super().__init__()
        self.engine = type(self).engine
        self.now = START
        self.keeper = Bookkeeper(self.engine, Trade(), clock=self.clock)
        self.known: dict[str, Known] = {}
        self.owed = dict.fromkeys(LIMITS, 0)
        for dealer in self.owed:  # what earlier courses on this database have left
            with self.keeper.transaction(self.now, keep=False) as books:
                balance = books.orders.balance(dealer, date(2026, 4, 15))
                self.owed[dealer] = balance.owed + balance.open_orders

    def clock(self) -> float:
        return self.now.timestamp()

    def free(self, dealer: str) -> int:
        waits = sum(order.wants() for order in self.known.values() if order.dealer == dealer)
        return LIMITS[dealer] - self.owed[dealer] - waits

    def say(self, phone: str, command: Command) -> list[str]:
        self.now += timedelta(minutes=1)
        with self.keeper.transaction(self.now) as books:
            books.work.phone = phone
            actor = books.directory.actor(phone)
            books.work.contact = actor.contact if actor else None
            said = answer(Reading("text", f"{self.now}", "accepted", (command,)), phone, books)
        return [reply.key for reply in said.replies]

    def pick(self, number: int) -> str | None:
        return sorted(self.known)[number % len(self.known)] if self.known else None

    def lapse(self, reference: str) -> None:
        """A draft past its half hour is expired as soon as it is touched."""
        order = self.known[reference]
        if order.state == "draft" and self.now - order.at >= timedelta(minutes=30):
            order.state, order.open = "expired", False

    # ---- what may happen

    @rule(phone=owners, wanted=lines)
    def draft(self, phone: str, wanted: dict[str, int]) -> None:
        items = tuple(Item(model, sets) for model, sets in sorted(wanted.items()))
        with self.engine.connect() as connection:
            before = set(connection.exec_driver_sql("SELECT reference FROM sales_order").scalars())
        keys = self.say(phone, Command("order", items=items))
        with self.engine.connect() as connection:
            after = set(connection.exec_driver_sql("SELECT reference FROM sales_order").scalars())
        (reference,) = after - before
        self.known[reference] = Known(SHOPS[phone], "draft", self.now, dict(wanted))
        total = sum(sets * PRICES[model][SHOPS[phone]] for model, sets in wanted.items())
        assert keys == ["order_draft" if total <= self.free(SHOPS[phone]) else "order_draft_over"]

    @rule(number=picks, yes=st.booleans(), late=st.booleans())
    def answer_draft(self, number: int, yes: bool, late: bool) -> None:
        reference = self.pick(number)
        if reference is None:
            return
        order = self.known[reference]
        phone = next(phone for phone, dealer in SHOPS.items() if dealer == order.dealer)
        if late:
            self.now += timedelta(minutes=31)
        was_open = order.state == "draft" and order.open
        self.now += timedelta(minutes=1)
        self.lapse(reference)
        self.now -= timedelta(minutes=1)
        keys = self.say(phone, Command("yes" if yes else "no", reference=reference))
        if order.state != "draft":
            # What lapsed is told as that for as long as its question is kept.
            told = {"order_expired" if was_open else "order_not_draft"} | (
                {"order_expired"} if order.state == "expired" else set()
            )
            assert set(keys) <= told
            return
        order.open = False
        if not yes:
            order.state = "cancelled"
            assert keys == ["order_dropped"]
            return
        total = sum(sets * PRICES[model][order.dealer] for model, sets in order.ordered.items())
        within = total <= self.free(order.dealer)
        order.state = "approved" if within else "confirmed"
        order.approved = dict(order.ordered) if within else {}
        assert keys == ["order_approved" if within else "order_placed"]

    @rule(number=picks, phone=deciders, some=st.none() | lines)
    def approve(self, number: int, phone: str, some: dict[str, int] | None) -> None:
        reference = self.pick(number)
        if reference is None:
            return
        order = self.known[reference]
        items = tuple(Item(model, sets) for model, sets in sorted((some or {}).items()))
        (key,) = self.say(phone, Command("approve", order=reference, items=items))
        self.lapse(reference)
        if order.state != "confirmed":
            assert key == ("order_still_draft" if order.state == "draft" else "order_not_waiting")
        elif some is not None and any(sets > order.ordered.get(model, 0) for model, sets in some.items()):
            assert key in ("approve_not_in", "approve_too_many")
        else:
            whole = some is None or some == order.ordered
            order.state, order.approved = "approved", dict(order.ordered if whole else some or {})
            assert key in (("approve", "approve_last") if whole else ("approve_part",))

    @rule(number=picks, phone=deciders)
    def reject(self, number: int, phone: str) -> None:
        reference = self.pick(number)
        if reference is None:
            return
        order = self.known[reference]
        (key,) = self.say(phone, Command("reject", order=reference, reason="no credit"))
        self.lapse(reference)
        if order.state == "confirmed":
            order.state = "rejected"
            assert key in ("reject", "reject_last")
        else:
            assert key == ("order_still_draft" if order.state == "draft" else "order_not_waiting")

    @rule(number=picks, wait=st.sampled_from([0, 0, 40]))
    def cancel(self, number: int, wait: int) -> None:
        reference = self.pick(number)
        if reference is None:
            return
        order = self.known[reference]
        self.now += timedelta(hours=wait)
        phone = next(phone for phone, dealer in SHOPS.items() if dealer == order.dealer)
        (key,) = self.say(phone, Command("cancel", order=reference))
        if sum(order.shipped.values()):
            assert key == "order_left"
        elif order.state in ("draft", "confirmed", "approved", "allocated"):
            order.state, order.open = "cancelled", False
            assert key == "undone_order"
        elif order.state == "expired" and key == "undone_order":
            order.state = "cancelled"  # nobody has written down yet that it lapsed
        else:
            assert key in ("undo_already", "undo_shipped", "undo_late")

    @rule(number=picks, model=models)
    def ship(self, number: int, model: str) -> None:
        reference = self.pick(number)
        if reference is None:
            return
        order = self.known[reference]
        fresh = next(_FRESH)
        line = ShipmentLine(f"SH{fresh}", order.dealer, imei(TAC[model], fresh), model, date(2026, 4, 15), reference)
        wanted = order.ordered if order.state == "confirmed" else order.approved
        may = order.state in ("confirmed", "approved", "allocated", "part_shipped")
        may = may and order.shipped.get(model, 0) < wanted.get(model, 0)
        try:
            with self.keeper.transaction(self.now) as books:
                books.apply(ship(line, books))
            assert may
        except CannotBook:
            assert not may
            return
        if order.state == "confirmed":
            order.approved = dict(order.ordered)
        order.shipped[model] = order.shipped.get(model, 0) + 1
        left = sum(order.approved.values()) - sum(order.shipped.values())
        order.state = "part_shipped" if left else "shipped"
        self.owed[order.dealer] += PRICES[model][order.dealer]

    @rule(number=picks, step=st.sampled_from(["approve", "reject", "cancel", "close"]))
    def at_the_desk(self, number: int, step: str) -> None:
        reference = self.pick(number)
        if reference is None:
            return
        order = self.known[reference]
        self.now += timedelta(minutes=1)
        self.lapse(reference)
        may = {
            "approve": order.state == "confirmed",
            "reject": order.state == "confirmed",
            "cancel": order.state in ("draft", "confirmed", "approved", "allocated"),
            "close": order.state in ("part_shipped", "shipped", "received"),
        }[step]
        try:
            with self.keeper.transaction(self.now) as books:
                session = Session(Person("Lin"), int(self.now.timestamp() * 1000), books.transaction, Trade())
                if step == "approve":
                    actions.approve_order(session, books, reference)
                elif step == "reject":
                    actions.reject_order(session, books, reference, "no credit")
                elif step == "cancel":
                    actions.cancel_order(session, books, reference, "shop closes")
                else:
                    actions.close_order(session, books, reference, "no more of it")
            assert may
        except Refused:
            assert not may
            return
        if step == "approve":
            order.approved = dict(order.ordered)
        order.state = {"approve": "approved", "reject": "rejected", "cancel": "cancelled", "close": "closed"}[step]

    # ---- what is always true

    @invariant()
    def the_books_are_those_of_the_model(self) -> None:
        with self.engine.connect() as connection:
            for reference, order in self.known.items():
                shown = show_order(connection, reference)
                assert shown is not None
                stale = order.state == "expired" and shown["state"] == "draft"  # nobody has touched it since
                assert shown["state"] == order.state or stale, reference
                assert {line["model"]: line["quantity"] for line in shown["lines"]} == order.ordered
                for name in ("approved", "shipped", "received"):
                    sets = {line["model"]: line[name] for line in shown["lines"] if line[name]}
                    if name == "approved" and order.state == "cancelled":
                        continue
                    assert sets == getattr(order, name), (reference, name)
        for dealer, limit in LIMITS.items():
            with self.keeper.transaction(self.now, keep=False) as books:
                balance = books.orders.balance(dealer, self.now.date())
            assert limit - balance.owed - balance.open_orders == self.free(dealer)

    def teardown(self) -> None:
        put_in_order(self.engine)
        with self.engine.connect() as connection:
            assert verify(connection) == []


def test_the_life_of_orders_is_that_of_the_model(engine: Engine) -> None:
    settle(engine, sample())
    OrdersMachine.engine = engine
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        OrdersMachine,
        settings=settings(
            max_examples=12 if engine.dialect.name == "sqlite" else 4,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_what_arrives_is_counted_until_all_has(engine: Engine) -> None:
    """Received in parts: the record by which receipts book it, and the states that it leads to."""
    settle(engine, sample())
    keeper = Bookkeeper(engine, Trade())
    for command in (Command("order", items=(Item("A350", 2),)), Command("yes")):
        with keeper.transaction(START) as books:
            books.work.phone = OWNER
            answer(Reading("text", "text", "accepted", (command,)), OWNER, books)
    for serial in (1, 2):
        with keeper.transaction(START) as books:
            line = ShipmentLine("SH1", "D1001", imei(TAC["A350"], serial), "A350", date(2026, 4, 15), "O1001")
            books.apply(ship(line, books))
    for state in ("shipped", "received"):
        with keeper.transaction(START) as books:
            books.apply([OrderReceived("O1001", "A350", 1, state)])
        with engine.connect() as connection:
            shown = show_order(connection, "O1001")
        assert shown is not None and shown["state"] == state
    put_in_order(engine)
    with engine.connect() as connection:
        # No receipt stands behind what the records said, which the books of receipts notice.
        assert {finding.cache for finding in verify(connection)} == {"order_line.received"}
        assert shown["lines"][0]["received"] == 2
