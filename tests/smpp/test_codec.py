"""The codec: what is written is read again, what is odd is read, what is wrong is refused by field and offset."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp import pdu
from smsgw.smpp.codec import decode, decode_by_table, encode, encode_by_table
from smsgw.smpp.errors import LocalError, PduError
from smsgw.smpp.hot import DECODERS, ENCODERS
from smsgw.smpp.pdu import Address, Pdu, message_bytes
from smsgw.smpp.tables import LAYOUTS
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD
from tests.smpp.pdus import ANY_PDU, MALFORMED, ODD_BUT_VALID, PHONE, SHORT_CODE, Bad, Odd, any_of, frame


@settings(max_examples=1500, deadline=None)
@given(ANY_PDU)
def test_what_is_written_is_read_again(sent: Pdu) -> None:
    assert decode(encode(sent)) == sent


@settings(max_examples=1500, deadline=None)
@given(ANY_PDU)
def test_the_short_way_writes_and_reads_what_the_tables_do(sent: Pdu) -> None:
    data = encode_by_table(sent)
    assert encode(sent) == data
    assert decode_by_table(data) == decode(data) == sent


@settings(max_examples=300, deadline=None)
@given(st.one_of([any_of(kind) for kind in ENCODERS]))
def test_the_short_way_takes_everything_that_is_in_order(sent: Pdu) -> None:
    """It may leave answers with TLVs and refusals to the tables; messages never, or the traffic would crawl."""
    data = encode(sent)
    if isinstance(sent, pdu.MessagePdu) or not (sent.status or sent.tlvs or sent.trailing):
        assert ENCODERS[type(sent)](sent) == data
        assert DECODERS[data[4:8]](data) == sent


@pytest.mark.parametrize("number", [0x15, 0x80000015])
def test_the_short_way_takes_questions_whether_anybody_is_there(number: int) -> None:
    data = frame(number, sequence=7)
    assert DECODERS[data[4:8]](data) == decode_by_table(data)


def test_every_pdu_has_its_fields_in_the_tables() -> None:
    assert set(LAYOUTS) == set(pdu.PDUS)
    assert set(ENCODERS) < set(pdu.PDUS)
    assert len(DECODERS) == 6


@pytest.mark.parametrize("odd", ODD_BUT_VALID, ids=lambda odd: odd.name)
def test_what_smscs_are_known_to_send_is_read(odd: Odd) -> None:
    assert decode(odd.data) == odd.means
    assert decode_by_table(odd.data) == odd.means


@pytest.mark.parametrize("bad", MALFORMED, ids=lambda bad: bad.name)
def test_what_cannot_be_read_is_refused_by_field_and_offset(bad: Bad) -> None:
    for reader in (decode, decode_by_table):
        with pytest.raises(PduError) as caught:
            reader(bad.data)
        error = caught.value
        assert (error.status, error.field, error.offset) == (bad.status, bad.field, bad.offset)
        header = (1, int.from_bytes(bad.data[4:8], "big")) if len(bad.data) >= 16 else (0, 0)
        assert (error.sequence, error.command_id) == header
        assert bad.field in str(error) and f"octet {bad.offset}" in str(error)


@pytest.mark.parametrize("odd", ODD_BUT_VALID, ids=lambda odd: odd.name)
def test_cut_off_anywhere_a_pdu_is_read_or_refused_within_its_bounds(odd: Odd) -> None:
    for end in range(16, len(odd.data)):
        cut = end.to_bytes(4, "big") + odd.data[4:end]
        try:
            found = decode(cut)
        except PduError as error:
            assert 0 <= error.offset <= end
            assert odd.means.command_id < pdu.RESPONSE, "an answer is never refused"
        else:
            assert type(found) is type(odd.means)


TOO_MUCH: list[tuple[str, Pdu]] = [
    ("service_type", pdu.SubmitSm("A" * 65)),
    ("source_addr", pdu.SubmitSm(source=Address(1, 1, "1" * 21))),
    ("destination_addr", pdu.SubmitSm(destination=Address(1, 1, "1" * 21))),
    ("source_addr_ton", pdu.SubmitSm(source=Address(256, 1, "1"))),
    ("dest_addr_npi", pdu.SubmitSm(destination=Address(1, -1, "1"))),
    ("destination_addr", pdu.SubmitSm(destination=Address(1, 1, "12\0003"))),
    ("source_addr", pdu.SubmitSm(source=Address(5, 0, "手机"))),
    ("schedule_delivery_time", pdu.SubmitSm(schedule_time="now")),
    ("validity_period", pdu.SubmitSm(validity_time="1" * 17)),
    ("validity_period", pdu.SubmitSm(validity_time="0000000000\0000000")),
    ("data_coding", pdu.SubmitSm(data_coding=256)),
    ("esm_class", pdu.SubmitSm(esm_class=-1)),
    ("short_message", pdu.SubmitSm(short_message=b"x" * 255)),
    ("message_payload", pdu.SubmitSm(short_message=b"x", tlvs=((TAG_MESSAGE_PAYLOAD, b"y"),))),
    ("TLV", pdu.SubmitSm(tlvs=((0x10000, b""),))),
    ("TLV", pdu.SubmitSm(tlvs=((TAG_MESSAGE_PAYLOAD, b"x" * 65536),))),
    ("TLV", pdu.EnquireLink(tlvs=((1, b"x" * 65536),))),
    ("sequence", pdu.SubmitSm(sequence=1 << 32)),
    ("status", pdu.SubmitSmResp(status=-1)),
    ("status", pdu.EnquireLinkResp(status=1 << 32)),
    ("message_id", pdu.SubmitSmResp("x" * 65)),
    ("message_id", pdu.SubmitSmResp("a\0b")),
    ("message_id", pdu.SubmitSmResp("\u20ac")),
    ("system_id", pdu.BindTransceiver("x" * 65, "pw")),
    ("password", pdu.BindTransceiver("me", "x" * 65)),
    ("address_range", pdu.BindReceiver("me", "pw", address_range="x" * 65)),
    ("final_date", pdu.QuerySmResp("m1", "1")),
    ("destinations", pdu.SubmitMulti()),
    ("destinations", pdu.SubmitMulti(destinations=(PHONE,) * 255)),
    ("destination_addr", pdu.SubmitMulti(destinations=(Address(1, 1, "1" * 21),))),
    ("dest_addr_npi", pdu.SubmitMulti(destinations=(Address(1, 256, "1"),))),
    ("dl_name", pdu.SubmitMulti(destinations=(pdu.DistributionList("x" * 21),))),
    ("unsuccess", pdu.SubmitMultiResp("m", (pdu.Unsuccess(PHONE, 1),) * 255)),
    ("error_status_code", pdu.SubmitMultiResp("m", (pdu.Unsuccess(PHONE, -1),))),
    ("not a PDU", Pdu()),
]


@pytest.mark.parametrize(
    ("field", "sent"), TOO_MUCH, ids=[f"{field} {number}" for number, (field, _) in enumerate(TOO_MUCH)]
)
def test_O1_nothing_is_shortened_to_fit(field: str, sent: Pdu) -> None:
    """O1: what exceeds the limits of 4.4.1 is an error of ours, before an octet is written."""
    with pytest.raises(LocalError, match=field):
        encode(sent)


def test_O1_the_longest_of_everything_can_be_sent() -> None:
    """O1: service_type 5, addresses 20, times 16, text 254, each with the NUL that the limit counts."""
    longest = pdu.SubmitSm(
        "CMTXX",
        Address(5, 0, "s" * 20),
        Address(1, 1, "1" * 20),
        schedule_time="261101120000000+",
        validity_time="000001000000000R",
        short_message=b"x" * 254,
    )
    assert decode(encode(longest)) == longest
    payload = pdu.SubmitSm(tlvs=((TAG_MESSAGE_PAYLOAD, b"x" * 65535),))
    assert message_bytes(decode(encode(payload))) == b"x" * 65535


def test_O5_type_of_number_and_numbering_plan_go_out_as_given() -> None:
    """O5: an alphanumeric sender, a short code and an international number keep their TON and NPI (5.2.5, 5.2.6)."""
    for address in (Address(5, 0, "Test-SM_1"), SHORT_CODE, PHONE, Address(0, 0, "+4915112345678")):
        data = encode(pdu.SubmitSm(source=address, destination=PHONE))
        assert data[17:19] == bytes([address.ton, address.npi])
        assert decode(data) == pdu.SubmitSm(source=address, destination=PHONE)


def test_I9_an_unknown_a_repeated_an_empty_and_an_overlong_tlv_cost_no_message() -> None:
    """I9: TLVs are kept as they came, what is no whole TLV is kept as octets."""
    text = encode(pdu.DeliverSm(source=PHONE, short_message=b"OK", sequence=1))
    for tail, tlvs, trailing in [
        ("1400 0002 ABCD", ((0x1400, b"\xab\xcd"),), b""),
        ("1400 0000 1400 0000", ((0x1400, b""), (0x1400, b"")), b""),
        ("0427 0003 000002", ((0x427, b"\0\0\2"),), b""),
        ("0427 0002 02", (), b"\x04\x27\0\2\2"),
        ("00", (), b"\0"),
        ("000000", (), b"\0\0\0"),
        ("00000000", ((0, b""),), b""),
    ]:
        rest = bytes.fromhex(tail)
        found = decode((len(text) + len(rest)).to_bytes(4, "big") + text[4:] + rest)
        assert isinstance(found, pdu.DeliverSm)
        assert (found.short_message, found.tlvs, found.trailing) == (b"OK", tlvs, trailing)


def test_the_first_of_repeated_tlvs_is_the_one_that_counts() -> None:
    found = pdu.DeliverSm(tlvs=((0x427, b"\2"), (0x427, b"\5")))
    assert found.tlv(0x427) == b"\2"
    assert found.tlv(0x428) is None


def test_the_text_is_in_short_message_or_else_in_message_payload() -> None:
    payload = ((TAG_MESSAGE_PAYLOAD, b"long"),)
    assert message_bytes(pdu.DeliverSm(short_message=b"short", tlvs=payload)) == b"short"
    assert message_bytes(pdu.DeliverSm(tlvs=payload)) == b"long"
    assert message_bytes(pdu.DataSm(tlvs=payload)) == b"long"
    assert message_bytes(pdu.DataSm()) == b""


def test_a_refusal_goes_out_without_a_body_where_the_specification_says_so() -> None:
    assert encode(pdu.SubmitSmResp(status=0x58, sequence=7)) == frame(0x80000004, status=0x58, sequence=7)
    assert encode(pdu.BindTransceiverResp(status=0x0E, sequence=7)) == frame(0x80000009, status=0x0E, sequence=7)
    assert encode(pdu.DeliverSmResp(status=0x64, sequence=7)) == frame(0x80000005, b"\0", status=0x64, sequence=7)
    assert encode(pdu.SubmitSmResp(sequence=7)) == frame(0x80000004, b"\0", sequence=7)


def test_no_password_is_shown() -> None:
    assert "hunter2" not in repr(pdu.BindTransceiver("me", "hunter2"))
    assert "hunter2" not in repr(pdu.Outbind("me", "hunter2"))
