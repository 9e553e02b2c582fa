"""A phone is read the same way wherever it is written: on the command line, in a request, in a sheet."""

from __future__ import annotations

import random

import phonenumbers
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


@pytest.mark.parametrize(
    "country", ["CN", "DE", "KE", "IN", "FR", "BR", "VN", "MX", "AR", "NG", "GB", "US", "ID", "JP"]
)
def test_the_short_way_for_mobile_numbers_says_what_libphonenumber_says(country: str) -> None:
    """Numbers like a mobile one of the country, some digits of it and its length changed."""
    random_ = random.Random(country)
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    national = str(example.national_number)
    for _ in range(300):
        kept = random_.randrange(len(national))
        length = len(national) - kept + random_.choice([0, 0, 0, -1, 1])
        said = f"+{example.country_code}{national[:kept]}{''.join(random_.choices('0123456789', k=length))}"
        number = phonenumbers.parse(said)
        right = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number):
            assert read_phone(said, country, strict=True) == right
        else:
            with pytest.raises(Unreadable):
                read_phone(said, country, strict=True)
