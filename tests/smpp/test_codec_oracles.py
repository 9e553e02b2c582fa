"""The codec against three others: smpp34 (Rust), smpplib where it is right, and Wireshark's dissector if installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import smpp34
from hypothesis import given, settings
from hypothesis import strategies as st
from smpplib import command as smpplib_command
from smpplib import consts
from smpplib import smpp as smpplib_smpp

from smsgw.smpp import pdu, status, tlv
from smsgw.smpp.codec import decode, encode
from smsgw.smpp.errors import PduError
from smsgw.smpp.pdu import Address, Pdu
from smsgw.smpp.tables import ADDRESSES, WIRE_NAMES
from tests.smpp.pdus import MALFORMED, ODD_BUT_VALID, PHONE, SHORT_CODE, any_of
from tests.smpp.wireshark import dissect, needs_wireshark

# smpp34 takes strings for UTF-8 and smpplib for Latin-1: they mean the same in ASCII.
ASCII = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=5)
ASCII_ADDRESS = st.builds(Address, st.integers(0, 255), st.integers(0, 255), ASCII)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "service_type": ASCII,
    "source": ASCII_ADDRESS,
    "destination": ASCII_ADDRESS,
    "status": st.just(0),
    "sequence": st.integers(1, 0x7FFFFFFF),
    "trailing": st.just(b""),
}


def of_the_wire(found: pdu.MessagePdu) -> dict[str, Any]:
    """The fields of a message by the names of the specification, which both other codecs use."""
    values: dict[str, Any] = {}
    for attribute, names in ADDRESSES.items():
        if attribute != "esme":
            values.update(zip(names, getattr(found, attribute), strict=True))
    for name in ("service_type", "esm_class", "protocol_id", "registered_delivery", "data_coding", "sm_default_msg_id"):
        values[name] = getattr(found, name)
    for name in ("priority", "schedule_time", "validity_time", "replace_if_present"):
        values[WIRE_NAMES[name]] = getattr(found, name)
    return values | {"short_message": found.short_message}


def assert_smpp34_reads_the_same(data: bytes) -> None:
    ours, theirs = decode(data), smpp34.decode(data)
    assert theirs.command_id == ours.command_id
    assert theirs.sequence_number == ours.sequence
    if isinstance(theirs, smpp34.RawPdu):
        assert (theirs.command_status, theirs.body) == (ours.status, data[16:])
        return
    assert isinstance(ours, pdu.MessagePdu)
    expected = of_the_wire(ours)
    assert {name: getattr(theirs, name) for name in expected} == expected
    assert tuple((each.tag, bytes(each.value)) for each in theirs.tlvs)[: len(ours.tlvs)] == ours.tlvs


@settings(max_examples=400, deadline=None)
@given(st.one_of(any_of(pdu.SubmitSm, **PLAIN), any_of(pdu.DeliverSm, **PLAIN)))
def test_smpp34_reads_the_messages_we_write(sent: Pdu) -> None:
    assert_smpp34_reads_the_same(encode(sent))


@settings(max_examples=400, deadline=None)
@given(st.one_of(any_of(pdu.SubmitSm, **PLAIN), any_of(pdu.DeliverSm, **PLAIN)))
def test_smpp34_writes_the_messages_we_write(sent: pdu.MessagePdu) -> None:
    values = of_the_wire(sent)
    kind = smpp34.SubmitSm if isinstance(sent, pdu.SubmitSm) else smpp34.DeliverSm
    theirs = kind(
        values.pop("source_addr"),
        values.pop("destination_addr"),
        **values,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in sent.tlvs],
        sequence_number=sent.sequence,
    )
    assert theirs.encode() == encode(sent)


@pytest.mark.parametrize("odd", [each for each in ODD_BUT_VALID if b"\xe9" not in each.data], ids=lambda odd: odd.name)
def test_smpp34_reads_odd_pdus_as_we_do(odd: Any) -> None:
    assert_smpp34_reads_the_same(odd.data)


@pytest.mark.parametrize(
    "bad", [each for each in MALFORMED if each.data[4:8] in (b"\0\0\0\4", b"\0\0\0\5")], ids=lambda bad: bad.name
)
def test_where_smpp34_refuses_a_message_we_do(bad: Any) -> None:
    with pytest.raises(PduError):
        decode(bad.data)
    try:
        theirs = smpp34.decode(bad.data)
    except smpp34.SmppError:
        return
    # It holds no maximum against a peer; we do, for each field longer than the specification has it.
    maximum = {"service_type": 5, "source_addr": 20, "destination_addr": 20}.get(bad.field, 16)
    assert len(getattr(theirs, bad.field)) > maximum


class _Client:
    """What smpplib wants of a client to make a request."""

    sequence = 0

    def next_sequence(self) -> int:
        return 0


def smpplib_pdu(name: str, sent: Pdu, **values: Any) -> Any:
    made = smpplib_smpp.make_pdu(name, client=_Client(), **values)
    made.sequence = sent.sequence
    made.status = sent.status
    return made


@settings(max_examples=300, deadline=None)
@given(st.one_of(any_of(pdu.SubmitSm, **PLAIN, tlvs=st.just(())), any_of(pdu.DeliverSm, **PLAIN, tlvs=st.just(()))))
def test_smpplib_writes_and_reads_plain_messages_as_we_do(sent: pdu.MessagePdu) -> None:
    values = of_the_wire(sent)
    name = "submit_sm" if isinstance(sent, pdu.SubmitSm) else "deliver_sm"
    assert smpplib_pdu(name, sent, **values).generate() == encode(sent)
    theirs = smpplib_smpp.parse_pdu(encode(sent), client=_Client(), allow_unknown_opt_params=True)
    for field, value in values.items():
        read = getattr(theirs, field)
        if field == "short_message":
            assert (read or b"") == value
        else:
            assert read == (value.encode("latin-1") if isinstance(value, str) else value)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        any_of(pdu.BindTransceiver, **PLAIN, tlvs=st.just(()), interface_version=st.just(0x34)),
        any_of(pdu.BindReceiver, **PLAIN, tlvs=st.just(()), interface_version=st.just(0x34)),
    )
)
def test_smpplib_writes_binds_as_we_do(sent: pdu.BindRequest) -> None:
    name = "bind_transceiver" if isinstance(sent, pdu.BindTransceiver) else "bind_receiver"
    values = {each: getattr(sent, each) for each in smpplib_command.BindTransceiver.params_order}
    assert smpplib_pdu(name, sent, **values).generate() == encode(sent)


@pytest.mark.parametrize(
    ("name", "kind"), [("submit_sm_resp", pdu.SubmitSmResp), ("deliver_sm_resp", pdu.DeliverSmResp)]
)
@pytest.mark.parametrize("message_id", ["", "0", "A05", "9f7b" * 16])
def test_smpplib_writes_answers_as_we_do(name: str, kind: type[pdu.MessageResponse], message_id: str) -> None:
    sent = kind(message_id, sequence=77)
    assert smpplib_pdu(name, sent, message_id=message_id).generate() == encode(sent)


def test_smpplib_knows_our_tags_and_statuses_by_the_same_numbers() -> None:
    tags = {name: number for name, number in vars(tlv).items() if name.startswith("TAG_")}
    theirs = {f"TAG_{name.upper()}": number for name, number in consts.OPTIONAL_PARAMS.items()}
    assert tags.pop("TAG_CONGESTION_STATE") == 0x0428, "of SMPP 5, which smpplib does not know"
    assert tags == theirs
    statuses = {name: number for number, name in status.NAMES.items() if number < 0x100}
    assert statuses == {name.removeprefix("SMPP_"): getattr(consts, name) for name in dir(consts) if "_ESME_" in name}


ONE_OF_EACH: list[Pdu] = [
    pdu.BindTransceiver("dealer", "secret", "CMT", address_range="55*"),
    pdu.BindReceiver("dealer", "secret"),
    pdu.BindTransmitter("dealer", "secret"),
    pdu.BindTransceiverResp("SMSC", tlvs=((0x210, b"\x34"),)),
    pdu.BindTransceiverResp(status=0x0E),
    pdu.BindReceiverResp("SMSC", tlvs=((0x210, b"\x34"),)),
    pdu.BindReceiverResp(status=0x0D),
    pdu.BindTransmitterResp("SMSC"),
    pdu.BindTransmitterResp(status=0x05),
    pdu.Outbind("SMSC", "secret"),
    pdu.Unbind(),
    pdu.UnbindResp(),
    pdu.EnquireLink(),
    pdu.EnquireLinkResp(),
    pdu.GenericNack(status=3),
    pdu.SubmitSm(source=SHORT_CODE, destination=PHONE, registered_delivery=1, short_message=b"OK R7K2"),
    pdu.SubmitSm(source=SHORT_CODE, destination=PHONE, validity_time="000001000000000R", short_message=b"OK"),
    pdu.SubmitSm(source=SHORT_CODE, destination=PHONE, tlvs=((0x424, b"long" * 100), (0x20C, b"\0\1"))),
    pdu.SubmitSmResp("A05"),
    pdu.SubmitSmResp(status=0x58),
    pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, data_coding=8, short_message="销售".encode("utf-16-be")),
    pdu.DeliverSm(source=PHONE, esm_class=4, tlvs=((0x1E, b"A05\0"), (0x427, b"\2"), (0x423, b"\3\0\x21"))),
    pdu.DeliverSmResp(),
    pdu.DeliverSmResp(status=0x64),
    pdu.DataSm(source=PHONE, destination=SHORT_CODE, tlvs=((0x424, b"S 1"),)),
    pdu.DataSmResp("A06"),
    pdu.SubmitMulti(source=SHORT_CODE, destinations=(PHONE, pdu.DistributionList("north")), short_message=b"Hi"),
    pdu.SubmitMultiResp("A07", (pdu.Unsuccess(PHONE, 0x0B),)),
    pdu.QuerySm("A05", SHORT_CODE),
    pdu.QuerySmResp("A05", "261101120000000+", 2),
    pdu.CancelSm("", "A05", SHORT_CODE, PHONE),
    pdu.CancelSmResp(),
    pdu.ReplaceSm("A05", SHORT_CODE, short_message=b"OK R7K3"),
    pdu.ReplaceSmResp(),
    pdu.AlertNotification(PHONE, SHORT_CODE),
]
DISSECTED = {
    "smpp.command_length": lambda sent: str(len(encode(sent))),
    "smpp.command_id": lambda sent: f"0x{sent.command_id:08x}",
    "smpp.command_status": lambda sent: f"0x{sent.status:08x}" if sent.command_id & pdu.RESPONSE else None,
    "smpp.sequence_number": lambda sent: str(sent.sequence),
    "smpp.system_id": lambda sent: getattr(sent, "system_id", None),
    "smpp.password": lambda sent: getattr(sent, "password", None),
    "smpp.source_addr": lambda sent: digits(sent, "source"),
    "smpp.destination_addr": lambda sent: digits(sent, "destination"),
    "smpp.message_id": lambda sent: getattr(sent, "message_id", None),
    "smpp.message": lambda sent: getattr(sent, "short_message", b"").hex(),
    "smpp.data_coding": lambda sent: hexadecimal(sent, "data_coding"),
}


def digits(sent: Pdu, which: str) -> str | None:
    address = getattr(sent, which, None)
    return address.digits if address else None


def hexadecimal(sent: Pdu, which: str) -> str | None:
    return f"0x{getattr(sent, which):02x}" if hasattr(sent, which) else None


@needs_wireshark
def test_wireshark_reads_one_of_each_kind_as_we_meant_it(tmp_path: Path) -> None:
    for number, sent in enumerate(ONE_OF_EACH, 1):
        sent.sequence = number
    assert {type(sent) for sent in ONE_OF_EACH} == set(pdu.PDUS)
    read = dissect([encode(sent) for sent in ONE_OF_EACH], [*DISSECTED, "_ws.malformed"], tmp_path)
    for sent, found in zip(ONE_OF_EACH, read, strict=True):
        assert not found["_ws.malformed"], sent
        for field, meant in DISSECTED.items():
            expected = meant(sent)
            if expected is not None and not (field == "smpp.destination_addr" and isinstance(sent, pdu.SubmitMulti)):
                assert found[field] == expected, (field, sent)
