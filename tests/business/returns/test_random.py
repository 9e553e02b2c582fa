"""Random sales, returns and decisions, by text and at the desk, against a model of dictionaries that knows none of our
code: where each set is, what is in stock, what was sold, what is owed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from smsgw.business.returns.actions import approve_return, receive_return, reject_return
from smsgw.errors import Refused
from tests.business.dict_ledger import CLERK, MANAGER, OWNER
from tests.business.returns.shops import A350, B200, PRICE, SPARE, Shops

PRICES = dict.fromkeys((*A350, *SPARE), PRICE) | dict.fromkeys(B200, 62_000)
STEPS = 45


@dataclass
class Case:
    sets: dict[str, bool]  # by set, whether it had been sold
    state: str = "open"
    arrived: set[str] = field(default_factory=set)


@dataclass
class Model:
    """What must be so, said in the plainest way."""

    at: dict[str, str] = field(default_factory=dict)  # set: shop, sold, back, under way, depot, gone
    owes: dict[str, int] = field(default_factory=dict)  # set: what may still be credited for it
    owed: int = 0
    cases: dict[str, Case] = field(default_factory=dict)
    returns: int = 1000

    def stock(self) -> int:
        return sum(place == "shop" for place in self.at.values())

    def sold(self) -> int:
        return sum(place == "sold" for place in self.at.values())


WHERE = {
    "shop": {("shipped", "D1001"), ("in_stock", "D1001")},
    "sold": {("sold", "D1001")},
    "back": {("returned", "D1001")},
    "under way": {("returning", "D1001")},
    "depot": {("in_repair", "DEPOT-E"), ("in_depot", "DEPOT-E")},
    "gone": {("replaced", None), ("in_repair", "DEPOT-E"), ("in_depot", "DEPOT-E")},
}


@pytest.mark.parametrize("seed", range(1))
def test_whatever_is_done_the_books_agree_with_a_model_of_dictionaries(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    shops, model = Shops(engine), Model()
    held = [*A350[:6], *B200[:2]]
    model.at = dict.fromkeys(held, "shop")
    model.owes = {imei: PRICES[imei] for imei in held}
    model.owed = shops.owed()
    spare = list(SPARE)
    done = dict.fromkeys(("sell", "return", "credit", "replace", "reject", "undo", "receive"), 0)
    for _ in range(STEPS):
        deed = chance.choice([*done, "sell", "return", "return"])
        done[deed] += _do(deed, chance, shops, model, spare)
        for imei, place in model.at.items():
            assert shops.unit(imei) in WHERE[place], (deed, imei, place)
        assert sum(quantity for quantity, _ in shops.stock().values()) == model.stock(), deed
        assert shops.sold() == model.sold(), deed
        assert shops.owed() == model.owed, deed
        for reference, case in model.cases.items():
            assert shops.show("return", reference)["state"] == case.state
    assert done["sell"] and done["return"]
    with shops.engine.connect() as connection:
        waits = {one for one, case in model.cases.items() if case.state == "open"}
        rows = connection.exec_driver_sql("SELECT reference FROM return_case WHERE state = 'open'")
        assert {reference for (reference,) in rows} == waits


def _do(deed: str, chance: random.Random, shops: Shops, model: Model, spare: list[str]) -> bool:
    """Do one thing by text or at the desk, and to the model what it must come to; whether it was possible."""
    if deed == "sell":
        imei = chance.choice(sorted(model.at))
        shops.text(OWNER, f"S {imei} RO")
        if model.at[imei] == "shop":
            model.at[imei] = "sold"
        return True
    if deed == "return":
        named = chance.sample(sorted(model.at), chance.choice((1, 1, 2)))
        good = {imei: model.at[imei] == "sold" for imei in named if model.at[imei] in ("shop", "sold")}
        said = shops.text(chance.choice((OWNER, CLERK)), f"RET {' '.join(named)} 1 RO")
        if not good:
            return False
        model.returns += 1
        assert f"X{model.returns}" in said
        model.cases[f"X{model.returns}"] = Case(good)
        for imei, sold in good.items():
            model.at[imei] = "back" if sold else "under way"
        return True
    if not model.cases:
        return False
    reference = chance.choice(sorted(model.cases))
    case = model.cases[reference]
    if deed == "receive":
        left = [imei for imei in case.sets if imei not in case.arrived]
        with pytest.raises(Refused) if case.state in ("undone", "rejected") or not left else _nothing():
            with shops.desk() as (session, books):
                receive_return(session, books, reference, "depot-e", sound=chance.random() < 0.5)
            case.arrived.update(left)
            for imei in left:
                model.at[imei] = "gone" if case.state == "replaced" else "depot"
        return True
    if deed == "undo":
        shops.text(OWNER, f"UNDO {reference}")
        mine = shops.show("return", reference)["state"] == "undone"
        assert mine == (case.state in ("open", "undone") and not (case.arrived and case.state == "open"))
        if case.state == "open" and not case.arrived:
            case.state = "undone"
            for imei, sold in case.sets.items():
                model.at[imei] = "sold" if sold else "shop"
        return True
    if case.state != "open":
        said = shops.text(MANAGER, f"APP {reference}" if deed != "reject" else f"REJ {reference} no")
        assert said.startswith(f"{reference} was {case.state}")
        return False
    if deed == "reject":
        _reject(chance, shops, reference)
        case.state = "rejected"
        model.at.update(dict.fromkeys(case.sets, "shop"))
    elif deed == "replace":
        new = spare[: len(case.sets)]
        if len(new) < len(case.sets) or not set(case.sets) <= {*A350, *SPARE}:
            return False
        del spare[: len(new)]
        shops.text(MANAGER, f"APP {reference} {' '.join(new)}")
        case.state = "replaced"
        for old, fresh in zip(sorted(case.sets), new, strict=True):
            model.at[old], model.at[fresh] = "gone", "shop"
            model.owes[fresh] = model.owes.pop(old, 0)
    else:
        credit = [model.owes.get(imei, 0) for imei in case.sets]
        _credit(chance, shops, reference)
        case.state = "credited"
        model.owed -= sum(credit)
        for imei in case.sets:
            model.owes.pop(imei, None)
    return True


class _nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> bool:
        return False


def _reject(chance: random.Random, shops: Shops, reference: str) -> None:
    if chance.random() < 0.5:
        shops.text(MANAGER, f"REJ {reference} no fault")
        return
    with shops.desk() as (session, books):
        reject_return(session, books, reference, "no fault")


def _credit(chance: random.Random, shops: Shops, reference: str) -> None:
    if chance.random() < 0.5:
        assert shops.text(MANAGER, f"APP {reference}").startswith(f"{reference} credited")
        return
    with shops.desk() as (session, books):
        approve_return(session, books, reference)
