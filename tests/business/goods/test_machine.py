"""Whatever twenty people and programs do with the goods, the books agree with themselves and with a notebook.

A course is told by its seed: what went wrong is done again by `Course` with the same dice.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.settings.sections import Http, Settings, TradeRules
from tests.business.goods.course import Course, network
from tests.business.goods.house import House

SLICES = ((1, False, False), (2, True, True))  # seed, receipts required, counts proposed


def run(
    engine: Engine, folder: Path, seed: int, steps: int, *, required: bool, propose: bool, daemons: int = 1
) -> None:
    """A course of so many steps, with what must hold proven after each; the trails are replayed now and then."""
    settings = Settings(
        trade=TradeRules(receipt="required" if required else "none", count="propose" if propose else "book"),
        http=Http(api=True),
    )
    house = House(engine, folder, settings, daemons=daemons, ledger=network())
    course = Course(house, random.Random(seed))
    every = max(1, steps // 60)
    for number in range(steps):
        try:
            course.step()
            course.agree()
            if number % every == 0:
                assert house.faults() == []
                course.look_at_something()
        except Exception as error:
            raise AssertionError(f"seed {seed}, step {number}: {course.said}") from error
    assert house.faults() == []
    house.close()


@pytest.mark.parametrize(("seed", "required", "propose"), SLICES)
def test_the_books_are_those_of_the_notebook(
    engine: Engine, tmp_path: Path, seed: int, required: bool, propose: bool
) -> None:
    run(engine, tmp_path, seed, 60, required=required, propose=propose, daemons=1 + (engine.dialect.name != "sqlite"))


@pytest.mark.soak
@pytest.mark.parametrize("daemons", [1, 2])
def test_the_books_are_those_of_the_notebook_for_very_long(engine: Engine, tmp_path: Path, daemons: int) -> None:
    """SMSGW_SEED and SMSGW_STEPS choose another course, or a longer one."""
    seed, steps = int(os.environ.get("SMSGW_SEED", "100")), int(os.environ.get("SMSGW_STEPS", "3000"))
    run(engine, tmp_path, seed, steps, required=bool(seed % 2), propose=bool(seed // 2 % 2), daemons=daemons)
