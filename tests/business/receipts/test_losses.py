"""Sets that are lost: the one of a short delivery, of a shop, a depot or on its way; found again; what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.receipts.actions.losses import find_set, lose_set
from smsgw.errors import Refused
from smsgw.store import audit
from tests.business.dict_ledger import OWNER
from tests.business.receipts.test_receipts import STRAY, A, Deliveries

LI = Person("li")
WESTERN = Person("wu", region="WEST")


@pytest.fixture(params=["required", "none"])
def shops(request: pytest.FixtureRequest, engine: Engine) -> Deliveries:
    there = Deliveries(engine, request.param)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO depot (code, name, region) VALUES ('DEPOT-E', 'East depot', 'EAST')"))
    there.ship("SH1", A[:4])
    return there


def do(shops: Deliveries, action: Any, imei: str, *more: str, who: Person = LI) -> dict[str, Any]:
    with shops.keeper.transaction(shops.at) as books:
        books.work.author = who.who
        session = Session(who, int(shops.at.timestamp() * 1000), books.transaction, shops.trade)
        done: dict[str, Any] = action(session, books, imei, *more)
    shops.sound()
    return done


def refused(shops: Deliveries, action: Any, imei: str, *more: str, who: Person = LI) -> str:
    with pytest.raises(Refused) as told:
        do(shops, action, imei, *more, who=who)
    return "; ".join(map(str, told.value.faults))


def test_the_set_of_a_short_delivery_is_not_taken_off_the_book_twice(shops: Deliveries) -> None:
    shops.say(OWNER, "RCV SH1 3")
    assert shops.stock() == {"A350": (3, 4)}
    assert do(shops, lose_set, A[1], "not in the box") == {
        "imei": A[1],
        "model": "A350",
        "state": "lost",
        "at": "D1001",
    }
    assert shops.stock() == {"A350": (3, 3)}
    do(shops, lose_set, A[2], "stolen")  # another one, which the book still had
    assert shops.stock() == {"A350": (2, 2)}
    assert f"{A[2]} is lost already" in refused(shops, lose_set, A[2], "again")
    assert do(shops, find_set, A[1], "behind the shelf")["state"] == "in_stock"
    assert shops.stock() == {"A350": (3, 3)}
    assert "in_stock" not in shops.say(OWNER, f"S {A[1]}")
    assert "cannot be lost" in refused(shops, lose_set, A[1], "sold")
    with shops.engine.connect() as connection:
        trail = [(one.who, one.what) for one in audit.entries(connection, subject=A[1])]
    assert trail == [("li", "set lost"), ("li", "set found")]
    told = shops.one(f"SELECT subject, kind, who FROM journal WHERE reference = '{A[1]}' ORDER BY kind DESC")
    assert told == [("unit", "lost", "li"), ("unit", "found", "li")]


def test_sets_on_their_way_and_in_a_depot_are_lost_and_found_elsewhere(shops: Deliveries) -> None:
    before = shops.stock().get("A350", (0, 0))
    do(shops, lose_set, A[0], "the lorry burnt")
    gone = 0 if shops.trade.receipt == "required" else 1
    assert shops.stock().get("A350", (0, 0)) == (before[0] - gone, before[1] - gone)
    assert do(shops, find_set, A[0], "it did not", "depot-e")["state"] == "in_depot"
    assert shops.one("SELECT quantity FROM depot_stock") == [(1,)]
    do(shops, lose_set, A[0], "miscounted")
    assert do(shops, find_set, A[0], "there it is") == {
        "imei": A[0],
        "model": "A350",
        "state": "in_depot",
        "at": "DEPOT-E",
    }
    do(shops, lose_set, A[3], "gone")
    do(shops, find_set, A[3], "came to the neighbour", "D1002")
    assert shops.stock("D1002") == {"A350": (1, 1)}


def test_what_cannot_be_is_refused_and_seen_only_within_reach(shops: Deliveries) -> None:
    assert "say why" in refused(shops, lose_set, A[0], "  ")
    assert "201" in refused(shops, lose_set, A[0], "x" * 201)
    assert f"there is no set {STRAY}" in refused(shops, lose_set, STRAY, "gone")
    assert "'12'" in refused(shops, lose_set, "12", "gone")
    assert "is not lost: it is shipped" in refused(shops, find_set, A[0], "here")
    assert "there is no set" in refused(shops, lose_set, A[0], "gone", who=WESTERN)
    shops.say(OWNER, "RCV SH1")
    shops.say(OWNER, f"GIVE D1002 {A[2]}")
    assert "is in transfer at D1001; it cannot be lost" in refused(shops, lose_set, A[2], "gone")
    shops.say(OWNER, f"RET {A[1]} 3")
    assert "waits for the decision of X1001" in refused(shops, lose_set, A[1], "gone")
    do(shops, lose_set, A[0], "gone")
    assert "there is no shop or depot NOWHERE" in refused(shops, find_set, A[0], "here", "nowhere")
    assert "there is no set" in refused(shops, find_set, A[0], "here", "D2001", who=WESTERN)
