"""Random sales of own sets and of another shop's, explained, decided and undone, against a model of dictionaries."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from smsgw.business.sales.actions import approve_hold, reject_hold
from smsgw.errors import SmsgwError
from tests.business.dict_ledger import MANAGER, OTHER_OWNER, OWNER
from tests.business.returns.shops import A350, SPARE, Shops

OWNERS = {"D1001": OWNER, "D1002": OTHER_OWNER}
STEPS = 40


@dataclass
class Sale:
    shop: str
    imei: str
    holder: str  # whose the set was
    state: str  # open, sold, over


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_holds_agree_with_a_model_of_dictionaries(engine: Engine, seed: int) -> None:
    chance, shops = random.Random(seed), Shops(engine)
    shops.ship([(each, "A350") for each in SPARE], "shipment SH2", "D1002")
    at = dict.fromkeys(A350[:6], "D1001") | dict.fromkeys(SPARE, "D1002")
    sales: dict[str, Sale] = {}
    done: dict[str, int] = {}
    for _ in range(STEPS):
        deed = chance.choice(("sell", "sell", "sell", "approve", "reject", "no", "undo", "undo"))
        done[deed] = done.get(deed, 0) + _do(deed, chance, shops, at, sales)
        sold = [sale for sale in sales.values() if sale.state == "sold"]
        for shop in OWNERS:
            assert shops.sold(shop) == sum(sale.shop == shop for sale in sold), deed
            left = sum(place == shop for place in at.values())
            assert shops.stock(shop).get("A350", (0, 0)) == (left, left), deed
        for imei, place in at.items():
            owner = next((sale.shop for sale in sold if sale.imei == imei), place)
            assert shops.unit(imei)[1] == owner, (deed, imei)
    assert all(done.get(deed) for deed in ("sell", "approve", "reject", "no", "undo")), done


def _do(deed: str, chance: random.Random, shops: Shops, at: dict[str, str], sales: dict[str, Sale]) -> bool:
    """Do one thing, and to the model what it must come to; whether it was possible."""
    if deed == "sell":
        shop = chance.choice(sorted(OWNERS))
        unsold = sorted(imei for imei, place in at.items() if place not in (shop, "sold"))
        imei = chance.choice(unsold if unsold and chance.random() < 0.6 else sorted(at))
        said = shops.text(OWNERS[shop], f"S {imei} RO")
        held = any((s.shop, s.imei, s.state) == (shop, imei, "open") for s in sales.values())
        if at[imei] == "sold" or (held and at[imei] != shop):
            assert re.search("sold before|已售过|already|已暂存", said), said
            return False
        found = re.search(r"S1\d{3}", said)
        assert found is not None, said
        own = at[imei] == shop
        sales[found[0]] = Sale(shop, imei, at[imei], "sold" if own else "open")
        at[imei] = "sold" if own else at[imei]
        if not own and chance.random() < 0.5:
            shops.text(OWNERS[shop], f"YES {found[0]} 2")
        return True
    known = sorted(
        reference for reference, sale in sales.items() if sale.state == ("sold" if deed == "undo" else "open")
    )
    if not known:
        return False
    reference = chance.choice(known)
    sale = sales[reference]
    if deed == "approve":
        possible = at[sale.imei] == sale.holder
        assert _approved(chance, shops, reference) is possible
        if possible:
            at[sale.imei], sale.state = "sold", "sold"
        return possible
    if deed == "reject" and chance.random() < 0.5:
        with shops.desk() as (session, books):
            reject_hold(session, books, reference, "no papers")
    else:
        by, words = {
            "reject": (MANAGER, f"REJ {reference} no papers"),
            "no": (OWNERS[sale.shop], f"NO {reference}"),
            "undo": (OWNERS[sale.shop], f"UNDO {reference}"),
        }[deed]
        shops.text(by, words)
    if sale.state == "sold":
        at[sale.imei] = sale.holder
    sale.state = "over"
    return True


def _approved(chance: random.Random, shops: Shops, reference: str) -> bool:
    if chance.random() < 0.5:
        return "approved" in shops.text(MANAGER, f"APP {reference}")
    try:
        with shops.desk() as (session, books):
            approve_hold(session, books, reference)
    except SmsgwError:
        return False
    return True
