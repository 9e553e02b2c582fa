"""The conformance list for the states of a session (T): binding, unbinding, losing the connection.

Each test names its item of the list; sections are those of SMPP 3.4.
"""

from __future__ import annotations

import pytest

from smsgw.smpp import pdu
from smsgw.smpp.codec import encode
from smsgw.smpp.errors import LocalError
from smsgw.smpp.events import (
    Answered,
    BindRefused,
    BindRequested,
    Bound,
    Closing,
    LinkProved,
    Received,
    Unanswered,
    Unbound,
)
from smsgw.smpp.pdu import Pdu
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role, State
from tests.smpp.pair import NOW, ConnectionPair, bound_esme, mo, mt, sent
from tests.smpp.pdus import PHONE, SHORT_CODE, frame, octets


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (pdu.BindTransmitter, State.BOUND_TX),
        (pdu.BindReceiver, State.BOUND_RX),
        (pdu.BindTransceiver, State.BOUND_TRX),
    ],
)
def test_T1_only_a_good_bind_resp_binds(kind: type[pdu.BindRequest], state: State) -> None:
    """T1: OPEN, BINDING, bound; the same on both ends (2.2, 4.1)."""
    pair = ConnectionPair()
    assert (pair.esme.state, pair.smsc.state) == (State.OPEN, State.OPEN)
    pair.esme.bind(kind("dealer", "secret"), NOW)
    (event,) = pair.to_smsc()
    assert isinstance(event, BindRequested)
    assert (pair.esme.state, pair.smsc.state) == (State.BINDING, State.BINDING)
    pair.smsc.accept_bind(event.request, 0, "SMSC", NOW)
    (bound,) = pair.to_esme()
    assert isinstance(bound, Bound) and bound.response.system_id == "SMSC"
    assert (pair.esme.state, pair.smsc.state) == (state, state)


def test_T1_nothing_but_a_bind_goes_out_before() -> None:
    """T1: no data PDUs before the bind (2.3)."""
    session = Session(Role.ESME, SessionSettings(), NOW)
    assert session.room() == 0
    for state in (State.OPEN, State.BINDING):
        assert session.state is state
        with pytest.raises(LocalError, match=f"SubmitSm .*{state.value}"):
            session.submit(mt(), NOW)
        if state is State.OPEN:
            session.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
    with pytest.raises(LocalError, match="BindTransceiver"):
        session.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
    with pytest.raises(LocalError, match="smsc"):
        Session(Role.SMSC, SessionSettings(), NOW).bind(pdu.BindTransceiver("dealer", "secret"), NOW)


@pytest.mark.parametrize("status", [0x0F, 0x0E, 0x0D, 0x05, 0x08])
def test_T2_a_refused_bind_says_why_and_may_be_tried_again(status: int) -> None:
    """T2: RINVSYSID, RINVPASWD, RBINDFAIL, RALYBND, RSYSERR; both ends are OPEN again."""
    pair = ConnectionPair()
    pair.esme.bind(pdu.BindTransceiver("dealer", "hunter2"), NOW)
    (event,) = pair.to_smsc()
    assert isinstance(event, BindRequested)
    assert "hunter2" not in repr(event)
    pair.smsc.accept_bind(event.request, status, "SMSC", NOW)
    assert pair.to_esme() == [BindRefused(status)]
    assert (pair.esme.state, pair.smsc.state) == (State.OPEN, State.OPEN)
    pair.bound()
    assert pair.esme.state is State.BOUND_TRX


def test_T2_a_nacked_bind_is_a_refused_bind() -> None:
    """T2: some SMSCs know no bind_transceiver."""
    session = Session(Role.ESME, SessionSettings(), NOW)
    session.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
    assert session.receive(frame(0x80000000, status=0x03), NOW) == [BindRefused(0x03)]
    assert session.state is State.OPEN
    session.bind(pdu.BindReceiver("dealer", "secret"), NOW)
    assert session.receive(frame(0x80000000, sequence=2), NOW) == [BindRefused(0xFF)]


def test_T3_a_message_in_the_same_read_as_the_bind_resp_is_received() -> None:
    """T3."""
    session = Session(Role.ESME, SessionSettings(), NOW)
    session.bind(pdu.BindReceiver("dealer", "secret"), NOW)
    bound, received = session.receive(frame(0x80000001, b"SMSC\0") + encode(mo()), NOW)
    assert isinstance(bound, Bound)
    assert received == Received(mo())


def test_T3_a_message_that_overtakes_the_bind_resp_is_received_after_it() -> None:
    """T3: to refuse it could lose it; it waits until the bind is there."""
    session = Session(Role.ESME, SessionSettings(), NOW)
    session.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
    session.data_to_send()
    assert session.receive(encode(mo()), NOW) == []
    bound, received = session.receive(frame(0x80000009, b"SMSC\0"), NOW)
    assert isinstance(bound, Bound) and isinstance(received, Received)
    assert session.data_to_send() == b""
    session.respond(received.pdu, 0, NOW)
    assert sent(session) == [pdu.DeliverSmResp(sequence=1)]


def test_T3_messages_before_a_bind_that_is_refused_are_refused() -> None:
    """T3: and more than a few are not kept."""
    session = Session(Role.ESME, SessionSettings(early_requests=1), NOW)
    session.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
    session.data_to_send()
    session.receive(encode(mo(sequence=5)) + encode(mo(sequence=6)), NOW)
    assert sent(session) == [pdu.DeliverSmResp(status=0x04, sequence=6)]
    session.receive(frame(0x80000009, status=0x0E), NOW)
    assert sent(session) == [pdu.DeliverSmResp(status=0x04, sequence=5)]


@pytest.mark.parametrize(
    ("body", "version", "takes"),
    [
        (b"", None, False),
        (b"SMSC\0", None, False),
        (octets("'SMSC' 00 0210 0001 33"), 0x33, False),
        (octets("'SMSC' 00 0210 0001 34"), 0x34, True),
        (octets("'SMSC' 00 0210 0001 50"), 0x50, True),
        (octets("'SMSC' 00 1002 0001 34"), 0x34, True),
        (octets("'SMSC' 00 0210 0000"), None, False),
    ],
)
def test_T3_an_smsc_that_does_not_say_its_version_takes_no_tlvs(body: bytes, version: int | None, takes: bool) -> None:
    """T3: bind_resp without a body, with and without sc_interface_version (4.1.2, 3.4)."""
    session = Session(Role.ESME, SessionSettings(), NOW)
    session.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
    (event,) = session.receive(frame(0x80000009, body), NOW)
    assert isinstance(event, Bound)
    assert (session.peer_version, session.peer_takes_tlvs) == (version, takes)


def test_T3_an_esme_of_version_33_is_sent_no_tlv() -> None:
    """T3: seen from the SMSC."""
    pair = ConnectionPair().bound(pdu.BindTransceiver("dealer", "secret", interface_version=0x33))
    assert not pair.smsc.peer_takes_tlvs
    assert isinstance(pair.esme_events[0], Bound) and pair.esme_events[0].response.tlvs == ()


def test_T3_an_smsc_says_its_version_unless_told_not_to() -> None:
    """T3: sc_interface_version in bind_resp (5.3.2.25)."""
    for version, tlvs in ((0x34, ((0x210, b"\x34"),)), (0x50, ((0x210, b"\x50"),)), (None, ())):
        pair = ConnectionPair(smsc=SessionSettings(interface_version=version)).bound()
        assert isinstance(pair.esme_events[0], Bound)
        assert pair.esme_events[0].response.tlvs == tlvs
        assert pair.esme.peer_takes_tlvs == bool(tlvs)
        assert pair.smsc.peer_takes_tlvs


def test_T4_no_answer_to_the_bind_ends_the_connection() -> None:
    """T4: session_init timer, on both ends (2.9, 7.2)."""
    pair = ConnectionPair(SessionSettings(bind_timeout=10.0), SessionSettings(bind_timeout=15.0))
    pair.esme.bind(pdu.BindTransceiver("dealer", "secret"), pair.now)
    assert pair.later(9.9) == ([], [])
    assert pair.later(0.1) == ([Closing("bind_timeout")], [])
    assert pair.later(5.0) == ([], [Closing("bind_timeout")])


@pytest.mark.parametrize(("kind", "refused"), [(pdu.BindReceiver, pdu.SubmitSm), (pdu.BindTransmitter, pdu.DeliverSm)])
def test_T5_a_bind_goes_one_way(kind: type[pdu.BindRequest], refused: type[Pdu]) -> None:
    """T5: submit_sm not on a receiver, deliver_sm not on a transmitter: refused by its own side."""
    pair = ConnectionPair().bound(kind("dealer", "secret"))
    sender = pair.esme if refused is pdu.SubmitSm else pair.smsc
    assert sender.room() == 0
    with pytest.raises(LocalError, match=refused.__name__):
        sender.submit(refused(), NOW)


@pytest.mark.parametrize(
    ("kind", "request_", "answer"),
    [
        (pdu.BindTransmitter, mo(), pdu.DeliverSmResp(status=4, sequence=1)),
        (pdu.BindTransmitter, pdu.DataSm(sequence=1), pdu.DataSmResp(status=4, sequence=1)),
        (pdu.BindTransmitter, pdu.AlertNotification(sequence=1), pdu.GenericNack(status=4, sequence=1)),
        (pdu.BindTransceiver, pdu.SubmitSm(sequence=1), pdu.SubmitSmResp(status=4, sequence=1)),
        (pdu.BindTransceiver, pdu.QuerySm(sequence=1), pdu.QuerySmResp(status=4, sequence=1)),
        (pdu.BindTransceiver, pdu.BindReceiver("x", "y", sequence=1), pdu.BindReceiverResp(status=4, sequence=1)),
        (pdu.BindTransceiver, pdu.Outbind("x", "y", sequence=1), pdu.GenericNack(status=4, sequence=1)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Pdu) else "",
)
def test_T5_a_request_out_of_place_is_refused(kind: type[pdu.BindRequest], request_: Pdu, answer: Pdu) -> None:
    """T5: RINVBNDSTS in the answer of its kind (2.3)."""
    session = bound_esme(kind)
    assert session.receive(encode(request_), NOW) == []
    assert sent(session) == [answer]


def test_T5_an_smsc_refuses_requests_before_the_bind_and_a_second_bind() -> None:
    """T5: RINVBNDSTS and RALYBND."""
    smsc = Session(Role.SMSC, SessionSettings(), NOW)
    smsc.receive(encode(pdu.SubmitSm(sequence=1)) + encode(pdu.Unbind(sequence=2)), NOW)
    assert sent(smsc) == [pdu.SubmitSmResp(status=4, sequence=1), pdu.UnbindResp(status=4, sequence=2)]
    pair = ConnectionPair().bound()
    pair.smsc.receive(encode(pdu.BindTransceiver("x", "y", sequence=9)), NOW)
    assert sent(pair.smsc) == [pdu.BindTransceiverResp(status=5, sequence=9)]
    assert pair.smsc.state is State.BOUND_TRX


def test_T6_enquire_link_is_answered_in_every_state() -> None:
    """T6: 4.11; while unbinding as well, but not after the end."""
    ask = frame(0x15, sequence=42)
    session = Session(Role.ESME, SessionSettings(), NOW)
    seen = []
    for step in (
        lambda: session.bind(pdu.BindTransceiver("dealer", "secret"), NOW),
        lambda: session.receive(frame(0x80000009, b"\0"), NOW),
        lambda: session.unbind(NOW),
        lambda: session.close(NOW),
    ):
        seen.append(session.state)
        session.data_to_send()
        assert session.receive(ask, NOW) == []
        assert sent(session) == [pdu.EnquireLinkResp(sequence=42)]
        step()
    assert seen == [State.OPEN, State.BINDING, State.BOUND_TRX, State.UNBINDING]
    session.data_to_send()
    assert session.receive(ask, NOW) == []
    assert session.data_to_send() == b""


def test_T7_a_peers_unbind_is_answered_when_everything_received_is() -> None:
    """T7: submits stop at once, answers in flight are finished, then unbind_resp, then the end (4.2)."""
    session = bound_esme()
    received, unbound = session.receive(encode(mo(sequence=7)) + encode(pdu.Unbind(sequence=8)), NOW)
    assert isinstance(received, Received)
    assert unbound == Unbound(by_peer=True)
    assert (session.state, session.room(), session.pending_answers) == (State.UNBINDING, 0, 1)
    with pytest.raises(LocalError):
        session.submit(mt(), NOW)
    assert session.data_to_send() == b""
    assert session.receive(encode(mo(sequence=9)), NOW) == []
    assert sent(session) == [pdu.DeliverSmResp(status=4, sequence=9)]
    assert session.respond(received.pdu, 0, NOW + 1)
    assert sent(session) == [pdu.DeliverSmResp(sequence=7), pdu.UnbindResp(sequence=8)]
    assert session.deadline() == NOW + 1
    assert session.tick(NOW + 1) == [Closing("unbound")]
    assert session.state is State.CLOSED


def test_T7_an_idle_session_answers_unbind_at_once() -> None:
    """T7."""
    session = bound_esme()
    assert session.receive(encode(pdu.Unbind(sequence=8)), NOW) == [Unbound(by_peer=True), Closing("unbound")]
    assert sent(session) == [pdu.UnbindResp(sequence=8)]
    assert session.deadline() is None


def test_T7_answers_that_are_never_given_do_not_hold_the_unbind_for_ever() -> None:
    """T7: the response timer ends the wait; an answer that comes after it goes nowhere."""
    session = bound_esme(settings=SessionSettings(response_timeout=20.0))
    received, _ = session.receive(encode(mo()) + encode(pdu.Unbind(sequence=8)), NOW)
    assert isinstance(received, Received)
    assert session.tick(NOW + 20) == [Closing("unbound")]
    assert sent(session) == [pdu.UnbindResp(sequence=8)]
    assert not session.respond(received.pdu, 0, NOW + 21)
    assert session.data_to_send() == b""


def test_T7_answers_that_arrive_with_the_unbind_still_count() -> None:
    """T7: the SMSC may answer our submits after its unbind, until the connection is gone."""
    session = bound_esme()
    one, two = mt(), mt()
    numbers = [session.submit(one, NOW, "one"), session.submit(two, NOW, "two")]
    events = session.receive(encode(pdu.Unbind(sequence=8)) + frame(0x80000004, b"a\0", sequence=numbers[0]), NOW)
    assert [type(event) for event in events] == [Unbound, Closing, Answered]
    assert session.lost(NOW) == [Unanswered(two, "two", "closed")]


def test_T8_our_unbind_goes_out_when_all_is_done_and_its_answer_ends_the_session() -> None:
    """T8: nothing new is submitted; requests under way on both sides have their end first (4.2)."""
    pair = ConnectionPair().bound()
    pair.esme.submit(mt(), NOW, "tag")
    pair.smsc.submit(mo(), NOW)
    (theirs,), (ours,) = pair.to_smsc(), pair.to_esme()
    assert isinstance(theirs, Received) and isinstance(ours, Received)
    pair.esme.unbind(NOW)
    assert (pair.esme.state, pair.esme.data_to_send()) == (State.UNBINDING, b"")
    with pytest.raises(LocalError):
        pair.esme.submit(mt(), NOW)
    pair.smsc.respond(theirs.pdu, 0, NOW, "A1")
    assert isinstance(pair.to_esme()[0], Answered)
    assert pair.esme.data_to_send() == b""
    pair.esme.respond(ours.pdu, 0, NOW)
    pair.esme.unbind(NOW)
    esme, smsc = pair.exchange()
    assert esme == [Unbound(by_peer=False), Closing("unbound")]
    assert [type(event) for event in smsc] == [Answered, Unbound, Closing]
    assert pair.esme.lost(NOW) == pair.smsc.lost(NOW) == []


def test_T8_a_message_that_crosses_our_unbind_is_still_received() -> None:
    """T8: the peer has not read it yet; whoever drains may answer with a temporary error."""
    session = bound_esme()
    session.unbind(NOW)
    assert sent(session) == [pdu.Unbind(sequence=2)]
    (event,) = session.receive(encode(mo(sequence=3)), NOW)
    assert isinstance(event, Received)
    assert session.respond(event.pdu, 0x64, NOW)
    assert sent(session) == [pdu.DeliverSmResp(status=0x64, sequence=3)]


def test_T8_unanswered_requests_hold_the_unbind_no_longer_than_the_response_timer() -> None:
    """T8."""
    session = bound_esme(settings=SessionSettings(response_timeout=20.0))
    request = mt()
    session.submit(request, NOW, "tag")
    (received,) = session.receive(encode(mo()), NOW)
    assert isinstance(received, Received)
    session.data_to_send()
    session.unbind(NOW + 5)
    assert session.tick(NOW + 20) == [Unanswered(request, "tag", "timeout")]
    assert session.data_to_send() == b""
    assert session.tick(NOW + 25) == []
    assert sent(session) == [pdu.Unbind(sequence=3)]
    assert session.deadline() == NOW + 45
    assert session.tick(NOW + 45) == [Closing("unbind_timeout")]


def test_T8_the_end_of_the_connection_instead_of_unbind_resp_is_fine() -> None:
    """T8: nothing was under way, so nothing is in doubt."""
    session = bound_esme()
    session.unbind(NOW)
    assert session.lost(NOW) == []


def test_T8_both_ends_may_unbind_at_once() -> None:
    """T8."""
    pair = ConnectionPair().bound()
    pair.esme.unbind(NOW)
    pair.smsc.unbind(NOW)
    esme, smsc = pair.exchange()
    assert esme[-1] == smsc[-1] == Closing("unbound")
    assert (pair.esme.state, pair.smsc.state) == (State.CLOSED, State.CLOSED)


def test_T8_a_session_that_is_not_bound_has_nothing_to_unbind() -> None:
    """T8."""
    session = Session(Role.ESME, SessionSettings(), NOW)
    session.unbind(NOW)
    assert session.deadline() == NOW
    assert session.tick(NOW) == [Closing("unbound")]
    session.unbind(NOW)
    assert session.tick(NOW) == []
    assert session.data_to_send() == b""


def test_T9_an_outbind_is_handed_over_to_be_answered_with_a_bind() -> None:
    """T9: whoever listens checks its credentials (2.2.1, 4.1.7)."""
    pair = ConnectionPair()
    pair.smsc.notify(pdu.Outbind("SMSC", "secret"))
    (event,) = pair.to_esme()
    assert isinstance(event, Received) and isinstance(event.pdu, pdu.Outbind)
    with pytest.raises(LocalError, match="no answer"):
        pair.esme.respond(event.pdu, 0, NOW)
    pair.bound(pdu.BindReceiver("dealer", "secret"))
    assert pair.esme.state is State.BOUND_RX


def test_T10_an_alert_notification_has_no_answer() -> None:
    """T10: 4.12; the only request without one besides outbind (2.1)."""
    pair = ConnectionPair().bound()
    pair.smsc.notify(pdu.AlertNotification(PHONE, SHORT_CODE))
    (event,) = pair.to_esme()
    assert isinstance(event, Received)
    assert (pair.esme.data_to_send(), pair.esme.pending_answers) == (b"", 0)
    with pytest.raises(LocalError, match="no answer"):
        pair.esme.respond(event.pdu, 0, NOW)
    with pytest.raises(LocalError, match="has an answer"):
        pair.smsc.notify(mo())
    with pytest.raises(LocalError, match="by an esme"):
        pair.esme.notify(pdu.AlertNotification(PHONE, SHORT_CODE))


def test_T11_a_connection_may_be_lost_in_every_state() -> None:
    """T11: whatever was under way is reported once, and the session is over."""
    for steps in range(4):
        pair = ConnectionPair()
        request = mt()
        if steps >= 1:
            pair.esme.bind(pdu.BindTransceiver("dealer", "secret"), NOW)
        if steps >= 2:
            (asked,) = pair.to_smsc()
            assert isinstance(asked, BindRequested)
            pair.smsc.accept_bind(asked.request, 0, "SMSC", NOW)
            pair.to_esme()
            pair.esme.submit(request, NOW, "tag")
        if steps >= 3:
            pair.esme.unbind(NOW)
        assert pair.esme.lost(NOW) == ([Unanswered(request, "tag", "lost")] if steps >= 2 else [])
        assert pair.esme.lost(NOW) == []
        assert pair.esme.state is State.CLOSED
        assert (pair.esme.data_to_send(), pair.esme.deadline(), pair.esme.room()) == (b"", None, 0)
        assert pair.esme.receive(encode(mo()) + frame(0x15), NOW) == []
        assert pair.esme.tick(NOW + 1e6) == []
        assert pair.esme.data_to_send() == b""


def test_T11_a_bind_accepted_after_the_connection_was_lost_goes_nowhere() -> None:
    """T11: the check of a password may take longer than the patience of the peer."""
    smsc = Session(Role.SMSC, SessionSettings(), NOW)
    (event,) = smsc.receive(encode(pdu.BindTransceiver("x", "y", sequence=1)), NOW)
    assert isinstance(event, BindRequested)
    smsc.lost(NOW)
    smsc.accept_bind(event.request, 0, "SMSC", NOW)
    assert (smsc.state, smsc.data_to_send()) == (State.CLOSED, b"")
    pair = ConnectionPair().bound()
    with pytest.raises(LocalError, match="not waiting"):
        pair.smsc.accept_bind(event.request, 0, "SMSC", NOW)


def test_T11_a_peer_that_is_half_there_is_found_out() -> None:
    """T11: our side writes, nothing comes: asked after 30 s, given up 60 s later."""
    session = bound_esme()
    assert session.tick(NOW + 30) == []
    assert sent(session) == [pdu.EnquireLink(sequence=2)]
    assert session.tick(NOW + 90) == [Closing("enquire_link_timeout")]


def test_an_answer_to_our_question_proves_what_the_peer_has_read() -> None:
    """What arrived before `until` was answered then and the answers are read: it is not sent again."""
    pair = ConnectionPair().bound()
    assert pair.esme.enquire(NOW + 3)
    assert not pair.esme.enquire(NOW + 4), "one at a time"
    pair.to_smsc()
    assert pair.to_esme() == [LinkProved(NOW + 3)]
    assert pair.esme.enquire(NOW + 5)
    assert sent(pair.esme) == [pdu.EnquireLink(sequence=3)]
    assert pair.esme.receive(frame(0x80000000, status=3, sequence=3), NOW) == [LinkProved(NOW + 5)]
    assert not Session(Role.ESME, SessionSettings(), NOW).enquire(NOW)
