"""Orders that wait, who decided them and why, and the dealer told once: over SQL, from the text to the text queued."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.consent.books import consents
from smsgw.business.core.command import Command, Reading
from smsgw.business.directory.books.network import ContactRow, put_contacts
from smsgw.business.directory.tables import contact, phone
from smsgw.business.messages.tables import message_out
from smsgw.business.notifications.tables import notice
from smsgw.business.orders.reports import show_order
from smsgw.business.orders.rules import OrderMoved
from smsgw.business.orders.tables import order_event, sales_order
from smsgw.settings.sections import Broadcast, Reminders, Settings
from tests.business.dict_ledger import FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, START, WEST_OWNER, sample
from tests.business.expectations.test_late import Deployment as Late
from tests.business.said import told
from tests.business.say import items

SETTINGS = Settings(broadcast=Broadcast(window="09:00-20:00"), reminders=Reminders(approvals="4h"))
TRADE = SETTINGS.trade_rules()
EVENING = timedelta(hours=9)  # 21:00 in Shanghai


class Deployment(Late):
    """A store in which phones order and decide, on a clock that the test moves."""

    def order(self, who: str, sets: int, dealer: str | None = None) -> str:
        """An order that waits for approval; its reference."""
        self.run(who, items("order", ("A350", sets), dealer=dealer))
        assert "order_placed" in self.run(who, Command("yes"))
        with self.engine.connect() as connection:
            rows = connection.scalars(select(sales_order.c.reference).where(sales_order.c.state == "confirmed"))
            return max(rows)

    def run(self, who: str, command: Command, keeper: Bookkeeper | None = None) -> str:
        with (keeper or self.keeper).transaction(self.at) as books:
            books.work.phone = who
            actor = books.directory.actor(who)
            books.work.contact = actor.contact if actor else None
            return told(Reading("text", "text", "accepted", (command,)), who, books) or ""

    def approve(self, reference: str, who: str = MANAGER, keeper: Bookkeeper | None = None) -> str:
        return self.run(who, Command("approve", order=reference), keeper)

    def reject(self, reference: str, why: str, who: str = MANAGER) -> str:
        return self.run(who, Command("reject", order=reference, reason=why))

    def stop(self, who: str, topic: str) -> None:
        with self.keeper.transaction(self.at) as books:
            consents.decide(books.work, who, topic, False)

    def state(self, reference: str) -> Any:
        with self.engine.connect() as connection:
            return connection.scalar(select(sales_order.c.state).where(sales_order.c.reference == reference))


@pytest.fixture
def deployment(engine: Engine) -> Deployment:
    return Deployment(engine, sample(), SETTINGS)


def test_what_waits_is_told_by_region_the_oldest_first(deployment: Deployment) -> None:
    for who in (OWNER, WEST_OWNER, OTHER_OWNER, OWNER):
        deployment.order(who, 200)
        deployment.at += timedelta(minutes=1)
    with deployment.keeper.transaction(deployment.at) as books:
        assert books.orders.waiting(None) == ["O1001", "O1002", "O1003", "O1004"]
        assert books.orders.waiting("CHINA") == ["O1001", "O1002", "O1003", "O1004"]
        assert books.orders.waiting("EAST") == ["O1001", "O1003", "O1004"]
        assert books.orders.waiting("WEST") == ["O1002"]
        assert books.orders.waiting("NOWHERE") == []
        books.apply([OrderMoved("O1001", "approved")])
        assert books.orders.waiting("EAST") == ["O1003", "O1004"]


def test_the_owners_of_a_shop_hear_of_a_topic_until_they_say_stop(deployment: Deployment) -> None:
    with deployment.engine.begin() as connection:
        put_contacts(connection, [ContactRow("+8613900000031", "Second", "owner", "D1001", None, "zh")])
    deployment.stop(OWNER, "orders")
    deployment.stop(OTHER_OWNER, "prices")
    deployment.stop(WEST_OWNER, "")
    with deployment.keeper.transaction(deployment.at) as books:
        assert books.consent.owners_hearing("D1001", "orders") == ["+8613900000031"]
        assert books.consent.owners_hearing("D1001", "prices") == [OWNER, "+8613900000031"]
        assert books.consent.owners_hearing("D1002", "orders") == [OTHER_OWNER]
        assert books.consent.owners_hearing("D2001", "orders") == []
        assert books.consent.owners_hearing("D9", "orders") == []


def test_a_step_keeps_who_took_it_and_why(deployment: Deployment) -> None:
    deployment.order(OWNER, 200)
    deployment.reject("O1001", "no\x00 credit, 额度不足")
    with deployment.engine.connect() as connection:
        columns = (order_event.c.state, order_event.c.why, contact.c.role)
        events = connection.execute(
            select(*columns).join(contact, contact.c.id == order_event.c.contact).order_by(order_event.c.seq)
        ).all()
    assert [tuple(event) for event in events] == [
        ("draft", None, "owner"),
        ("confirmed", None, "owner"),
        ("rejected", "no\ufffd credit, 额度不足", "manager"),
    ]


# ---- the dealer is told


def test_the_dealer_is_told_within_the_minute_and_once(deployment: Deployment) -> None:
    deployment.order(OWNER, 200)
    deployment.order(OTHER_OWNER, 300)
    assert "dealer_told" in deployment.approve("O1001")
    assert "dealer_told" in deployment.reject("O1002", "额度不足")
    assert deployment.look() == 2
    assert deployment.texts() == [
        (OWNER, "O1001 (A350 x200, 200000.00) is approved. How far it is: ORD O1001"),
        (OTHER_OWNER, "订单O1002未获批准:额度不足。有疑问请发:反馈 O1002 内容"),
    ]
    assert deployment.look() == 0
    assert "order_not_waiting" in deployment.approve("O1001", HQ)
    assert deployment.look() == 0


def test_a_shop_is_told_once_that_its_orders_were_taken_back_for_it(deployment: Deployment) -> None:
    for _ in range(3):
        deployment.order(OWNER, 200)
    deployment.approve("O1001")
    assert deployment.look() == 1
    deployment.texts()
    deployment.approve("O1002")  # not told before it is taken back
    for reference in ("O1001", "O1002"):
        assert "dealer_told" in deployment.run(MANAGER, Command("undo", reference=reference))
    deployment.run(OWNER, Command("undo", reference="O1003"))
    before = len(deployment.texts())
    assert deployment.look() == 1
    assert deployment.texts()[before:] == [
        (OWNER, "Cancelled for you, nothing shipped: O1001, O1002. Question? MSG O1001 text")
    ]
    assert deployment.look() == 0


def test_decisions_that_come_together_are_one_text(deployment: Deployment) -> None:
    for _ in range(3):
        deployment.order(OWNER, 200)
    deployment.approve("O1001")
    deployment.reject("O1002", "no credit")
    deployment.approve("O1003")
    assert deployment.look() == 1
    assert deployment.texts() == [
        (
            OWNER,
            "Orders decided: O1001 approved, O1002 not approved (no credit), O1003 approved. "
            "ORD and its number shows an order.",
        )
    ]


def test_a_field_worker_who_ordered_is_told_too_by_the_clock_of_the_own_region(deployment: Deployment) -> None:
    deployment.order(FIELD, 300, "D1002")
    deployment.approve("O1001")
    assert deployment.look() == 2
    assert dict(deployment.texts()) == {
        FIELD: "O1001 for D1002 (A350 x300, 312000.00) is approved.",
        OTHER_OWNER: "订单O1001(A350×300,312000)已批准。查询回:订单 O1001",
    }


def test_headquarters_that_ordered_is_told_what_a_manager_decided(deployment: Deployment) -> None:
    deployment.order(HQ, 300, "D1002")
    deployment.reject("O1001", "wait for May")
    assert deployment.look() == 2
    assert dict(deployment.texts())[HQ] == "O1001 for D1002 is not approved: wait for May."


def test_at_night_the_text_waits_and_tells_what_is_true_in_the_morning(deployment: Deployment) -> None:
    for _ in range(3):
        deployment.order(OWNER, 200)
    deployment.at += EVENING
    for reference in ("O1001", "O1002", "O1003"):
        deployment.approve(reference)
    assert deployment.look() == 0
    deployment.run(OWNER, Command("undo", reference="O1001"))
    with deployment.keeper.transaction(deployment.at) as books:
        books.apply([OrderMoved("O1003", "shipped")])  # which is told by itself
    deployment.at += timedelta(hours=12)
    assert deployment.look() == 1
    assert deployment.texts() == [(OWNER, "O1002 (A350 x200, 200000.00) is approved. How far it is: ORD O1002")]
    assert deployment.look() == 0
    with deployment.engine.connect() as connection:
        assert connection.scalars(select(notice.c.told_at).where(notice.c.kind == "decided")).all().count(None) == 0


@pytest.mark.parametrize("topic", ["", "orders"])
def test_a_stop_that_comes_before_the_text_is_kept(deployment: Deployment, topic: str) -> None:
    deployment.order(OWNER, 200)
    deployment.order(OTHER_OWNER, 200)
    deployment.stop(OWNER, topic)
    assert "dealer_not_told" in deployment.approve("O1001")
    assert "dealer_told" in deployment.approve("O1002")
    deployment.stop(OTHER_OWNER, topic)
    assert deployment.look() == 0
    assert deployment.texts() == []


@pytest.mark.parametrize(
    ("topic", "state"), [("", "cancelled"), ("orders", "cancelled"), ("prices", "queued"), ("approvals", "queued")]
)
def test_a_stop_of_the_topic_withdraws_the_text_that_waits_to_be_sent(
    deployment: Deployment, topic: str, state: str
) -> None:
    deployment.order(OWNER, 200)
    deployment.approve("O1001")
    assert deployment.look() == 1
    deployment.stop(OWNER, topic)
    with deployment.engine.connect() as connection:
        assert connection.execute(select(message_out.c.state, message_out.c.topic)).all() == [(state, "orders")]


def test_a_shop_without_a_phone_cannot_be_told(deployment: Deployment) -> None:
    deployment.order(OWNER, 200)
    with deployment.engine.begin() as connection:
        connection.execute(update(phone).where(phone.c.number == OWNER).values(active=False))
    assert "dealer_not_told" in deployment.approve("O1001")
    assert deployment.look() == 0


def test_managers_are_told_what_waits_and_how_to_answer(deployment: Deployment) -> None:
    deployment.order(OWNER, 200)
    deployment.order(WEST_OWNER, 1)
    deployment.at += timedelta(hours=4)
    assert deployment.look() == 1
    assert deployment.texts() == [
        (
            MANAGER,
            "2 waiting for your approval: O1001 D1001 200000.00, O1002 D2001 1040.00. "
            "APP 1001 or REJ 1001 and the reason",
        )
    ]
    deployment.approve("O1001")
    assert deployment.look() == 1


# ---- two at the same time


APPROVE, UNDO = Command("approve", order="O1001"), Command("undo", reference="O1001")


@pytest.mark.parametrize(
    ("first", "second", "answer", "states"),
    [
        ((MANAGER, APPROVE), (HQ, APPROVE), ("order_not_waiting", "order_is_approved"), ["confirmed", "approved"]),
        ((MANAGER, UNDO), (HQ, APPROVE), ("order_not_waiting", "order_is_cancelled"), ["confirmed", "cancelled"]),
        ((MANAGER, UNDO), (FIELD, Command("yes")), ("no_question",), ["cancelled"]),
        ((MANAGER, UNDO), (FIELD, Command("no")), ("no_question",), ["cancelled"]),
    ],
    ids=["approved twice", "taken back and approved", "taken back and placed", "taken back and dropped"],
)
def test_of_two_who_move_an_order_at_the_same_time_one_does(
    engine: Engine,
    first: tuple[str, Command],
    second: tuple[str, Command],
    answer: tuple[str, ...],
    states: list[str],
) -> None:
    """On PostgreSQL two daemons may have claimed texts of two people."""
    if engine.dialect.name == "sqlite":
        pytest.skip("one daemon writes an SQLite file, one text after the other")
    deployment = Deployment(engine, sample(), SETTINGS)
    deployment.run(FIELD, items("order", ("A350", 200), dealer="D1001"))
    if states[0] == "confirmed":
        deployment.run(FIELD, Command("yes"))
    other = Bookkeeper(engine, TRADE, clock=START.timestamp)
    answers: list[str] = []
    with deployment.keeper.transaction(deployment.at) as books:
        books.work.phone = first[0]
        told(Reading("text", "text", "accepted", (first[1],)), first[0], books)
        waiting = threading.Thread(target=lambda: answers.append(deployment.run(*second, other)))
        waiting.start()
        waiting.join(0.2)
        assert not answers
    waiting.join(10)
    assert len(answers) == 1
    assert all(word in answers[0] for word in answer), answers
    with engine.connect() as connection:
        steps = connection.scalars(select(order_event.c.state).order_by(order_event.c.seq)).all()
    assert steps == ["draft", *states]


# ---- looked at


def test_an_order_is_shown_with_who_decided_it_and_why(deployment: Deployment) -> None:
    for _ in range(3):
        deployment.order(OWNER, 200)
    deployment.approve("O1001")
    deployment.reject("O1002", "no credit")
    with deployment.engine.connect() as connection:
        shown = [show_order(connection, reference) for reference in ("O1001", "O1002", "O1003")]
    assert [one and one.get("decided") for one in shown] == [
        {"state": "approved", "at": "2026-04-15T04:00:00Z", "by": "Person 5", "why": None},
        {"state": "rejected", "at": "2026-04-15T04:00:00Z", "by": "Person 5", "why": "no credit"},
        None,
    ]
