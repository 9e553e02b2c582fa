"""Activations: by a file, before or after the sale, told again, by either IMEI of a set, and shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from smsgw.business.core.trade import Trade
from smsgw.business.units.reports import show_unit
from smsgw.business.verify import verify
from tests.business.units.test_depots import DEPOTS, MADE, SECOND, A, C, Office
from tests.business.world import NOON, bookkeeper, furnish

HEADER = "imei,activated_at,region,kind\n"


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    furnish(engine)
    office = Office(engine, tmp_path)
    office.put("depots", DEPOTS)
    office.put("depot-units", MADE)
    return office


def kept(office: Office) -> list[tuple[object, ...]]:
    with office.engine.connect() as connection:
        rows = connection.execute(text("SELECT imei, kind, region FROM activation ORDER BY imei, kind"))
        return [tuple(row) for row in rows]


def test_a_set_is_activated_once_and_the_earliest_day_counts(office: Office) -> None:
    body = f"{HEADER}{A},2026-04-12T08:00:00+08:00,WEST,\n{C},2026-04-13,,\n"
    assert office.put("activations", body).new == 2
    again = office.put("activations", body)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert office.put("activations", f"{HEADER}{A},2026-04-14,EAST,first\n").same == 1
    earlier = office.put("activations", f"{HEADER}{A},2026-04-11T00:00:00Z,,\n")
    assert (earlier.new, earlier.changed) == (0, 1)
    assert kept(office) == [(A, "first", "WEST"), (C, "first", None)]
    with office.engine.connect() as connection:
        shown = show_unit(connection, A)
    assert shown is not None
    assert shown["state"] == "in_depot"
    assert shown["activated"] == [{"imei": A, "kind": "first", "at": "2026-04-11T00:00:00Z", "region": "WEST"}]
    assert office.sound()


def test_either_imei_of_a_set_is_that_set(office: Office) -> None:
    office.put("activations", f"{HEADER}{SECOND},2026-04-12T08:00:00Z,WEST,\n")
    with bookkeeper(office.engine).transaction(NOON) as books:
        unit = books.units.find(A)
        assert unit is not None
        assert [(one.imei, one.at.date()) for one in books.units.activations(unit)] == [(SECOND, date(2026, 4, 12))]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{A},2026-05-12T08:00:00Z,WEST,", "lies in the future"),
        (f"{A},soon,WEST,", "soon"),
        (f"{A},2026-04-12,NORTH,", "NORTH"),
        ("123,2026-04-12,WEST,", "123"),
        (f"{A},2026-04-12,WEST,third", "third"),
    ],
)
def test_a_line_that_cannot_be_is_told(office: Office, line: str, reason: str) -> None:
    assert reason in office.faults("activations", f"{HEADER}{line}\n")
    assert kept(office) == []


def test_a_second_activation_before_the_first_is_found(office: Office) -> None:
    office.put("activations", f"{HEADER}{A},2026-04-12T08:00:00Z,,first\n{A},2026-04-13T08:00:00Z,,second\n")
    assert office.sound()
    office.put("activations", f"{HEADER}{A},2026-04-10T08:00:00Z,,second\n")
    with office.engine.connect() as connection:
        assert [finding.cache for finding in verify(connection, Trade())] == ["activation.activated_at"]
