"""What was sold, as it is asked for by name: grouped, narrowed to days and a region, without what was undone."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, insert

from smsgw.business.reporting import run_report
from smsgw.business.sales.tables import sales_day
from smsgw.errors import Refused
from smsgw.store.instants import to_ms
from tests.business.world import NOON, furnish

SOLD = (
    ("D1001", "2026-04-14", "A350", 3),
    ("D1001", "2026-04-15", "B200", 1),
    ("D1002", "2026-04-15", "A350", 2),
    ("D2001", "2026-04-15", "A350", 5),
    ("D2001", "2026-04-16", "B200", 0),  # undone
)


@pytest.fixture
def sold(engine: Engine) -> Engine:
    furnish(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(sales_day),
            [dict(zip(("dealer", "sold_on", "model", "quantity"), row, strict=True)) for row in SOLD],
        )
    return engine


def ask(engine: Engine, **given: str) -> tuple[list[tuple[object, ...]], dict[str, int]]:
    asked = {name.strip("_"): value for name, value in given.items()}
    with engine.connect() as connection:
        _, whole = run_report(connection, "sales", asked, timezone="Asia/Shanghai", now=to_ms(NOON))
    return [tuple(row.values()) for row in whole["rows"]], whole["total"]


def test_sets_are_summed_by_region_dealer_model_and_day(sold: Engine) -> None:
    total = {"sets": 11, "dealers": 3}
    assert ask(sold) == ([("EAST", 6, 2), ("WEST", 5, 1)], total)
    assert ask(sold, per="dealer") == ([("D1001", 4, 1), ("D1002", 2, 1), ("D2001", 5, 1)], total)
    assert ask(sold, per="model") == ([("A350", 10, 3), ("B200", 1, 1)], total)
    assert ask(sold, per="day") == ([("2026-04-14", 3, 1), ("2026-04-15", 8, 3)], total)


def test_days_and_a_region_narrow_it(sold: Engine) -> None:
    assert ask(sold, from_="2026-04-15") == ([("EAST", 3, 2), ("WEST", 5, 1)], {"sets": 8, "dealers": 3})
    assert ask(sold, to="2026-04-14", region="cn") == ([("EAST", 3, 1)], {"sets": 3, "dealers": 1})
    assert ask(sold, from_="2026-04-16") == ([], {"sets": 0, "dealers": 0})
    with pytest.raises(Refused, match="turn them round"):
        ask(sold, from_="2026-04-15", to="2026-04-14")
