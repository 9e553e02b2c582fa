"""The file of exemptions: what it exempts, that twice is once, and every reason for which a line is refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from smsgw.business.core.known import Snapshot
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.trade import Trade
from smsgw.business.expectations.books import expectations
from smsgw.business.expectations.rules import Rule
from smsgw.business.expectations.tables import expectation
from smsgw.business.importing import Report, kinds, run
from smsgw.store import audit
from smsgw.store.instants import to_ms
from smsgw.tables.fault import BadTable
from tests.business.world import NOON, furnish

RULES = (Rule.of("sales"),)
TRADE = Trade(expected=RULES)
DAY = date(2026, 4, 15)
FILE = "whom,from,to,why\nD1001,2026-04-15,2026-04-17,moving\nwest,2026-04-15,,flood\nALL,2026-05-01,,holiday\n"


@pytest.fixture
def house(engine: Engine) -> Engine:
    furnish(engine)
    with engine.begin() as connection:
        expectations.materialise(connection, RULES, to_ms(NOON), TRADE.timezone)
    return engine


def put(engine: Engine, folder: Path, body: str) -> Report:
    path = folder / "exemptions.csv"
    path.write_text(body, encoding="utf-8")
    return run(engine, "exemptions", path, Snapshot(today=DAY), TRADE, Person("li", PersonRole.DATA), NOON)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.lines, report.new, report.changed, report.same


def states(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        row = expectation.c
        found = connection.execute(select(row.dealer, row.state).where(row.period == DAY.isoformat()))
        return {each.dealer: each.state for each in found}


def test_days_are_exempted_and_their_reports_excused(house: Engine, tmp_path: Path) -> None:
    assert set(states(house).values()) == {"due"}
    report = put(house, tmp_path, FILE)
    assert counts(report) == (3, 3, 0, 0)
    assert len(report.remarks) == 1 and report.remarks[0].startswith("changes ")
    assert states(house) == {"D1001": "excused", "D1002": "due", "D2001": "excused"}
    with house.connect() as connection:
        assert expectations.exempted(connection, "D1001") == [
            ("D1001", DAY + timedelta(days=number), "moving") for number in range(3)
        ]
        assert expectations.exempted(connection, "") == [("", date(2026, 5, 1), "holiday")]
        assert expectations.exempted(connection, "WEST") == [("WEST", DAY, "flood")]
        trail = [(entry.who, entry.what, entry.subject) for entry in audit.entries(connection)]
    assert ("li", "exemptions imported", "exemptions.csv") in trail


def test_the_same_file_twice_changes_nothing_and_another_reason_only_that(house: Engine, tmp_path: Path) -> None:
    put(house, tmp_path, FILE)
    assert counts(put(house, tmp_path, FILE)) == (3, 0, 0, 3)
    assert counts(put(house, tmp_path, FILE.replace("flood", "storm"))) == (3, 0, 1, 2)
    assert counts(put(house, tmp_path, FILE.replace("2026-04-17", "2026-04-18"))) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("D1009,2026-04-15,,x", "there is no dealer and no region D1009"),
        ("D1001,tomorrow,,x", "line 2, from 'tomorrow'"),
        ("D1001,2026-04-15,2026-04-14,x", "is before 2026-04-15, where it begins; turn them round"),
        ("D1001,2026-04-15,2027-04-16,x", "is longer than a year"),
        ("D1001,2026-04-15,,", "line 2, why (empty): must not be empty"),
        ("D1001,2026-04-15,2026-04-17,x\nD1001,2026-04-16,,y", "2026-04-16 of D1001 stands on line 2 already"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_nothing_is_kept(
    house: Engine, tmp_path: Path, line: str, reason: str
) -> None:
    with pytest.raises(BadTable) as caught:
        put(house, tmp_path, f"whom,from,to,why\nEAST,2026-04-15,,good\n{line}\n")
    (fault,) = caught.value.faults
    assert reason.replace("line 2", "line 3") in str(fault)
    with house.connect() as connection:
        assert expectations.exempted(connection) == []


def test_the_kind_is_found_by_its_name() -> None:
    assert kinds()["exemptions"].columns.required == ("whom", "from", "why")
