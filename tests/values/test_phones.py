"""A phone is read the same way wherever it is written: on the command line, in a request, in a sheet."""

from __future__ import annotations

import pytest

from smsgw.values.phones import read_phone
from smsgw.values.unreadable import Unreadable


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("+8613900000001", "+8613900000001"),
        ("008613900000001", "+8613900000001"),
        ("8613900000001", "+8613900000001"),
        ("13900000001", "+8613900000001"),
        (" 139-0000 0001", "+8613900000001"),
        ("139\u20110000\u00a00001", "+8613900000001"),
        ("＋８６１３９０００００００１", "+8613900000001"),
        ("447911123456", "+447911123456"),
        ("+44 7911 123456", "+447911123456"),
    ],
)
def test_a_phone_is_read_as_people_sheets_and_programs_write_it(said: str, phone: str) -> None:
    assert read_phone(said, "CN") == phone


@pytest.mark.parametrize(
    "said",
    [
        "",
        "10086",
        "+1",
        "139000000011390000000113900000001",
        "phone",
        "1800FLOWERS",
        "+86139x0000001",
        "١٣٩٠٠٠٠٠٠٠١",
    ],
)
def test_what_is_not_a_phone_is_refused_in_a_sentence(said: str) -> None:
    with pytest.raises(Unreadable, match=r"^is not a phone number, neither with \+ nor in CN$"):
        read_phone(said, "CN")


def test_a_range_that_is_not_given_out_is_read_with_a_plus_unless_it_must_be_known() -> None:
    assert read_phone("+8610000000001", "CN") == "+8610000000001"
    with pytest.raises(Unreadable):
        read_phone("+8610000000001", "CN", strict=True)
