"""Deliveries that the desk takes as received: whole, short, by IMEI, of another shop, refused, within reach."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.directory.tables import contact
from smsgw.business.receipts.actions.deliveries import Arriving, list_receipts, read_receipt, receive
from smsgw.errors import Refused
from smsgw.store import audit
from tests.business.dict_ledger import OWNER, imei
from tests.business.receipts.test_receipts import STRAY, A, B, Deliveries

LI = Person("li")
WESTERN = Person("wu", region="WEST")


@pytest.fixture
def desk(engine: Engine) -> Deliveries:
    return Deliveries(engine, "required")


def arrived(shops: Deliveries, arriving: Arriving, who: Person = LI) -> dict[str, Any]:
    with shops.keeper.transaction(shops.at) as books:
        books.work.author = who.who
        session = Session(who, int(shops.at.timestamp() * 1000), books.transaction, shops.trade)
        done = receive(session, books, arriving)
    shops.sound()
    return done


def refused(shops: Deliveries, arriving: Arriving, who: Person = LI) -> str:
    before = shops.one("SELECT count(*) FROM booking")
    with pytest.raises(Refused) as told:
        arrived(shops, arriving, who)
    assert shops.one("SELECT count(*) FROM booking") == before
    return "; ".join(map(str, told.value.faults))


def test_a_whole_order_is_received_for_a_shop_which_may_undo_it(desk: Deliveries) -> None:
    number = desk.order("A350 3 B200 1")
    assert "nothing has left" in refused(desk, Arriving(f"O{number}"))
    desk.ship("SH1", A[:3] + B[:1], order=f"O{number}")
    done = arrived(desk, Arriving(f"o{number}"))
    assert done["received"] == {"A350": 3, "B200": 1}
    assert (done["reference"], done["short"], done["surplus"], done["ticket"]) == ("R1001", {}, {}, None)
    assert desk.stock() == {"A350": (3, 3), "B200": (1, 1)}
    assert desk.order_state(number) == ("received", 4)
    assert "is received or reported short" in refused(desk, Arriving(f"O{number}"))
    with desk.engine.connect() as connection:
        assert [(one.who, one.what) for one in audit.entries(connection, subject="R1001")] == [
            ("li", "delivery received")
        ]
    told = desk.one("SELECT subject, kind, who FROM journal WHERE reference = 'R1001'")
    assert told == [("receive", "booked", "li")]
    assert desk.say(OWNER, "UNDO R1001").startswith("OK R1001: undone, 4 are not received")


def test_what_is_short_by_number_or_all_of_it_makes_a_ticket_of_the_shop(desk: Deliveries) -> None:
    desk.ship("SH1", A[:4])
    done = arrived(desk, Arriving("sh1", "D1001", sets=3))
    assert (done["received"], done["short"], done["ticket"]) == ({"A350": 3}, {"A350": 1}, "C1001")
    assert desk.tickets() == [("C1001", "open", "R1001", "D1001", "SH1 short A350 x1")]
    assert desk.one("SELECT phone FROM ticket") == [(OWNER,)]
    desk.ship("SH2", B[:2])
    assert arrived(desk, Arriving("SH2", "D1001", sets=0))["short"] == {"B200": 2}
    assert desk.state(B[0]) == "lost"
    came_late = arrived(desk, Arriving("SH2", "D1001", imeis=(B[0],)))
    assert (came_late["received"], desk.state(B[0])) == ({"B200": 1}, "in_stock")
    desk.ship("SH3", A[4:6] + B[2:3])
    assert "name the IMEIs" in refused(desk, Arriving("SH3", "D1001", sets=2))
    assert "Say that you are sure" in refused(desk, Arriving("SH3", "D1001", sets=900))


def test_sets_by_imei_new_ones_and_those_of_another_shop(desk: Deliveries) -> None:
    desk.ship("SH1", A[:2])
    desk.ship("SH2", A[2:3], dealer="D1002")
    done = arrived(desk, Arriving(dealer="D1001", imeis=(A[0], STRAY, A[2])))
    assert (done["received"], done["surplus"], done["foreign"]) == ({"A350": 2}, {"A350": 1}, [A[2]])
    assert desk.tickets()[0][4] == f"SH1 surplus A350 {STRAY}; wrong A350 {A[2]}"
    assert desk.stock() == {"A350": (2, 2)}
    again = refused(desk, Arriving(dealer="D1001", imeis=(A[0], A[1], A[1], "123", imei("99999999", 1))))
    for told in (f"{A[0]} is received at D1001", f"{A[1]} stands here twice", "'123'", "of no model"):
        assert told in again
    assert desk.state(A[1]) == "shipped"  # all or nothing
    alone = arrived(desk, Arriving(dealer="D1001", imeis=(A[2],)))
    assert (alone["reference"], alone["ticket"]) == (None, "C1002")


def test_a_shop_that_nobody_speaks_for_has_no_ticket_and_the_rest_is_booked(desk: Deliveries) -> None:
    desk.ship("SH1", A[:2])
    with desk.engine.begin() as connection:
        connection.execute(contact.update().where(contact.c.dealer == "D1001").values(active=False))
    done = arrived(desk, Arriving("SH1", "D1001", sets=1))
    assert (done["reference"], done["short"], done["ticket"]) == ("R1001", {"A350": 1}, None)


def test_which_delivery_must_be_clear_and_within_reach(desk: Deliveries) -> None:
    assert "name an order" in refused(desk, Arriving())
    assert "there is no order O9; name an order" in refused(desk, Arriving("O9"))
    assert "on the way to D1001: nothing" in refused(desk, Arriving(dealer="D1001"))
    assert "there is no dealer D9" in refused(desk, Arriving(dealer="D9"))
    desk.ship("SH1", A[:1])
    desk.ship("SH2", A[1:2])
    assert "on the way to D1001: SH1, SH2" in refused(desk, Arriving(dealer="D1001"))
    assert "nothing was sent to D1001 as SH9" in refused(desk, Arriving("SH9", "D1001"))
    assert "not both" in refused(desk, Arriving("SH1", "D1001", 1, (A[0],)))
    assert "there is no dealer D1001" in refused(desk, Arriving("SH1", "D1001"), WESTERN)
    arrived(desk, Arriving("SH1", "D1001"))
    with desk.keeper.transaction(desk.at) as books:
        for who, seen in ((LI, ["R1001"]), (WESTERN, [])):
            session = Session(who, int(desk.at.timestamp() * 1000), books.transaction, desk.trade)
            assert [one["reference"] for one in list_receipts(session, "D1001")] == seen
            assert list_receipts(session, wrong=True) == []
        assert read_receipt(Session(LI, 0, books.transaction, desk.trade), "r1001")["of"] == "SH1"
        with pytest.raises(Refused):
            read_receipt(session, "R1001")


@pytest.mark.parametrize("said", ["RCV SH1 {0}", "rcv sh1 {0} {1}", "收货 SH1 {1}", "RCV {0} SH1"])
def test_a_delivery_note_may_stand_before_the_imeis_that_came(desk: Deliveries, said: str) -> None:
    desk.ship("SH1", A[:2] + B[:1])
    desk.ship("SH2", A[3:4])
    assert "SH1" in desk.say(OWNER, "RCV SH1 2")  # which asks for just that
    assert "R1001" in desk.say(OWNER, said.format(*A))
    came = {number for place, number in enumerate(A[:2]) if f"{{{place}}}" in said}
    assert {number for number in A[:2] if desk.state(number) == "received"} == came


def test_a_note_that_nobody_sent_is_told_and_no_set_is_received(desk: Deliveries) -> None:
    desk.ship("SH1", A[:2])
    desk.say(OWNER, f"RCV SH9 {A[0]}")
    assert desk.state(A[0]) == "shipped"
