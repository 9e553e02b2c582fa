"""Sets in depots: in by a file, out by a shipment or a sale, counted, proven, and upgraded to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, select, text

from smsgw.business.core.known import Snapshot
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.trade import Trade
from smsgw.business.importing import Report, run
from smsgw.business.units.reports import show_unit
from smsgw.business.units.tables import depot_stock
from smsgw.business.verify import verify
from smsgw.store import migrate
from smsgw.store.engine import open_engine
from smsgw.tables.fault import BadTable
from tests.business.world import NOON, OWNER, bookkeeper, furnish, imei, sale

A, B, C = imei(1), imei(2), imei(3)
SECOND = imei(9, "99012345")
DEPOTS = "code,name,region\nDEPOT-E,East depot,EAST\nDEPOT-W,West depot,WEST\n"
UNITS = "depot,imei,model,arrived_on,imei2,made_on\n"
SHIPMENTS = "shipment,order,dealer,imei,model,shipped_on,from\n"
MADE = f"{UNITS}DEPOT-E,{A},A350,2026-04-02,{SECOND},2026-04-01\nDEPOT-E,{B},A350,2026-04-02,,\n"


class Office:
    """Somebody who imports files."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder

    def put(self, kind: str, body: str) -> Report:
        path = self.folder / f"{kind}.csv"
        path.write_text(body, encoding="utf-8")
        clerk = Person("clerk", PersonRole.DATA)
        return run(self.engine, kind, path, Snapshot(today=date(2026, 4, 15)), Trade(), clerk, NOON)

    def faults(self, kind: str, body: str) -> str:
        with pytest.raises(BadTable) as refused:
            self.put(kind, body)
        return "\n".join(map(str, refused.value.faults))

    def unit(self, number: str) -> tuple[str, str | None]:
        with self.engine.connect() as connection:
            shown = show_unit(connection, number)
        assert shown is not None
        return shown["state"], shown["holder"]

    def depots(self, model: str = "A350") -> dict[str, int]:
        row = depot_stock.c
        with self.engine.connect() as connection:
            found = connection.execute(select(row.depot, row.quantity).where(row.model == model, row.quantity > 0))
            return dict(found.tuples().all())

    def sound(self) -> bool:
        with self.engine.connect() as connection:
            return list(verify(connection, Trade())) == []


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    furnish(engine)
    office = Office(engine, tmp_path)
    assert office.put("depots", DEPOTS).new == 2
    assert office.put("depot-units", MADE).new == 2
    return office


def test_sets_that_arrive_in_a_depot_are_its_stock_once(office: Office) -> None:
    assert office.unit(A) == office.unit(SECOND) == ("in_depot", "DEPOT-E")
    assert office.depots() == {"DEPOT-E": 2}
    assert office.put("depot-units", MADE).new == 0
    assert office.put("depots", DEPOTS).new == 0
    assert office.depots() == {"DEPOT-E": 2}
    assert office.sound()


def test_a_set_that_goes_to_another_depot_leaves_the_first(office: Office) -> None:
    assert office.put("depot-units", f"{UNITS}DEPOT-W,{A},A350,2026-04-05,,\n").new == 1
    assert office.unit(A) == ("in_depot", "DEPOT-W")
    assert office.depots() == {"DEPOT-E": 1, "DEPOT-W": 1}
    assert office.put("depot-units", MADE).new == 0
    assert office.sound()


def test_a_shipment_takes_sets_out_of_the_depot_that_it_names(office: Office) -> None:
    said = office.faults("shipments", f"{SHIPMENTS}SH1,,D1001,{A},A350,2026-04-10,DEPOT-W\n")
    assert f"{A} is in_depot at DEPOT-E, so it cannot leave DEPOT-W" in said
    said = office.faults("shipments", f"{SHIPMENTS}SH1,,D1001,{C},A350,2026-04-10,DEPOT-E\n")
    assert f"{C} is not known, so it cannot leave DEPOT-E" in said
    assert office.put("shipments", f"{SHIPMENTS}SH1,,D1001,{A},A350,2026-04-10,DEPOT-E\n").new == 1
    assert (
        office.put("shipments", f"{SHIPMENTS}SH1,,D1001,{B},A350,2026-04-10,\n").new == 1
    )  # whether it is named or not
    assert office.unit(A) == ("shipped", "D1001")
    assert office.depots() == {}
    assert office.put("shipments", f"{SHIPMENTS}SH1,,D1001,{A},A350,2026-04-10,DEPOT-E\n").new == 0
    assert office.sound()


def test_a_set_sold_before_its_shipment_came_leaves_its_depot(office: Office) -> None:
    with bookkeeper(office.engine).transaction(NOON) as books:
        text_ = sale(A, OWNER)
        books.receive(text_.inbound)
        books.apply(text_.decide(books)[0])
    assert office.unit(A) == ("sold", "D1001")
    assert office.depots() == {"DEPOT-E": 1}
    assert office.put("shipments", f"{SHIPMENTS}SH1,,D1001,{A},A350,2026-04-10,DEPOT-E\n").new == 1
    assert office.unit(A) == ("sold", "D1001")
    assert "was shipped to D1001 before" in office.faults("shipments", f"{SHIPMENTS}SH2,,D1002,{A},A350,2026-04-11,\n")
    assert office.sound()


@pytest.mark.parametrize(
    ("kind", "line", "reason"),
    [
        ("depot-units", f"DEPOT-X,{C},A350,2026-04-02,,", "DEPOT-X"),
        ("depot-units", f"DEPOT-E,{C},A350,2026-05-02,,", "lies in the future"),
        ("depot-units", f"DEPOT-E,{C},A350,2026-04-02,,2026-04-03", "is after arrived_on"),
        ("depot-units", f"DEPOT-E,{C},B200,2026-04-02,,", "TAC 86012345 is that of A350"),
        ("depot-units", f"DEPOT-E,{C},A350,2026-04-02,{C},", "is the same as imei"),
        ("depot-units", f"DEPOT-E,{C},A350,2026-04-02,{SECOND},", "belongs to another unit"),
        ("depot-units", f"DEPOT-E,{A},A350,2026-04-03,,", "lies in DEPOT-E already"),
    ],
)
def test_a_line_that_cannot_be_is_told(office: Office, kind: str, line: str, reason: str) -> None:
    assert reason in office.faults(kind, f"{UNITS}{line}\n")
    assert office.sound()


def test_a_set_that_a_shop_has_does_not_arrive_in_a_depot(office: Office) -> None:
    office.put("shipments", f"{SHIPMENTS}SH1,,D1001,{A},A350,2026-04-10,DEPOT-E\n")
    said = office.faults("depot-units", f"{UNITS}DEPOT-W,{A},A350,2026-04-12,,\n")
    assert f"{A} is shipped at D1001 and cannot arrive in a depot" in said


def test_a_depot_has_no_dealers_code_and_a_dealer_no_depots(office: Office) -> None:
    assert "is too like dealer D1001" in office.faults("depots", "code,name,region\nD1001,Depot,EAST\n")
    assert "stands on line 2 already" in office.faults(
        "depots", "code,name,region\nDEPOT-N,North,EAST\nDEPOT-N,South,EAST\n"
    )
    header = "code,name,region,tier,parent,credit_limit,currency,language\n"
    assert "is the code of a depot" in office.faults("dealers", f"{header}DEPOT-E,Shop,EAST,A,,0,CNY,en\n")


def test_a_depots_stock_that_is_not_what_lies_in_it_is_found(office: Office) -> None:
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE depot_stock SET quantity = 7"))
    with office.engine.connect() as connection:
        findings = list(verify(connection, Trade()))
    assert [(finding.cache, finding.key) for finding in findings] == [("depot_stock.quantity", "DEPOT-E A350")]


def test_an_older_database_with_units_is_upgraded_as_it_is(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}", create=True)
    command.upgrade(migrate._config(engine), "0009")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO region (code, name) VALUES ('EAST', 'East')",
            "INSERT INTO product (code, name) VALUES ('A350', 'Aurora')",
            f"INSERT INTO unit VALUES ('{A}', NULL, 'A350', 'made', NULL, 'shipped', 1)",
            f"INSERT INTO unit_event (imei, seq, kind, happened_at) VALUES ('{A}', 1, 'made', 1)",
        ):
            connection.execute(text(statement))
    migrate.upgrade(engine)
    with engine.begin() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        connection.execute(text("INSERT INTO depot (code, name, region) VALUES ('DEPOT-E', 'East', 'EAST')"))
        connection.execute(text("UPDATE unit SET state = 'in_depot', depot = 'DEPOT-E'"))
        assert connection.execute(text("SELECT state, holder, depot FROM unit")).all() == [
            ("in_depot", None, "DEPOT-E")
        ]
    engine.dispose()
