"""The conformance list for traffic: timers on the link (M), one answer to each message (I), submits and the window (O).

Each test names its item of the list; sections are those of SMPP 3.4.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import smsgw.smpp
from smsgw.smpp import pdu
from smsgw.smpp.codec import decode, encode
from smsgw.smpp.errors import LocalError, WindowFull
from smsgw.smpp.events import Answered, Closing, LinkProved, Received, Unanswered
from smsgw.smpp.pdu import Pdu
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import State
from tests.smpp.pair import NOW, ConnectionPair, bound_esme, mo, mt, sent
from tests.smpp.pdus import PHONE, SHORT_CODE, frame, octets


def received(session: Session, message: Pdu) -> Pdu:
    """The message as the session hands it over."""
    (event,) = session.receive(encode(message), NOW)
    assert isinstance(event, Received)
    return event.pdu


def test_M1_enquire_link_is_sent_only_on_an_idle_link() -> None:
    """M1: any PDU of the peer puts it off."""
    session = bound_esme(settings=SessionSettings(enquire_link=30.0))
    assert session.deadline() == NOW + 30
    assert session.tick(NOW + 29) == []
    session.receive(encode(mo()), NOW + 29)
    assert session.deadline() == NOW + 59
    assert session.tick(NOW + 58) == []
    assert session.data_to_send() == b""
    assert session.tick(NOW + 59) == []
    assert sent(session) == [pdu.EnquireLink(sequence=2)]
    assert session.receive(frame(0x80000015, sequence=2), NOW + 60) == [LinkProved(NOW + 29)], (
        "the message has no answer yet"
    )
    assert session.deadline() == NOW + 90


def test_M2_a_peer_that_does_not_answer_enquire_link_is_dropped() -> None:
    """M2: after the response timer, though other PDUs came."""
    session = bound_esme(settings=SessionSettings(enquire_link=30.0, response_timeout=20.0))
    session.tick(NOW + 30)
    session.receive(encode(mo()), NOW + 40)
    assert session.tick(NOW + 49) == []
    assert session.tick(NOW + 50) == [Closing("enquire_link_timeout")]
    assert session.state is State.CLOSED


def test_M2_enquire_link_is_no_part_of_the_window() -> None:
    """M2: a full window keeps nobody from asking."""
    session = bound_esme(settings=SessionSettings(window=1, enquire_link=30.0))
    session.submit(mt(), NOW)
    session.data_to_send()
    session.tick(NOW + 30)
    assert sent(session) == [pdu.EnquireLink(sequence=3)]


def test_M3_an_inactive_peer_is_dropped() -> None:
    """M3: when enquire_link is not used, silence is all there is to go by."""
    session = bound_esme(settings=SessionSettings(enquire_link=None, inactivity=300.0))
    assert session.deadline() == NOW + 300
    assert session.tick(NOW + 300) == [Closing("inactivity")]


def test_M4_the_response_timer_frees_the_place_of_its_request() -> None:
    """M4: and says which request it was."""
    session = bound_esme(settings=SessionSettings(window=2, response_timeout=60.0, enquire_link=None, inactivity=None))
    first, second = mt(), mt()
    session.submit(first, NOW, "first")
    session.submit(second, NOW + 5, "second")
    assert (session.room(), session.deadline()) == (0, NOW + 60)
    assert session.tick(NOW + 60) == [Unanswered(first, "first", "timeout")]
    assert (session.room(), session.outstanding, session.deadline()) == (1, 1, NOW + 65)


def test_M5_no_file_of_the_wire_knows_a_clock() -> None:
    """M5: time comes in as a number, or not at all."""
    forbidden = {"time", "datetime.now", "twisted", "asyncio", "threading", "sched", "select", "socket"}
    files = list(Path(smsgw.smpp.__path__[0]).glob("*.py"))
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not forbidden & {name.partition(".")[0] for name in names}, file
            assert not (isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")), file


def test_M5_while_nobody_reads_no_timer_runs() -> None:
    """M5: a gateway that stops reading must not blame the peer for what it didn't read."""
    settings = SessionSettings(enquire_link=30.0, inactivity=100.0, response_timeout=20.0)
    session = bound_esme(settings=settings)
    request = mt()
    session.submit(request, NOW, "tag")
    session.listen(False, NOW + 10)
    session.listen(False, NOW + 11)
    assert session.deadline() is None
    assert session.tick(NOW + 500) == []
    session.listen(True, NOW + 510)
    session.listen(True, NOW + 511)
    assert session.deadline() == NOW + 520
    assert session.tick(NOW + 519) == []
    assert session.tick(NOW + 520) == [Unanswered(request, "tag", "timeout")]
    session.data_to_send()
    session.tick(NOW + 530)
    assert sent(session) == [pdu.EnquireLink(sequence=3)]


@pytest.mark.parametrize("message", [mo(), pdu.DataSm(source=PHONE, sequence=1, tlvs=((0x424, b"S 1"),))])
def test_I1_a_message_gets_exactly_one_answer_and_not_from_the_session(message: Pdu) -> None:
    """I1: message_id is empty (4.6.2); a second answer is an error of ours."""
    session = bound_esme()
    request = received(session, message)
    assert (session.data_to_send(), session.pending_answers) == (b"", 1)
    assert session.respond(request, 0, NOW)
    assert session.pending_answers == 0
    (answer,) = sent(session)
    assert isinstance(answer, pdu.MessageResponse)
    assert (answer.command_id, answer.status, answer.message_id) == (message.command_id | pdu.RESPONSE, 0, "")
    with pytest.raises(LocalError, match="answered already"):
        session.respond(request, 0, NOW)
    assert session.data_to_send() == b""


def test_I1_only_what_was_received_can_be_answered_and_only_in_its_kind() -> None:
    """I1: an equal message is not the message."""
    session = bound_esme()
    request = received(session, mo())
    with pytest.raises(LocalError, match="never received"):
        session.respond(mo(), 0, NOW)
    with pytest.raises(LocalError, match="is not an answer to DeliverSm"):
        session.respond_with(request, pdu.SubmitSmResp("x"), NOW)
    with pytest.raises(LocalError, match="no answer"):
        session.respond(pdu.DeliverSmResp(), 0, NOW)
    with pytest.raises(LocalError, match="message_id"):
        session.respond(request, 0, NOW, message_id="x" * 65)
    assert session.respond(request, 0x64, NOW), "what could not be sent was no answer"


def test_I1_an_answer_after_the_end_of_the_session_goes_nowhere_and_says_so() -> None:
    """I1: the link may be lost between arrival and commit."""
    session = bound_esme()
    first, second = received(session, mo(sequence=1)), received(session, mo(sequence=2))
    session.close(NOW)
    assert not session.respond(first, 0, NOW)
    session.lost(NOW)
    assert not session.respond(second, 0, NOW)
    with pytest.raises(LocalError):
        session.respond(second, 0, NOW)
    assert session.data_to_send() == b""


def test_I1_answers_of_one_turn_are_one_write() -> None:
    """I1: as a batch is committed, so it is answered; in the order in which the answers were given."""
    session = bound_esme()
    events = session.receive(b"".join(encode(mo(sequence=number)) for number in range(1, 51)), NOW)
    for event in events:
        assert isinstance(event, Received)
        session.respond(event.pdu, 0, NOW)
    assert session.data_to_send() == b"".join(frame(0x80000005, b"\0", sequence=number) for number in range(1, 51))
    assert session.data_to_send() == b""


def test_I9_a_message_with_broken_tlvs_is_received_like_any_other() -> None:
    """I9: unknown, repeated, empty, of wrong length, too long, stray octets: none costs the message."""
    session = bound_esme()
    plain = encode(mo())
    for tail in ("1400 0001 FF", "1400 0000 1400 0000", "0427 0003 000002", "0427 0009 02", "00", "000000"):
        data = plain + octets(tail)
        (event,) = session.receive(len(data).to_bytes(4, "big") + data[4:], NOW)
        assert isinstance(event, Received)
        assert pdu.message_bytes(event.pdu) == b"S 1"
        assert session.respond(event.pdu, 0, NOW)


def test_O1_a_request_that_cannot_be_written_takes_no_place() -> None:
    """O1: 4.4.1."""
    session = bound_esme(settings=SessionSettings(window=1))
    with pytest.raises(LocalError, match="short_message"):
        session.submit(mt(b"x" * 255), NOW)
    assert (session.room(), session.data_to_send()) == (1, b"")
    session.submit(mt(), NOW)


@pytest.mark.parametrize(
    ("body", "status", "message_id"),
    [
        (b"", 0x58, ""),
        (b"\0", 0x58, ""),
        (octets("00 001D 0003 'no' 00"), 0x14, ""),
        (b"A05\0", 0, "A05"),
        (b"A05", 0, "A05"),
        (b"\0", 0, ""),
        (b"", 0, ""),
    ],
)
def test_O6_every_form_of_submit_sm_resp_is_an_answer(body: bytes, status: int, message_id: str) -> None:
    """O6: refusals with no body, NUL, TLVs; acceptance without NUL, with an empty id, with nothing (4.4.2)."""
    session = bound_esme()
    request = mt()
    number = session.submit(request, NOW, "tag")
    data = frame(0x80000004, body, status=status, sequence=number)
    (event,) = session.receive(data, NOW)
    assert isinstance(event, Answered) and isinstance(event.response, pdu.SubmitSmResp)
    assert (event.request, event.tag) == (request, "tag")
    assert (event.response.status, event.response.message_id) == (status, message_id)


def test_O8_no_more_requests_are_under_way_than_the_window_has_places() -> None:
    """O8: ten unless told otherwise, as the specification suggests (2.7)."""
    session = bound_esme()
    numbers = [session.submit(mt(), NOW) for _ in range(10)]
    assert session.room() == 0
    with pytest.raises(WindowFull):
        session.submit(mt(), NOW)
    assert len(sent(session)) == 10
    session.receive(frame(0x80000004, b"x\0", sequence=numbers[3]), NOW)
    assert session.room() == 1
    session.submit(mt(), NOW)
    assert session.room() == 0


def test_O8_all_kinds_of_requests_share_the_window() -> None:
    """O8: both ends, every request that has an answer."""
    pair = ConnectionPair(SessionSettings(window=5)).bound()
    requests: list[tuple[Pdu, Pdu]] = [
        (mt(), pdu.SubmitSmResp("m1")),
        (pdu.DataSm(source=SHORT_CODE, destination=PHONE), pdu.DataSmResp("m2")),
        (pdu.QuerySm("m1", SHORT_CODE), pdu.QuerySmResp("m1", "", 2)),
        (pdu.CancelSm("", "m1", SHORT_CODE, PHONE), pdu.CancelSmResp(status=0x11)),
        (pdu.SubmitMulti(destinations=(PHONE,)), pdu.SubmitMultiResp("m3", (pdu.Unsuccess(PHONE, 11),))),
    ]
    for request, _ in requests:
        pair.esme.submit(request, NOW, type(request))
    with pytest.raises(WindowFull):
        pair.esme.submit(pdu.ReplaceSm("m1", SHORT_CODE), NOW)
    events = pair.to_smsc()
    for event, (request, answer) in zip(events, requests, strict=True):
        assert event == Received(request)
        assert isinstance(event, Received)
        pair.smsc.respond_with(event.pdu, answer, NOW)
    assert pair.to_esme() == [Answered(request, answer, type(request)) for request, answer in requests]


def test_O8_the_same_pdu_may_be_submitted_again() -> None:
    """O8: a retry is a request of its own."""
    session = bound_esme()
    request = mt()
    one, two = session.submit(request, NOW, 1), session.submit(request, NOW, 2)
    assert [each.sequence for each in sent(session)] == [one, two]
    events = session.receive(frame(0x80000004, status=0x58, sequence=one), NOW)
    assert [event.tag for event in events if isinstance(event, Answered)] == [1]
    assert decode(encode(request)) == request
