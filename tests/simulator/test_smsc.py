"""The simulated SMSC on a good day, and with each of its settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from twisted.internet.task import Clock

from smsgw.simulator.message_ids import message_id
from smsgw.simulator.receipts import receipt_for
from smsgw.simulator.scenario import PLAIN
from smsgw.simulator.settings import SmscSettings
from smsgw.simulator.smsc import Smsc
from smsgw.simulator.vendors import STATS, VENDORS, Vendor, vendor_text
from smsgw.smpp import status
from smsgw.smpp.codec import encode
from smsgw.smpp.events import Answered
from smsgw.smpp.pdu import (
    Address,
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    CancelSm,
    DataSm,
    DeliverSm,
    QuerySm,
    QuerySmResp,
    SubmitSm,
)
from smsgw.smpp.receipt import MessageState, parse_receipt
from smsgw.smpp.split import How, split
from tests.simulator.esme import Esme

PHONE = "+8613900000001"
TO_PHONE = Address(1, 1, "8613900000001")
CODE = Address(0, 1, "1069")
DELIVERED = MessageState.DELIVERED


def reply(text: bytes = b"OK #S1", registered_delivery: int = 0, **fields: object) -> SubmitSm:
    return SubmitSm(
        source=CODE, destination=TO_PHONE, short_message=text, registered_delivery=registered_delivery, **fields
    )  # type: ignore[arg-type]


def test_a_text_waits_for_a_bind_and_is_acknowledged() -> None:
    clock = Clock()
    smsc = Smsc(clock)
    done = smsc.send_text(PHONE, "1069", "S 860123450000016")
    assert not done.called
    esme = Esme(smsc, clock)
    assert esme.wire.no_delay
    assert done.result == 0
    [pdu] = esme.texts
    assert (pdu.source, pdu.destination, pdu.short_message) == (TO_PHONE, CODE, b"S 860123450000016")
    assert (smsc.counters.texts, smsc.counters.deliveries, smsc.counters.binds) == (1, 1, 1)


def test_a_reply_reaches_the_phone_that_is_told_of_it() -> None:
    clock = Clock()
    shown: list[tuple[str, str, str]] = []
    smsc = Smsc(clock, on_message=lambda *message: shown.append(message))
    esme = Esme(smsc, clock)
    esme.submit(reply("OK € #S1".encode("latin-1", "ignore") + b"\x1be"), tag="a")
    esme.run()
    assert shown == [(PHONE, "1069", "OK  #S1€")]
    assert esme.answers == [("a", 0, "1")]
    assert smsc.counters.replies == 1


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("text", ["K A350 12, " * 40, "库存 曙光3.5 😀 " * 20])
def test_long_texts_go_both_ways_whole(how: How, text: str) -> None:
    clock = Clock()
    shown: list[str] = []
    smsc = Smsc(clock, on_message=lambda phone, sender, text: shown.append(text))
    esme = Esme(smsc, clock)
    done = smsc.send_text(PHONE, "1069", text, how=how)
    esme.run()
    assert esme.read_texts() == [text]
    assert done.result == 0
    for part in split(text, 7, how=how):
        esme.submit(reply(part.short_message, esm_class=part.esm_class, data_coding=part.data_coding, tlvs=part.tlvs))
    esme.run()
    assert shown == [text]
    assert smsc.submits.phones.incomplete == 0


@pytest.mark.parametrize("order", ["reversed", "shuffled", "repeated"])
def test_parts_of_long_texts_come_in_the_order_the_scenario_says(order: str) -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=PLAIN.with_knobs(part_order=order))
    esme = Esme(smsc, clock)
    text = "".join(f"{n:04} " for n in range(200))
    smsc.send_text(PHONE, "1069", text)
    smsc.send_text(PHONE, "1069", text)
    esme.advance(1)
    numbers = [pdu.short_message[5] for pdu in esme.texts]
    assert numbers != sorted(numbers)
    assert [read for read in esme.read_texts() if read == text][:2] == [text, text]
    assert len({pdu.short_message[3] for pdu in esme.texts}) == 2  # each long text has its own reference


def test_receipts_come_when_they_are_asked_for_in_text_and_tlvs() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=PLAIN.with_knobs(receipt_delay=2.0))
    esme = Esme(smsc, clock)
    for registered_delivery in (0x00, 0x01, 0x02, 0x11):
        esme.submit(reply(registered_delivery=registered_delivery))
    esme.run()
    [intermediate] = esme.receipts
    assert intermediate.intermediate
    assert intermediate.state is MessageState.ENROUTE
    esme.advance(2.1)
    first, second = esme.receipts[1:]
    assert (first.message_id, second.message_id) == ("2", "4")
    assert first.state is MessageState.DELIVERED
    assert first.source == "both"
    assert not first.conflict
    assert smsc.counters.receipts == 3


def test_a_failed_message_is_told_of_by_its_receipt() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=PLAIN.with_knobs(fail_share=1.0, receipt_delay=0.0))
    esme = Esme(smsc, clock)
    for registered_delivery in (0x00, 0x01, 0x02, 0x03):
        esme.submit(reply(registered_delivery=registered_delivery))
    esme.run()
    assert [receipt.message_id for receipt in esme.receipts] == ["2", "3"]
    assert {receipt.state for receipt in esme.receipts} == {MessageState.UNDELIVERABLE}
    assert smsc.counters.replies == 0


@pytest.mark.parametrize(
    ("form", "source", "conflict"),
    [
        ("", "both", False),
        ("both", "both", False),
        ("tlv", "tlv", False),
        ("text", "text", False),
        ("conflict", "both", True),
        ("vendor", "text", False),
    ],
)
def test_receipts_have_the_form_of_the_scenario(form: str, source: str, conflict: bool) -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=PLAIN.with_knobs(receipt_form=form, receipt_delay=0.0)), clock)
    esme.submit(reply(registered_delivery=1))
    esme.run()
    [receipt] = esme.receipts
    assert (receipt.source, receipt.conflict, receipt.state) == (source, conflict, MessageState.DELIVERED)


@pytest.mark.parametrize(
    ("form", "answered", "receipted"),
    [
        ("decimal", "26", "26"),
        ("hex", "1A", "0000000026"),
        ("to-hex", "26", "0000001A"),
        ("padded", "0000000026", "26"),
    ],
)
def test_ids_have_the_form_of_the_scenario(form: str, answered: str, receipted: str) -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=PLAIN.with_knobs(id_form=form, receipt_delay=0.0)), clock, window=50)
    for _ in range(26):
        esme.submit(reply(registered_delivery=1))
    esme.run()
    assert esme.answers[-1][2] == answered
    assert esme.receipts[-1].message_id == receipted


@pytest.mark.parametrize("state", [state for state in STATS if state is not MessageState.ACCEPTED])
@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_receipt_in_each_vendors_form_says_what_it_should(vendor: Vendor, state: MessageState) -> None:
    begun, ended = datetime(2026, 11, 3, 14, 29), datetime(2026, 11, 3, 14, 30)
    data = vendor_text(vendor, "0000A1B2", state, begun, ended, "OK S1: id:7, 3")
    receipt = parse_receipt(DeliverSm(esm_class=4, data_coding=vendor.data_coding, short_message=data))
    assert (receipt.message_id, receipt.state) == ("0000A1B2", state)
    if vendor.name != "short":
        assert (receipt.submit_date, receipt.done_date) == (begun, ended)


def test_there_are_at_least_25_vendors_and_a_form_that_is_none_is_refused() -> None:
    assert len({vendor.template for vendor in VENDORS}) >= 25
    assert len({vendor.name for vendor in VENDORS}) == len(VENDORS)
    with pytest.raises(ValueError, match="no receipt form 'pigeon'; there are both, tlv"):
        receipt_for(reply(), message_id(1, "decimal"), MessageState.DELIVERED, 0, 0, form="tlv+pigeon", number=1)


def test_a_receipt_that_is_too_long_goes_into_message_payload() -> None:
    number = next(number for number, vendor in enumerate(VENDORS) if vendor.name == "ucs2")
    uuid = message_id(1, "uuid")
    for tlvs_allowed in (True, False):
        receipt = receipt_for(
            reply(b"x" * 40),
            uuid,
            MessageState.DELIVERED,
            0,
            0,
            form="vendor",
            number=number,
            tlvs_allowed=tlvs_allowed,
        )
        assert encode(receipt)
        assert parse_receipt(receipt).message_id == uuid.receipted
        assert bool(receipt.tlvs) is tlvs_allowed


def test_uuid_ids_are_all_different() -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, scenario=PLAIN.with_knobs(id_form="uuid")), clock, window=50)
    for _ in range(50):
        esme.submit(reply())
    esme.run()
    assert len({message_id for _, _, message_id in esme.answers}) == 50


def test_a_peer_of_smpp_3_3_gets_no_tlvs() -> None:
    clock = Clock()
    smsc = Smsc(clock, scenario=PLAIN.with_knobs(receipt_delay=0.0))
    esme = Esme(smsc, clock, BindTransceiver("smsgw", "secret", interface_version=0x33))
    esme.submit(reply(registered_delivery=1))
    esme.run()
    assert esme.receipts[0].source == "text"


@pytest.mark.parametrize(
    ("bind", "refusals"),
    [
        (BindTransceiver("smsgw", "secret"), []),
        (BindTransceiver("other", "secret"), [status.ESME_RINVSYSID]),
        (BindTransceiver("smsgw", "wrong"), [status.ESME_RINVPASWD]),
    ],
)
def test_system_id_and_password_are_checked(bind: BindTransceiver, refusals: list[int]) -> None:
    clock = Clock()
    esme = Esme(Smsc(clock, SmscSettings(system_id="smsgw", password="secret")), clock, bind)
    assert esme.refusals == refusals
    assert esme.bound == (not refusals)


def test_texts_go_to_receivers_only_and_submits_come_from_transmitters() -> None:
    clock = Clock()
    smsc = Smsc(clock)
    transmitter = Esme(smsc, clock, BindTransmitter("smsgw", "secret"))
    smsc.send_text(PHONE, "1069", "S 3")
    assert transmitter.texts == []
    receiver = Esme(smsc, clock, BindReceiver("smsgw", "secret"))
    assert len(receiver.texts) == 1
    transmitter.submit(reply(registered_delivery=1))
    transmitter.run()
    clock.advance(0.2)
    receiver.run()
    assert transmitter.answers[0][1] == 0
    assert [receipt.message_id for receipt in receiver.receipts] == ["1"]


def test_no_more_texts_are_under_way_than_the_window_has() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(window=3))
    esme = Esme(smsc, clock, acknowledge=lambda pdu: None)
    for number in range(10):
        smsc.send_text(PHONE, "1069", f"S {number}")
    esme.run()
    assert esme.session.pending_answers == 3
    assert len(smsc.waiting) == 7


@pytest.mark.parametrize(
    "refusal", [status.ESME_RSYSERR, status.ESME_RMSGQFUL, status.ESME_RTHROTTLED, status.ESME_RX_T_APPN]
)
def test_a_text_refused_for_the_moment_comes_again_and_in_order(refusal: int) -> None:
    clock = Clock()
    refusals = [refusal] * 3
    smsc = Smsc(clock, SmscSettings(window=1))
    esme = Esme(smsc, clock, acknowledge=lambda pdu: refusals.pop() if refusals else 0)
    done = [smsc.send_text(PHONE, "1069", f"S {number}") for number in range(3)]
    esme.run()
    assert [d.called for d in done] != [True, True, True]
    esme.advance(5)
    assert [d.result for d in done] == [0, 0, 0]
    assert sorted(esme.read_texts()) == ["S 0", "S 1", "S 2"]
    assert smsc.counters.resent == 3


def test_a_text_refused_for_good_is_given_up_with_its_status() -> None:
    clock = Clock()
    smsc = Smsc(clock)
    esme = Esme(smsc, clock, acknowledge=lambda pdu: status.ESME_RX_P_APPN)
    done = smsc.send_text(PHONE, "1069", "x" * 200)
    esme.run()
    assert done.result == status.ESME_RX_P_APPN
    assert smsc.counters.given_up == 2
    assert smsc.counters.resent == 0


def test_a_text_is_given_up_after_so_many_refusals() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(retries=3, retry_delay=1.0))
    esme = Esme(smsc, clock, acknowledge=lambda pdu: status.ESME_RX_T_APPN)
    done = smsc.send_text(PHONE, "1069", "x")
    esme.advance(10)
    assert done.result == status.ESME_RX_T_APPN
    assert smsc.counters.given_up == 1
    assert smsc.counters.resent == 3


def test_an_unacknowledged_text_comes_again_on_the_next_connection_in_its_place() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(window=2))
    esme = Esme(smsc, clock, acknowledge=lambda pdu: None)
    for number in range(4):
        smsc.send_text(PHONE, "1069", f"S {number}")
    esme.run()
    esme.hang_up()
    esme.acknowledge = lambda pdu: 0
    esme.connect()
    assert esme.read_texts() == ["S 0", "S 1", "S 2", "S 3"]
    assert smsc.counters.resent == 2
    assert smsc.counters.losses == 1


def test_a_text_that_nobody_answers_comes_again_after_the_response_time() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(response_timeout=5.0))
    answers: list[int | None] = [None, 0]
    esme = Esme(smsc, clock, acknowledge=lambda pdu: answers.pop(0))
    done = smsc.send_text(PHONE, "1069", "S 3")
    esme.run()
    esme.advance(4.5)
    assert not done.called
    esme.advance(1)
    assert done.result == 0


def test_submits_beyond_the_throughput_of_any_second_are_throttled() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(throughput=5))
    esme = Esme(smsc, clock, window=20)
    for _ in range(7):
        esme.submit(reply())
    esme.run()
    esme.advance(0.75, 0.25)
    esme.submit(reply())
    esme.run()
    esme.advance(0.25, 0.25)
    esme.submit(reply())
    esme.run()
    assert [answer[1] for answer in esme.answers] == [0] * 5 + [status.ESME_RTHROTTLED] * 3 + [0]
    assert smsc.counters.throttled == 3


def test_submits_beyond_the_window_are_throttled_and_the_largest_is_known() -> None:
    clock = Clock()
    smsc = Smsc(clock, SmscSettings(submit_window=4), PLAIN.with_knobs(answer_delay=1.0))
    esme = Esme(smsc, clock, window=10)
    for _ in range(6):
        esme.submit(reply())
    esme.run()
    assert esme.answers == []
    esme.advance(1.1)
    assert sorted(answer[1] for answer in esme.answers) == [0] * 4 + [status.ESME_RTHROTTLED] * 2
    assert smsc.counters.largest_window == 6


def test_a_wrong_submit_is_refused_with_the_status_that_says_so() -> None:
    clock = Clock()
    smsc = Smsc(clock)
    esme = Esme(smsc, clock)
    esme.submit(SubmitSm(source=CODE, destination=Address(0, 0, ""), short_message=b"x"))
    esme.submit(SubmitSm(source=Address(0, 0, ""), destination=TO_PHONE, short_message=b"x"))
    esme.run()
    both = bytearray(encode(replace(reply(), sequence=99)) + bytes.fromhex("04240004") + b"both")
    both[3] = len(both)
    esme.peer.dataReceived(bytes(both))  # the codec of ours refuses to write this
    assert smsc.counters.refused == 3
    assert [answer[1] for answer in esme.answers] == [
        status.ESME_RINVDSTADR,
        status.ESME_RINVSRCADR,
    ]


def test_data_sm_carries_a_text_too_and_query_sm_asks_after_it() -> None:
    clock = Clock()
    clock.advance(1_800_000_000)
    shown: list[str] = []
    smsc = Smsc(clock, scenario=PLAIN.with_knobs(receipt_delay=1.0), on_message=lambda *m: shown.append(m[2]))
    esme = Esme(smsc, clock)
    now = clock.seconds()
    esme.session.submit(DataSm(source=CODE, destination=TO_PHONE, tlvs=((0x0424, b"hello"),)), now, "data")
    esme.run()
    assert shown == ["hello"]
    states = []
    for asked in ("1", "1", "99"):
        esme.session.submit(QuerySm(asked), clock.seconds())
        esme.run()
        response = next(e.response for e in reversed(esme.events) if isinstance(e, Answered))
        assert isinstance(response, QuerySmResp)
        states.append((response.status, response.message_state, response.final_date))
        clock.advance(1.5)
    assert states == [
        (0, MessageState.ENROUTE, ""),
        (0, MessageState.DELIVERED, "270115080001000+"),
        (status.ESME_RQUERYFAIL, 0, ""),
    ]


def test_requests_the_smsc_does_not_know_are_refused() -> None:
    clock = Clock()
    esme = Esme(Smsc(clock), clock)
    esme.session.submit(CancelSm(message_id="1"), clock.seconds(), "cancel")
    esme.run()
    assert esme.answers == [("cancel", status.ESME_RSYSERR, "")]


def test_stopping_cuts_connections_and_forgets_what_was_to_come() -> None:
    clock = Clock()
    smsc = Smsc(clock)
    esme = Esme(smsc, clock)
    esme.submit(reply(registered_delivery=1))
    esme.run()
    smsc.stop()
    esme.run()
    assert not esme.connected
    clock.advance(1)
    assert len(smsc.waiting) == 0
    assert clock.getDelayedCalls() == []


def test_names_and_short_codes_may_send_texts() -> None:
    clock = Clock()
    smsc = Smsc(clock)
    esme = Esme(smsc, clock)
    smsc.send_text("Bank", "1069", "Your code is 1")
    smsc.send_text("10086", "1069", "Hello")
    esme.run()
    assert [pdu.source for pdu in esme.texts] == [Address(5, 0, "Bank"), Address(0, 1, "10086")]


def test_a_thousand_texts_and_replies_flow() -> None:
    clock = Clock()
    shown: list[tuple[str, str, str]] = []
    smsc = Smsc(clock, on_message=lambda *message: shown.append(message))
    esme: Esme

    def answer(pdu: DeliverSm) -> int:
        esme.submit(SubmitSm(source=pdu.destination, destination=pdu.source, short_message=b"OK " + pdu.short_message))
        return 0

    esme = Esme(smsc, clock, window=100)
    esme.acknowledge = answer
    for number in range(1000):
        smsc.send_text(f"+86139{number:08}", "1069", f"S {number}")
    esme.run()
    assert sorted(shown) == sorted((f"+86139{n:08}", "1069", f"OK S {n}") for n in range(1000))
