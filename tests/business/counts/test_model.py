"""Random lives of a shop that is counted, sold from and decided about, beside a model of dictionaries: after every text
the book, the sets and the counts that wait are those of the model, which knows no code of ours."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from tests.business.counts.shops import Shops
from tests.business.dict_ledger import CLERK, HQ, OWNER, imei

POOL = [imei("86012345", n) for n in range(1, 13)]
STEPS = 40


@dataclass
class Waiting:
    """A count that waits: what its numbers add, and the sets that were new and missing."""

    number: int
    new: set[str]
    missing: set[str]
    all_of_it: bool  # nothing of it is in the book yet


@dataclass
class Model:
    """A shop in which there is one model of sets, as somebody with a notebook would keep it."""

    propose: bool
    book: int = 4
    inside: set[str] = field(default_factory=lambda: set(POOL[:4]))
    sold: dict[str, int] = field(default_factory=dict)  # and when
    lost: set[str] = field(default_factory=set)
    came: dict[str, int] = field(default_factory=lambda: dict.fromkeys(POOL[:4], 0))
    listed: dict[str, int] | None = None
    opened: int = 0
    waiting: dict[str, Waiting] = field(default_factory=dict)
    now: int = 0

    def come(self, number: str) -> None:
        self.lost.discard(number)
        self.inside.add(number)
        self.came[number] = self.now
        self.book += 1

    def end(self) -> tuple[Waiting, bool]:
        """What the list comes to, and whether anything of it waits."""
        assert self.listed is not None
        here = {n for n, at in self.listed.items() if n in self.inside or self.sold.get(n, -1) > at}
        new = {n for n in self.listed if n not in self.inside and n not in self.sold}
        found = Waiting(0, new, set(), self.propose)
        if here or new:
            found.missing = {n for n in self.inside if n not in self.listed and self.came[n] <= self.opened}
            found.number = len(self.inside) - self.book
        self.listed = None
        waits = bool(found.missing) or (self.propose and bool(found.number or found.new))
        if not self.propose:
            self.take(found)
        return found, waits

    def take(self, found: Waiting) -> None:
        """Its numbers and its new sets into the book."""
        self.book += found.number
        for number in found.new:
            if number not in self.inside and number not in self.sold:
                self.come(number)

    def approve(self, reference: str) -> None:
        found = self.waiting.pop(reference)
        if found.all_of_it:
            self.take(found)
        for number in found.missing & self.inside:
            self.inside.discard(number)
            self.lost.add(number)
            self.book -= 1


@pytest.mark.parametrize("propose", [False, True], ids=["book", "propose"])
@pytest.mark.parametrize("seed", range(3))
def test_the_books_are_those_of_a_notebook(engine: Engine, seed: int, propose: bool) -> None:
    shops = Shops(engine, "propose" if propose else "book")
    model, dice = Model(propose), random.Random(seed)
    for _ in range(STEPS):
        model.now += 1
        step(shops, model, dice)
        book = {"A350": (model.book, len(model.inside))} if model.book or model.inside else {}
        assert shops.stock() == book
        for number in POOL:
            if number in model.inside:
                assert shops.unit(number) == ("in_stock", "D1001")
            elif number in model.lost:
                assert shops.unit(number) == ("lost", None)
            elif number in model.sold:
                assert shops.unit(number) == ("sold", "D1001")
        for reference in model.waiting:
            assert shops.count(reference)["state"] in ("waiting", "part")


def step(shops: Shops, model: Model, dice: random.Random) -> None:
    """Something that the shop or headquarters does, to both."""
    free = sorted(set(POOL) - model.inside - model.sold.keys() - model.lost)
    phone = dice.choice([OWNER, CLERK])
    match dice.choice(["sell", "register", "number", "list", "list", "list", "end", "end", "approve", "reject"]):
        case "sell" if model.inside:
            number = dice.choice(sorted(model.inside))
            shops.text(phone, f"S {number}")
            model.inside.discard(number)
            model.sold[number] = model.now
            model.book -= 1
        case "register" if free:
            number = dice.choice(free)
            shops.text(phone, f"REG {number}")
            model.come(number)
        case "number":
            counted = dice.randrange(12)
            said = shops.text(phone, f"COUNT A350 {counted} RO")
            if model.propose and counted != model.book:
                model.waiting[_reference(said)] = Waiting(counted - model.book, set(), set(), True)
            else:
                model.book = counted
        case "list":
            numbers = dice.sample(POOL, dice.randrange(1, 6))
            shops.text(phone, f"COUNT {' '.join(numbers)}")
            if model.listed is None:
                model.listed, model.opened = {}, model.now
            for number in numbers:
                model.listed.setdefault(number, model.now)
        case "end" if model.listed:
            said = shops.text(phone, "COUNT END")
            found, waits = model.end()
            if waits:
                model.waiting[_reference(said)] = found
        case "approve" if model.waiting:
            reference = dice.choice(sorted(model.waiting))
            shops.text(HQ, f"APP {reference}")
            model.approve(reference)
        case "reject" if model.waiting:
            reference = dice.choice(sorted(model.waiting))
            shops.text(HQ, f"REJ {reference}")
            del model.waiting[reference]
        case _:
            shops.text(phone, "STOCK")


def _reference(said: str) -> str:
    found = re.search(r"K\d+", said)
    assert found is not None, said
    return found[0]
