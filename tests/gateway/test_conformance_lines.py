"""Lines of the conformance list that a session alone cannot prove: what the gateway makes of them, link and books."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.settings.sections import Delivery
from smsgw.smpp import status
from smsgw.smpp.codec import decode, encode
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import (
    Address,
    AlertNotification,
    BindTransceiver,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    Pdu,
    SubmitSm,
)
from tests.business.world import OWNER
from tests.gateway.outbound.test_pump import Row
from tests.gateway.outbound.test_pump import World as LinkWorld
from tests.gateway.peer import Wire
from tests.gateway.world import IMEIS, World, world


def frame(command_id: int, body: bytes = b"", *, code: int = 0, sequence: int = 1) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command_id, code, sequence) + body


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Pdu]:
    """Everything that a gateway writes."""
    found: list[Pdu] = []
    write = Wire.write

    def listening(wire: Wire, data: bytes) -> None:
        found.extend(decode(each) for each in Framer().feed(data))
        write(wire, data)

    monkeypatch.setattr(Wire, "write", listening)
    return found


def hears(w: World | LinkWorld, written: list[Pdu], octets: bytes) -> list[Pdu]:
    """What is written when these octets arrive."""
    written.clear()
    w.smsc.wire.protocol.dataReceived(octets)
    return list(written)


@pytest.mark.parametrize("command_id", [0x0000000A, 0x00000011, 0x00000111, 0x00010200, 0x00010777, 0x7FFFFFFF])
@pytest.mark.parametrize("sequence", [0, 1, 0x7FFFFFFF, 0x806A179B, 0xFFFFFFFF])
def test_F3_whatever_a_bound_gateway_does_not_know_it_nacks_by_its_number_and_goes_on(
    engine: Engine, written: list[Pdu], command_id: int, sequence: int
) -> None:
    w = world(engine)
    for body in (b"", b"\0" * 40):
        answers = hears(w, written, frame(command_id, body, sequence=sequence))
        assert answers == [GenericNack(status=status.ESME_RINVCMDID, sequence=sequence)]
    w.settle()
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.smsc.texts() == [(OWNER, "OK S1001: sale")]
    assert len(w.smsc.wires) == 1


def test_S4_what_is_still_read_of_a_connection_that_is_over_changes_nothing(written: list[Pdu]) -> None:
    w = LinkWorld(delivery=Delivery(unknown_grace=30))
    w.smsc.answer_submits = False
    w.send(Row(1), Row(2))
    over = w.smsc.wire
    assert [each.sequence for each in written if isinstance(each, (BindTransceiver, SubmitSm))] == [1, 2, 3]
    over.cut()
    told = list(w.outcomes.told)
    over.protocol.dataReceived(frame(0x80000004, b"stale\0", sequence=2))
    assert w.outcomes.told == told


def test_S4_a_link_that_comes_back_counts_anew_and_knows_its_own_submits_only(written: list[Pdu]) -> None:
    w = LinkWorld(delivery=Delivery(unknown_grace=30))
    w.smsc.answer_submits = False
    w.send(*[Row(number, str(number)) for number in range(1, 6)])
    first = w.smsc.wire
    first.cut()
    written.clear()
    w.smsc.advance(3)
    assert w.smsc.bound and w.smsc.wire is not first
    assert isinstance(written[0], BindTransceiver) and written[0].sequence == 1
    # Numbers 2 to 6 belonged to submits of the connection before; nothing here has them.
    told = list(w.outcomes.told)
    assert told == [("unknown", number, 30) for number in range(1, 6)]
    for sequence in range(2, 7):
        assert hears(w, written, frame(0x80000004, b"stale\0", sequence=sequence)) == []
    assert w.outcomes.told == told
    assert w.smsc.wire.open


@pytest.mark.parametrize("state", ["at rest", "paused", "throttled", "window full", "draining", "unbound by the peer"])
def test_T6_enquire_link_is_answered_whatever_the_link_is_busy_with(
    engine: Engine, written: list[Pdu], state: str
) -> None:
    w = world(engine)
    wire = w.smsc.wire
    if state == "paused":
        w.link.hold(True)
    elif state == "throttled":
        w.smsc.submit_statuses = [status.ESME_RTHROTTLED]
        w.text(OWNER, "STOCK")
        assert len(w.smsc.submits) == 1
    elif state == "window full":
        w.smsc.answer_submits = False
        for imei in IMEIS * 5:
            w.text(OWNER, f"S {imei}")
        assert len(w.smsc.held) == 10
    elif state != "at rest":
        w.smsc.answer_submits = False
        w.writer.held = True
        w.text(OWNER, "STOCK")
        if state == "draining":
            w.gateway.drain(8.0)
        else:
            wire.session.unbind(w.clock.seconds())
    for sequence in (7, 0, 0xFFFFFFFF):
        assert hears(w, written, encode(EnquireLink(sequence=sequence))) == [EnquireLinkResp(sequence=sequence)]
    assert wire.open


def test_T6_a_gateway_that_does_not_read_for_a_while_answers_when_it_does(engine: Engine, written: list[Pdu]) -> None:
    w = world(engine)
    w.gateway.on_full(True)
    assert not w.smsc.wire.reading
    assert w.smsc.wire.session.enquire(w.clock.seconds())
    w.settle()
    written.clear()
    w.gateway.on_full(False)
    w.settle()
    assert [type(each) for each in written] == [EnquireLinkResp]


def test_T10_an_alert_that_a_phone_is_back_is_taken_without_a_word(engine: Engine, written: list[Pdu]) -> None:
    w = world(engine)
    phone = Address(1, 1, OWNER[1:])
    alerts = [encode(AlertNotification(phone, Address(0, 1, "1069"), sequence=number)) for number in (5, 0, 0x80000001)]
    with_tlv = encode(AlertNotification(phone, phone, sequence=9, tlvs=((0x0422, b"\x01"),)))
    assert hears(w, written, b"".join(alerts) + with_tlv) == []
    w.text(OWNER, "STOCK")
    assert w.statuses() == [0]
    assert (w.ask("SELECT count(*) FROM message_in"), len(w.smsc.wires)) == ([(1,)], 1)


@pytest.mark.parametrize("bits", [0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x0C, 0x10, 0x1F, 0xFF])
def test_O4_what_a_phone_asks_of_us_in_registered_delivery_changes_nothing(engine: Engine, bits: int) -> None:
    w = world(engine)
    w.text(OWNER, f"S {IMEIS[0]}", registered_delivery=bits)
    assert w.statuses() == [0]
    assert w.smsc.texts() == [(OWNER, "OK S1001: sale")]
    assert [pdu.registered_delivery for pdu in w.smsc.submits] == [1]
    assert [pdu.esm_class for pdu in w.smsc.submits] == [0]


@pytest.mark.parametrize("kind", ["reply", "broadcast", "reminder", "question"])
@pytest.mark.parametrize("receipts", [True, False])
def test_O4_texts_of_every_kind_ask_for_the_final_receipt_and_for_nothing_else(kind: str, receipts: bool) -> None:
    w = LinkWorld(receipts=receipts)
    w.send(Row(1, kind=kind), Row(2, "x" * 200, kind=kind))
    # Bits 1 and 0 are 01, a receipt of success and failure; no acknowledgement of the phone, no notification (5.2.17).
    assert {pdu.registered_delivery for pdu in w.smsc.submits} == {0x01 if receipts else 0x00}
    assert len(w.smsc.submits) == 3


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        (b"A05\0", 0, ("sent", 1, {1: "A05"})),
        (b"A05", 0, ("sent", 1, {1: "A05"})),
        (b"\0", 0, ("sent", 1, {1: ""})),
        (b"", 0, ("sent", 1, {1: ""})),
        (b"A05\0\x04\x28\0\x01\x10", 0, ("sent", 1, {1: "A05"})),
        (b"", status.ESME_RINVDSTADR, ("failed", 1)),
        (b"\0", status.ESME_RINVDSTADR, ("failed", 1)),
        (b"\0\x00\x1d\0\x02no", status.ESME_RINVDSTADR, ("failed", 1)),
        (b"A05\0", status.ESME_RINVDSTADR, ("failed", 1)),
        (b"", status.ESME_RSYSERR, ("later", 1)),
        (b"\0", 0x00000450, ("later", 1)),
        (b"", 0xFFFFFFFF, ("later", 1)),
    ],
)
def test_O6_each_shape_of_answer_makes_of_a_text_what_its_status_says(
    written: list[Pdu], body: bytes, code: int, told: tuple[Any, ...]
) -> None:
    w = LinkWorld()
    w.smsc.answer_submits = False
    w.send(Row(1))
    (submit,) = [each for each in written if isinstance(each, SubmitSm)]
    assert hears(w, written, frame(0x80000004, body, code=code, sequence=submit.sequence)) == []
    (outcome,) = w.outcomes.told
    assert outcome[: len(told)] == told
    assert w.smsc.wire.open


@pytest.mark.parametrize("answered", range(6))
@pytest.mark.parametrize("kind", ["reply", "broadcast"])
@pytest.mark.parametrize("how", ["cut", "unbound", "timeout"])
def test_O9_of_what_was_under_way_each_text_has_one_end_and_only_what_may_goes_again(
    answered: int, kind: str, how: str
) -> None:
    w = LinkWorld(delivery=Delivery(unknown_grace=10), window=5, response_timeout=20)
    w.smsc.answer_submits = False
    w.send(*[Row(number, str(number), kind=kind) for number in range(1, 6)])
    assert len(w.smsc.submits) == 5
    for _ in range(answered):
        w.smsc.answer(*w.smsc.held.pop(0))
    w.smsc.settle()
    if how == "cut":
        w.smsc.wire.cut()
    elif how == "unbound":
        w.smsc.wire.session.unbind(w.clock.seconds())
        w.smsc.advance(25)
    else:
        w.smsc.advance(25)
    first = list(w.outcomes.told)
    assert [each[:2] for each in first] == [
        ("sent" if number <= answered else "unknown", number) for number in range(1, 6)
    ]
    w.smsc.held.clear()
    w.smsc.answer_submits = True
    w.smsc.advance(60)
    again = list(range(answered + 1, 6)) if kind == "reply" else []
    assert w.outcomes.told[len(first) :] == [
        ("sent", number, {1: f"id{answered + place}"}) for place, number in enumerate(again, 1)
    ]
    assert [int(pdu.short_message) for pdu in w.smsc.submits] == [1, 2, 3, 4, 5, *again]
    assert len(w.pump) == 0


@pytest.mark.parametrize("answered", range(4))
def test_O9_of_a_long_text_only_the_parts_without_an_answer_go_again(answered: int) -> None:
    w = LinkWorld(delivery=Delivery(unknown_grace=10), window=5)
    w.smsc.answer_submits = False
    w.send(Row(1, "x" * 400))
    parts = [pdu.short_message for pdu in w.smsc.submits]
    assert len(parts) == 3
    for _ in range(answered):
        w.smsc.answer(*w.smsc.held.pop(0))
    w.smsc.settle()
    w.smsc.wire.cut()
    w.smsc.held.clear()
    w.smsc.answer_submits = True
    w.smsc.advance(30)
    assert [pdu.short_message for pdu in w.smsc.submits[3:]] == parts[answered:]
    assert w.told("sent") == [1]
    assert len(w.outcomes.told[-1][2]) == 3
