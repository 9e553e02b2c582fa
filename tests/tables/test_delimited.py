"""CSV as people have it: what says the separator, names of columns, titles, columns that are not ours, sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgw.errors import SmsgwError
from smsgw.tables import delimited, limits
from smsgw.tables.cells import TOO_NARROW, Cells
from smsgw.tables.fault import MOST_FAULTS, BadTable, Fault, TooManyFaults
from smsgw.tables.files import Columns, Row, Table, read

COLUMNS = Columns(
    ("phone", "name"),
    ("dealer", "credit_limit"),
    {"phone": ("手机号", "手机", "电话"), "name": ("姓名",), "dealer": ("经销商",)},
)
WANTED = [{"phone": "1", "name": "张", "dealer": "", "credit_limit": ""}]


def table(tmp_path: Path, text: str | bytes) -> Table:
    path = tmp_path / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, COLUMNS)


def found(tmp_path: Path, text: str) -> list[dict[str, str]]:
    return [row.cells for row in table(tmp_path, text).rows]


def refused(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(BadTable) as caught:
        table(tmp_path, text)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nphone;name\r\n1;张\r\n",
        '"sep=,"\nphone,name\n1,张\n',
        "sep=\t\nphone\tname\n1\t张\n",
        "SEP=|\nphone|name\n1|张\n",
        "\ufeffsep=;\nphone;name\n1;张\n",
        "sep=^\nphone^name\n1^张\n",
    ],
)
def test_a_first_line_that_says_the_separator_is_followed(tmp_path: Path, text: str) -> None:
    (row,) = table(tmp_path, text).rows
    assert (row.line, row.cells) == (3, WANTED[0])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
def test_the_separator_is_the_one_that_makes_columns_of_the_header(tmp_path: Path, separator: str) -> None:
    assert found(tmp_path, f"phone{separator}name\n1{separator}张\n") == WANTED


@pytest.mark.parametrize(
    "header", ["手机号,姓名", "手机号码*,姓名", "手机号（必填）,姓 名", "PHONE,Name", " Phone , name ", "电话,【姓名】"]
)
def test_columns_are_known_by_chinese_names_other_spellings_and_remarks(tmp_path: Path, header: str) -> None:
    header = header.replace("手机号码*", "手机*")
    if "【" in header:
        header = "电话,姓名【全名】"
    assert found(tmp_path, f"{header}\n1,张\n") == WANTED


def test_credit_limit_is_known_however_its_words_are_joined(tmp_path: Path) -> None:
    for name in ("credit_limit", "Credit Limit", "credit-limit", "CreditLimit", "Credit limit (CNY)"):
        assert found(tmp_path, f"phone,name,{name}\n1,张,5\n")[0]["credit_limit"] == "5"


def test_other_columns_are_left_aside_and_told_also_one_without_a_name(tmp_path: Path) -> None:
    looked = table(tmp_path, "no,phone,remark,,name\n1,1,x,y,张\n").looked
    assert looked.aside == ("no", "remark", "column 4 without a name")
    assert looked.sentence == (
        "people.csv: UTF-8, separated by commas; left aside: no, remark, column 4 without a name"
    )


def test_of_two_names_of_a_column_the_likelier_counts_and_two_alike_are_refused(tmp_path: Path) -> None:
    looked = table(tmp_path, "电话,手机号,name\n2,1,张\n")
    assert (looked.rows[0].cells["phone"], looked.looked.aside) == ("1", ("电话",))
    assert refused(tmp_path, "手机号,手机号,name\n2,1,张\n") == ["line 1: column phone stands there more than once"]


@pytest.mark.parametrize("slip", ["dealr", "deeler", "credit_limt", "credt limit"])
def test_a_misspelt_optional_column_is_refused_not_lost(tmp_path: Path, slip: str) -> None:
    assert refused(tmp_path, f"phone,name,{slip}\n1,张,x\n")[0].startswith(
        f"line 1: there is no column '{slip}'; did you"
    )


def test_a_missing_column_is_named_in_chinese_too(tmp_path: Path) -> None:
    assert refused(tmp_path, "phone,x\n1,2\n") == ["line 1: column name is missing, in Chinese 姓名"]


def test_a_title_above_the_header_is_passed_over_and_told(tmp_path: Path) -> None:
    looked = table(tmp_path, "2026年11月通讯录,,\n\n制表：张三,,\nphone,name,\n1,张,\n").looked
    assert looked.header_line == 4
    assert "header in line 4" in looked.sentence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("phone,name\n" + "1,a\n" * 11, "the file: has more than 10 rows; split it, each part with the header"),
        (
            ",".join(["phone", "name", *["x"] * 300]) + "\n",
            "line 1: has more than 200 columns; leave those that are meant, and delete the others",
        ),
        (
            "phone,name\n1,a" + ",x" * 300 + "\n",
            "line 2: has more than 200 columns; leave those that are meant, and delete the others",
        ),
        ("phone,name\n1" + "," * 3000, "line 2: has more than 2,000 characters; is it a table, a row a line?"),
        ("phone,name\n1" + ',"\n"' * 700, "line 2: has more than 2,000 characters; is it a table, a row a line?"),
        (
            "phone,name\n" + "1" * 5000,
            "the file: has 0 MB, and at most 0 MB are read; split it, each part with the header",
        ),
    ],
)
def test_what_is_too_large_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 10)
    monkeypatch.setattr(limits, "LARGEST_FILE", 4000)
    monkeypatch.setattr(delimited, "LONGEST_LINE", 2000)
    assert refused(tmp_path, text) == [reason]


def test_lines_too_long_are_told_up_to_a_limit(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="1000 bad lines, and the rest was not looked at") as caught:
        table(tmp_path, "phone,name\n" + "1,a,x\n" * 5000)
    assert len(caught.value.faults) == MOST_FAULTS


def test_cells_tell_faults_up_to_a_limit() -> None:
    faults: list[Fault] = []
    cells = Cells(Row(2, {"phone": "x"}), faults)
    with pytest.raises(TooManyFaults) as caught:
        for _ in range(MOST_FAULTS + 1):
            cells.phone("phone", "CN")
    assert len(caught.value.faults) == MOST_FAULTS


def test_a_cell_that_cannot_be_read_is_a_fault_whether_it_is_needed_or_not() -> None:
    faults: list[Fault] = []
    cells = Cells(Row(2, {"a": "", "b": "", "c": "#####", "d": "#SPILL!"}, {"a": "is bad", "b": "is bad"}), faults)
    assert cells.has("a")
    assert cells.text("a", 5, needed=False) is None
    assert cells.parts("b", str) == ()
    cells.text("c", 5)
    cells.text("d", 5)
    assert [str(fault) for fault in faults] == [
        "line 2, a (empty): is bad",
        "line 2, b (empty): is bad",
        f"line 2, c '#####': {TOO_NARROW}",
        "line 2, d '#SPILL!': is an error of the spreadsheet",
    ]


def test_an_endless_file_is_not_read_to_its_end() -> None:
    with pytest.raises(SmsgwError, match="zero was not imported"):
        read(Path("/dev/zero"), COLUMNS)
