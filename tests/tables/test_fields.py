"""Cells as people, sheets and programs write them: what is read, and what is refused because it may mean two things."""

from __future__ import annotations

from datetime import date

import pytest

from smsgw.tables import fields
from smsgw.tables.cleaning import clean
from smsgw.values.unreadable import Unreadable

UTC_TIME = "is a time in UTC, which may be another day here; write the day alone, such as 2026-04-15"
GOOD_IMEI = "860123450000012"


@pytest.mark.parametrize(
    "written",
    [
        "'860123450000012",
        "’860123450000012",
        '="860123450000012"',
        '="\'860123450000012"',
        "860123450000012.0",
        "\ufeff860123450000012",
        "\u202d860123450000012\u202c",
        "\u2066860123450000012\u2069",
        "\u00a0860123450000012\u3000",
        "86\u00a0012345 000001 2",
        "86-012345-000001-2",
        "IMEI:860123450000012",
        "imei1：860123450000012",
        "串号：860123450000012",
        "８６０１２３４５０００００１２",
    ],
)
def test_an_imei_is_read_whatever_protects_it(written: str) -> None:
    assert fields.imei(clean(written)) == GOOD_IMEI


@pytest.mark.parametrize("written", ["8.60123E+14", "8,60123E+14", "8.60123450000012E14", "9E+14"])
def test_a_shortened_number_is_told_as_the_work_of_a_spreadsheet(written: str) -> None:
    for reader in (fields.imei, lambda text: fields.phone(text, "CN"), lambda text: fields.number(text, 0, 9)):
        with pytest.raises(Unreadable, match="a spreadsheet shortened this number; format the column as text"):
            reader(written)


@pytest.mark.parametrize("written", ["1.23457E+18", "6,2E+15", "4E+05"])
def test_a_name_or_code_that_a_spreadsheet_shortened_is_refused(written: str) -> None:
    for reader in (fields.plain, fields.code):
        with pytest.raises(Unreadable, match="a spreadsheet shortened"):
            reader(written, 40)


@pytest.mark.parametrize("written", ["3E5", "E+10", "1E"])
def test_a_code_that_only_looks_a_little_like_it_is_a_code(written: str) -> None:
    assert fields.code(written, 12) == written


@pytest.mark.parametrize("written", ["M\ufffdller", "\ufffd", "锟斤拷", "??", "?"])
def test_a_name_whose_letters_were_lost_is_refused(written: str) -> None:
    with pytest.raises(Unreadable, match="was lost when the file was saved in another encoding"):
        fields.plain(written, 40)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("'t Winkeltje", "'t Winkeltje"),
        ("'D1001", "D1001"),
        ("'+8613900000001", "+8613900000001"),
        ("'=SUM", "=SUM"),
        ("张\u3000三", "张 三"),
        ("Café\u00a0Nord", "Café Nord"),
        ('="a" & "b"', '="a" & "b"'),
        ("  x  ", "x"),
        ("'", "'"),
    ],
)
def test_a_cell_is_freed_of_what_stands_around_it_and_of_no_more(written: str, kept: str) -> None:
    assert clean(written) == kept


# ---- phones


@pytest.mark.parametrize(
    "written",
    [
        "139OOOO0001",
        "1390000CALL",
        "13900l00001",
        "+86139OOOO0001",
        "1-800-FLOWERS",
        "13900000001 ext 5",
        "139ОООО0001",
    ],
)
def test_letters_in_a_phone_are_refused_and_never_dialled(written: str) -> None:
    with pytest.raises(Unreadable, match="is not a phone number"):
        fields.phone(written, "CN")


@pytest.mark.parametrize(
    "written",
    ["13900000001", "13900000001.0", "+8613900000001.00", "86 139 0000 0001", "008613900000001", "139-0000-0001"],
)
def test_a_phone_is_read_as_sheets_and_programs_write_it(written: str) -> None:
    assert fields.phone(written, "CN") == "+8613900000001"


# ---- days


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-01",
        "2026/11/1",
        "2026.11.1",
        "20261101",
        "2026年11月1日",
        "2026年 11月 1日",
        "2026 年 11 月 1 日",
        "2026/11/1 0:00",
        "2026/11/1 0:00:00",
        "2026/11/1 12:00:00 AM",
        "2026/11/1 上午 12:00",
        "2026年11月1日 星期日",
        "2026年11月1日星期日 10:32",
        "2026-11-01 10:32:00",
        "2026-11-01 10:32:00.000",
        "2026-11-01T00:00:00",
        "2026-11-01T00:00:00.000",
        "2026-11-01T00:00:00.000Z",
        "2026-11-01T00:00:00+00:00",
        "2026-11-01T23:59:59+08:00",
        "２０２６-１１-０１",
    ],
)
def test_a_day_is_read_with_whatever_time_stands_behind_it(written: str) -> None:
    assert fields.day(written) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1/11/2026", "a day looks like 2026-04-15"),
        ("11-01", "a day looks like 2026-04-15"),
        ("26/11/1", "a day looks like 2026-04-15"),
        ("2026-11-01 noon", "a day looks like 2026-04-15"),
        ("202611011", "a day looks like 2026-04-15"),
        ("2026-11-011", "a day looks like 2026-04-15"),
        ("2026-11/01", "a day looks like 2026-04-15"),
        ("2026-11-31", "there is no such day"),
        ("2126-11-01", "a day lies between 1990 and 2099"),
        ("46327", "is a spreadsheet's number for a day; format the column as a date, or write 2026-04-15"),
        ("46327.4388888889", "is a spreadsheet's number for a day; format the column as a date, or write 2026-04-15"),
        ("2026-11-01 25:00", "has a time that there is not; write the day alone, such as 2026-04-15"),
        ("2026-10-31T16:00:00Z", UTC_TIME),
    ],
)
def test_what_is_no_day_or_may_be_two_is_refused(written: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        fields.day(written)
    assert str(caught.value) == reason


# ---- amounts


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("1040", "CNY", 104_000),
        ("1,040", "CNY", 104_000),
        ("1,040.00", "CNY", 104_000),
        ("¥1,040.00", "CNY", 104_000),
        ("￥ 1040", "CNY", 104_000),
        ("1040元", "CNY", 104_000),
        ("CNY 1,040.5", "CNY", 104_050),
        ("$12.50", "USD", 1_250),
        ("10.125", "KWD", 10_125),
        ("1,040,000", "KWD", 1_040_000_000),
        ("0.000", "CNY", 0),
    ],
)
def test_an_amount_is_read_with_marks_of_thousands_and_the_sign_of_its_currency(
    written: str, currency: str, minor: int
) -> None:
    assert fields.money(written, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency", "reason"),
    [
        ("10.000", "CNY", "may be 10000 or 10; write 10000.00 or the other"),
        ("1.040", "CNY", "may be 1040 or 1.04; write 1040.00 or the other"),
        ("1.500.000", "CNY", "may be 1500000 or 1.5; write 1500000.00 or the other"),
        ("1,040", "KWD", "may be 1040 or 1.04; write 1040.000 or the other"),
        ("1.040,00", "CNY", "has a comma before its decimals; write them with a point, as in 1040.00"),
        ("1040,5", "CNY", "has a comma before its decimals; write them with a point, as in 1040.00"),
        ("$5", "CNY", "has the sign $, and the currency is CNY"),
        ("1,04,000.00", "CNY", "an amount looks like 1040.00"),
        ("1.005", "CNY", "CNY has 2 decimals"),
        ("1e9", "CNY", "a spreadsheet shortened this number; format the column as text"),
    ],
)
def test_a_mark_that_may_stand_for_thousands_or_decimals_is_refused(written: str, currency: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        fields.money(written, currency)
    assert str(caught.value) == reason


def test_a_file_from_where_decimals_have_commas_leaves_one_comma_in_doubt() -> None:
    with pytest.raises(Unreadable, match=r"may be 1040 or 1\.04"):
        fields.money("1,040", "CNY", decimal_commas=True)
    assert fields.money("1,040.00", "CNY", decimal_commas=True) == 104_000


@pytest.mark.parametrize("written", ["1,000", "1.000", "12.500"])
def test_a_quantity_with_a_mark_is_refused(written: str) -> None:
    with pytest.raises(Unreadable, match="has a mark of thousands or of decimals; write the digits alone"):
        fields.number(written, 0, 99_999)


@pytest.mark.parametrize(("written", "number"), [("3", 3), ("3.0", 3), ("3.00", 3), ("0", 0)])
def test_a_quantity_may_have_been_a_float(written: str, number: int) -> None:
    assert fields.number(written, 0, 99_999) == number
