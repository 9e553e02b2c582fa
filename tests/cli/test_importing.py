"""smsgw import on files as people have them: what it says that it read, a dry run, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.business.importing.test_importing import FILES
from tests.cli.conftest import Smsgw
from tests.tables.workbook_parts import Parts, sheet

DEALERS = ["code", "name", "region", "tier", "parent", "credit_limit", "currency", "language"]
SHIPMENTS = ["shipment", "order", "dealer", "imei", "model", "shipped_on", "imei2"]


def everything(home: Path) -> bytes:
    return (home / "smsgw.db").read_bytes() + (home / "smsgw.db-wal").read_bytes()


def workbook(home: Path, *rows: list[object]) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(home / "book.xlsx")
    return "book.xlsx"


def test_an_import_says_what_it_looked_at(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "gbk.csv").write_bytes("代码;名称;上级;备注\nNORD;华北;CN;x\n".encode("gbk"))
    outcome = smsgw("import", "regions", "gbk.csv")
    assert outcome.out == "1 line of regions: 1 new, 0 changed, 0 as they were\n"
    assert outcome.err == "gbk.csv: GB18030, separated by semicolons; left aside: 备注\n"


def test_a_dry_run_says_everything_and_changes_nothing(smsgw: Smsgw, furnished: Path) -> None:
    body = sheet([("出货", ""), ("代码", "名称", "上级"), ("NORD", "华北", "CN"), ("EAST", "The East", "CN")])
    (furnished / "r.xlsx").write_bytes(Parts({"x": sheet([]), "区域": body}, states={"x": "hidden"}).saved())
    before = smsgw("audit", "--json").out
    outcome = smsgw("import", "regions", "r.xlsx", "--dry-run")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "r.xlsx: sheet 区域; not read: x (hidden) (--sheet); header in line 2",
        "columns: code is 代码, name is 名称, parent is 上级",
        "first row: code 'NORD', name '华北', parent 'CN'",
        "2 lines of regions: would be 1 new, 1 changed, 0 as they were; nothing was changed",
    ]
    told = smsgw("import", "regions", "r.xlsx", "--dry-run", "--json").json
    assert (told["new"], told["changed"], told["same"], told["faults"]) == (1, 1, 0, [])
    assert told["read"]["sheet"] == "区域"
    assert smsgw("audit", "--json").out == before
    assert smsgw("import", "regions", "r.xlsx", "--json").json["new"] == 1
    assert smsgw("import", "regions", "r.xlsx", "--dry-run", "--json").json["same"] == 2


@pytest.mark.parametrize("kind", FILES)
def test_a_dry_run_of_a_file_that_is_in_the_books_finds_it_there(smsgw: Smsgw, furnished: Path, kind: str) -> None:
    told = smsgw("import", kind, f"{kind}.csv", "--dry-run", "--json").json
    assert (told["new"], told["changed"], told["same"]) == (0, 0, told["lines"])


def test_a_dry_run_tells_faults_as_objects_also_those_that_only_the_books_know(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "bad.csv").write_text("code,name,parent\n,Y,\n", encoding="utf-8")
    outcome = smsgw("import", "regions", "bad.csv", "--dry-run", "--json")
    assert outcome.status == 1
    assert outcome.json["faults"] == [{"line": 2, "column": "code", "value": "", "message": "must not be empty"}]
    lines = (furnished / "shipments.csv").read_text(encoding="utf-8").splitlines()
    moved = lines[1].replace("D1001", "D1002").replace("SH1", "SH9")
    (furnished / "moved.csv").write_text(f"{lines[0]}\n{moved}\n", encoding="utf-8")
    (fault,) = smsgw("import", "shipments", "moved.csv", "--dry-run", "--json").json["faults"]
    assert "was shipped to D1001 before" in fault["message"]


@pytest.mark.parametrize(
    ("kind", "rows", "fault"),
    [
        ("dealers", [DEALERS, ["D1001", "Sunny", "EAST", "A", None, "=10000*3", "CNY", "en"]], "credit_limit (empty)"),
        ("dealers", [DEALERS, ["D1001", "Sunny", "EAST", "A", "=B1", 5, "CNY", "en"]], "parent (empty)"),
        ("dealers", [DEALERS, ["D1001", "=A1", "EAST", "A", None, 5, "CNY", "en"]], "name (empty)"),
        (
            "shipments",
            [SHIPMENTS, ["SH1", '="O"&1001', "D1001", "860123450000012", "A350", "2026-04-01", None]],
            "order (empty)",
        ),
        (
            "shipments",
            [SHIPMENTS, ["SH1", None, "D1001", "860123450000012", "A350", "2026-04-01", "=D2+8"]],
            "imei2 (empty)",
        ),
    ],
)
def test_a_formula_without_its_value_refuses_the_file_and_leaves_the_books(
    smsgw: Smsgw, furnished: Path, kind: str, rows: list[list[object]], fault: str
) -> None:
    before = smsgw("show", "dealer", "D1001", "--json").out
    outcome = smsgw("import", kind, workbook(furnished, *rows))
    assert outcome.status == 1
    assert f"line 2, {fault}: is a formula without its value" in outcome.err
    assert smsgw("show", "dealer", "D1001", "--json").out == before


@pytest.mark.parametrize("phone", ["139OOOO0001", "1390000CALL", "+86139OOOO0001", "l3900000001"])
def test_letters_in_a_phone_are_refused_wherever_it_is_written(smsgw: Smsgw, furnished: Path, phone: str) -> None:
    line = f"{phone},Li,clerk,D1001,,en\n"
    (furnished / "c.csv").write_text(f"phone,name,role,dealer,region,language\n{line}", encoding="utf-8")
    for arguments in (
        ("import", "contacts", "c.csv"),
        ("audience", "preview", "file:c.csv"),
        ("try", "--from", phone, "BAL"),
        ("messages", "--phone", phone),
        ("consent", "show", phone),
    ):
        outcome = smsgw(*arguments)
        assert outcome.status != 0, arguments
        assert phone in outcome.err and "is not a phone number" in outcome.err, (arguments, outcome.err)


def test_an_encoding_and_a_sheet_may_be_named(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "c.csv").write_bytes("code,name,parent\nNORD,Jämtland,CN\n".encode("cp1252"))
    refused = smsgw("import", "regions", "c.csv")
    assert refused.status == 1
    assert "--encoding" in refused.err
    assert smsgw("import", "regions", "c.csv", "--encoding", "windows-1252").status == 0
    assert "Jämtland" in smsgw("import", "regions", "c.csv", "--encoding", "latin-1", "--dry-run").out
    book = Parts({"A": sheet([("code", "name", "parent"), ("N1", "x", "CN")]), "B": sheet([("code",)])})
    (furnished / "b.xlsx").write_bytes(book.saved())
    assert "column name is missing" in smsgw("import", "regions", "b.xlsx", "--sheet", "b").err
    assert smsgw("import", "regions", "b.xlsx", "--sheet", "A").status == 0
