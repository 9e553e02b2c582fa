"""A large file is written in slices: texts are answered between them, and what was stopped goes on when it is imported
again. On both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.trade import Trade
from smsgw.business.importing import Pace, Report, kinds, run
from smsgw.business.orders.rules import Order, OrderDrafted, OrderLine, OrderMoved
from smsgw.business.verify import verify
from smsgw.errors import SmsgwError
from smsgw.store.engine import open_engine
from smsgw.store.import_progress import list_under_way
from smsgw.store.sequencer import put_in_order
from smsgw.store.verify import Finding
from smsgw.tables.fault import BadTable
from tests.business.importing.test_importing import CLERK, FILES, NOW, SETTING, everything, rows
from tests.business.world import imei

LINES = 170
SLICED = [name for name, kind in kinds().items() if kind.foresee is not None]
BIG: dict[str, Callable[[int], str]] = {
    "regions": lambda n: f"R{n},Region {n},{'EAST' if n % 7 else f'R{n - 1}' if n else ''}",
    "dealers": lambda n: f"E{n},Shop {n},EAST,T{n % 9},{f'E{n - 1}' if n % 5 else ''},100.00,CNY,en,30",
    "contacts": lambda n: f"+86138{n:08d},Name {n},clerk,D1001,,en",
    "prices": lambda n: f"A350,T{n},10.00,11.00,2026-03-01",
    "stock": lambda n: f"D1001,A350,1,2026-03-01,{imei(1000 + n)}",
    "depot-units": lambda n: f"DEPOT-E,{imei(3000 + n)},A350,2026-03-05",
    "activations": lambda n: f"{imei(1000 + n)},2026-04-10,{'EAST' if n % 2 else ''}",
    "shipments": lambda n: f"SH{n // 60},,D100{n % 2 + 1},{imei(5000 + n)},A350,2026-04-01",
    "payments": lambda n: f"D1001,5.00,CNY,2026-04-10,PAID{n}",
}


class Stopped(BaseException):
    """What a kill is to the process that imports."""


def body(kind: str, lines: int = LINES, first: int = 0) -> str:
    head = FILES[kind].partition("\n")[0]
    return head + "\n" + "".join(f"{BIG[kind](number)}\n" for number in range(first, first + lines))


class Importing:
    """Imports into one database, in slices of fifty lines; `meanwhile` is called between them."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.slices = 0

    def put(self, kind: str, body: str, meanwhile: Callable[[int], object] = lambda slice: None) -> Report:
        path = self.folder / f"{kind}{hash(body)}.csv"
        path.write_text(body, encoding="utf-8")
        self.slices = 0

        def step_aside(seconds: float) -> None:
            self.slices += 1
            meanwhile(self.slices)

        pace = Pace(slice=0, first=50, sleep=step_aside)
        return run(self.engine, kind, path, SETTING, Trade(), CLERK, NOW, pace=pace)


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> Importing:
    """A database with every file of FILES in it."""
    made = Importing(engine, tmp_path)
    for kind, content in FILES.items():
        made.put(kind, content)
    return made


def wrong(engine: Engine) -> list[Finding]:
    """What `smsgw db verify` finds."""
    put_in_order(engine)
    with engine.connect() as connection:
        return verify(connection)


def under_way(engine: Engine) -> list[tuple[str, int, int]]:
    with engine.connect() as connection:
        return [(file.kind, file.place, file.lines) for file in list_under_way(connection)]


def test_each_kind_of_which_a_file_may_be_large_is_written_in_slices() -> None:
    assert set(SLICED) == set(BIG)


@pytest.mark.parametrize("kind", SLICED)
def test_between_slices_somebody_else_writes_and_in_the_end_all_is_there(house: Importing, kind: str) -> None:
    def another(number: int) -> None:
        with Bookkeeper(house.engine, Trade()).transaction(NOW) as books:
            books.connection.execute(text("INSERT INTO tier (code) VALUES (:code)"), {"code": f"M{number}"})

    report = house.put(kind, body(kind), another)
    assert (report.lines, report.new, report.changed, report.same) == (LINES, LINES, 0, 0)
    assert house.slices == 3  # between 50, 50, 50 and 20 lines
    assert under_way(house.engine) == []
    assert wrong(house.engine) == []
    again = house.put(kind, body(kind))
    assert (again.new, again.changed, again.same) == (0, 0, LINES)


@pytest.mark.parametrize("kind", SLICED)
def test_what_was_stopped_shows_and_goes_on_when_it_is_imported_again(house: Importing, kind: str) -> None:
    def kill(number: int) -> None:
        if number == 2:
            raise Stopped

    trail = len(rows(house.engine, "SELECT 1 FROM audit"))
    with pytest.raises(Stopped):
        house.put(kind, body(kind), kill)
    assert under_way(house.engine) == [(kind, 100, LINES)]
    assert len(rows(house.engine, "SELECT 1 FROM audit")) == trail
    report = house.put(kind, body(kind))
    assert (report.lines, report.new, report.changed, report.same) == (LINES, LINES, 0, 0)
    assert report.remarks == (f"went on where it had stopped, after 100 of {LINES} lines",)
    assert under_way(house.engine) == []
    assert len(rows(house.engine, "SELECT 1 FROM audit")) == trail + 1
    assert wrong(house.engine) == []


@pytest.mark.parametrize("kind", SLICED)
def test_a_bad_line_at_the_end_keeps_all_of_a_large_file_out(house: Importing, kind: str) -> None:
    bad = {
        "regions": "R1,Twice,EAST\n",
        "dealers": "EX,Shop,EAST,A,NOBODY,100.00,CNY,en,30\n",
        "contacts": "+8613900009999,Name,clerk,NOBODY,,en\n",
        "prices": "A351,A,10.00,11.00,2026-03-01\n",
        "stock": f"D1001,A350,1,2026-03-01,{imei(1)}\n",
        "depot-units": f"DEPOT-E,{imei(1)},A350,2026-03-05\n",
        "shipments": f"SH9,,D1001,{imei(1)},A350,2026-04-01\n",
        "payments": "D1001,501.00,CNY,2026-04-10,BANK1\n",
        "activations": f"{imei(1000)},2026-04-11,EAST\n",
    }[kind]
    before = everything(house.engine)
    with pytest.raises(BadTable, match=r"was not imported, nothing of it was kept: 1 bad line;") as caught:
        house.put(kind, body(kind) + bad)
    assert [fault.line for fault in caught.value.faults] == [LINES + 2]
    assert everything(house.engine) == before


def test_more_sets_than_an_order_has_are_seen_before_the_first_is_booked(house: Importing) -> None:
    order = Order("O1001", "D1001", "draft", (OrderLine("A350", 150, 900_00),), 1, "CNY", NOW, None)
    with Bookkeeper(house.engine, Trade()).transaction(NOW) as books:
        books.apply(
            [Booked("O1001", "order", "D1001", NOW.date()), OrderDrafted(order), OrderMoved("O1001", "approved")]
        )
    head = FILES["shipments"].partition("\n")[0] + "\n"
    lines = [f"SH7,O1001,D1001,{imei(7000 + number)},A350,2026-04-01\n" for number in range(151)]
    before = everything(house.engine)
    with pytest.raises(BadTable) as caught:
        house.put("shipments", head + "".join(lines))
    assert [str(fault) for fault in caught.value.faults] == ["line 152: order O1001 is shipped"]
    assert everything(house.engine) == before
    assert house.put("shipments", head + "".join(lines[:150])).new == 150
    assert rows(house.engine, "SELECT state FROM sales_order") == [("shipped",)]


@pytest.mark.parametrize(
    ("kind", "other", "said"),
    [
        ("shipments", f"SH9,,D1002,{imei(5120)},A350,2026-04-02", f"{imei(5120)} was shipped to D1002 before"),
        ("stock", f"D1002,A350,1,2026-03-02,{imei(1120)}", f"{imei(1120)} is known already: in_stock at D1002"),
        ("payments", "D1001,6.00,CNY,2026-04-10,PAID120", "this payment is booked already with 6.00"),
    ],
)
def test_a_line_that_became_wrong_in_between_is_told_and_the_others_are_booked(
    house: Importing, kind: str, other: str, said: str
) -> None:
    head = FILES[kind].partition("\n")[0] + "\n"

    def meanwhile(number: int) -> None:
        if number == 1:
            Importing(house.engine, house.folder).put(kind, head + other + "\n")

    with pytest.raises(BadTable, match="was imported but for 1 bad line: something else was booked") as caught:
        house.put(kind, body(kind), meanwhile)
    (fault,) = caught.value.faults
    assert (fault.line, said in fault.reason) == (122, True)
    assert under_way(house.engine) == []
    with pytest.raises(BadTable) as again:
        house.put(kind, body(kind))
    assert [each.line for each in again.value.faults] == [122]
    rest = body(kind).splitlines(keepends=True)
    assert house.put(kind, "".join(rest[:121] + rest[122:])).new == 0


def test_lines_are_checked_again_when_the_directory_changes_in_between(house: Importing) -> None:
    def meanwhile(number: int) -> None:
        if number == 2:
            Importing(house.engine, house.folder).put("dealers", FILES["dealers"].replace("Harbour", "Haven"))

    for kind in ("shipments", "contacts", "payments"):
        assert house.put(kind, body(kind), meanwhile).new == LINES
        house.put("dealers", FILES["dealers"])
    assert wrong(house.engine) == []


@pytest.mark.parametrize("kind", ["shipments", "stock", "payments"])
def test_a_file_that_two_import_at_once_is_booked_once(house: Importing, kind: str) -> None:
    def meanwhile(number: int) -> None:
        if number == 2:
            report = Importing(house.engine, house.folder).put(kind, body(kind))
            assert (report.new, report.same) == (LINES, 0)

    with pytest.raises(SmsgwError, match="was imported by somebody else at the same time"):
        house.put(kind, body(kind), meanwhile)
    assert house.put(kind, body(kind)).new == 0
    assert wrong(house.engine) == []


@pytest.mark.parametrize("kind", SLICED)
def test_a_dry_run_leaves_the_writer_to_others(migrated_file: Path, tmp_path: Path, kind: str) -> None:
    copy = tmp_path / "smsgw.db"
    copy.write_bytes(migrated_file.read_bytes())
    mine, other = open_engine(f"sqlite:///{copy}", busy_seconds=0.05), open_engine(f"sqlite:///{copy}")
    made = Importing(mine, tmp_path)
    for name in ("regions", "products", "dealers", "depots"):
        made.put(name, FILES[name])
    path = tmp_path / "dry.csv"
    path.write_text(body(kind), encoding="utf-8")
    with other.begin():
        told = run(mine, kind, path, SETTING, Trade(), CLERK, NOW, keep=False)
    assert (told.new, told.changed, told.same) == (LINES, 0, 0)
    mine.dispose()
    other.dispose()


def longest_wait(engine: Engine, folder: Path, lines: int) -> float:
    """The seconds that a transaction waited at most while so many shipments were imported."""
    house = Importing(engine, folder)
    for kind in ("regions", "products", "dealers"):
        house.put(kind, FILES[kind])
    path = folder / "large.csv"
    path.write_text(body("shipments", lines), encoding="utf-8")
    done = threading.Event()

    def bring() -> None:
        try:
            run(engine, "shipments", path, SETTING, Trade(), CLERK, datetime(2026, 4, 15, tzinfo=UTC))
        finally:
            done.set()

    worker = threading.Thread(target=bring)
    worker.start()
    keeper, waits = Bookkeeper(engine, Trade()), [0.0]
    while not done.is_set():
        began = time.monotonic()
        with keeper.transaction(NOW) as books:
            books.fetch(dealers=["D1001"])  # as a text of that shop does
            waits.append(time.monotonic() - began)
        time.sleep(0.005)
    worker.join()
    assert rows(engine, "SELECT count(*) FROM unit") == [(lines,)]
    return max(waits)


@pytest.mark.alone
def test_a_text_waits_less_than_a_second_for_an_import(engine: Engine, tmp_path: Path) -> None:
    assert longest_wait(engine, tmp_path, 6_000) < 1


@pytest.mark.soak
def test_a_text_waits_less_than_a_second_for_a_hundred_thousand_lines(engine: Engine, tmp_path: Path) -> None:
    assert longest_wait(engine, tmp_path, 100_000) < 1


def test_a_slice_is_as_long_as_the_writer_may_be_held() -> None:
    pace = Pace(slice=0.1)
    assert pace.next_size(500, 0.05) == 1000
    assert pace.next_size(500, 0.5) == 100
    assert pace.next_size(500, 60) == 50
    assert pace.next_size(500, 0) == 2000
