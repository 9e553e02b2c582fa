"""Everything that a gateway writes in a life with every kind of event, as Wireshark reads it."""

from __future__ import annotations

import ast
import struct
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import smsgw.gateway
from smsgw.settings.sections import Settings, Smsc
from smsgw.smpp.codec import decode
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import PDUS, Address, DataSm, Pdu
from smsgw.smpp.status import ESME_RTHROTTLED
from tests.business.world import OWNER
from tests.gateway.outbound.test_pump import Row
from tests.gateway.peer import Wire
from tests.gateway.world import IMEIS, world
from tests.smpp.wireshark import dissect, needs_wireshark

# What a gateway sends, by its bind; a request that is broken or out of place has its own answer on any of them.
ALWAYS = {"Unbind", "UnbindResp", "EnquireLink", "EnquireLinkResp", "GenericNack", "DeliverSmResp", "SubmitSmResp"}
SENT = {
    "transceiver": ALWAYS | {"BindTransceiver", "SubmitSm", "DataSmResp"},
    "receiver": ALWAYS | {"BindReceiver", "DataSmResp"},
    "transmitter": ALWAYS | {"BindTransmitter", "SubmitSm"},
}

TEXTS = ("OK R7K2", "销售 ✓ 🎉", "long " * 80, "长" * 100, "€[]" * 70, "", "x" * 160, "q\u0301" * 200)
TEXTS += ("बिक्री " * 20, "satış " * 40, "Продажа " * 30)  # national tables and 8 bits, where the link takes them


def frame(command_id: int, body: bytes = b"", sequence: int = 0x80000001) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command_id, 0, sequence) + body


def life(engine: Engine, monkeypatch: pytest.MonkeyPatch, **smsc: Any) -> list[bytes]:
    """Each PDU that a gateway of this one link writes: texts, long ones, refusals, nonsense, silence, both unbinds."""
    written: list[bytes] = []
    write = Wire.write

    def listening(wire: Wire, data: bytes) -> None:
        written.append(data)
        write(wire, data)

    monkeypatch.setattr(Wire, "write", listening)
    w = world(engine, Settings(smsc=(Smsc(throughput=50, **smsc),)))
    if smsc.get("bind") != "transmitter":
        w.text(OWNER, f"S {IMEIS[0]}")
        phone = Address(1, 1, OWNER[1:])
        w.smsc.wire.session.submit(DataSm(source=phone, tlvs=((0x0424, b"STOCK"),)), w.clock.seconds(), "data")
        w.smsc.settle()
    if w.link.pump is not None:
        w.smsc.submit_statuses = [ESME_RTHROTTLED]
        w.link.pump.enqueue([Row(1000 + number, text) for number, text in enumerate(TEXTS)])
        w.link.pump.enqueue([Row(2000 + number, text, message_class=0) for number, text in enumerate(TEXTS)])
        w.link.wake()
    w.smsc.advance(5)
    for odd in (frame(0x00010777, b"?"), frame(0x05, b"\0\1\1861390000"), frame(0x15), frame(0x04, b"??")):
        w.smsc.wire.protocol.dataReceived(odd)
        w.smsc.settle()
    w.smsc.advance(70)  # enquire_link
    w.gateway.look()  # query_sm
    w.smsc.advance(1)
    w.smsc.wire.session.unbind(w.clock.seconds())
    w.smsc.advance(5)
    w.gateway.drain(8.0)
    w.smsc.advance(9)
    assert not w.smsc.wire.open
    return Framer().feed(b"".join(written))


@needs_wireshark
@pytest.mark.parametrize(
    "smsc",
    [
        {"bind": "transceiver"},
        {"bind": "receiver", "system_type": "CMT", "address_range": "^1069"},
        {"bind": "transmitter"},
        {"interface_version": "3.3", "receipts": False, "validity": "none"},
        {"long_messages": "udh16", "validity": "absolute"},
        {"long_messages": "sar", "service_type": "CMT"},
        {"long_messages": "payload"},
        {"default_alphabet": "latin1", "transliterate": True},
        {"national": ("hindi+locking", "turkish"), "alphabets": ("cyrillic",), "long_messages": "udh16"},
        {"query": True, "query_after": 20.0},
    ],
    ids=lambda smsc: "-".join(map(str, smsc.values())),
)
def test_wireshark_finds_nothing_wrong_with_what_a_gateway_writes(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, smsc: dict[str, Any]
) -> None:
    written = life(engine, monkeypatch, **smsc)
    pdus: list[Pdu] = [decode(each) for each in written]
    expected = SENT[smsc.get("bind", "transceiver")] | ({"QuerySm"} if smsc.get("query") else set())
    assert {type(each).__name__ for each in pdus} == expected
    fields = ["smpp.command_id", "smpp.sequence_number", "smpp.command_length", "_ws.malformed", "_ws.expert.message"]
    read = dissect(written, fields, tmp_path)
    for octets, meant, found in zip(written, pdus, read, strict=True):
        assert not found["_ws.malformed"], meant
        assert int(found["smpp.command_id"], 0) == meant.command_id
        assert int(found["smpp.sequence_number"], 0) == meant.sequence
        assert int(found["smpp.command_length"]) == len(octets)
    assert {found["_ws.expert.message"] for found in read} == {""}


def test_no_kind_of_pdu_that_the_gateway_makes_is_missing_above() -> None:
    known = {each.__name__ for each in PDUS}
    made = {
        node.func.id
        for path in Path(smsgw.gateway.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known
    }
    assert {"SubmitSm", "QuerySm"} <= made <= set().union(*SENT.values(), {"QuerySm"})
