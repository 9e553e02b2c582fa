"""Excused days as a desk handles them: whom a word names, what is listed, and that no daemon overtakes them."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from smsgw.business.expectations.books import expectations
from smsgw.business.expectations.books.expectations import NobodyExempted
from smsgw.business.expectations.rules import Rule
from smsgw.business.expectations.tables import expectation
from smsgw.store.instants import to_ms
from tests.business.world import NOON, furnish

AT = to_ms(NOON)
ZONE = "Asia/Shanghai"
RULES = (Rule.of("sales"), Rule.of("stock", every="week", verbs=("count",), who="region:EAST"))
FIRST = date(2026, 4, 15)


@pytest.fixture
def house(engine: Engine) -> Engine:
    furnish(engine)
    return engine


def states(engine: Engine) -> dict[tuple[str, str, str], str]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(expectation.c.rule, expectation.c.period, expectation.c.dealer, expectation.c.state)
        )
        return {(row.rule, row.period, row.dealer): row.state for row in rows}


def test_a_word_names_a_dealer_a_region_or_everybody(house: Engine) -> None:
    with house.connect() as connection:
        assert [expectations.whom(connection, said) for said in ("d1001", "D1001", "east", "ALL")] == [
            "D1001",
            "D1001",
            "EAST",
            "",
        ]
        for said, near in (("D100", "D100[12]"), ("WST", "WEST"), ("%", "write all")):
            with pytest.raises(NobodyExempted, match=near):
                expectations.whom(connection, said)


def test_days_are_excused_before_and_after_their_reports_are_made(house: Engine) -> None:
    with house.begin() as connection:
        assert expectations.exempt(connection, RULES, "WEST", [FIRST], "flood", AT, ZONE) == 0
        expectations.materialise(connection, RULES, AT, ZONE)
    found = states(house)
    assert found["sales", "2026-04-15", "D2001"] == "excused"
    assert found["sales", "2026-04-15", "D1001"] == "due"
    week = [FIRST + timedelta(days=number - 2) for number in range(7)]
    with house.begin() as connection:
        changed = expectations.exempt(connection, RULES, "D1001", week, "moving", AT, ZONE)
    after = states(house)
    assert changed == sum(after[key] != found[key] for key in found) > 1
    assert {key[0] for key in after if key[2] == "D1001" and after[key] == "excused"} == {"sales", "stock"}
    assert after["stock", "2026-04-13", "D1002"] == "due"
    with house.begin() as connection:
        assert expectations.exempted(connection, "WEST") == [("WEST", FIRST, "flood")]
        assert len(expectations.exempted(connection)) == 8
        assert len(expectations.exempted(connection, None, FIRST, FIRST)) == 2
        assert expectations.expect_again(connection, RULES, "D1001", week, AT, ZONE) == changed
    assert states(house) == found


def test_whoever_excuses_waits_for_the_daemon_that_is_at_it(house: Engine) -> None:
    entered: list[bool] = []

    def desk() -> None:
        with house.begin() as connection:
            entered.append(expectations.claim(connection, AT, wait=True))
            expectations.exempt(connection, RULES, "", [FIRST], "holiday", AT, ZONE)

    with house.begin() as connection:
        assert expectations.claim(connection, AT)
    with house.begin() as connection:
        assert expectations.claim(connection, AT)
        waiting = threading.Thread(target=desk)
        waiting.start()
        waiting.join(0.2)
        assert not entered
        expectations.materialise(connection, RULES, AT, ZONE)
    waiting.join(10)
    assert entered == [True]
    found = states(house)
    assert {state for (rule, period, _), state in found.items() if (rule, period) == ("sales", "2026-04-15")} == {
        "excused"
    }
