"""Senders whose type of number lies, and senders that we give ourselves."""

from __future__ import annotations

import pytest

from smsgw.gateway.links.addresses import Senders, own_source, source_of, untyped
from smsgw.settings.links import Smsc
from smsgw.smpp.pdu import Address

CN = "+8613900000001"


@pytest.mark.parametrize(
    ("country", "ton", "digits", "phone"),
    [
        ("CN", 1, "008613900000001", CN),
        ("CN", 5, "8613900000001", CN),
        ("CN", 5, "+8613900000001", CN),
        ("CN", 5, "13900000001", CN),
        ("CN", 0, "08613900000001", CN),
        ("CN", 0, "+86-139-0000-0001", CN),
        ("CN", 0, "86 139 0000 0001", CN),
        ("CN", 1, "13900000001", CN),
        ("CN", 2, "13900000001", CN),
        ("CN", 1, "8613900000001", CN),
        ("KE", 1, "0712345678", "+254712345678"),
        ("KE", 0, "254712345678", "+254712345678"),
        ("FR", 1, "0033612345678", "+33612345678"),
        ("FR", 5, "0612345678", "+33612345678"),
        ("US", 1, "01112125550123", "+12125550123"),
        ("VN", 1, "0084912345678", "+84912345678"),
    ],
)
def test_the_digits_are_read_by_what_makes_a_number(country: str, ton: int, digits: str, phone: str) -> None:
    assert Senders(country).phone(Address(ton, 1, digits)) == phone


@pytest.mark.parametrize(
    ("ton", "digits"),
    [(5, "MyShop"), (5, "10086"), (0, "10086"), (0, "1069"), (1, "1069"), (5, "12345678"), (0, "INFO 1"), (3, "")],
)
def test_names_and_short_codes_stay_nobody(ton: int, digits: str) -> None:
    assert Senders("CN").phone(Address(ton, 0, digits)) is None


@pytest.mark.parametrize("ton", [0, 1, 2, 3, 5, 6])
@pytest.mark.parametrize("digits", ["8613900000001", "+8613900000001", "13900000001", "008613900000001"])
def test_a_link_whose_types_say_nothing(ton: int, digits: str) -> None:
    assert Senders("CN").phone(untyped(Address(ton, 1, digits))) == CN


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("MyShop", Address(5, 0, "MyShop")),
        ("My Shop 1", Address(5, 0, "My Shop 1")),
        ("A-B_C", Address(5, 0, "A-B_C")),
        ("+8613800000000", Address(1, 1, "8613800000000")),
        ("008613800000000", Address(1, 1, "8613800000000")),
        ("10690001", Address(3, 9, "10690001")),
        ("0012", Address(3, 9, "0012")),
    ],
)
def test_the_type_of_a_sender_of_ours_is_what_it_is(sender: str, address: Address) -> None:
    assert source_of(sender, Address(3, 9, "1069")) == address


def test_the_own_address_keeps_the_type_that_was_set() -> None:
    assert own_source(Smsc(address="MyShop")) == Address(5, 0, "MyShop")
    assert own_source(Smsc(address="1069")) == Address(0, 1, "1069")
    assert own_source(Smsc(address="MyShop", address_ton=3, address_npi=8)) == Address(3, 8, "MyShop")
