"""Live sessions against mutated frames and streams by the hundred thousand: they hold, answer once, and never hang.

A session here has submits under way, gets its messages answered (some at once, some later, some never), has its timers
rung, and reads what it is given in pieces of any size. Nothing is caught, so whatever were raised would end the test.
The seed is printed; SMSGW_SEED sets another.
"""

from __future__ import annotations

import gc
import os
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest

from smsgw.smpp import pdu
from smsgw.smpp.codec import decode, encode
from smsgw.smpp.errors import PduError
from smsgw.smpp.events import Answered, Event, Malformed, Received, Unanswered
from smsgw.smpp.framing import Framer
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import BOUND, State
from tests.smpp.pair import NOW, bound_esme, mt
from tests.smpp.pdus import frame
from tests.smpp.test_codec_fuzz import mutated

SETTINGS = SessionSettings(window=10, response_timeout=60.0, partial_timeout=30.0)
HELD = 100_000  # octets that may still be held of what a twentieth of a run allocated: caches, no leak


class Fuzzed:
    """One session, what it owes and is owed, and the peer that means it no good."""

    def __init__(self, rng: random.Random, found: Counter[str]) -> None:
        self.rng = rng
        self.found = found
        self.now = NOW
        self.session: Session = bound_esme(settings=SETTINGS)
        self.framer = Framer(SETTINGS.frame_limit)
        self.waiting: list[pdu.Pdu] = []
        self.tags: set[int] = set()
        self.tag = 0
        self.frames = 0
        self.honest: list[bytes] = []  # answers that the peer means well

    def play(self, frames: list[bytes], cut: bool) -> None:
        """The peer sends these frames; `cut`: in pieces of any size, some octets lost or doubled."""
        frames = [*frames, *self.honest]
        self.honest.clear()
        self.rng.shuffle(frames)
        stream = b"".join(frames)
        self.frames += len(frames)
        before = [self._command(data) for data in frames]
        place = 0
        while place < len(stream) and self.session.state is not State.CLOSED:
            size = self.rng.randint(1, 400) if cut else len(stream)
            self.happened(self.session.receive(stream[place : place + size], self.now))
            place += size
            if cut and not self.rng.randrange(40):
                place += self.rng.randint(-5, 5)
                place = max(0, place)
            self.now += self.rng.choice((0.0, 0.0, 0.001, 0.3))
        answers = self.wrote()
        if not cut:
            self.answered_rightly(frames, before, answers)
        self.live_on()

    @staticmethod
    def _command(data: bytes) -> int:
        return int.from_bytes(data[4:8], "big")

    def happened(self, events: list[Event]) -> None:
        for event in events:
            self.found[type(event).__name__] += 1
            if isinstance(event, Malformed):
                assert isinstance(event.error, PduError)
            elif isinstance(event, Received) and type(event.pdu) in pdu.RESPONSE_TO:
                self.waiting.append(event.pdu)
            elif isinstance(event, (Answered, Unanswered)):
                assert isinstance(event.tag, int)
                self.tags.remove(event.tag)  # each exactly once

    def wrote(self) -> list[pdu.Pdu]:
        """What the session wrote since last time; all of it can be read."""
        written = [decode(data) for data in self.framer.feed(self.session.data_to_send())]
        for each in written:
            kind = pdu.RESPONSE_TO.get(type(each))
            if kind is not None and not self.rng.randrange(3):
                self.honest.append(encode(kind(sequence=each.sequence)))
        return written

    def answered_rightly(self, frames: list[bytes], commands: list[int], answers: list[pdu.Pdu]) -> None:
        """No more answers than requests, each to the number of one, and none to an answer or a nack."""
        requests = Counter(
            int.from_bytes(data[12:16], "big")
            for data, command in zip(frames, commands, strict=True)
            if not command & pdu.RESPONSE
        )
        for answer in answers:
            if not answer.command_id & pdu.RESPONSE:
                continue
            if self.session.state is State.CLOSED and type(answer) is pdu.GenericNack:
                continue  # the last word of a session that lost its framing
            requests[answer.sequence] -= 1
            assert requests[answer.sequence] >= 0, answer

    def live_on(self) -> None:
        """The owner of the session does its part: answers, submits, lets time pass."""
        rng, session = self.rng, self.session
        rng.shuffle(self.waiting)
        while self.waiting and rng.randrange(20):
            request = self.waiting.pop()
            session.respond(request, rng.choice((0, 0, 0x64)), self.now)
        while session.room() > 0 and rng.randrange(5):
            self.tag += 1
            self.tags.add(self.tag)
            session.submit(mt(b"%d" % self.tag), self.now, self.tag)
        if not rng.randrange(10):
            self.now += rng.choice((1.0, 10.0, 61.0))
            self.happened(session.tick(self.now))
        self.wrote()

    def end(self) -> None:
        """Whatever was done to it, a session is not stuck: it answers a question, or it ends by its timers."""
        session = self.session
        if session.state in BOUND and not self.framer_is_inside_a_pdu():
            self.happened(session.receive(frame(0x15, sequence=0x7FFF0001), self.now))
            assert any(type(each) is pdu.EnquireLinkResp and each.sequence == 0x7FFF0001 for each in self.wrote())
            while self.waiting:
                assert session.respond(self.waiting.pop(), 0, self.now)
            assert session.pending_answers == 0
        # Nothing comes from the peer any more: every request has its end, and then the session its own.
        for _ in range(20):
            due = session.deadline()
            if due is None:
                break
            self.now = max(self.now, due)
            self.happened(session.tick(self.now))
            self.wrote()
        assert session.state is State.CLOSED
        self.happened(session.lost(self.now))
        assert not self.tags, "each submit has exactly one end"
        self.found["sessions"] += 1

    def framer_is_inside_a_pdu(self) -> bool:
        return self.session._framer.pending > 0


def whole(data: bytes) -> bytes:
    """A frame whose length is right, so that the one behind it is found."""
    return len(data).to_bytes(4, "big") + data[4:] if len(data) >= 16 else frame(0x15, sequence=1)


def pieces(rng: random.Random, count: int, right: bool) -> Iterator[list[bytes]]:
    """So many frames by handfuls; `right`: with right lengths."""
    while count > 0:
        size = min(count, rng.randint(1, 12))
        yield [whole(mutated(rng)) if right else mutated(rng) for _ in range(size)]
        count -= size


def fuzz(count: int, seed: int, found: Counter[str]) -> None:
    """Half of the frames go to sessions that live as long as they can, half in broken streams to short ones."""
    rng = random.Random(seed)
    link = Fuzzed(rng, found)
    for turn, frames in enumerate(pieces(rng, count // 2, True)):
        link.play(frames, cut=False)
        found["frames"] += len(frames)
        if link.session.state is State.CLOSED or turn % 500 == 499:
            found["longest"] = max(found["longest"], link.frames)
            link.end()
            link = Fuzzed(rng, found)
    link.end()
    link = Fuzzed(rng, found)
    for turn, frames in enumerate(pieces(rng, count - count // 2, False)):
        link.play(frames, cut=True)
        found["frames"] += len(frames)
        if link.session.state is State.CLOSED or turn % 20 == 19:
            link.end()
            link = Fuzzed(rng, found)
    link.end()


def seed_of(default: int) -> int:
    seed = int(os.environ.get("SMSGW_SEED", default))
    print(f"SMSGW_SEED={seed}")
    return seed


def measured(count: int, seed: int) -> None:
    """The whole in twenty pieces; what the last of them allocated must be free again."""
    found: Counter[str] = Counter()
    pieces_of_it = 20
    for piece in range(pieces_of_it):
        if piece == pieces_of_it - 1:
            gc.collect()
            tracemalloc.start()
        fuzz(count // pieces_of_it, seed + piece, found)
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print({"held": held, "peak": peak, **found})
    assert held < HELD
    for kind in ("Received", "Malformed", "Answered", "Unanswered", "Unmatched", "LinkProved", "Closing", "Unbound"):
        assert found[kind] > count / 20_000, kind
    assert found["longest"] > 500


@pytest.mark.alone
@pytest.mark.chaos
def test_F4_F5_sessions_hold_against_two_hundred_thousand_mutated_frames() -> None:
    measured(200_000, seed_of(20260401))


@pytest.mark.soak
def test_sessions_hold_against_a_million_mutated_frames() -> None:
    measured(1_000_000, seed_of(20260401))
