"""Workbooks of many programs: which sheet is read, what its cells are, and one sentence for whatever cannot be read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from smsgw.tables import limits
from smsgw.tables.fault import BadTable
from smsgw.tables.files import Choice, Columns, Table, read
from tests.tables.workbook_parts import STRICT, STRICT_LINKS, TRANSITIONAL, Parts, cell, packed, sheet

COLUMNS = Columns(("code", "name", "amount"), ("day", "note"))
HEADER = ("code", "name", "amount", "day", "note")
GOOD = [HEADER, ("A1", "华东", 1040.5, "2026-11-01", "x"), ("B2", "North", 7, "2026-11-02", None)]
MORE_DIGITS = "has more than the fifteen digits that a spreadsheet keeps; format the column as text"
DAMAGED = "the file: is not a workbook that can be read; save it again as .xlsx"


def table(tmp_path: Path, data: bytes, choice: Choice | None = None) -> Table:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    return read(path, COLUMNS, choice or Choice())


def refused(tmp_path: Path, data: bytes, choice: Choice | None = None) -> list[str]:
    with pytest.raises(BadTable) as caught:
        table(tmp_path, data, choice)
    return [str(fault) for fault in caught.value.faults]


def cells(tmp_path: Path, data: bytes) -> list[list[str]]:
    return [list(row.cells.values()) for row in table(tmp_path, data).rows]


def amounts(tmp_path: Path, *values: str, formats: tuple[str, ...] = (), **others: str) -> list[str]:
    """What cells of the column amount, given as XML, are read as; one that cannot be read is its reason."""
    rows = [HEADER, *(("A", "a", value) for value in values)]
    parts = Parts({"S": sheet(rows)}, formats=formats, **others)  # type: ignore[arg-type]
    return [row.cells["amount"] or row.bad.get("amount", "") for row in table(tmp_path, parts.saved()).rows]


WANTED = [["A1", "华东", "1040.5", "2026-11-01", "x"], ["B2", "North", "7", "2026-11-02", ""]]


@pytest.mark.parametrize("dimension", ["", "A1", "A1:C2", "1:4", "A1:XFD1048576", "nonsense"])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path, dimension: str) -> None:
    assert cells(tmp_path, Parts({"S": sheet(GOOD, dimension=dimension)}).saved()) == WANTED


def test_strict_open_xml_reads_the_same(tmp_path: Path) -> None:
    strict = Parts({"S": sheet(GOOD, namespace=STRICT)}, namespace=STRICT, links=STRICT_LINKS)
    assert cells(tmp_path, strict.saved()) == WANTED


def test_names_with_prefixes_and_cells_without_references_read_the_same(tmp_path: Path) -> None:
    prefixed = sheet(GOOD).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    assert cells(tmp_path, Parts({"S": prefixed}).saved()) == WANTED
    bare = "".join("<row>" + "".join(cell(value or "") for value in row) + "</row>" for row in GOOD)
    bare = f'<worksheet xmlns="{TRANSITIONAL}"><sheetData>{bare}</sheetData></worksheet>'
    assert cells(tmp_path, Parts({"S": bare}).saved()) == WANTED


def test_parts_named_with_backslashes_in_other_case_or_from_the_root_are_found(tmp_path: Path) -> None:
    parts = Parts({"S": sheet(GOOD)}).parts()
    assert cells(tmp_path, packed({name.replace("/", "\\"): body for name, body in parts.items()})) == WANTED
    assert cells(tmp_path, packed({name.upper(): body for name, body in parts.items()})) == WANTED
    links = parts["xl/_rels/workbook.xml.rels"].replace(b'Target="', b'Target="/xl/')
    assert cells(tmp_path, packed(parts | {"xl/_rels/workbook.xml.rels": links})) == WANTED


def test_the_first_sheet_that_is_not_hidden_is_read_and_named(tmp_path: Path) -> None:
    other = sheet([("nothing",)])
    book = Parts({"旧": other, "出货": sheet(GOOD), "说明": other}, states={"旧": "hidden"}).saved()
    found = table(tmp_path, book)
    assert len(found.rows) == 2
    assert found.looked.sheet == "出货"
    assert found.looked.other_sheets == ("旧 (hidden)", "说明")
    assert "sheet 出货; not read: 旧 (hidden), 说明 (--sheet)" in found.looked.sentence
    very = Parts({"a": other, "b": sheet(GOOD)}, states={"a": "veryHidden"}).saved()
    assert table(tmp_path, very).looked.sheet == "b"


def test_a_sheet_that_is_named_is_read_hidden_or_not(tmp_path: Path) -> None:
    book = Parts({"One": sheet([("x",)]), "Two": sheet(GOOD)}, states={"Two": "hidden"}).saved()
    assert len(table(tmp_path, book, Choice(sheet=" two")).rows) == 2
    assert refused(tmp_path, book, Choice(sheet="Tow")) == [
        "the file: has no sheet 'Tow'; did you mean Two?; its sheets are One, Two"
    ]
    assert refused(tmp_path, Parts({"A": sheet(GOOD)}, states={"A": "hidden"}).saved()) == [
        "the file: has no sheet that is not hidden; name one with --sheet: A"
    ]


def test_a_wrong_first_sheet_is_refused_with_the_names_of_the_others(tmp_path: Path) -> None:
    faults = refused(tmp_path, Parts({"Cover": sheet([("Report",)]), "Data": sheet(GOOD)}).saved())
    assert faults[0] == "the file: the sheet read is Cover; its other sheets are Data (--sheet)"
    assert refused(tmp_path, Parts({"Empty": sheet([]), "Data": sheet(GOOD)}).saved()) == [
        "the file: its sheet Empty is empty; its first line must be code,name,amount,day,note; "
        "its other sheets are Data (--sheet)"
    ]


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    found = table(tmp_path, Parts({"S": sheet([("出货清单",), (), ("2026",), *GOOD])}).saved())
    assert (found.looked.header_line, [row.line for row in found.rows]) == (4, [5, 6])


@pytest.mark.parametrize(
    "value",
    [
        "<c><f>10000*3</f></c>",
        "<c><f>10000*3</f><v></v></c>",
        "<c><f>10000*3</f><v/></c>",
        '<c t="n"><f t="shared" si="0"/><v></v></c>',
        '<c t="b"><f>A1=1</f></c>',
    ],
)
def test_a_formula_without_its_value_is_a_bad_cell(tmp_path: Path, value: str) -> None:
    assert amounts(tmp_path, value) == [
        "is a formula without its value; open the workbook in Excel, let it calculate, and save it"
    ]


def test_formulas_that_nobody_calculated_are_bad_and_those_with_a_value_are_read(tmp_path: Path) -> None:
    zero = "<c><f>1-1</f><v>0</v></c>"
    assert amounts(tmp_path, zero) == ["0"]
    assert "formula without" in amounts(tmp_path, zero, calculation='<calcPr fullCalcOnLoad="1"/>')[0]
    assert amounts(tmp_path, "<c><f>A1*3</f><v>30</v></c>", '<c t="str"><f>"O"&amp;1</f><v>O1</v></c>') == ["30", "O1"]
    assert cells(tmp_path, Parts({"S": sheet([HEADER, ("A", "a", '<c t="str"><f>""</f><v></v></c>')])}).saved()) == [
        ["A", "a", "", "", ""]
    ]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("1040.4000000000001", "1040.4"),
        ("0.30000000000000004", "0.3"),
        ("860123450000012", "860123450000012"),
        ("8.60123450000012E+14", "860123450000012"),
        ("8613900000001.0", "8613900000001"),
        ("1E-2", "0.01"),
        ("-5", "-5"),
        ("333.33333333333331", "333.333333333333"),
        (
            "1.2345678901234567E+18",
            "has more than the fifteen digits that a spreadsheet keeps; format the column as text",
        ),
        ("1E400", "is no number"),
    ],
)
def test_a_number_is_read_as_its_cell_shows_it(tmp_path: Path, stored: str, shown: str) -> None:
    assert amounts(tmp_path, f"<c><v>{stored}</v></c>") == [shown]


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ("0.00", "333.33333333333331", "333.33"),
        ("#,##0.00", "1040.125", "1040.13"),
        ('"¥"#,##0.00_);\\("¥"#,##0.00\\)', "1040.5", "1040.5"),
        ('0.00"元"', "1040", "1040"),
        ("0000", "7", "0007"),
        ('"D"0000', "12", "D0012"),
        ("0", "1040.5", "the cell shows 1041 and holds 1040.5; write the one that is meant"),
        ("#,##0", "1040", "1040"),
        ("0%", "0.17", "17%"),
        ("G/通用格式", "1.5", "1.5"),
        ("0.00E+00", "860123450000012", "860123450000012"),
        ("#,##0,", "1040000", "1040000"),
        ("@", "42", "42"),
        ("[Red]0.0", "2.25", "2.3"),
    ],
)
def test_a_number_format_counts_as_far_as_it_changes_the_digits(
    tmp_path: Path, code: str, stored: str, shown: str
) -> None:
    assert amounts(tmp_path, f'<c s="1"><v>{stored}</v></c>', formats=(code,)) == [shown]


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ("yyyy/m/d", "46327", "2026-11-01"),
        ('yyyy"年"m"月"d"日"', "46327", "2026-11-01"),
        ("[$-804]yyyy/m/d h:mm", "46327.4388888889", "2026-11-01 10:32:00"),
        ("m/d/yy h:mm", "46327", "2026-11-01"),
        ("h:mm:ss", "0.5", "12:00:00"),
        ("yyyy-mm-dd", "59", "1900-02-28"),
        ("yyyy-mm-dd", "61", "1900-03-01"),
        ("yyyy-mm-dd", "-3", "is formatted as a day, and there is no such day"),
        ("yyyy-mm-dd", "1e12", "is formatted as a day, and there is no such day"),
    ],
)
def test_days_are_told_by_the_number_format(tmp_path: Path, code: str, stored: str, shown: str) -> None:
    assert amounts(tmp_path, f'<c s="1"><v>{stored}</v></c>', formats=(code,)) == [shown]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    day = '<c s="1"><v>44865</v></c>'
    assert amounts(tmp_path, day, formats=("yyyy-mm-dd",), properties='<workbookPr date1904="1"/>') == ["2026-11-01"]
    assert amounts(tmp_path, '<c t="d"><v>2026-11-01T00:00:00</v></c>') == ["2026-11-01T00:00:00"]


def test_texts_are_shared_rich_spoken_and_cleaned(tmp_path: Path) -> None:
    shared = [
        "<si><t>plain</t></si>",
        "<si><r><t>two </t></r><r><rPr><b/></rPr><t>runs</t></r></si>",
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>",
        "<si><t> \u00a0\u3000'860123450000012\u202c</t></si>",
        '<si><t>="860123450000012"</t></si>',
    ]
    values = [f'<c t="s"><v>{number}</v></c>' for number in range(len(shared))]
    parts = Parts({"S": sheet([HEADER, *(("A", "a", value) for value in values)])}, shared=shared)
    assert [row.cells["amount"] for row in table(tmp_path, parts.saved()).rows] == [
        "plain",
        "two runs",
        "東京",
        "860123450000012",
        "860123450000012",
    ]


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    body = sheet(GOOD).replace('<row r="3">', '<row r="3" hidden="1">')
    found = table(tmp_path, Parts({"S": body}).saved())
    assert (len(found.rows), found.looked.hidden_rows) == (2, 1)
    assert found.looked.sentence.endswith("1 hidden row read too")


def damages() -> dict[str, bytes]:
    """Workbooks that cannot be read, each for a reason of its own."""
    whole = Parts({"S": sheet(GOOD)})
    parts = whole.parts()
    body = parts["xl/worksheets/sheet1.xml"]

    def with_sheet(octets: bytes) -> bytes:
        return packed(parts | {"xl/worksheets/sheet1.xml": octets})

    broken = bytearray(whole.saved())
    at = broken.find(b"xl/worksheets/sheet1.xml") + 60
    broken[at : at + 40] = bytes(40)
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (98 + n, 97 + n, 97 + n, 97 + n, 97 + n) for n in range(20)
    )
    return {
        "half a sheet": with_sheet(body[: len(body) // 2]),
        "a control character": with_sheet(body.replace(b"North", b"No\x02th")),
        "octets that are no UTF-8": with_sheet(body.replace(b"North", b"No\xffth")),
        "an empty sheet part": with_sheet(b""),
        "a broken stream": bytes(broken),
        "half the archive": whole.saved()[: len(whole.saved()) // 2],
        "no sheet part": Parts({"S": sheet(GOOD)}, without=["xl/worksheets/sheet1.xml"]).saved(),
        "styles cut": packed(parts | {"xl/styles.xml": parts["xl/styles.xml"][:60]}),
        "workbook cut": packed(parts | {"xl/workbook.xml": parts["xl/workbook.xml"][:60]}),
        "a text that there is not": with_sheet(body.replace(b"<v>7</v>", b'<v>7</v></c><c t="s"><v>99</v>')),
        "a number that is none": with_sheet(body.replace(b"<v>7</v>", b"<v>seven</v>")),
        "a reference that is none": with_sheet(body.replace(b'r="A2"', b'r="?2"')),
        "an entity that refers outside": with_sheet(
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + body.replace(b"North", b"&e;")
        ),
        "entities that grow": with_sheet(bomb + b"]>" + body.replace(b"North", b"&u;")),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_workbook_is_refused_in_one_sentence(tmp_path: Path, damage: str) -> None:
    assert refused(tmp_path, damages()[damage]) == [DAMAGED]


def locked() -> bytes:
    """An archive whose sheet is encrypted, as its flag says."""
    octets = bytearray(Parts({"S": sheet(GOOD)}).saved())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = octets.find(magic)
        while at >= 0:
            octets[at + offset] |= 1
            at = octets.find(magic, at + 4)
    return bytes(octets)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


PASSWORD = "is protected by a password; take it off and save the workbook again"
OPEN_DOCUMENT = "is no .xlsx workbook but an OpenDocument file; save it as .xlsx or .csv"
PAGE = "is a web page or XML under another name; open it and save it as .xlsx or .csv"
CHARTS = "has no sheet with cells, only charts; save the table itself as .xlsx"
WORD = "is a Word document; copy its table into a workbook, or save it as .csv"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), PASSWORD),
        (locked(), PASSWORD),
        (OLE + "Workbook".encode("utf-16-le"), "this is an old .xls workbook; save it as .xlsx or .csv"),
        (packed({"xl/workbook.bin": b"x"}), "is a binary workbook (.xlsb); save it as .xlsx or .csv"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), OPEN_DOCUMENT),
        (packed({"word/document.xml": b"<w/>"}), WORD),
        (packed({"Index/Document.iwa": b"x"}), "is a document of Numbers or Pages; export it as .xlsx or .csv"),
        (packed({"a.txt": b"x"}), "is not a workbook that can be read; save it again as .xlsx"),
        (Parts({}).saved(), "has no sheets; save it again as .xlsx"),
        (Parts({"C": "<chartsheet/>"}, kinds={"C": "chartsheet"}).saved(), CHARTS),
        (b"<html><table><tr><td>code</td></tr></table>", PAGE),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>", PAGE),
        (b"%PDF-1.7 code,name", "is a PDF; export the table as .xlsx or .csv"),
        (b"\x1f\x8b\x08code", "is packed (gzip); unpack it first"),
    ],
)
def test_another_kind_of_file_is_told_as_such(tmp_path: Path, data: bytes, reason: str) -> None:
    assert refused(tmp_path, data) == [f"the file: {reason}"]


# ---- how large


def rows_of(body: str) -> bytes:
    """A workbook whose sheet has a good header and then some XML."""
    whole = sheet([HEADER]).replace("</sheetData>", body + "</sheetData>")
    return Parts({"S": whole}).saved()


FAR = '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (FAR, "the file: has a row 2,000,000,000, and a sheet ends with row 1,048,576"),
        ('<row r="0"><c><v>1</v></c></row>', "the file: has a row 0, and a sheet ends with row 1,048,576"),
        (
            '<row r="2"><c r="XFD2"><v>1</v></c></row>',
            "line 2: has more than 200 columns; leave those that are meant, and delete the others",
        ),
        (
            "<row><c><v>1</v></c></row>" * 1001,
            "the file: has more than 1,000 rows; split it, each part with the header",
        ),
    ],
)
def test_what_is_too_large_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str
) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 1000)
    assert refused(tmp_path, rows_of(body)) == [reason]


@pytest.mark.parametrize("body", ["<y/>" * 2_000_001, " " * 2_000_001])
def test_what_unpacks_to_far_too_much_is_not_unpacked_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(limits, "MOST_ELEMENTS", 2_000_000)
    monkeypatch.setattr(limits, "LARGEST_WORKBOOK", 2_000_000)
    assert refused(tmp_path, rows_of(body)) == [
        "the file: unpacks to more than 2 MB or 2 million cells; copy the cells that are meant into a new workbook"
    ]


def test_styled_cells_and_rows_without_values_are_no_cells(tmp_path: Path) -> None:
    empty = '<row r="2"><c r="XFD2" s="0"/></row>' + "".join(f'<row r="{n}"/>' for n in range(3, 3000))
    body = empty + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert [row.line for row in table(tmp_path, rows_of(body)).rows] == [1_048_576]


def test_a_far_cell_costs_no_more_than_a_near_one(tmp_path: Path) -> None:
    assert len(table(tmp_path, rows_of('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')).rows) == 1


def test_an_archive_with_a_list_of_parts_beyond_measure_is_not_opened(tmp_path: Path) -> None:
    octets = bytearray(Parts({"S": sheet(GOOD)}).saved())
    end = octets.rfind(b"PK\x05\x06")
    octets[end + 12 : end + 16] = (limits.MOST_PARTS_OCTETS + 1).to_bytes(4, "little")
    assert "unpacks to more than" in refused(tmp_path, bytes(octets))[0]
    assert zipfile.is_zipfile(io.BytesIO(bytes(octets)))
