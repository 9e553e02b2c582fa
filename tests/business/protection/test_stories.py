"""A price falls: what shops are proposed, file, take back and are credited; each set once, by a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.prices.books import PriceRow, put_prices
from tests.business.dict_ledger import CLERK, MANAGER, OWNER, START
from tests.business.returns.shops import A350, Shops

CUT = START.date() + timedelta(days=3)


@pytest.fixture
def shops(engine: Engine) -> Iterator[Shops]:
    """Six A350 at D1001, one sold before the price fell by 100 and one after."""
    shops = Shops(engine)
    shops.text(OWNER, f"S {A350[0]}")
    with engine.begin() as connection:
        put_prices(connection, [PriceRow("A350", "A", 900_00, 1098_00, "CNY", CUT)])
    shops.at += timedelta(days=4)
    shops.text(OWNER, f"S {A350[1]}")
    yield shops
    shops.verified()


def test_a_claim_is_proposed_filed_approved_and_credited(shops: Shops) -> None:
    owed = shops.owed()
    assert shops.text(OWNER, "PP A350") == (
        f"A350 fell by 100.00 on {CUT:%d%b}. Protected: 5 sets, 500.00. File the claim? YES P1001"
    )
    assert shops.owed() == owed
    assert shops.text(OWNER, "YES").startswith("OK P1001: claim for 5 x A350, 500.00, is filed.")
    assert "P1001" in shops.text(OWNER, "LAST")
    assert shops.text(OWNER, "PP A350") == (
        f"A350 fell by 100.00 on {CUT:%d%b}. No set of yours is protected.\nNot protected: 5 claimed already."
    )
    assert "500.00 is credited" in shops.text(MANAGER, "APP P1001")
    assert shops.owed() == owed - 500_00
    assert [words for _, words in shops.told()] == [
        "P1001: claim for 5 x A350 is approved, 500.00 is credited to D1001."
    ]
    assert "approved already" in shops.text(MANAGER, "APP P1001")
    assert "approved already" in shops.text(OWNER, "UNDO P1001")
    assert shops.owed() == owed - 500_00


def test_a_claim_in_chinese(shops: Shops) -> None:
    shops.text(OWNER, "LANG ZH")
    assert shops.text(OWNER, "价保 A350").startswith(f"A350{CUT.month}月{CUT.day}日降100,可保5台共500。申报回:是 P1001")
    assert shops.text(OWNER, "是 P1001").startswith("已收P1001:申报A350×5,500")
    assert shops.text(OWNER, f"价保 {A350[0]}") == f"不可保:..{A350[0][-4:]}降价前已售。"


def test_a_set_is_named_and_its_reason_told(shops: Shops) -> None:
    assert shops.text(OWNER, f"PP {A350[0]}") == f"Not protected: ..{A350[0][-4:]} sold before the cut."
    assert shops.text(OWNER, f"PP {A350[2][-4:]}").startswith(f"A350 fell by 100.00 on {CUT:%d%b}. Protected: 1 sets")
    said = shops.text(OWNER, f"PP A350 {A350[0]} {A350[1]} {A350[7]}")
    assert "Protected: 1 sets, 100.00" in said
    assert f"..{A350[0][-4:]} sold before the cut, ..{A350[7][-4:]} without a known IMEI" in said
    assert "No price of B200 fell for you in the last 30 days" in shops.text(OWNER, "PP B200")
    assert shops.text(CLERK, "PP A350") == "价保仅限店主使用,未执行。您的指令回:帮助"


def test_a_claim_is_taken_back_or_rejected_and_its_sets_are_claimed_again(shops: Shops) -> None:
    shops.text(OWNER, "PP A350")
    shops.text(OWNER, "YES")
    assert shops.text(OWNER, "UNDO P1001") == "OK P1001: claim of D1001 for 5 x A350 is taken back."
    shops.text(OWNER, "PP A350")
    assert shops.text(OWNER, "YES").startswith("OK P1002")
    assert "Say why" in shops.text(MANAGER, "REJ P1002")
    assert "rejected" in shops.text(MANAGER, "REJ P1002 count first")
    assert [words for _, words in shops.told()] == [
        "P1002: claim for 5 x A350 is rejected: count first. Question? MSG P1002 text"
    ]
    assert "Protected: 5 sets" in shops.text(OWNER, "PP A350")


def test_what_is_told_later_of_a_day_before_the_cut_keeps_the_claim_from_being_approved(shops: Shops) -> None:
    shops.text(OWNER, "PP A350")
    shops.text(OWNER, "YES")
    day = CUT - timedelta(days=1)
    shops.text(OWNER, f"S {A350[2]} {day.day}/{day.month}")
    said = shops.text(MANAGER, "APP P1001")
    assert f"set ..{A350[2][-4:]} is protected no more (sold before the cut)" in said
