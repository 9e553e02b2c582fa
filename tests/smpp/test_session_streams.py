"""A session against any stream: however it is cut the events are the same, and whatever it holds nothing is raised."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp import pdu
from smsgw.smpp.codec import decode, encode
from smsgw.smpp.errors import PduError
from smsgw.smpp.events import Closing, Event, Malformed, Received
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import Pdu
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role, State
from tests.smpp.pair import NOW, bound_esme, mo, mt
from tests.smpp.pdus import ANY_PDU, MALFORMED, ODD_BUT_VALID, frame

CASES: dict[str, list[bytes]] = {
    "messages": [encode(mo(sequence=number)) for number in range(1, 6)],
    "answers and messages": [
        frame(0x80000004, b"A1\0", sequence=2),
        encode(mo()),
        frame(0x80000004, b"A2", sequence=3),
    ],
    "questions": [frame(0x15, sequence=5), encode(mo()), frame(0x15, sequence=6)],
    "unbind with an answer behind it": [encode(pdu.Unbind(sequence=9)), frame(0x80000004, b"A1\0", sequence=2)],
    "odd": [odd.data for odd in ODD_BUT_VALID],
    "malformed": [bad.data for bad in MALFORMED if bad.field != "command_length"],
    "unknown": [frame(0x111, b"x"), frame(0x80000111, b"y"), frame(0x112, sequence=0xFFFFFFFF)],
    "lost framing": [encode(mo()), frame(5, b"xyz", length=3), encode(mo())],
    "too long": [encode(mo()), frame(5, b"xyz", sequence=8, length=1 << 24), encode(mo())],
}


def told(event: Event) -> object:
    """An event as a value: errors compare by what they say."""
    return (str(event.error), event.error.args, event.raw) if isinstance(event, Malformed) else event


def run(pieces: list[bytes]) -> tuple[list[object], bytes, State]:
    """A session with two submits under way reads these pieces: its events, what it wrote, where it stands."""
    session = bound_esme()
    session.submit(mt(), NOW, "one")
    session.submit(mt(), NOW, "two")
    session.data_to_send()
    events = [told(event) for piece in pieces for event in session.receive(piece, NOW)]
    return events, session.data_to_send(), session.state


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_the_same_whole_and_octet_by_octet(name: str) -> None:
    stream = b"".join(CASES[name])
    whole = run([stream])
    assert whole[0], "a case in which nothing happens shows nothing"
    assert run(CASES[name]) == whole
    assert run([bytes([octet]) for octet in stream]) == whole


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=3), st.lists(st.integers(0, 4000), max_size=12))
def test_any_cutting_of_a_stream_gives_the_same_events(names: list[str], cuts: list[int]) -> None:
    stream = b"".join(data for name in names for data in CASES[name])
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    assert run([stream[a:b] for a, b in pairwise(places)]) == run([stream])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), ANY_PDU.map(encode)), max_size=5), st.sampled_from(Role))
def test_any_octets_give_events_and_never_an_error(pieces: list[bytes], role: Role) -> None:
    fresh = Session(role, SessionSettings(), NOW)
    for session in (fresh, bound_esme()):
        for piece in pieces:
            for event in session.receive(piece, NOW):
                if isinstance(event, Malformed):
                    assert isinstance(event.error, PduError)
        session.tick(NOW + 1)
        session.lost(NOW + 2)


@settings(max_examples=400, deadline=None)
@given(st.lists(ANY_PDU, min_size=1, max_size=6), st.sampled_from(Role))
def test_every_request_has_at_most_one_answer_and_no_answer_is_answered(stream: list[Pdu], role: Role) -> None:
    """What is not handed over is answered at once, with the number it came with; a message never."""
    session = bound_esme() if role is Role.ESME else Session(role, SessionSettings(), NOW)
    events = session.receive(b"".join(encode(each) for each in stream), NOW)
    answers = [decode(data) for data in Framer().feed(session.data_to_send())]
    handed_over = [event.pdu for event in events if isinstance(event, Received)]
    requests = [each for each in stream if each.command_id < pdu.RESPONSE]
    assert len(answers) + len(handed_over) <= len(requests)
    numbers = [each.sequence for each in requests]
    for answer in answers:
        assert answer.command_id & pdu.RESPONSE
        numbers.remove(answer.sequence)
    if not any(isinstance(event, Closing) for event in events) and session.pending_answers:
        for request in handed_over:
            if type(request) in pdu.RESPONSE_TO:
                assert session.respond(request, 0, NOW)
        assert session.pending_answers == 0
