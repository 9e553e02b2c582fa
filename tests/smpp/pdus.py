"""PDUs for tests: any of each kind (strategies), and frames of our own with the oddities that SMSCs are known for."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NamedTuple

from hypothesis import strategies as st

from smsgw.smpp import pdu
from smsgw.smpp.pdu import Address, DistributionList, Pdu, Unsuccess
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD

OCTET = st.integers(0, 255)


def _text(most: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=most)


TIME = st.one_of(st.just(""), st.text("0123456789+-R", min_size=16, max_size=16))
ADDRESS = st.builds(Address, OCTET, OCTET, _text(20))
TLVS = st.lists(
    st.tuples(st.integers(0, 0xFFFF).filter(lambda tag: tag != TAG_MESSAGE_PAYLOAD), st.binary(max_size=20)), max_size=4
).map(tuple)
# Octets that cannot be taken for a TLV: fewer than its head, or a head that promises more than there is.
TRAILING = st.one_of(
    st.just(b""), st.binary(max_size=3), st.binary(max_size=9).map(lambda rest: b"\x14\0\xff\xff" + rest)
)

_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "status": st.integers(0, 0xFFFFFFFF),
    "sequence": st.integers(0, 0xFFFFFFFF),
    "tlvs": TLVS,
    "trailing": TRAILING,
    "system_id": _text(15),
    "password": _text(8),
    "system_type": _text(12),
    "address_range": _text(40),
    "service_type": _text(5),
    "source": ADDRESS,
    "destination": ADDRESS,
    "esme": ADDRESS,
    "schedule_time": TIME,
    "validity_time": TIME,
    "final_date": TIME,
    "short_message": st.binary(max_size=254),
    "message_id": _text(64),
    "destinations": st.lists(st.one_of(ADDRESS, st.builds(DistributionList, _text(20))), min_size=1, max_size=5).map(
        tuple
    ),
    "unsuccess": st.lists(st.builds(Unsuccess, ADDRESS, st.integers(0, 0xFFFFFFFF)), max_size=4).map(tuple),
}


def any_of(kind: type[Pdu], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Pdu]:
    """Any PDU of this kind that can be sent; `fixed` narrows those of its fields that it names."""
    return st.builds(kind, **{each.name: fixed.get(each.name, _BY_NAME.get(each.name, OCTET)) for each in fields(kind)})


ANY_PDU = st.one_of([any_of(kind) for kind in pdu.PDUS])


def frame(
    command_id: int, body: bytes = b"", *, status: int = 0, sequence: int = 1, length: int | None = None
) -> bytes:
    """A frame by hand, without the codec; `length` for one that lies."""
    numbers = (16 + len(body) if length is None else length, command_id, status, sequence)
    return b"".join(number.to_bytes(4, "big") for number in numbers) + body


def octets(spaced_hex: str) -> bytes:
    """Hex in groups; text between quotes stands for its own octets."""
    parts = spaced_hex.split("'")
    return b"".join(part.encode("latin-1") if index % 2 else bytes.fromhex(part) for index, part in enumerate(parts))


class Odd(NamedTuple):
    """A frame that a strict reader would refuse or misread, and what it means."""

    name: str
    data: bytes
    means: Pdu


PHONE = Address(1, 1, "4915112345678")
SHORT_CODE = Address(3, 0, "55055")
_MO = "00 01 01 '4915112345678' 00 03 00 '55055' 00"  # from PHONE to SHORT_CODE

ODD_BUT_VALID: list[Odd] = [
    Odd("an answer without a body", frame(0x80000005, sequence=1142471), pdu.DeliverSmResp(sequence=1142471)),
    Odd(
        "a refusal without a body",
        frame(0x80000004, status=0x58, sequence=9),
        pdu.SubmitSmResp(status=0x58, sequence=9),
    ),
    Odd(
        "a refusal with a NUL for body",
        frame(0x80000004, b"\0", status=0x14),
        pdu.SubmitSmResp(status=0x14, sequence=1),
    ),
    Odd(
        "a refusal with an explanation in a TLV",
        frame(0x80000004, octets("00 001D 0005 'full' 00"), status=0x14),
        pdu.SubmitSmResp(status=0x14, sequence=1, tlvs=((0x1D, b"full\0"),)),
    ),
    Odd("a message_id without its NUL", frame(0x80000004, b"77A3"), pdu.SubmitSmResp("77A3", sequence=1)),
    Odd("an empty message_id", frame(0x80000004, b"\0"), pdu.SubmitSmResp("", sequence=1)),
    Odd(
        "a message_id longer than allowed",
        frame(0x80000004, b"x" * 80 + b"\0"),
        pdu.SubmitSmResp("x" * 80, sequence=1),
    ),
    Odd("a bind_resp without a body", frame(0x80000009), pdu.BindTransceiverResp(sequence=1)),
    Odd(
        "a bind_resp whose version tag has its octets swapped",
        frame(0x80000009, octets("'Centre' 00 1002 0001 34")),
        pdu.BindTransceiverResp("Centre", sequence=1, tlvs=((0x1002, b"4"),)),
    ),
    Odd("an enquire_link_resp with a body", frame(0x80000015, b"\0"), pdu.EnquireLinkResp(sequence=1, trailing=b"\0")),
    Odd(
        "a sequence number above the allowed ones",
        frame(0x80000005, b"\0", sequence=0x806A179B),
        pdu.DeliverSmResp(sequence=0x806A179B),
    ),
    Odd("sequence number 0", frame(0x15, sequence=0), pdu.EnquireLink(sequence=0)),
    Odd("a vendor's status", frame(0x80000004, b"\0", status=0x4E7), pdu.SubmitSmResp(status=0x4E7, sequence=1)),
    Odd("a status in a request", frame(0x15, status=0xFFFFFFFF), pdu.EnquireLink(status=0xFFFFFFFF, sequence=1)),
    Odd(
        "a deliver_sm with a vendor's TLV, twice, and one of no length",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 00 00 01 'A' 1540 0004 00000001 1540 0001 02 1541 0000")),
        pdu.DeliverSm(
            source=PHONE,
            destination=SHORT_CODE,
            short_message=b"A",
            sequence=1,
            tlvs=((0x1540, b"\0\0\0\1"), (0x1540, b"\2"), (0x1541, b"")),
        ),
    ),
    Odd(
        "a deliver_sm with a stray NUL behind its text",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 00 00 02 'OK' 00")),
        pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, short_message=b"OK", sequence=1, trailing=b"\0"),
    ),
    Odd(
        "a deliver_sm whose last TLV is longer than the PDU",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 00 00 02 'OK' 0427 0001 02 001E 0009 'AB'")),
        pdu.DeliverSm(
            source=PHONE,
            destination=SHORT_CODE,
            short_message=b"OK",
            sequence=1,
            tlvs=((0x427, b"\2"),),
            trailing=octets("001E 0009 'AB'"),
        ),
    ),
    Odd(
        "a deliver_sm whose sm_length is too small, so that its text looks like TLVs",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 00 00 01 'STOCK'")),
        pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, short_message=b"S", sequence=1, trailing=b"TOCK"),
    ),
    Odd(
        "a receipt whose id and state are in TLVs, the id without its NUL",
        frame(5, octets(f"{_MO} 04 00 00 00 00 00 00 00 00 00 0427 0001 02 001E 0003 'A05'")),
        pdu.DeliverSm(
            source=PHONE,
            destination=SHORT_CODE,
            esm_class=4,
            sequence=1,
            tlvs=((0x427, b"\2"), (0x1E, b"A05")),
        ),
    ),
    Odd(
        "a deliver_sm with its text in message_payload",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 00 00 00 000E 0001 01 0424 0005 'STOCK'")),
        pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, sequence=1, tlvs=((0x0E, b"\1"), (0x424, b"STOCK"))),
    ),
    Odd(
        "a deliver_sm with text in both places",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 00 00 01 'A' 0424 0001 'B'")),
        pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, short_message=b"A", sequence=1, tlvs=((0x424, b"B"),)),
    ),
    Odd(
        "an empty message in UCS-2",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 08 00 00")),
        pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, data_coding=8, sequence=1),
    ),
    Odd(
        "a part of a long message in UCS-2, with a user data header",
        frame(5, octets(f"{_MO} 40 00 00 00 00 00 00 08 00 0A 0500032A0201 9500 552E")),
        pdu.DeliverSm(
            source=PHONE,
            destination=SHORT_CODE,
            esm_class=0x40,
            data_coding=8,
            short_message=octets("0500032A0201 9500 552E"),
            sequence=1,
        ),
    ),
    Odd(
        "a short_message of 255 octets, as SMPP 5 allows",
        frame(5, octets(f"{_MO} 00 00 00 00 00 00 00 04 00 FF") + b"\xfe" * 255),
        pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, data_coding=4, short_message=b"\xfe" * 255, sequence=1),
    ),
    Odd(
        "an alphanumeric sender with octets beyond ASCII",
        frame(5, octets("00 05 00 'Caf\xe9' 00 00 00 00 00 00 00 00 00 00 00 00 00 00")),
        pdu.DeliverSm(source=Address(5, 0, "Caf\xe9"), sequence=1),
    ),
    Odd(
        "a submit_multi to phones and lists",
        frame(
            0x21,
            octets(
                "00 03 00 '55055' 00 03 01 01 01 '8613800000001' 00 02 'north' 00 01 00 00 '10086' 00"
                " 00 00 00 00 00 01 00 00 00 02 'Hi'"
            ),
        ),
        pdu.SubmitMulti(
            source=SHORT_CODE,
            destinations=(Address(1, 1, "8613800000001"), DistributionList("north"), Address(0, 0, "10086")),
            registered_delivery=1,
            short_message=b"Hi",
            sequence=1,
        ),
    ),
    Odd(
        "a submit_multi_resp with two destinations refused",
        frame(0x80000021, octets("'m1' 00 02 01 01 '8613800000001' 00 0000000B 00 00 '10086' 00 00000400")),
        pdu.SubmitMultiResp(
            "m1",
            (Unsuccess(Address(1, 1, "8613800000001"), 0x0B), Unsuccess(Address(0, 0, "10086"), 0x400)),
            sequence=1,
        ),
    ),
    Odd(
        "a submit_multi_resp that promises more than it has",
        frame(0x80000021, octets("'m1' 00 02 01 01 '8613800000001' 00 0000000B 00")),
        pdu.SubmitMultiResp("m1", (Unsuccess(Address(1, 1, "8613800000001"), 0x0B),), sequence=1, trailing=b"\0"),
    ),
    Odd(
        "a query_sm_resp without a date",
        frame(0x80000003, octets("'m1' 00 00 02 00")),
        pdu.QuerySmResp("m1", "", 2, sequence=1),
    ),
    Odd("a query_sm_resp that stops half-way", frame(0x80000003, octets("'m1' 00")), pdu.QuerySmResp("m1", sequence=1)),
    Odd("an outbind", frame(0x0B, octets("'smsc' 00 'pw' 00")), pdu.Outbind("smsc", "pw", sequence=1)),
    Odd(
        "an alert_notification",
        frame(0x102, octets("01 01 '4915112345678' 00 03 00 '55055' 00 0422 0001 00")),
        pdu.AlertNotification(PHONE, SHORT_CODE, sequence=1, tlvs=((0x422, b"\0"),)),
    ),
    Odd("a request of SMPP 5", frame(0x111, b"\x01\x02"), pdu.UnknownPdu(0x111, b"\x01\x02", sequence=1)),
]


class Bad(NamedTuple):
    """A frame that is refused: with which status, for which field, which begins at which octet."""

    name: str
    data: bytes
    status: int
    field: str
    offset: int


MALFORMED: list[Bad] = [
    Bad("nothing", b"", 0x02, "command_length", 0),
    Bad("half a header", frame(0x15)[:11], 0x02, "command_length", 0),
    Bad("a length that is not that of the frame", frame(0x15, length=20), 0x02, "command_length", 0),
    Bad("a request without its body", frame(5), 0xC2, "service_type", 16),
    Bad("a string without NUL", frame(5, b"CMT"), 0xC2, "service_type", 16),
    Bad("a service_type of 65", frame(5, b"A" * 65 + bytes(21)), 0xC2, "service_type", 16),
    Bad("cut off in an address", frame(5, octets("00 01 01 '49151")[:6]), 0xC2, "source_addr", 19),
    Bad("cut off before an address", frame(5, octets("00 01")), 0xC2, "source_addr_npi", 18),
    Bad("a source of 65 digits", frame(5, octets("00 01 01") + b"4" * 65 + bytes(20)), 0xC2, "source_addr", 19),
    Bad("a destination of 65", frame(4, bytes(4) + bytes(2) + b"5" * 65 + bytes(20)), 0xC2, "destination_addr", 22),
    Bad("a schedule of 17", frame(5, bytes(10) + b"1" * 17 + bytes(20)), 0xC2, "schedule_delivery_time", 26),
    Bad("a validity of 17", frame(5, bytes(11) + b"1" * 17 + bytes(20)), 0xC2, "validity_period", 27),
    Bad("cut off before sm_length", frame(5, bytes(16)), 0xC2, "sm_length", 32),
    Bad("sm_length beyond the end", frame(5, bytes(16) + b"\x05STOC"), 0x01, "short_message", 33),
    Bad("a bind with a password of 65", frame(9, octets("'me' 00") + b"p" * 65 + bytes(8)), 0xC2, "password", 19),
    Bad("a bind that ends after its password", frame(9, octets("'me' 00 'pw' 00")), 0xC2, "system_type", 22),
    Bad("a data_sm that ends early", frame(0x103, bytes(8)), 0xC2, "registered_delivery", 24),
    Bad("a query_sm without a source", frame(3, octets("'m1' 00")), 0xC2, "source_addr_ton", 19),
    Bad("a cancel_sm without a destination", frame(8, bytes(5)), 0xC2, "dest_addr_ton", 21),
    Bad("a replace_sm with a false sm_length", frame(7, bytes(8) + b"\x09" + b"x"), 0x01, "short_message", 25),
    Bad("a submit_multi to nobody knows what", frame(0x21, octets("00 0000 00 01 07")), 0x40, "dest_flag", 21),
    Bad(
        "a submit_multi with one destination of two",
        frame(0x21, octets("00 0000 00 02 02 'a' 00")),
        0xC2,
        "dest_flag",
        24,
    ),
    Bad("a list with a name of 21", frame(0x21, bytes(3) + b"\0\1\2" + b"n" * 21 + bytes(20)), 0xC2, "dl_name", 22),
    Bad(
        "one of many destinations with 21 digits",
        frame(0x21, bytes(3) + b"\0\1\1\1\1" + b"5" * 21 + bytes(20)),
        0xC2,
        "destination_addr",
        24,
    ),
    Bad("an alert_notification without an esme", frame(0x102, bytes(3)), 0xC2, "esme_addr_ton", 19),
]
