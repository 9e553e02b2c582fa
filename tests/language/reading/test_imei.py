"""IMEIs as typed, against an independent check digit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from smsgw.language.names import imei
from smsgw.language.names.imei import ImeiReading


@given(st.text(alphabet="0123456789", min_size=15, max_size=15))
@settings(max_examples=500, deadline=None)
def test_validity_agrees_with_an_independent_check(digits: str) -> None:
    assert imei.valid(digits) == (luhn.is_valid(digits) and len(set(digits)) > 1)
    assert imei.check_digit(digits[:14]) == luhn.calc_check_digit(digits[:14])


@pytest.mark.parametrize(
    ("token", "reading"),
    [
        ("860123450000012", ImeiReading(("860123450000012",))),
        ("860123450000013", None),
        ("86012345000001", ImeiReading(("860123450000012",), "complete", doubtful=True)),
        ("8601234500000127", ImeiReading(("860123450000012",), "cut", doubtful=True)),
        ("86012345000001277", ImeiReading(("860123450000012",), "cut", doubtful=True)),
        ("8601234500000177", ImeiReading(("860123450000012",), "imeisv", doubtful=True, ask=True)),
        ("86012345000001777", None),
        ("86O12345OOOO012", ImeiReading(("860123450000012",), "letter", doubtful=True)),
        ("B6O1Z34SOOOOOIZ", None),  # fewer than ten digits are left
        ("86O12345OOOO013", None),
        ("86-012345-000001-2", ImeiReading(("860123450000012",), "join")),
        ("86-012345-000001", ImeiReading(("860123450000012",), "complete", doubtful=True)),
        ("860123450000012860123450000020", ImeiReading(("860123450000012", "860123450000020"), "run")),
        ("860123450000012860123450000021", None),
        ("000000000000000", None),
        ("00000000000000", None),
        ("0000000000000000", None),
        ("356901001234565", ImeiReading(("356901001234565",), example=True)),
        ("35690100123456", ImeiReading(("356901001234565",), "complete", doubtful=True, example=True)),
        ("8601234500000", None),
        ("HELLO", None),
    ],
)
def test_a_token_reads_as_the_units_it_names(token: str, reading: ImeiReading | None) -> None:
    assert imei.read(token) == reading


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("860123450000013", "check_digit"),
        ("000000000000000", "repeated_digit"),
        ("8601234500000", "length"),
        ("4901234567894", "box"),
        ("012345678905", "box"),
        ("4573", "short"),
        ("SN12345678", "serial"),
        ("86O12345OOOO013", "letters"),
    ],
)
def test_what_is_no_imei_is_called_what_it_looks_like(token: str, fault: str) -> None:
    assert imei.fault(token) == fault
