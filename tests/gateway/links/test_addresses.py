"""Who wrote: addresses of every kind as the phones of people, or as nobody."""

from __future__ import annotations

import pytest

from smsgw.gateway.links.addresses import Senders, destination
from smsgw.smpp.pdu import Address


@pytest.mark.parametrize(
    ("address", "phone"),
    [
        (Address(1, 1, "8613900000001"), "+8613900000001"),
        (Address(1, 1, "+8613900000001"), "+8613900000001"),
        (Address(0, 1, "8613900000001"), "+8613900000001"),
        (Address(0, 0, "13900000001"), "+8613900000001"),
        (Address(2, 1, "13900000001"), "+8613900000001"),
        (Address(0, 1, "008613900000001"), "+8613900000001"),
        (Address(0, 1, "+84912345678"), "+84912345678"),
        (Address(1, 1, "84912345678"), "+84912345678"),
    ],
)
def test_numbers_of_people_are_read_in_every_spelling(address: Address, phone: str) -> None:
    assert Senders("CN").phone(address) == phone


@pytest.mark.parametrize(
    "address",
    [
        Address(5, 0, "CMCC"),
        Address(5, 0, "86139"),
        Address(0, 0, "Bank"),
        Address(0, 1, "1069"),
        Address(3, 1, "10086"),
        Address(0, 1, "106912345678"),
        Address(1, 1, "8610086"),
        Address(0, 0, ""),
        Address(1, 1, "1"),
        Address(1, 1, "9999999999999999999"),
        Address(0, 1, "²³"),
    ],
)
def test_names_and_short_codes_are_nobody(address: Address) -> None:
    assert Senders("CN").phone(address) is None


def test_a_local_number_is_read_with_the_country_of_the_gateway() -> None:
    assert Senders("VN").phone(Address(2, 1, "0912345678")) == "+84912345678"


def test_O5_an_answer_goes_to_an_international_number_without_its_plus() -> None:
    assert destination("+8613900000001") == Address(1, 1, "8613900000001")
