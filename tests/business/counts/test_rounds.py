"""Rounds of stock-takes: opened for an audience, told and reminded once, counted in, listed with their differences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.session import Session
from smsgw.business.counts import actions
from smsgw.errors import Refused
from smsgw.store.instants import to_ms
from tests.business.counts.shops import SETS, Shops
from tests.business.dict_ledger import CLERK, OTHER_OWNER, OWNER, WEST_OWNER

DAY = timedelta(days=1)


class Desk:
    """Somebody at headquarters, beside the shops."""

    def __init__(self, shops: Shops, who: Person) -> None:
        self.shops, self.who = shops, who

    def open(self, audience: str, days: float) -> actions.Opened:
        ends_at = to_ms(self.shops.at + days * DAY)
        with self.shops.keeper.transaction(self.shops.at) as books:
            return actions.open_round(self._session(books), audience, ends_at)

    def show(self, number: int) -> dict[str, object]:
        with self.shops.keeper.transaction(self.shops.at) as books:
            return actions.show_round(self._session(books), number)

    def differences(self, number: int) -> list[dict[str, object]]:
        with self.shops.keeper.transaction(self.shops.at) as books:
            return actions.list_differences(self._session(books), number)

    def close(self, number: int) -> None:
        with self.shops.keeper.transaction(self.shops.at) as books:
            actions.close_round(self._session(books), number)

    def decide(self, reference: str, *, approved: bool, why: str = "") -> str:
        with self.shops.keeper.transaction(self.shops.at) as books:
            return actions.decide(self._session(books), books, reference, approved=approved, why=why)

    def waiting(self) -> list[dict[str, object]]:
        with self.shops.keeper.transaction(self.shops.at) as books:
            return actions.list_counts(self._session(books))

    def _session(self, books: object) -> Session:
        return Session(self.who, to_ms(self.shops.at), books.transaction, self.shops.trade)  # type: ignore[attr-defined]


@pytest.fixture
def shops(engine: Engine) -> Shops:
    return Shops(engine)


@pytest.fixture
def desk(shops: Shops) -> Desk:
    return Desk(shops, Person("wang"))


def test_a_round_is_told_once_reminds_once_and_lists_its_differences(shops: Shops, desk: Desk) -> None:
    opened = desk.open("region:EAST", 3)
    assert (opened.round, opened.shops) == (1, 2)
    told = dict(shops.told())
    assert set(told) == {OWNER, OTHER_OWNER}
    assert told[OWNER].startswith("D1001: please count your shop by 18Apr")
    assert told[OTHER_OWNER].startswith("D1002:请于4月18日")
    assert shops.told() == []
    shops.text(CLERK, "盘点 A350 3", after=DAY)
    shops.text(OWNER, f"COUNT {SETS[0]} {SETS[1]}")
    assert shops.told() == []  # a list that is open is no count, but the clerk has counted
    shops.text(OWNER, "UNDO")
    assert [phone for phone, _ in shops.told(1.2 * DAY)] == [OTHER_OWNER]
    assert shops.told() == []
    shown = desk.show(1)
    assert (shown["state"], shown["counted"], shown["shops"]) == ("open", 1, 2)
    assert [(one["dealer"], one["reference"]) for one in shown["dealers"]] == [("D1001", "K1001"), ("D1002", None)]  # type: ignore[attr-defined]
    shops.text(OTHER_OWNER, f"COUNT {SETS[5]}")
    shops.text(OTHER_OWNER, "COUNT END")
    rows = [(r["dealer"], r["model"], r["imei"], r["finding"], r["difference"]) for r in desk.differences(1)]
    assert rows == [
        ("D1001", "A350", "", "number", -1),
        ("D1002", "A350", "", "number", 1),
        ("D1002", "A350", SETS[5], "new", None),
    ]
    assert desk.show(1)["counted"] == 2
    # What comes after its end is of no round.
    shops.text(OTHER_OWNER, "盘点 A350 9", after=2 * DAY)
    assert (desk.show(1)["state"], len(desk.differences(1))) == ("ended", 3)
    assert shops.told() == []


def test_a_shop_that_counts_before_it_may_be_told_is_not_told(shops: Shops, desk: Desk) -> None:
    shops.at += timedelta(hours=12)  # at night nothing is sent
    desk.open("dealer:D1001 or dealer:D2001", 2)
    assert shops.told() == []
    shops.text(OWNER, "COUNT A350 4")
    assert [phone for phone, _ in shops.told(timedelta(hours=11))] == [WEST_OWNER]
    desk.close(1)
    assert shops.told(DAY) == []
    with pytest.raises(Refused, match="no open round 1"):
        desk.close(1)


def test_everything_that_is_wrong_with_a_round_is_said(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.open("region:NORTH", -1)
    assert [wrong.field for wrong in refused.value.faults] == ["audience", "until"]
    with pytest.raises(Refused, match="no shop"):
        desk.open("role:hq", 1)
    with pytest.raises(Refused, match="no round 7"):
        desk.show(7)


def test_counts_are_decided_at_the_desk_within_its_region(engine: Engine) -> None:
    shops = Shops(engine, "propose")
    shops.text(OWNER, "COUNT A350 6")
    west = Desk(shops, Person("li", PersonRole.MANAGER, "WEST"))
    east = Desk(shops, Person("zhao", PersonRole.MANAGER, "EAST"))
    assert west.waiting() == []
    assert [(one["reference"], one["over"], one["under"]) for one in east.waiting()] == [("K1001", 2, 0)]
    with pytest.raises(Refused, match="no count K1001"):
        west.decide("K1001", approved=True)
    with pytest.raises(Refused, match="may not approve counts"):
        Desk(shops, Person("wu", PersonRole.DATA)).decide("K1001", approved=True)
    assert east.decide("k1001", approved=True) == "approved"
    assert shops.stock() == {"A350": (6, 4)}
    with pytest.raises(Refused, match="it is approved"):
        east.decide("K1001", approved=False)
    assert [phone for phone, _ in shops.told()] == [OWNER]
    shops.text(OWNER, "COUNT A350 9")
    assert east.decide("K1002", approved=False, why="look again") == "rejected"
    assert shops.stock() == {"A350": (6, 4)}
    assert [text for _, text in shops.told()] == [
        "K1002: headquarters does not agree with the count of D1001; the book stays. look again"
    ]
