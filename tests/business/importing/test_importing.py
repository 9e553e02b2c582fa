"""Whole files into the books, on both databases: what they do, that twice is once, and that a bad one does nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from smsgw.business import importing
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.known import Snapshot
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.trade import Trade
from smsgw.business.importing import Report, kind_named, kinds, run
from smsgw.business.orders.rules import Order, OrderDrafted, OrderLine, OrderMoved
from smsgw.business.sales.rules.lines import SaleLineBooked
from smsgw.business.units.rules.states import UnitMoved
from smsgw.cli.app import run as run_command
from smsgw.errors import Refused, SmsgwError
from smsgw.store import audit
from smsgw.store.engine import DatabaseUnavailable, open_engine
from smsgw.tables.fault import BadTable
from tests.business.world import imei

NOW = datetime(2026, 4, 15, 4, 0, tzinfo=UTC)
SETTING = Snapshot(verb_words=frozenset({"sale"}), today=date(2026, 4, 15))
CLERK = Person("clerk", PersonRole.DATA)
A1, A2, A3, B1, B2 = imei(1), imei(2), imei(3), imei(1, "86012346"), imei(2, "86012346")

FILES = {
    "regions": "code,name,parent\nCN,China,\nEAST,East,CN\n",
    "products": "code,name,aliases,tacs,dealer_price,retail_price,currency\n"
    "A350,Aurora 3.5,曙光3.5|Aurora,86012345,1040.00,1198.00,CNY\nB200,Borealis,,86012346,620.00,698.00,CNY\n",
    "dealers": "code,name,region,tier,parent,credit_limit,currency,language,terms_days\n"
    "D1001,Sunny Mobile,EAST,A,,100000.00,CNY,en,30\nD1002,Harbour,WEST,B,,0,CNY,zh,\n",
    "depots": "code,name,region\nDEPOT-E,East depot,EAST\n",
    "return-reasons": "number,for,language,words\n1,both,en,broken|faulty\n1,both,zh,故障\n",
    "contacts": "phone,name,role,dealer,region,language\n+8613900000001,Zhang Wei,owner,D1001,,en\n"
    "13900000010,Sun Li,field,,SOUTH,\n",
    "prices": "model,tier,dealer_price,retail_price,valid_from\nA350,A,1000.00,1198.00,2026-03-01\n",
    "stock": f"dealer,model,quantity,as_of,imei\nD1001,B200,4,2026-03-01,\nD1001,A350,1,2026-03-01,{A3}\n",
    "depot-units": f"depot,imei,model,arrived_on\nDEPOT-E,{B2},B200,2026-03-01\n",
    "activations": f"imei,activated_at,region\n{A1},2026-04-10,EAST\n",
    "shipments": "shipment,order,dealer,imei,model,shipped_on\n"
    f"SH1,,D1001,{A1},A350,2026-04-01\nSH1,,D1001,{A2},A350,2026-04-01\nSH2,,D1002,{B1},B200,2026-04-02\n",
    "payments": "dealer,amount,currency,paid_on,reference\nD1001,500.00,CNY,2026-04-10,BANK1\n",
    "exemptions": "whom,from,to,why\nD1001,2026-05-01,2026-05-03,moving\nall,2026-05-01,,holiday\n",
}

Importer = Callable[[str, str], Report]


@pytest.fixture
def put(engine: Engine, tmp_path: Path) -> Importer:
    """Imports a text as a file of a kind."""

    def put(kind: str, body: str) -> Report:
        path = tmp_path / f"{kind}.csv"
        path.write_text(body, encoding="utf-8")
        return run(engine, kind, path, SETTING, Trade(), CLERK, NOW)

    return put


@pytest.fixture
def network(put: Importer) -> Importer:
    """A database with every file of FILES in it."""
    for kind, body in FILES.items():
        put(kind, body)
    return put


def rows(engine: Engine, question: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the counters that daemons watch."""
    from smsgw.business.schema import metadata

    names = [table.name for table in metadata.sorted_tables if table.name not in ("version", "counter")]
    return {name: sorted(rows(engine, f"SELECT * FROM {name}"), key=repr) for name in names}


def faults(put: Importer, kind: str, body: str) -> list[str]:
    with pytest.raises(BadTable) as caught:
        put(kind, body)
    return [str(fault) for fault in caught.value.faults]


def test_every_kind_does_what_its_lines_say(network: Importer, engine: Engine) -> None:
    assert rows(engine, "SELECT code, name, parent FROM region ORDER BY code") == [
        ("CN", "China", None),
        ("EAST", "East", "CN"),
        ("SOUTH", "SOUTH", None),
        ("WEST", "WEST", None),
    ]
    assert rows(engine, "SELECT code, tier, credit_limit, terms_days FROM dealer ORDER BY code") == [
        ("D1001", "A", 10_000_000, 30),
        ("D1002", "B", 0, 30),
    ]
    assert rows(
        engine, "SELECT number, role, dealer, region, language FROM phone JOIN contact ON contact = id ORDER BY 1"
    ) == [
        ("+8613900000001", "owner", "D1001", None, "en"),
        ("+8613900000010", "field", None, "SOUTH", "en"),
    ]
    assert rows(engine, "SELECT alias FROM product_alias ORDER BY alias") == [("Aurora",), ("曙光3.5",)]
    assert rows(engine, "SELECT dealer, model, quantity, units FROM stock_level ORDER BY dealer, model") == [
        ("D1001", "A350", 3, 3),
        ("D1001", "B200", 4, 0),
        ("D1002", "B200", 1, 1),
    ]
    assert rows(engine, "SELECT imei, state, coalesce(holder, depot), origin FROM unit ORDER BY imei") == [
        (A1, "shipped", "D1001", "shipped"),
        (A2, "shipped", "D1001", "shipped"),
        (A3, "in_stock", "D1001", "shipped"),
        (B1, "shipped", "D1002", "shipped"),
        (B2, "in_depot", "DEPOT-E", "shipped"),
    ]
    assert rows(engine, "SELECT dealer, amount FROM account_balance WHERE account = 'receivable' ORDER BY dealer") == [
        ("D1001", 2 * 1000_00 - 500_00),
        ("D1002", 620_00),
    ]
    assert rows(
        engine, "SELECT DISTINCT due_on FROM ledger_entry WHERE reference = 'SH1' AND account = 'receivable'"
    ) == [("2026-05-01",)]


@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_twice_changes_nothing(network: Importer, engine: Engine, kind: str) -> None:
    before = everything(engine)
    versions = rows(engine, "SELECT * FROM version ORDER BY name")
    report = network(kind, FILES[kind])
    assert (report.new, report.changed, report.same) == (0, 0, report.lines)
    after = everything(engine)
    for records in ("audit", "journal"):  # say once more that somebody did so
        assert len(after.pop(records)) == len(before.pop(records)) + 1
    assert after == before
    assert rows(engine, "SELECT * FROM version ORDER BY name") == versions


def test_an_import_is_on_the_trail_with_who_did_it_and_what_came_of_it(network: Importer, engine: Engine) -> None:
    body = "code,name,parent\nEAST,The East,CN\nSOUTH,The South,CN\nXI,West,CN\n"
    network("regions", body)
    with engine.connect() as connection:
        last = audit.entries(connection, subject="regions.csv")[-1]
    assert (last.who, last.what) == ("clerk", "regions imported")
    assert last.detail == {
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
        "lines": 3,
        "new": 1,
        "changed": 2,
    }


def test_who_may_not_import_changes_nothing(network: Importer, engine: Engine, tmp_path: Path) -> None:
    before = everything(engine)
    with pytest.raises(Refused, match="eve may not import"):
        run(engine, "prices", tmp_path / "prices.csv", SETTING, Trade(), Person("eve", PersonRole.AUDITOR), NOW)
    assert everything(engine) == before


def test_a_second_file_changes_what_it_names_and_leaves_the_rest(network: Importer, engine: Engine) -> None:
    report = network(
        "dealers", "code,name,region,tier,parent,credit_limit,currency,language\nD1002,Harbour,EAST,C,D1001,7,CNY,zh\n"
    )
    assert (report.new, report.changed) == (0, 1)
    assert rows(engine, "SELECT region, tier, parent, credit_limit, terms_days FROM dealer WHERE code = 'D1002'") == [
        ("EAST", "C", "D1001", 700, 30)
    ]
    assert rows(engine, "SELECT region FROM dealer WHERE code = 'D1001'") == [("EAST",)]


def test_a_language_that_a_person_chose_outlives_a_file_that_does_not_say(network: Importer, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE contact SET language = 'zh' WHERE name = 'Sun Li'"))
    assert network("contacts", FILES["contacts"]).changed == 0
    assert rows(engine, "SELECT language FROM contact WHERE name = 'Sun Li'") == [("zh",)]


def test_aliases_and_tacs_that_a_product_gives_up_may_go_to_another(network: Importer, engine: Engine) -> None:
    body = "code,name,aliases,tacs,dealer_price,retail_price,currency\n"
    body += "A350,Aurora 3.5,,,,,\nA351,White,Aurora,86012345,,,\n"
    report = network("products", body)
    assert (report.new, report.changed) == (1, 1)
    assert rows(engine, "SELECT product FROM product_tac WHERE tac = '86012345'") == [("A351",)]
    assert rows(engine, "SELECT product, alias FROM product_alias") == [("A351", "Aurora")]


def test_another_list_price_holds_from_today_and_the_first_one_for_ever_before(
    network: Importer, engine: Engine
) -> None:
    dearer = FILES["products"].replace("620.00", "650.00")
    report = network("products", dearer)
    assert report.remarks == ("B200 has a new list price from 2026-04-15",)
    assert network("products", dearer).changed == 0
    assert rows(engine, "SELECT valid_from, dealer_price FROM price WHERE model = 'B200' ORDER BY 1") == [
        ("2000-01-01", 620_00),
        ("2026-04-15", 650_00),
    ]


def test_an_old_file_of_products_does_not_take_back_a_price_set_since(network: Importer, engine: Engine) -> None:
    network("prices", "model,tier,dealer_price,retail_price,valid_from\nB200,,500.00,598.00,2026-04-10\n")
    assert network("products", FILES["products"]).changed == 0


def test_every_bad_line_is_told_and_nothing_is_kept(network: Importer, engine: Engine) -> None:
    before = everything(engine)
    body = (
        "shipment,order,dealer,imei,model,shipped_on,imei2\n"
        f"SH9,,D1001,{imei(9)},A350,2026-04-01,\n"
        f"SH9,,D1009,{imei(10)},A350,2026-04-01,\n"
        f"SH9,,D1002,{A1},A350,2026-04-01,\n"
        f"SH9,O1001,D1001,{imei(11)},A350,2026-04-01,\n"
        f"SH9,,D1001,{imei(12)[:-1]}x,A350,2026-04-01,\n"
        f"SH9,,D1001,{imei(13)},A350,2026-04-01,{A2}\n"
    )
    assert faults(network, "shipments", body) == [
        "line 3, dealer 'D1009': there is no dealer D1009; did you mean D1001?",
        f"line 4: {A1} was shipped to D1001 before",
        "line 5: D1001 has no order O1001",
        f"line 6, imei '{imei(12)[:-1]}x': an IMEI is digits only",
        f"line 7: {A2} belongs to another unit",
    ]
    assert everything(engine) == before


def test_a_bad_line_of_a_directory_keeps_all_the_others_out(network: Importer, engine: Engine) -> None:
    before = everything(engine)
    assert faults(network, "regions", "code,name,parent\nNEW,New,\nCN,China,EAST\n") == [
        "line 3, parent 'EAST': a region cannot lie within itself: CN in EAST in CN"
    ]
    assert everything(engine) == before


def test_the_carriers_number_may_come_later_and_is_kept_once(network: Importer, engine: Engine) -> None:
    header = "shipment,order,dealer,imei,model,shipped_on,carrier,due_on\n"
    lines = [f"SH5,,D1001,{imei(number)},A350,2026-04-14" for number in (20, 21)]
    network("shipments", header + "".join(f"{line},,\n" for line in lines))
    left = "SELECT sets, shipped_on, carrier, due_on FROM shipment WHERE shipment = 'SH5'"
    assert rows(engine, left) == [(2, "2026-04-14", None, None)]
    told = header + "".join(f"{line},SF123456,2026-04-17\n" for line in lines)
    assert (network("shipments", told).new, network("shipments", told).changed) == (0, 0)
    assert rows(engine, left) == [(2, "2026-04-14", "SF123456", "2026-04-17")]
    network("shipments", header + f"SH5,,D1001,{imei(22)},A350,2026-04-15,,\n")
    assert rows(engine, left) == [(3, "2026-04-15", "SF123456", "2026-04-17")]


def test_what_is_said_of_a_carrier_is_checked(network: Importer) -> None:
    header = "shipment,order,dealer,imei,model,shipped_on,carrier,due_on\n"
    body = (
        f"SH5,,D1001,{imei(20)},A350,2026-04-14,{'7' * 31},\n"
        f"SH5,,D1001,{imei(21)},A350,2026-04-14,SF1,2026-04-13\n"
        f"SH5,,D1001,{imei(22)},A350,2026-04-14,SF1,soon\n"
    )
    found = faults(network, "shipments", header + body)
    assert [fault.split(":")[0] for fault in found] == [
        f"line 2, carrier '{'7' * 31}'",
        "line 3, due_on '2026-04-13'",
        "line 4, due_on 'soon'",
    ]
    assert found[1].endswith("lies before shipped_on")


def test_sets_shipped_for_an_order_are_invoiced_at_its_price_and_move_it_on(network: Importer, engine: Engine) -> None:
    order = Order("O1001", "D1001", "draft", (OrderLine("A350", 2, 900_00),), 1800_00, "CNY", NOW, None)
    with Bookkeeper(engine, Trade()).transaction(NOW) as books:
        books.apply(
            [Booked("O1001", "order", "D1001", NOW.date()), OrderDrafted(order), OrderMoved("O1001", "approved")]
        )
    header = "shipment,order,dealer,imei,model,shipped_on\n"
    line = f"SH5,O1001,D1001,{imei(20)},A350,2026-04-14\n"
    network("shipments", header + line)
    assert rows(engine, "SELECT state FROM sales_order") == [("part_shipped",)]
    left = "SELECT shipment, order_reference, sets, carrier, due_on FROM shipment WHERE order_reference <> ''"
    assert [row[1:] for row in rows(engine, left)] == [("O1001", 1, None, None)]
    assert rows(engine, "SELECT amount FROM ledger_entry WHERE reference = 'SH5' AND account = 'receivable'") == [
        (900_00,)
    ]
    network("shipments", header + line + f"SH6,o1001,D1001,{imei(21)},A350,2026-04-15\n")
    assert rows(engine, "SELECT state FROM sales_order") == [("shipped",)]
    assert faults(network, "shipments", header + f"SH7,O1001,D1001,{imei(22)},A350,2026-04-15\n") == [
        "line 2: order O1001 is shipped"
    ]


def test_a_set_sold_before_its_shipment_was_known_keeps_its_sale_and_touches_no_stock(
    network: Importer, engine: Engine
) -> None:
    sold = imei(30)
    with Bookkeeper(engine, Trade()).transaction(NOW) as books:
        books.apply(
            [
                Booked("S1001", "sale", "D1001", NOW.date()),
                UnitMoved(sold, "A350", "sold", "D1001", "sold", "D1001", "unknown", "S1001"),
                SaleLineBooked("S1001", "D1001", NOW.date(), "A350", 1, sold),
            ]
        )
    stock = rows(engine, "SELECT * FROM stock_level ORDER BY 1, 2")
    network("shipments", f"shipment,order,dealer,imei,model,shipped_on\nS17,,D1001,{sold},A350,2026-04-14\n")
    assert rows(engine, f"SELECT state, origin FROM unit WHERE imei = '{sold}'") == [("sold", "shipped")]
    assert rows(engine, "SELECT * FROM stock_level ORDER BY 1, 2") == stock
    # A delivery note that is called like one of our references is kept apart from them.
    assert rows(engine, f"SELECT reference FROM unit_event WHERE imei = '{sold}' ORDER BY seq") == [
        ("S1001",),
        ("shipment S17",),
    ]


def test_opening_stock_is_corrected_by_the_difference(network: Importer, engine: Engine) -> None:
    network("stock", FILES["stock"].replace("B200,4", "B200,6"))
    assert rows(engine, "SELECT quantity FROM stock_level WHERE dealer = 'D1001' AND model = 'B200'") == [(6,)]
    assert rows(engine, "SELECT quantity FROM stock_entry WHERE model = 'B200' AND dealer = 'D1001' ORDER BY id") == [
        (4,),
        (2,),
    ]


def test_a_set_that_is_somewhere_already_cannot_be_opening_stock(network: Importer) -> None:
    assert faults(network, "stock", f"dealer,model,quantity,as_of,imei\nD1002,A350,1,2026-03-01,{A1}\n") == [
        f"line 2, imei '{A1}': {A1} is known already: shipped at D1001"
    ]


def test_what_is_booked_carries_the_day_of_the_file(network: Importer, engine: Engine) -> None:
    morning = int(datetime(2026, 3, 31, 16, tzinfo=UTC).timestamp() * 1000)  # 1 April in Shanghai
    assert rows(engine, "SELECT DISTINCT happened_at FROM unit_event WHERE reference = 'SH1'") == [(morning,)]
    assert rows(engine, "SELECT DISTINCT posted_at FROM ledger_entry WHERE reference = 'BANK1'") == [
        (morning + 9 * 86_400_000,)
    ]


def test_a_kind_that_there_is_not_is_refused_with_the_nearest(put: Importer) -> None:
    with pytest.raises(SmsgwError, match=r"files of shipment cannot be imported; did you mean shipments\?"):
        put("shipment", "")


def test_every_kind_has_a_file_here() -> None:
    assert set(kinds()) == set(FILES)


def test_a_locked_database_is_said_in_a_sentence(migrated_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "smsgw.db"
    copy.write_bytes(migrated_file.read_bytes())
    holder, waiting = open_engine(f"sqlite:///{copy}"), open_engine(f"sqlite:///{copy}", busy_seconds=0.05)
    path = tmp_path / "regions.csv"
    path.write_text(FILES["regions"], encoding="utf-8")
    with holder.begin(), pytest.raises(DatabaseUnavailable, match=r"smsgw\.db is locked by another process; wait"):
        run(waiting, "regions", path, SETTING, Trade(), CLERK, NOW)
    holder.dispose()
    waiting.dispose()


OTHERS = {
    "regions": FILES["regions"].replace("East", "The East"),
    "products": FILES["products"].replace("620.00", "650.00"),
    "dealers": FILES["dealers"].replace("Harbour", "Haven"),
    "depots": FILES["depots"].replace("East depot", "The east depot"),
    "depot-units": FILES["depot-units"] + f"DEPOT-E,{imei(3, '86012346')},B200,2026-03-01\n",
    "activations": FILES["activations"] + f"{A2},2026-04-11,\n",
    "contacts": FILES["contacts"].replace("Sun Li", "Sun Lei"),
    "prices": FILES["prices"].replace("2026-03-01", "2026-06-01"),
    "stock": FILES["stock"].replace("B200,4", "B200,6"),
    "shipments": FILES["shipments"] + f"SH3,,D1002,{imei(40)},A350,2026-04-02\n",
    "payments": FILES["payments"] + "D1001,5.00,CNY,2026-04-10,BANK2\n",
    "return-reasons": FILES["return-reasons"] + "2,shop,en,wrong model\n",
    "exemptions": FILES["exemptions"].replace("moving", "moving house"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_dry_run_says_what_an_import_would_do_and_leaves_every_row(
    network: Importer, engine: Engine, tmp_path: Path, kind: str
) -> None:
    before = everything(engine)
    path = tmp_path / "dry.csv"
    for body, same in ((FILES[kind], True), (OTHERS[kind], False)):
        path.write_text(body, encoding="utf-8")
        told = run(engine, kind, path, SETTING, Trade(), CLERK, NOW, keep=False)
        assert (told.new + told.changed == 0) == same
        assert everything(engine) == before
    did = network(kind, OTHERS[kind])
    assert (did.new, did.changed, did.same) == (told.new, told.changed, told.same)


def test_nobody_waits_for_a_check_and_what_somebody_booked_meanwhile_is_not_booked_again(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "smsgw.db"
    copy.write_bytes(migrated_file.read_bytes())
    mine, other = open_engine(f"sqlite:///{copy}"), open_engine(f"sqlite:///{copy}", busy_seconds=0.05)

    def put(engine: Engine, kind: str, body: str) -> Report:
        path = tmp_path / f"{kind}.csv"
        path.write_text(body, encoding="utf-8")
        return run(engine, kind, path, SETTING, Trade(), CLERK, NOW)

    for name in ("regions", "dealers"):
        put(mine, name, FILES[name])
    whole, made = kind_named("payments"), []

    def check(*given: object, **named: object) -> object:
        made.append(given)
        if len(made) == 1:  # somebody pays while the file is checked, which is not possible if that locks the database
            path = tmp_path / "meanwhile.csv"
            path.write_text(FILES["payments"], encoding="utf-8")
            run(other, "payments", path, SETTING, Trade(), CLERK, NOW)
        return whole.check(*given, **named)

    monkeypatch.setattr(importing, "kind_named", lambda name: replace(whole, check=check))
    report = put(mine, "payments", FILES["payments"])
    assert (report.new, report.same) == (0, 1)
    assert rows(mine, "SELECT count(*) FROM ledger_entry WHERE reference = 'BANK1' AND account = 'cash'") == [(1,)]
    assert len(made) == 2  # that of the other too
    mine.dispose()
    other.dispose()


# What it costs is told in units of the machine: of a piece of work like its own, done by the same process.
SHIPPED = """
import json, re, resource, sys, time
from smsgw.cli.app import run
def work():
    began = time.process_time()
    sum(len(f"{number % 97},{number}".split(",")) for number in range(1_000_000))
    return time.process_time() - began
unit = min(work() for _ in range(3))
status = run(["import", "shipments", sys.argv[1], "--config", sys.argv[2], "--json"])
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: that is at first the size of the process that started this one.
most = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([status, (used.ru_utime + used.ru_stime) / unit, most]))
"""


@pytest.mark.alone
def test_a_hundred_thousand_shipments_take_seconds_and_less_than_200_mb(tmp_path: Path) -> None:
    with (tmp_path / "shipments.csv").open("w", encoding="utf-8") as file:
        file.write("shipment,order,dealer,imei,model,shipped_on\n")
        for number in range(100_000):
            day = f"2026-04-{number % 28 + 1:02d}"
            file.write(f"SH{number // 50},,D100{number // 50 % 2 + 1},{imei(number)},A350,{day}\n")
    for attempt in range(3):  # whatever else runs on the machine only adds: the least counts
        home = tmp_path / f"home{attempt}"
        assert run_command(["init", str(home)]) == 0
        for kind in ("regions", "products", "dealers"):
            path = tmp_path / f"{kind}.csv"
            path.write_text(FILES[kind], encoding="utf-8")
            assert run_command(["import", kind, str(path), "--config", str(home / "smsgw.toml")]) == 0
        command = [sys.executable, "-c", SHIPPED, str(tmp_path / "shipments.csv"), str(home / "smsgw.toml")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        report, figures = map(json.loads, done.stdout.splitlines())
        status, units, megabytes = figures
        assert (status, report["new"]) == (0, 100_000)
        assert megabytes < 200
        if units < 60:
            return
    pytest.fail(f"{units:.0f} units")
