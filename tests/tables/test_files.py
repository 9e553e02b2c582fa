"""Files as people save them: encodings, separators, workbooks; and what is said about those that cannot be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from smsgw.errors import SmsgwError
from smsgw.tables.fault import BadTable
from smsgw.tables.files import Columns, Row, read

COLUMNS = Columns(("code", "name", "parent"), ("timezone",))
ROWS = [
    Row(2, {"code": "EAST", "name": "华东", "parent": "", "timezone": ""}),
    Row(3, {"code": "SH", "name": "Shanghai, 上海", "parent": "EAST", "timezone": ""}),
]
TEXT = 'code,name,parent\r\nEAST,华东,\r\nSH,"Shanghai, 上海",EAST\r\n'


def saved(tmp_path: Path, data: bytes | str, name: str = "regions.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def reasons(path: Path, columns: Columns = COLUMNS) -> list[str]:
    with pytest.raises(BadTable) as caught:
        read(path, columns)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(saved(tmp_path, TEXT.encode(encoding)), COLUMNS).rows == ROWS


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_reads_the_same_with_every_separator(tmp_path: Path, separator: str) -> None:
    text = f"code{separator}name{separator}parent\nEAST{separator}华东{separator}\n"
    assert read(saved(tmp_path, text), COLUMNS).rows == ROWS[:1]


def test_header_names_ignore_case_width_and_spaces_and_may_stand_in_any_order(tmp_path: Path) -> None:
    assert read(saved(tmp_path, "Parent, ＣＯＤＥ ,Name\n,EAST,华东\n"), COLUMNS).rows == ROWS[:1]


def test_line_numbers_are_those_of_the_file_with_empty_lines_and_quoted_line_breaks(tmp_path: Path) -> None:
    rows = read(saved(tmp_path, '\ncode,name,parent\n\nA,"two\nlines",\nB,b,\n,,\nC,c,\n'), COLUMNS).rows
    assert [(row.line, row.cells["code"]) for row in rows] == [(4, "A"), (6, "B"), (8, "C")]


def test_empty_columns_at_the_end_are_no_columns(tmp_path: Path) -> None:
    assert read(saved(tmp_path, "code,name,parent,,\nEAST,华东,,,\n"), COLUMNS).rows == ROWS[:1]


def test_a_workbook_reads_as_its_csv_would(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["code", "name", "parent", "timezone"])
    sheet.append([860123450000012, 1040.5, datetime(2026, 4, 15), True])
    sheet.append([None, None, None, None])
    sheet.append(["EAST", " 华东 ", 7.0, datetime(2026, 4, 15, 10, 32)])
    book.save(tmp_path / "regions.xlsx")
    assert [(row.line, list(row.cells.values())) for row in read(tmp_path / "regions.xlsx", COLUMNS).rows] == [
        (2, ["860123450000012", "1040.5", "2026-04-15", "TRUE"]),
        (4, ["EAST", "华东", "7", "2026-04-15 10:32:00"]),
    ]


def test_misspelt_columns_are_refused_by_name_and_missing_ones_named(tmp_path: Path) -> None:
    assert reasons(saved(tmp_path, "code,nme,timezon,parent,parent\n")) == [
        "line 1: column name is missing",
        "line 1: column parent stands there more than once",
        "line 1: there is no column 'nme'; did you mean name?",
        "line 1: there is no column 'timezon'; did you mean timezone?",
    ]


def test_a_line_longer_than_the_header_is_told_and_a_shorter_one_ends_in_empty_cells(tmp_path: Path) -> None:
    assert reasons(saved(tmp_path, "code,name,parent\nA,a\nB,b,\nC,c,,x\n")) == [
        "line 4: 4 cells where the header has 3",
    ]
    rows = read(saved(tmp_path, "code,name,parent,timezone\nA,a\nB,b,A\n"), COLUMNS).rows
    assert [list(row.cells.values()) for row in rows] == [["A", "a", "", ""], ["B", "b", "A", ""]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file: is empty; its first line must be code,name,parent,timezone"),
        (b"\n\n", "the file: is empty; its first line must be code,name,parent,timezone"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file: this is an old .xls workbook; save it as .xlsx or .csv"),
        (b"PK\x03\x04 but no zip", "the file: is not a workbook that can be read; save it again as .xlsx"),
        (b"code,name,parent\n\x00\x01\x02,,", "the file: is neither a table in UTF-8 or GB18030 nor an .xlsx workbook"),
        (
            b"code,name\n\xff\xfe\xff,\xff",
            "the file: is neither a table in UTF-8 or GB18030 nor an .xlsx workbook; save it as CSV UTF-8, "
            "or say what it is, such as --encoding windows-1252",
        ),
        (b'code,name,parent\nA,"a"b,\n', "line 2: is not CSV: ',' expected after '\"'"),
        (b'code,name,parent\nA,"a,\n', "line 2: is not CSV: unexpected end of data"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path, data: bytes, reason: str) -> None:
    assert reasons(saved(tmp_path, data)) == [reason]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SmsgwError, match=r"none\.csv cannot be read: No such file"):
        read(tmp_path / "none.csv", COLUMNS)
