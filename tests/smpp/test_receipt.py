"""Receipts: known by esm_class alone, read from TLVs and from every text form we have seen, their ids matched."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.message_id import IdRule, id_keys, plain_id, same_id
from smsgw.smpp.pdu import DataSm, DeliverSm
from smsgw.smpp.receipt import (
    MessageState,
    MessageType,
    is_receipt,
    message_type,
    parse_receipt,
    read_date,
    state_of,
)

RECEIPT = 0x04
AT = datetime(2026, 11, 3, 14, 30)


@pytest.mark.parametrize(
    ("esm_class", "kind", "receipt"),
    [
        (0x00, MessageType.TEXT, False),
        (0x01, MessageType.TEXT, False),
        (0x03, MessageType.TEXT, False),
        (0x40, MessageType.TEXT, False),
        (0x80, MessageType.TEXT, False),
        (0x04, MessageType.RECEIPT, True),
        (0x44, MessageType.RECEIPT, True),
        (0x84, MessageType.RECEIPT, True),
        (0x07, MessageType.RECEIPT, True),
        (0x20, MessageType.INTERMEDIATE, True),
        (0x60, MessageType.INTERMEDIATE, True),
        (0x24, MessageType.INTERMEDIATE, True),
        (0x0C, MessageType.RECEIPT, True),
        (0x08, MessageType.DELIVERY_ACKNOWLEDGEMENT, False),
        (0x10, MessageType.USER_ACKNOWLEDGEMENT, False),
        (0x18, MessageType.CONVERSATION_ABORT, False),
    ],
)
def test_I3_esm_class_tells_a_receipt_from_a_text(esm_class: int, kind: MessageType, receipt: bool) -> None:
    assert message_type(esm_class) is kind
    assert is_receipt(esm_class) is receipt


def test_I3_no_esm_class_with_a_type_is_a_text() -> None:
    for esm_class in range(256):
        assert (message_type(esm_class) is MessageType.TEXT) == (esm_class & 0x3C == 0)


def test_I5_a_text_that_looks_like_a_receipt_is_a_text() -> None:
    forged = DeliverSm(short_message=b"id:1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:", tlvs=((0x001E, b"1\0"),))
    assert not is_receipt(forged.esm_class)


class Form(NamedTuple):
    """A receipt as some vendor writes it, and what it says."""

    text: str
    id: str = "4711"
    state: MessageState = MessageState.DELIVERED
    error: str = "000"
    done: datetime | None = AT
    excerpt: str = ""


DELIVERED = MessageState.DELIVERED
FAILED = MessageState.UNDELIVERABLE
FORMS = [
    # Appendix B, and what it becomes in practice
    Form(
        "id:4711 sub:001 dlvrd:001 submit date:2611031429 done date:2611031430 stat:DELIVRD err:000 Text:S 3",
        excerpt="S 3",
    ),
    Form("id:4711 sub:001 dlvrd:001 submit date:2611031429 done date:2611031430 stat:DELIVRD err:000 text:"),
    Form("id:4711 submit date:2611031429 done date:2611031430 stat:DELIVRD err:000 text:hi", excerpt="hi"),  # no counts
    Form("id:4711 submit date:2611031429 done date:2611031430 stat:DELIVRD err:00", error="00"),  # no excerpt either
    Form(
        "id:004711 sub:1 dlvrd:1 submit date:261103142955 done date:261103143000 stat:DELIVRD err:0 text:",
        "004711",
        error="0",
    ),
    Form("id:4711 sub:001 dlvrd:001 submit date:202611031429 done date:202611031430 stat:DELIVRD err:000"),
    Form("id:4711 sub:001 dlvrd:001 submit date:20261103142900 done date:20261103143000 stat:DELIVRD err:000"),
    Form(
        "id:4711 sub:001 dlvrd:000 submit date:261103142900912+ done date:261103143000012+ stat:UNDELIV err:000",
        state=FAILED,
    ),
    Form("id:4711 sub:001 dlvrd:001 submit date:2611031429000+ done date:2611031430000+ stat:DELIVRD err:000", done=AT),
    Form("id:4711 stat:DELIVRD submit date:2026-11-03 14:29:00 done date:2026-11-03 14:30:00 err:000"),
    Form("id:4711 stat:DELIVRD submit date:26/11/03 14:29 done date:26/11/03 14:30 err:000"),
    # ids of every kind
    Form(
        "id:0b6469b0-6d88-11e8-a95e-000c29bbdf85 sub:001 dlvrd:001 done date:2611031430 stat:DELIVRD err:000",
        "0b6469b0-6d88-11e8-a95e-000c29bbdf85",
    ),
    Form(
        "id:6C7C7DE28BB3E961947700000000FE37 sub:001 dlvrd:000 done date:2611031430 stat:UNDELIV err:001",
        "6C7C7DE28BB3E961947700000000FE37",
        FAILED,
        "001",
    ),
    Form(
        "id:c449ab.97-44_x@smsc sub:001 dlvrd:0 done date:2611031430 stat:ACCEPTD err:0 text:This is an Acti",
        "c449ab.97-44_x@smsc",
        MessageState.ACCEPTED,
        "0",
        excerpt="This is an Acti",
    ),
    Form("id: 4711 sub: 001 dlvrd: 001 done date: 2611031430 stat: DELIVRD err: 000 text: x", excerpt="x"),  # blanks
    Form('id:"4711" sub:"001" dlvrd:"001" done date:"2611031430" stat:"DELIVRD" err:"000" text:"x"', excerpt='"x"'),
    # states that Appendix B does not have, or writes otherwise
    Form(
        "id:4711 sub:001 dlvrd:000 done date:2611031430 stat:FAILED err:051 text:none",
        state=FAILED,
        error="051",
        excerpt="none",
    ),
    Form(
        "id:4711 sub:001 dlvrd:000 done date:2611031430 stat:EXPIRED err:0x1F", state=MessageState.EXPIRED, error="0x1F"
    ),
    Form("id:4711 done date:2611031430 stat:REJECTD err:000B", state=MessageState.REJECTED, error="000B"),
    Form("id:4711 done date:2611031430 stat:BUFFRED err:000", state=MessageState.ENROUTE),
    Form("id:4711 done date:2611031430 stat:ACKED err:000", state=MessageState.ACCEPTED),
    Form("id:4711 done date:2611031430 stat:2 err:000"),
    Form("id:4711 done date:2611031430 stat:DELETED err:000", state=MessageState.DELETED),
    Form("id:4711 done date:2611031430 stat:WHATEVER err:000", state=MessageState.UNKNOWN),
    Form("id:4711 done date:2611031430 err:000", state=MessageState.UNKNOWN),  # stat absent
    # other orders, labels and separators
    Form("err:000 stat:DELIVRD done date:2611031430 submit date:2611031429 id:4711"),
    Form(
        "ID:4711 SUB:001 DLVRD:001 SUBMIT DATE:2611031429 DONE DATE:2611031430 STAT:DELIVRD ERR:000 TEXT:X", excerpt="X"
    ),
    Form(
        "id:4711;sub:001;dlvrd:001;submitdate:2611031429;donedate:2611031430;stat:DELIVRD;err:000;text:x", excerpt="x"
    ),
    Form("id:4711,sub:001,dlvrd:001,submit_date:2611031429,done_date:2611031430,stat:DELIVRD,err:000"),
    Form("id=4711&sub=001&dlvrd=001&submit_date=2611031429&done_date=2611031430&status=DELIVERED&error=000"),
    Form("message id:4711 done time:2611031430 status:Delivered error code:000"),
    Form("msgid:4711|state:DELIVERED|done on:2611031430|err:000|msg:hello", excerpt="hello"),
    Form("stat:DELIVRD text:id 12 sold id:4711 err:000 done date:2611031430", excerpt="id 12 sold"),
    Form(
        "id:4711\r\nsub:001\r\ndlvrd:001\r\ndone date:2611031430\r\nstat:DELIVRD\r\nerr:000\r\ntext:x\r\n", excerpt="x"
    ),
    Form("id:4711 done date:2611031430 stat:DELIVRD err:000 text:id:999 stat:EXPIRED", excerpt="id:999 stat:EXPIRED"),
    Form("id:4711 sub:... dlvrd:... done date: stat:DELIVRD err:000", done=None),
    Form("id:4711 done date:NULL stat:DELIVRD err:", error="", done=None),
    Form("  id:4711 done date:9999999999 stat:DELIVRD err:000  ", done=None),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.text[:60])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-be", "utf-16-le", "utf-16"])
def test_I4_a_receipt_in_text_is_read_in_each_vendors_form(form: Form, encoding: str) -> None:
    receipt = parse_receipt(DeliverSm(esm_class=RECEIPT, short_message=form.text.encode(encoding)))
    assert receipt.message_id == form.id
    assert receipt.state is form.state
    assert receipt.error == form.error
    assert receipt.done_date == form.done
    assert receipt.text == form.excerpt
    assert receipt.source == "text"
    assert not receipt.conflict
    assert not receipt.intermediate


def test_there_are_at_least_25_vendor_forms() -> None:
    assert len({form.text for form in FORMS}) >= 25


TEXT = b"id:4711 sub:001 dlvrd:001 submit date:2611031429 done date:2611031430 stat:DELIVRD err:007 text:x"


def test_I4_a_receipt_in_tlvs_needs_no_text() -> None:
    tlvs = ((0x001E, b"A1B2\0"), (0x0427, b"\x05"), (0x0423, b"\x03\x01\x02"))
    for pdu in (DeliverSm(esm_class=RECEIPT, tlvs=tlvs), DataSm(esm_class=RECEIPT, tlvs=tlvs)):
        receipt = parse_receipt(pdu)
        assert receipt[:3] == ("A1B2", FAILED, "3:258")
        assert receipt.source == "tlv"


@pytest.mark.parametrize("value", [b"4711", b"4711\0", b"4711\0\0", b" 4711\0junk"])
def test_I4_the_id_of_a_tlv_may_lack_its_null_or_have_more(value: bytes) -> None:
    receipt = parse_receipt(DeliverSm(esm_class=RECEIPT, tlvs=((0x001E, value), (0x0427, b"\x02"))))
    assert receipt.message_id == "4711"


def test_I4_the_text_may_be_in_message_payload_or_behind_a_header() -> None:
    assert parse_receipt(DeliverSm(esm_class=RECEIPT, tlvs=((0x0424, TEXT),))).message_id == "4711"
    assert (
        parse_receipt(DeliverSm(esm_class=0x44, short_message=b"\x05\x00\x03\x01\x01\x01" + TEXT)).message_id == "4711"
    )


def test_I4_tlvs_and_text_that_agree_are_both() -> None:
    for tlv_id in (b"4711\0", b"0004711\0", b"1267\0"):  # 0x1267 is 4711
        receipt = parse_receipt(
            DeliverSm(esm_class=RECEIPT, short_message=TEXT, tlvs=((0x001E, tlv_id), (0x0427, b"\x02")))
        )
        assert receipt.message_id == tlv_id.rstrip(b"\0").decode()
        assert (receipt.source, receipt.conflict, receipt.other_id, receipt.error) == ("both", False, "", "007")


def test_I4_tlvs_and_text_in_conflict_are_told_and_the_tlvs_count() -> None:
    other_state = parse_receipt(
        DeliverSm(esm_class=RECEIPT, short_message=TEXT, tlvs=((0x001E, b"4711\0"), (0x0427, b"\x03")))
    )
    assert (other_state.state, other_state.conflict, other_state.other_id) == (MessageState.EXPIRED, True, "")
    other_id = parse_receipt(
        DeliverSm(esm_class=RECEIPT, short_message=TEXT, tlvs=((0x001E, b"99\0"), (0x0427, b"\x02")))
    )
    assert (other_id.message_id, other_id.conflict, other_id.other_id) == ("99", True, "4711")


def test_I4_each_half_may_have_what_the_other_lacks() -> None:
    only_state = parse_receipt(DeliverSm(esm_class=RECEIPT, short_message=TEXT, tlvs=((0x0427, b"\x02"),)))
    assert (only_state.message_id, only_state.state, only_state.source) == ("4711", DELIVERED, "both")
    only_id = parse_receipt(DeliverSm(esm_class=RECEIPT, short_message=b"stat:EXPIRED", tlvs=((0x001E, b"7\0"),)))
    assert (only_id.message_id, only_id.state, only_id.conflict) == ("7", MessageState.EXPIRED, False)
    unknown = parse_receipt(
        DeliverSm(esm_class=RECEIPT, short_message=TEXT, tlvs=((0x001E, b"4711\0"), (0x0427, b"\x07")))
    )
    assert (unknown.state, unknown.conflict) == (DELIVERED, False)


def test_I4_every_message_state_is_known_and_one_beyond_is_unknown() -> None:
    for number in range(10):
        receipt = parse_receipt(DeliverSm(esm_class=RECEIPT, tlvs=((0x001E, b"1"), (0x0427, bytes([number])))))
        assert receipt.state == number
    for value in (b"\x0a", b"\xff", b"\x01\x00"):
        receipt = parse_receipt(DeliverSm(esm_class=RECEIPT, tlvs=((0x001E, b"1"), (0x0427, value))))
        assert receipt.state is MessageState.UNKNOWN
    assert [state for state in MessageState if state.final] == [
        DELIVERED, MessageState.EXPIRED, MessageState.DELETED, FAILED, MessageState.REJECTED, MessageState.SKIPPED,
    ]  # fmt: skip


def test_an_intermediate_notification_says_so() -> None:
    receipt = parse_receipt(DeliverSm(esm_class=0x20, short_message=b"id:4711 stat:ENROUTE"))
    assert receipt.intermediate
    assert receipt.state is MessageState.ENROUTE


def test_a_receipt_that_says_nothing_is_read_as_nothing() -> None:
    receipt = parse_receipt(DeliverSm(esm_class=RECEIPT, short_message=b"Message delivered to +8613900000001"))
    assert receipt[:2] == ("", MessageState.UNKNOWN)
    assert receipt.source == "none"


@settings(deadline=None, max_examples=300)
@given(
    st.integers(0, 255),
    st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda text: f"id:{text} stat:{text}".encode())),
    st.lists(st.tuples(st.sampled_from([0x001E, 0x0427, 0x0423, 0x0424]), st.binary(max_size=8)), max_size=4),
)
def test_any_receipt_is_read_without_an_error(esm_class: int, data: bytes, tlvs: list[tuple[int, bytes]]) -> None:
    receipt = parse_receipt(DeliverSm(esm_class=esm_class, short_message=data, tlvs=tuple(tlvs)))
    assert receipt.source in ("tlv", "text", "both", "none")
    assert bool(receipt.other_id) <= receipt.conflict


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("DELIVRD", DELIVERED), ("delivered", DELIVERED), ("DELIVERED_TO_HANDSET", DELIVERED), ("DLVRD", DELIVERED),
        ("UNDELIV", FAILED), ("UNDELIVERABLE", FAILED), ("UNDLVRD", FAILED), ("NON_DELIVERED", FAILED),
        ("not delivered", FAILED), ("EXPIRD", MessageState.EXPIRED), ("ENROUTE", MessageState.ENROUTE),
        ("EN_ROUTE", MessageState.ENROUTE), ("ACCEPTED", MessageState.ACCEPTED), ("REJECTED", MessageState.REJECTED),
        ("UNKNOWN", MessageState.UNKNOWN), ("SKIPPED", MessageState.SKIPPED), ("SCHEDULED", MessageState.SCHEDULED),
        ("8", MessageState.REJECTED), ("77", MessageState.UNKNOWN), ("", MessageState.UNKNOWN),
    ],
)  # fmt: skip
def test_vendors_words_for_states(word: str, state: MessageState) -> None:
    assert state_of(word) is state


@pytest.mark.parametrize("text", ["", "x", "26", "2613031430", "261103", "99999999999999999999", "2026-13-45 99:99"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_ids_match_raw_padded_and_between_decimal_and_hexadecimal() -> None:
    assert plain_id(" 00A1b2 ") == "a1b2"
    assert plain_id("0000") == "0"
    assert plain_id("") == ""
    assert id_keys("") == ()
    assert id_keys("4711") == ("4711", "1267", "18193")
    assert id_keys("4711", IdRule.SAME) == ("4711",)
    assert id_keys("4711", IdRule.RESPONSE_HEX) == ("4711", "1267")
    assert id_keys("1267", IdRule.RESPONSE_DECIMAL) == ("1267", "4711")
    assert id_keys("0b6469b0-6d88") == ("b6469b0-6d88",)
    assert id_keys("9" * 65) == ("9" * 65,)
    assert id_keys("7") == ("7",)
    assert not same_id("4711", "4712")


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**64), st.integers(0, 8), st.booleans())
def test_a_response_in_hexadecimal_is_found_by_a_receipt_in_decimal_and_back(
    number: int, padding: int, upper: bool
) -> None:
    hexadecimal = "0" * padding + (f"{number:X}" if upper else f"{number:x}")
    decimal = "0" * padding + str(number)
    assert plain_id(hexadecimal) in id_keys(decimal, IdRule.RESPONSE_HEX)
    assert plain_id(decimal) in id_keys(hexadecimal, IdRule.RESPONSE_DECIMAL)
    assert same_id(hexadecimal, decimal)
    assert id_keys(decimal)[0] == plain_id(str(number))
