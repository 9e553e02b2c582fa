"""A cut is planned: what it would come to, told to nobody; announced: PRICE tells it, and each shop its own number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.broadcasts.books.merge_fields import Recipient, merge_values
from smsgw.business.broadcasts.rules.merge_fields import parse
from smsgw.business.core.principal import Person
from smsgw.business.directory.books.regions import regions
from smsgw.business.protection.actions.claims import approve_claims, list_claims
from smsgw.business.protection.actions.cuts import announce_cut, list_cuts, plan_cut
from smsgw.errors import Refused
from tests.business.dict_ledger import MANAGER, OWNER, START
from tests.business.returns.shops import A350, Shops

CUT = START.date() + timedelta(days=3)
TIER = ("tier", "A")


def test_a_cut_is_planned_announced_claimed_and_approved_by_somebody_else(engine: Engine) -> None:
    shops = Shops(engine)
    shops.text(OWNER, f"RCV {A350[0]} {A350[1]} {A350[2]}")
    shops.text(OWNER, f"S {A350[0]}")
    with shops.desk(Person("zhou")) as (session, _):
        planned = plan_cut(session, "A350", "900", CUT, TIER)
    assert planned["dealers"] == [
        {
            "dealer": "D1001",
            "off": "100.00",
            "held": 2,
            "in_transit": 3,
            "too_old": 0,
            "amount": "200.00",
            "with_transit": "500.00",
            "currency": "CNY",
        }
    ]
    assert [(each["region"], each["with_transit"]) for each in planned["regions"]] == [("EAST", "500.00")]
    assert planned["total"]["amount"] == "200.00"
    assert "900" not in shops.text(OWNER, "PRICE A350")
    assert not shops.told()
    with shops.desk(Person("zhou")) as (session, books):
        assert announce_cut(session, books, "A350", CUT, TIER)["total"]["with_transit"] == "500.00"
        assert [each["announced_by"] for each in list_cuts(session)] == [session.who]
    assert f"From {CUT:%d%b}: dealer 900.00" in shops.text(OWNER, "PRICE A350")
    with shops.desk() as (session, _):
        wording = parse("{protected:A350} sets, {protection:A350}")
        said = merge_values(
            session.connection,
            [Recipient(OWNER, None, "D1001", "en"), Recipient(MANAGER, None, "D1002", "en")],
            wording.fields,
            regions(session.connection, "Asia/Shanghai"),
            session.now,
        )
    assert [tuple(each.values()) for each in said] == [("5", "500.00 CNY"), ("0", "0.00 CNY")]
    shops.at += timedelta(days=4)
    assert "Protected: 5 sets, 500.00" in shops.text(OWNER, "PP A350")
    shops.text(OWNER, "YES")
    with shops.desk() as (session, _):
        assert [(each["reference"], each["total"]) for each in list_claims(session, ("open",))] == [("P1001", "500.00")]
    with pytest.raises(Refused, match="planned its cut"), shops.desk(Person("zhou")) as (session, books):
        approve_claims(session, books, ["P1001"])
    owed = shops.owed()
    with shops.desk(Person("li")) as (session, books):
        assert approve_claims(session, books, ["P1001"])[0]["credit"] == "500.00"
    assert shops.owed() == owed - 500_00
    shown = shops.show("claim", "P1001")
    assert (shown["state"], shown["credit"], len(shown["sets"])) == ("approved", "500.00", 5)
    assert shops.show("unit", A350[1])["protection"][0]["reference"] == "P1001"


@pytest.mark.parametrize(
    ("price", "days", "key", "wrong"),
    [
        ("900", 0, TIER, "has begun"),
        ("1500", 3, TIER, "more than the retail price"),
        ("x", 3, TIER, "amount"),
        ("900", 3, ("tier", "Z"), "there is no tier Z"),
        ("900", 3, ("dealer", "D9"), "there is no dealer D9"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(
    engine: Engine, price: str, days: int, key: tuple[str, str], wrong: str
) -> None:
    shops = Shops(engine)
    with pytest.raises(Refused, match=wrong), shops.desk() as (session, _):
        plan_cut(session, "A350", price, START.date() + timedelta(days=days), key)
