"""Receipts: known by esm_class alone, read from TLVs and from every text form we have seen, their ids matched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.message_id import IdHabit, IdRule, id_keys, plain_id, same_id
from smsgw.smpp.pdu import DataSm, DeliverSm
from smsgw.smpp.receipt import (
    MessageState,
    MessageType,
    Receipt,
    carries_receipt,
    is_receipt,
    message_type,
    parse_receipt,
    read_date,
    state_of,
)

RECEIPT = 0x04


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
    assert not carries_receipt(forged)


def test_I3_without_a_type_the_pair_of_tlvs_tells_a_receipt() -> None:
    pair = ((0x001E, b"1\0"), (0x0427, b"\x02"))
    for pdu in (DeliverSm(short_message=b"hello", tlvs=pair), DataSm(tlvs=pair), DeliverSm(esm_class=0x40, tlvs=pair)):
        assert carries_receipt(pdu)
    assert not carries_receipt(DeliverSm(short_message=b"hello", tlvs=((0x0427, b"\x02"),)))
    assert not carries_receipt(DeliverSm(esm_class=0x08, tlvs=pair))  # what a phone acknowledges stays that
    assert carries_receipt(DeliverSm(esm_class=0x20))


class Form(NamedTuple):
    """A receipt as some vendor writes it, and what it says; dates are in the SMSC's own time."""

    vendor: str
    text: str
    id: str
    state: MessageState
    error: str
    submit: datetime | None
    done: datetime | None
    excerpt: str
    encoding: str = ""  # the only one it comes in; else any


def forms() -> Iterator[Form]:
    """Each line of the file is one receipt with what is to be read of it."""
    for line in (Path(__file__).parent / "data" / "receipts.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        told["state"] = MessageState[told["state"]]
        for when in ("submit", "done"):
            told[when] = told[when] and datetime.fromisoformat(told[when])
        yield Form(**told)


DELIVERED = MessageState.DELIVERED
FAILED = MessageState.UNDELIVERABLE
FORMS = tuple(forms())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.vendor)
def test_I4_a_receipt_in_text_is_read_in_each_vendors_form(form: Form) -> None:
    for encoding in [form.encoding] if form.encoding else ["latin-1", "utf-16-be", "utf-16-le", "utf-16"]:
        receipt = parse_receipt(DeliverSm(esm_class=RECEIPT, short_message=form.text.encode(encoding)))
        assert receipt == Receipt(
            form.id,
            form.state,
            form.error,
            form.submit,
            form.done,
            form.excerpt,
            intermediate=False,
            source="text",
        )


def test_there_are_at_least_25_vendor_forms() -> None:
    assert len({form.text for form in FORMS}) >= 25
    assert len({form.vendor for form in FORMS}) == len(FORMS)


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


def test_I4_a_header_that_is_announced_and_not_there_is_no_loss() -> None:
    for text in (TEXT, b"\r\n" + TEXT):
        assert parse_receipt(DeliverSm(esm_class=0x44, short_message=text)).message_id == "4711"


def test_I4_tlvs_and_text_that_agree_are_both() -> None:
    for tlv_id in (b"4711\0", b"0004711\0", b"1267\0"):  # 0x1267 is 4711
        receipt = parse_receipt(
            DeliverSm(esm_class=RECEIPT, short_message=TEXT, tlvs=((0x001E, tlv_id), (0x0427, b"\x02")))
        )
        assert receipt.message_id == tlv_id.rstrip(b"\0").decode()
        assert (receipt.source, receipt.conflict, receipt.other_id, receipt.error) == ("both", False, "", "007")
        assert receipt.alias == ("4711" if tlv_id == b"1267\0" else "")


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
    assert id_keys("4711", IdRule.HEX_TO_DECIMAL) == ("1267",)
    assert id_keys("12A7", IdRule.HEX_TO_DECIMAL) == ("12a7",)
    assert id_keys("1267", IdRule.DECIMAL_TO_HEX) == ("4711",)
    assert id_keys("x-12", IdRule.DECIMAL_TO_HEX) == ("x-12",)
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
    assert plain_id(hexadecimal) in id_keys(decimal, IdRule.HEX_TO_DECIMAL)
    assert plain_id(decimal) in id_keys(hexadecimal, IdRule.DECIMAL_TO_HEX)
    assert same_id(hexadecimal, decimal)
    assert id_keys(decimal)[0] == plain_id(str(number))


@pytest.mark.parametrize("first", [1, 7, 1000, 99_999, 0x12345678])
@pytest.mark.parametrize(
    ("answer", "receipt", "rule"),
    [
        ("{}", "{:010}", IdRule.SAME),
        ("{:X}", "{:08x}", IdRule.SAME),
        ("{:X}", "{:010}", IdRule.HEX_TO_DECIMAL),
        ("{}", "{:x}", IdRule.DECIMAL_TO_HEX),
        ("m-{}", "m-{}", IdRule.AUTO),
    ],
)
def test_the_ids_of_an_smsc_tell_their_rule(first: int, answer: str, receipt: str, rule: IdRule) -> None:
    habit = IdHabit()
    assert habit.rule is IdRule.AUTO
    for number in range(first, first + 40):
        habit.note_answer(answer.format(number))
        for _ in range(2):
            habit.note_receipt(receipt.format(number))
            assert habit.rule in (IdRule.AUTO, rule)
    assert habit.rule is rule


def test_an_smsc_that_changes_its_ids_is_seen_to() -> None:
    habit = IdHabit()
    for number in range(2000):
        habit.note_answer(f"{number:x}")
        habit.note_receipt(f"{number}")
    assert habit.rule is IdRule.HEX_TO_DECIMAL
    for number in range(2000, 9000):
        habit.note_answer(f"{number}")
        habit.note_receipt(f"{number}")
    assert habit.rule is IdRule.SAME
