"""Payments that shops tell of, on both databases: matched at the desk and after an import, and told to both sides."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command, Reading
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.dialogue import answer
from smsgw.business.payments import actions
from smsgw.business.payments.actions import Paid
from smsgw.business.payments.imports import propose
from smsgw.business.verify import verify
from smsgw.errors import Refused
from smsgw.gateway.scheduled.payment_texts import word_payment
from smsgw.store.instants import to_ms
from tests.business.world import NOON, OWNER, TODAY, furnish

LIN = Person("Lin", PersonRole.DATA)


class Desk:
    """A network whose shops tell of payments, and headquarters that looks for them."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        self.engine, self.at = engine, NOON
        self.keeper = Bookkeeper(engine, Trade(), clock=NOON.timestamp)

    def text(self, command: Command) -> list[str]:
        self.at += timedelta(minutes=1)
        with self.keeper.transaction(self.at) as books:
            books.work.phone = OWNER
            said = f"text {self.at}"
            return [reply.key for reply in answer(Reading(said, said, "accepted", (command,)), OWNER, books).replies]

    @contextmanager
    def books(self, who: Person = LIN) -> Any:
        with self.keeper.transaction(self.at) as books:
            books.work.author = who.who
            yield Session(who, to_ms(self.at), books.transaction, Trade()), books

    def came_in(self, *paid: Paid) -> dict[str, int]:
        with self.books() as (session, books):
            return actions.book_payments(session, books, paid)

    def match(self, *given: Any, **named: Any) -> dict[str, Any]:
        with self.books() as (session, books):
            return actions.match_payment(session, books, *given, **named)

    def shown(self, reference: str = "F1001") -> dict[str, Any]:
        with self.books() as (session, _):
            return actions.read_payment(session, reference)

    def owed(self) -> int:
        with self.keeper.transaction(self.at) as books:
            return books.money.debt("D1001", "CNY", TODAY).owed

    def noticed(self) -> Sequence[tuple[str, str]]:
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT kind, phone FROM notice ORDER BY kind, phone"))
            return [(kind, phone) for kind, phone in rows]

    def verified(self) -> None:
        with self.engine.connect() as connection:
            assert list(verify(connection, Trade())) == []


def paid(name: str = "TT1", amount: str = "5000.00", **other: Any) -> Paid:
    return Paid(
        **{"dealer": "D1001", "amount": amount, "currency": "CNY", "paid_on": TODAY, "reference": name, **other}
    )


@pytest.fixture
def desk(engine: Engine) -> Desk:
    desk = Desk(engine)
    assert desk.text(Command("paid", price="5000", slip="8841")) == ["paid_slip"]
    return desk


def test_what_came_in_is_proposed_and_matched_once_without_another_booking(desk: Desk) -> None:
    assert (desk.owed(), desk.shown()["found"]) == (0, [])
    assert desk.came_in(paid(), paid("TT2", "7.00")) == {"new": 2, "same": 0}
    assert desk.came_in(paid()) == {"new": 0, "same": 1}
    assert desk.shown()["found"] == ["TT1"]
    assert desk.match("F1001") == {"reference": "F1001", "state": "matched", "payment": "TT1"}
    assert (desk.owed(), desk.shown()["settled_by"]) == (-500_700, LIN.who)
    with pytest.raises(Refused, match="is matched already"):
        desk.match("F1001")
    desk.text(Command("paid", price="5000"))
    with pytest.raises(Refused, match="TT1 is matched to F1001 already"):
        desk.match("F1002", "TT1")
    with pytest.raises(Refused, match=r"the books have no payment of 5000\.00 CNY by D1001"):
        desk.match("F1002")
    assert ("paid ended", OWNER) in desk.noticed()
    desk.verified()


def test_it_is_booked_under_its_slip_and_an_import_of_that_slip_books_it_no_second_time(desk: Desk) -> None:
    assert desk.match("F1001", book=True)["payment"] == "8841"
    assert desk.owed() == -500_000
    assert desk.came_in(paid("8841")) == {"new": 0, "same": 1}
    desk.text(Command("paid", price="5000", slip="8841", repeat=True))
    with pytest.raises(Refused, match="8841 of D1001 is booked already"):
        desk.match("F1002", book=True)
    desk.verified()


def test_an_import_tells_those_who_decide(desk: Desk) -> None:
    desk.came_in(paid())
    with desk.keeper.transaction(desk.at) as books:
        propose(books, (), None, desk.at, None)
    with desk.engine.connect() as connection:
        kinds = set(connection.scalars(text("SELECT kind FROM notice")))
    assert kinds <= {"paid", "paid found"}


def test_of_several_one_is_named_and_one_of_another_amount_is_none(desk: Desk) -> None:
    desk.came_in(paid(), paid("TT2"), paid("TT3", "5001.00"))
    with pytest.raises(Refused, match="2 payments may be F1001: TT1, TT2"):
        desk.match("F1001")
    with pytest.raises(Refused, match=r"TT3 is of 5001\.00"):
        desk.match("F1001", "TT3")
    assert desk.match("F1001", "TT2")["payment"] == "TT2"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (paid(dealer="D9"), "there is no dealer D9"),
        (paid(currency="USD"), "pays in CNY"),
        (paid(amount="0"), "more than nothing"),
        (paid(paid_on=TODAY + timedelta(days=2)), "lies in the future"),
    ],
)
def test_what_cannot_be_booked_is_refused_whole(desk: Desk, one: Paid, said: str) -> None:
    with pytest.raises(Refused, match=said):
        desk.came_in(paid("good"), one)
    assert desk.owed() == 0


def test_a_region_sees_its_own_and_rejects_with_a_reason(desk: Desk) -> None:
    west = Person("Wen", PersonRole.MANAGER, "WEST")
    with desk.books(west) as (session, books):
        assert actions.list_payments(session) == []
        with pytest.raises(Refused, match="no shop told of a payment F1001"):
            actions.reject_payment(session, books, "F1001", "no")
    with desk.books() as (session, books):
        with pytest.raises(Refused, match="say why"):
            actions.reject_payment(session, books, "F1001", " ")
        assert actions.reject_payment(session, books, "F1001", "nothing came")["state"] == "rejected"
    desk.verified()


def test_both_sides_are_told_what_stands_and_no_news_twice(desk: Desk) -> None:
    def told(kind: str, dealer: str | None = None) -> str | None:
        with desk.keeper.transaction(desk.at) as books:
            reply = word_payment(kind, dealer, books, "F1001")
        return reply.key if reply is not None else None

    assert (told("paid"), told("paid", "D1001"), told("paid ended")) == ("payment_waits", "payment_told_for", None)
    assert told("paid found") == "payment_found"
    desk.match("F1001", book=True)
    assert (told("paid"), told("paid found"), told("paid ended", "D1001")) == (None, None, "payment_told_matched")
