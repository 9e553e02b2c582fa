"""Sales on hold in the database: texts, what people are told, the desk, the clock, and what verify proves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from smsgw.business.sales.actions import approve_hold, list_holds, reject_hold
from smsgw.business.verify import verify
from smsgw.errors import Refused
from tests.business.dict_ledger import CLERK, MANAGER, OTHER_OWNER, OWNER, WEST_OWNER
from tests.business.returns.shops import A350, B200, SPARE, Shops

A, B, C, D = SPARE


@pytest.fixture
def shops(engine: Engine) -> Shops:
    """D1002 (its owner reads Chinese) has four more A350, which D1001 will sell."""
    shops = Shops(engine)
    shops.ship([(each, "A350") for each in SPARE], "shipment SH2", "D1002")
    return shops


def test_a_set_of_another_shop_is_explained_approved_and_told(shops: Shops) -> None:
    said = shops.text(OWNER, f"S {A} {A350[0]}")
    assert said.startswith("OK S1001: 1 sold at D1001")
    assert (
        f"..{A[-4:]} is in the stock of D1002, not yours. S1002 is on hold. "
        "How did you get it? Reply 1 transfer 2 bought 3 other" in said
    )
    assert shops.text(OWNER, "YES S1002 bought from a customer") == (
        "OK S1002: noted, bought. On hold until the manager of D1002 decides; we tell you."
    )
    told = dict(shops.told())
    assert told[OTHER_OWNER] == f"知会:D1001售出您店账上的A350×1(..{A[-4:]}),S1002。请核对,由经理决定。"
    assert (
        told[MANAGER] == f"S1002: D1001 sold A350 x1 (..{A[-4:]}) of D1002. Reason: bought. APP S1002 or REJ S1002 why"
    )
    assert shops.told() == []
    assert shops.show("sale", "S1002")["state"] == "on_hold"
    assert shops.show("unit", A)["hold"] == {"reference": "S1002", "dealer": "D1001"}
    assert (shops.unit(A), shops.sold(), shops.stock("D1002")) == (("shipped", "D1002"), 1, {"A350": (4, 4)})
    assert "S1002" in shops.text(MANAGER, "APP")
    assert shops.text(MANAGER, "APP S1002").startswith("S1002 approved: A350 x1 of D1002 sold at D1001, today")
    assert (shops.unit(A), shops.sold(), shops.stock("D1002")) == (("sold", "D1001"), 2, {"A350": (3, 3)})
    told = dict(shops.told())
    assert told == {
        OWNER: "S1002: A350 x1 are yours and sold by you now.",
        OTHER_OWNER: f"S1002:A350×1(..{A[-4:]})已出您店库存,由D1001售出。",
    }
    assert "S1002 A350 x1 " in shops.text(OWNER, "LAST")
    shown = shops.show("sale", "S1002")
    assert (shown["state"], shown["hold"]["reason"], shown["hold"]["words"]) == ("booked", "bought", "from a customer")
    assert shops.text(OWNER, "UNDO S1002").startswith("OK S1002: undone, 1 taken back")
    assert (shops.unit(A), shops.sold(), shops.stock("D1002")) == (("shipped", "D1002"), 1, {"A350": (4, 4)})
    assert dict(shops.told()) == {OTHER_OWNER: f"D1001的S1002未成:A350×1(..{A[-4:]})仍在您店库存。"}


def test_the_other_shop_confirms_a_transfer_in_chinese(shops: Shops) -> None:
    said = shops.text(CLERK, f"销售 {A} {B}")
    assert said == f"..{A[-4:]}等(另1台)在D1002账上,暂存S1001。原因?1调货 2外购 3其他"
    assert shops.text(CLERK, "调货") == "已收S1001:谢谢,正向D1002确认调货,结果会通知您。"
    told = dict(shops.told())
    assert told[OTHER_OWNER] == f"D1001称您店A350×2(..{A[-4:]})已调给它,属实吗?回:是 S1001 或 否 S1001"
    assert shops.text(OTHER_OWNER, "是 S1001") == "已收S1001:A350×2已转D1001售出,出您店库存。"
    assert shops.sold() == 2
    assert dict(shops.told()).keys() == {OWNER, CLERK}


def test_what_is_refused_or_lapses_is_told_with_what_it_was(shops: Shops) -> None:
    shops.text(OWNER, f"S {A}")
    assert shops.text(OWNER, "3 found in our drawer").startswith("OK S1001: noted, found in our drawer.")
    assert shops.text(MANAGER, "REJ S1001 it is in their shop").startswith("S1001 rejected: A350 x1 stay in the stock")
    told = {phone: said for phone, said in shops.told() + shops.told() if phone in (OWNER, OTHER_OWNER)}
    assert told[OWNER].startswith(f"S1001: A350 x1 (..{A[-4:]}) do not count as your sale: it is in their shop.")
    assert told[OTHER_OWNER] == f"D1001的S1001未成:A350×1(..{A[-4:]})仍在您店库存。"
    assert shops.text(OWNER, f"S {A}").startswith(f"..{A[-4:]} is in the stock of D1002")
    shops.at += timedelta(hours=48)
    assert shops.told() == [
        (
            OWNER,
            f"S1002 is still on hold: how did you get ..{A[-4:]} of D1002? "
            "Reply YES S1002 1 (transfer), 2 (bought) or 3 and why.",
        )
    ]
    assert shops.told() == []
    shops.at += timedelta(hours=25)
    assert shops.told() == [
        (OWNER, f"S1002 was not decided in time: A350 x1 (..{A[-4:]}) do not count as your sale. Please send it again.")
    ]
    assert shops.text(OWNER, "YES S1002 1") == "S1002 was not decided in time. Nothing changed."
    assert shops.show("sale", "S1002")["state"] == "lapsed"


def test_managers_are_reminded_of_what_waits_for_them(shops: Shops) -> None:
    shops.text(OWNER, f"S {A}")
    shops.text(OWNER, "2")
    assert MANAGER in dict(shops.told())
    shops.at += timedelta(hours=48)
    assert [phone for phone, _ in shops.told()] == [MANAGER]


def test_the_desk_lists_approves_and_rejects(shops: Shops) -> None:
    shops.text(OWNER, f"S {A}")
    shops.text(CLERK, f"S {B} {B200[0]}")
    with shops.desk() as (session, books):
        assert [
            (one["reference"], one["reason"], len(one["sets"])) for one in list_holds(session, ("open",), "D1002")
        ] == [
            ("S1001", None, 1),
            ("S1003", None, 1),
        ]
        with pytest.raises(Refused, match="say why"):
            reject_hold(session, books, "S1003", " ")
        assert reject_hold(session, books, "S1003", "no papers") == {"reference": "S1003", "state": "rejected"}
    shops.text(OTHER_OWNER, f"S {A}")
    with (
        pytest.raises(Refused, match=rf"{A} was sold by D1002 on 2026-04-15 \(S1004\)"),
        shops.desk() as (session, books),
    ):
        approve_hold(session, books, "S1001")
    shops.text(OTHER_OWNER, "UNDO")
    with shops.desk() as (session, books):
        approve_hold(session, books, "S1001")
    for reference, why in (("S1001", "approved already"), ("S1002", "no sale S1002 on hold"), ("S9", "no sale S9")):
        with pytest.raises(Refused, match=why), shops.desk() as (session, books):
            approve_hold(session, books, reference)
    assert {phone for phone, _ in shops.told() + shops.told()} == {OWNER, CLERK, OTHER_OWNER}
    assert shops.sold() == 2


def test_two_shops_that_sold_the_same_set_are_decided_one_after_the_other(shops: Shops) -> None:
    shops.text(OWNER, f"S {A}")
    shops.text(WEST_OWNER, f"S {A}")
    shops.text(MANAGER, "APP S1002")
    assert shops.text(MANAGER, "APP S1001").startswith(f"..{A[-4:]} was sold at D2001 meanwhile (S1002, 15Apr).")
    assert shops.unit(A) == ("sold", "D2001")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ("UPDATE sale_hold SET state = 'rejected'", {"sale_hold.state", "sale_hold_line.imei", "unit_event.kind"}),
        ("UPDATE sale_hold SET state = 'open'", {"sale_hold_line.imei", "unit_event.kind"}),
        ("UPDATE booking SET dealer = 'D1002'", {"sale_hold.state"}),
        ("DELETE FROM sale_hold_line", {"sale_hold_line", "unit_event.kind"}),
    ],
)
def test_verify_finds_what_is_wrong(shops: Shops, wrong: str, where: set[str]) -> None:
    shops.text(OWNER, f"S {A}")
    shops.text(MANAGER, "APP S1001")
    with shops.engine.begin() as connection:
        connection.execute(text(wrong))
        assert where <= {finding.cache for finding in verify(connection)}
