"""The conformance list for what arrives: what cannot be read (F), and sequence numbers (S).

Each test names its item of the list; sections are those of SMPP 3.4.
"""

from __future__ import annotations

import pytest

from smsgw.smpp import pdu
from smsgw.smpp.codec import decode, encode
from smsgw.smpp.events import Answered, Closing, Malformed, Received, Unanswered, Unmatched
from smsgw.smpp.exchange import Exchange, OwnAnswered
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role, State
from smsgw.smpp.window import LAST_SEQUENCE
from tests.smpp.pair import NOW, ConnectionPair, bound_esme, mo, mt, sent
from tests.smpp.pdus import MALFORMED, Bad, frame, octets

# ---- F: framing and header


@pytest.mark.parametrize("length", [0, 4, 8, 15, 1 << 20])
def test_F2_a_false_length_is_nacked_and_the_link_closed(length: int) -> None:
    """F2: generic_nack RINVCMDLEN, then the end (2.8, 4.3); the PDU before it is served."""
    session = bound_esme()
    events = session.receive(encode(mo()) + frame(5, b"xxxx", sequence=9, length=length), NOW)
    assert isinstance(events[0], Received)
    assert isinstance(events[1], Malformed) and events[1].error.field == "command_length"
    assert events[2:] == [Closing("lost_framing")]
    assert sent(session) == [pdu.GenericNack(status=0x02, sequence=9 if length > 100 else 0)]
    assert session.state is State.CLOSED
    assert session.receive(encode(mo()), NOW) == []


def test_F3_an_unknown_request_is_nacked_and_the_link_lives() -> None:
    """F3: generic_nack RINVCMDID with its sequence number (3.3, 4.3)."""
    session = bound_esme()
    (event,) = session.receive(frame(0x111, b"??", sequence=0x80000001), NOW)
    assert isinstance(event, Malformed)
    assert (event.error.status, event.error.field, event.error.offset) == (0x03, "command_id", 4)
    assert sent(session) == [pdu.GenericNack(status=0x03, sequence=0x80000001)]
    assert session.state is State.BOUND_TRX


@pytest.mark.parametrize(
    "answer",
    [frame(0x80000111, sequence=2), frame(0x80000004, b"A1\0", sequence=99), frame(0x80000015, sequence=5)],
    ids=["of an unknown kind", "to nothing", "to no enquire_link"],
)
def test_F4_an_answer_to_nothing_is_reported_and_never_nacked(answer: bytes) -> None:
    """F4: a nack for an answer would make the peer nack the nack."""
    session = bound_esme()
    assert session.receive(answer, NOW) == [Unmatched(decode(answer))]
    assert session.data_to_send() == b""


def test_F5_a_nack_is_the_answer_to_the_request_of_its_number() -> None:
    """F5: and is not answered itself (4.3)."""
    session = bound_esme()
    request = mt()
    number = session.submit(request, NOW, "tag")
    session.data_to_send()
    nack = pdu.GenericNack(status=0x58, sequence=number)
    assert session.receive(encode(nack), NOW) == [Answered(request, nack, "tag")]
    assert (session.data_to_send(), session.outstanding) == (b"", 0)


def test_F5_a_nack_with_sequence_0_is_reported_as_matching_nothing() -> None:
    """F5: the peer could not read one of ours; which, it cannot say."""
    session = bound_esme()
    session.submit(mt(), NOW)
    session.data_to_send()
    nack = pdu.GenericNack(status=0x02, sequence=0)
    assert session.receive(encode(nack), NOW) == [Unmatched(nack)]
    assert (session.data_to_send(), session.outstanding) == (b"", 1)


def test_F6_a_status_in_a_request_means_nothing() -> None:
    """F6: 5.1.3."""
    session = bound_esme()
    message = mo()
    message.status = 0xFFFFFFFF
    assert session.receive(encode(message), NOW) == [Received(message)]


@pytest.mark.parametrize("status", [0x09, 0x100, 0x400, 0x4FF, 0xFFFFFFFF])
def test_F6_any_status_can_be_an_answer(status: int) -> None:
    """F6: reserved, SMPP 5 and vendors' numbers."""
    session = bound_esme()
    number = session.submit(mt(), NOW)
    (event,) = session.receive(frame(0x80000004, status=status, sequence=number), NOW)
    assert isinstance(event, Answered) and event.response.status == status


@pytest.mark.parametrize("bad", [each for each in MALFORMED if each.data[4:8] == b"\0\0\0\5"], ids=lambda bad: bad.name)
def test_F7_a_malformed_deliver_sm_is_refused_and_the_link_lives(bad: Bad) -> None:
    """F7: its own answer, a status that tells what is wrong (2.8, 3.1)."""
    session = bound_esme()
    (event,) = session.receive(bad.data, NOW)
    assert isinstance(event, Malformed)
    assert (event.error.field, event.raw) == (bad.field, bad.data)
    assert sent(session) == [pdu.DeliverSmResp(status=bad.status, sequence=1)]
    assert session.receive(encode(mo()), NOW) == [Received(mo())]


def test_F7_a_malformed_request_without_an_answer_of_its_own_is_nacked() -> None:
    """F7: alert_notification has no response."""
    session = bound_esme()
    session.receive(frame(0x102, b"\0\0\0", sequence=4), NOW)
    assert sent(session) == [pdu.GenericNack(status=0xC2, sequence=4)]


def test_F7_a_malformed_bind_is_refused_without_its_password_being_shown() -> None:
    """F7, T2."""
    session = Session(Role.SMSC, SessionSettings(), NOW)
    (event,) = session.receive(frame(9, octets("'dealer' 00") + b"hunter2" * 10 + bytes(6)), NOW)
    assert isinstance(event, Malformed)
    assert "hunter2" not in repr(event)
    assert sent(session) == [pdu.BindTransceiverResp(status=0xC2, sequence=1)]
    assert session.state is State.OPEN


def test_F8_a_pdu_that_never_ends_closes_the_link() -> None:
    """F8: not in the specification; a few octets every while do not help."""
    session = bound_esme(settings=SessionSettings(partial_timeout=5.0))
    data = encode(mo())
    for second in range(5):
        assert session.receive(data[second : second + 1], NOW + second) == []
    assert session.deadline() == NOW + 5.0
    assert session.tick(NOW + 4.9) == []
    assert session.tick(NOW + 5.0) == [Closing("partial_pdu")]


# ---- S: sequence numbers


def test_S1_our_numbers_begin_at_1_and_wrap_past_those_under_way() -> None:
    """S1: the bind has the first; a number under way is skipped when the counter comes by again (5.1.4)."""
    assert bound_esme().submit(mt(), NOW) == 2
    pair = ConnectionPair(esme=SessionSettings(first_sequence=LAST_SEQUENCE - 1)).bound()
    assert [pair.esme.submit(mt(), NOW) for _ in range(3)] == [LAST_SEQUENCE, 1, 2]


def test_S1_the_numbers_of_the_sessions_own_requests_are_taken_until_they_are_answered() -> None:
    """S1: an enquire_link under way keeps its number, though it has no place in the window."""
    exchange = Exchange(SessionSettings())
    exchange.send_own(pdu.EnquireLink(), NOW)
    assert exchange.window.reserved == {1}
    answer = pdu.EnquireLinkResp(sequence=1)
    assert exchange.match(answer) == OwnAnswered(pdu.EnquireLink(sequence=1), answer, NOW)
    assert exchange.window.reserved == set()


@pytest.mark.parametrize("sequence", [0, 1, LAST_SEQUENCE, 0x80000000, 0x806A179B, 0xFFFFFFFF])
def test_S2_the_peers_numbers_come_back_bit_for_bit(sequence: int) -> None:
    """S2: also those that are not allowed."""
    session = bound_esme()
    (event,) = session.receive(encode(mo(sequence=sequence)) + frame(0x15, sequence=sequence), NOW)
    assert isinstance(event, Received)
    session.respond(event.pdu, 0, NOW)
    assert sent(session) == [pdu.EnquireLinkResp(sequence=sequence), pdu.DeliverSmResp(sequence=sequence)]


def test_S2_two_requests_with_one_number_get_two_answers() -> None:
    """S2: a peer that does not count is served all the same."""
    session = bound_esme()
    first, second = session.receive(encode(mo(b"A")) + encode(mo(b"B")), NOW)
    assert isinstance(first, Received) and isinstance(second, Received)
    session.respond(second.pdu, 0x64, NOW)
    session.respond(first.pdu, 0, NOW)
    assert sent(session) == [pdu.DeliverSmResp(status=0x64, sequence=1), pdu.DeliverSmResp(sequence=1)]


def test_S3_answers_may_come_in_any_order() -> None:
    """S3: 2.7."""
    session = bound_esme()
    numbers = [session.submit(mt(), NOW, tag) for tag in "abc"]
    events = session.receive(b"".join(frame(0x80000004, b"x\0", sequence=each) for each in reversed(numbers)), NOW)
    assert [event.tag for event in events if isinstance(event, Answered)] == ["c", "b", "a"]


def test_S3_a_second_answer_matches_nothing() -> None:
    """S3."""
    session = bound_esme()
    answer = frame(0x80000004, b"x\0", sequence=session.submit(mt(), NOW))
    first, second = session.receive(answer * 2, NOW)
    assert isinstance(first, Answered)
    assert second == Unmatched(pdu.SubmitSmResp("x", sequence=2))


def test_S3_a_late_answer_names_the_request_it_came_too_late_for() -> None:
    """S3: the request had its end; what the answer says is not lost."""
    session = bound_esme(settings=SessionSettings(response_timeout=10.0))
    request = mt()
    number = session.submit(request, NOW, "tag")
    assert session.tick(NOW + 10.0) == [Unanswered(request, "tag", "timeout")]
    answer = frame(0x80000004, b"A5\0", sequence=number)
    assert session.receive(answer, NOW + 11) == [Unmatched(pdu.SubmitSmResp("A5", sequence=2), request, "tag")]
    assert session.receive(answer, NOW + 12) == [Unmatched(pdu.SubmitSmResp("A5", sequence=2))]


def test_S3_an_answer_of_another_kind_is_no_answer() -> None:
    """S3: the right one may still come."""
    session = bound_esme()
    request = mt()
    number = session.submit(request, NOW, "tag")
    wrong = frame(0x80000005, b"\0", sequence=number)
    assert session.receive(wrong, NOW) == [Unmatched(decode(wrong))]
    right = frame(0x80000004, b"x\0", sequence=number)
    assert session.receive(right, NOW) == [Answered(request, decode(right), "tag")]


def test_S4_an_answer_from_the_session_before_matches_nothing() -> None:
    """S4: each session counts from 1 and knows its own requests only."""
    before = bound_esme()
    number = before.submit(mt(), NOW)
    before.lost(NOW)
    after = bound_esme()
    stale = frame(0x80000004, b"x\0", sequence=number)
    assert after.receive(stale, NOW) == [Unmatched(decode(stale))]
