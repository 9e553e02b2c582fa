"""Fields longer than the book has room for: read where they come, sent where the operator gave them out."""

from __future__ import annotations

import pytest

from smsgw.smpp.codec import LONGEST, decode, decode_by_table, encode
from smsgw.smpp.errors import LocalError
from smsgw.smpp.pdu import Address, BindTransceiver, DeliverSm, SubmitSm
from tests.smpp.pdus import frame


@pytest.mark.parametrize(
    ("service", "source", "destination"),
    [
        ("", "4" * 24, "1069"),
        ("", "8613900000001", "1" * 21),
        ("CMTXXX", "8613900000001", "1069"),
        ("CMT", "A" * LONGEST, "5" * LONGEST),
    ],
)
def test_a_text_with_a_long_address_is_taken(service: str, source: str, destination: str) -> None:
    body = service.encode() + b"\0\1\1" + source.encode() + b"\0\1\1" + destination.encode()
    octets = frame(5, body + bytes(10) + b"\5STOCK")
    for read in (decode, decode_by_table):
        text = read(octets)
        assert isinstance(text, DeliverSm)
        assert (text.service_type, text.source, text.destination) == (
            service,
            Address(1, 1, source),
            Address(1, 1, destination),
        )
        assert text.short_message == b"STOCK"


@pytest.mark.parametrize(
    ("system_id", "password", "system_type"),
    [
        ("smsgw", "abcdefghij12", ""),
        ("a-name-of-21-letters-", "secret", ""),
        ("smsgw", "p" * 16, "a-type-of-16-lett"),
        ("s" * LONGEST, "p" * LONGEST, "t" * LONGEST),
    ],
)
def test_a_bind_says_what_the_operator_gave_out(system_id: str, password: str, system_type: str) -> None:
    bind = BindTransceiver(system_id, password, system_type)
    assert decode(encode(bind)) == bind


@pytest.mark.parametrize(
    "pdu",
    [
        BindTransceiver("smsgw", "p" * (LONGEST + 1)),
        SubmitSm(source=Address(1, 1, "4" * 21)),
        SubmitSm(destination=Address(1, 1, "4" * 21)),
    ],
)
def test_what_no_smsc_takes_is_not_sent(pdu: BindTransceiver | SubmitSm) -> None:
    with pytest.raises(LocalError):
        encode(pdu)
