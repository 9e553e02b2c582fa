"""Two sessions on one connection, in any order of whatever can happen: each request has exactly one end.

Octets travel in pieces of any size, time passes, answers come in any order or never, the link may be lost. What must
hold throughout: the window is never exceeded, sequence numbers are unique among the requests under way and within
their range, and every submitted request is Answered or Unanswered exactly once.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from smsgw.smpp.events import Answered, BindRequested, Closing, Event, Received, Unanswered
from smsgw.smpp.pdu import BindReceiver, BindRequest, BindTransceiver, BindTransmitter, DataSm, Pdu, QuerySm
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role, State
from smsgw.smpp.window import LAST_SEQUENCE
from tests.smpp.pair import mo, mt

WINDOW = 3
SETTINGS = SessionSettings(
    window=WINDOW,
    enquire_link=7.0,
    inactivity=40.0,
    response_timeout=10.0,
    bind_timeout=15.0,
    partial_timeout=8.0,
    first_sequence=LAST_SEQUENCE - 5,
)


class End:
    """One end of the connection, and the books that the test keeps about it."""

    def __init__(self, role: Role, now: float) -> None:
        self.session = Session(role, SETTINGS, now)
        self.wire = b""  # written by this end, not yet read by the other
        self.submitted = 0
        self.ended: Counter[object] = Counter()
        self.numbers: dict[object, int] = {}  # of the requests under way, by tag
        self.to_answer: list[Pdu] = []
        self.bind: BindRequest | None = None
        self.closing = 0

    def take(self, events: list[Event]) -> None:
        for event in events:
            assert not self.closing or not isinstance(event, Received | Closing), "after the end nothing is new"
            if isinstance(event, Answered | Unanswered):
                self.ended[event.tag] += 1
                del self.numbers[event.tag]
            elif isinstance(event, Received):
                self.to_answer.append(event.pdu)
            elif isinstance(event, BindRequested):
                self.bind = event.request
            elif isinstance(event, Closing):
                self.closing += 1
                assert self.session.state is State.CLOSED


class Link(RuleBasedStateMachine):
    """The rules are what the two owners, the network and time may do."""

    @initialize(kind=st.sampled_from([BindTransceiver, BindTransceiver, BindReceiver, BindTransmitter]))
    def connect(self, kind: type[BindRequest]) -> None:
        self.now = 0.0
        self.esme = End(Role.ESME, self.now)
        self.smsc = End(Role.SMSC, self.now)
        self.lost = False
        self.esme.session.bind(kind("dealer", "secret"), self.now)

    def end(self, which: Role) -> End:
        return self.esme if which is Role.ESME else self.smsc

    @rule(which=st.sampled_from(Role), size=st.integers(1, 200))
    def carry(self, which: Role, size: int) -> None:
        """Some octets that one end has written reach the other."""
        end, other = self.end(which), self.end(which.peer)
        end.wire += end.session.data_to_send()
        piece, end.wire = end.wire[:size], end.wire[size:]
        if piece and not self.lost:
            other.take(other.session.receive(piece, self.now))

    @rule(which=st.sampled_from(Role), number=st.integers(1, 4))
    def submit(self, which: Role, number: int) -> None:
        end = self.end(which)
        for _ in range(min(number, end.session.room())):
            end.submitted += 1
            tag = (which, end.submitted)
            request: Pdu = mt() if which is Role.ESME else mo()
            if end.submitted % 3 == 0:
                request = QuerySm("m1") if which is Role.ESME else DataSm()
            sequence = end.session.submit(request, self.now, tag)
            assert 1 <= sequence <= LAST_SEQUENCE
            assert sequence not in end.numbers.values(), "a number that is waited for was given out again"
            end.numbers[tag] = sequence

    @rule(which=st.sampled_from(Role), index=st.integers(0, 50), status=st.sampled_from([0, 0, 0x58, 0x64]))
    def answer(self, which: Role, index: int, status: int) -> None:
        end = self.end(which)
        if end.to_answer:
            request = end.to_answer.pop(index % len(end.to_answer))
            alive = end.session.state is not State.CLOSED
            assert end.session.respond(request, status, self.now) == alive

    @rule(status=st.sampled_from([0, 0, 0, 0, 0x0D]))
    def answer_bind(self, status: int) -> None:
        if self.smsc.bind is not None:
            request, self.smsc.bind = self.smsc.bind, None
            self.smsc.session.accept_bind(request, status, "SMSC", self.now)

    @rule()
    def bind_again(self) -> None:
        if self.esme.session.state is State.OPEN:
            self.esme.session.bind(BindTransceiver("dealer", "secret"), self.now)

    @rule(seconds=st.floats(0.1, 12.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        for end in (self.esme, self.smsc):
            end.take(end.session.tick(self.now))

    @rule(which=st.sampled_from(Role))
    def sleep_until_the_deadline(self, which: Role) -> None:
        """What is due at the deadline happens at the deadline: ticking there always moves it, or ends something."""
        deadline = self.end(which).session.deadline()
        if deadline is not None:
            self.now = max(self.now, deadline)
            for end in (self.esme, self.smsc):
                end.take(end.session.tick(self.now))
            later = self.end(which).session.deadline()
            assert later is None or later > self.now

    @rule(which=st.sampled_from(Role))
    def ask(self, which: Role) -> None:
        self.end(which).session.enquire(self.now)

    @precondition(lambda self: self.esme.submitted + self.smsc.submitted > 4)
    @rule(which=st.sampled_from(Role))
    def unbind(self, which: Role) -> None:
        self.end(which).session.unbind(self.now)

    @precondition(lambda self: self.esme.submitted + self.smsc.submitted > 4)
    @rule()
    def cut(self) -> None:
        self.lose()

    def lose(self) -> None:
        self.lost = True
        for end in (self.esme, self.smsc):
            end.take(end.session.lost(self.now))

    @invariant()
    def the_window_holds(self) -> None:
        if hasattr(self, "esme"):
            for end in (self.esme, self.smsc):
                assert end.session.outstanding == len(end.numbers) <= WINDOW
                assert end.closing <= 1
                assert end.session.pending_answers == len([each for each in end.to_answer if each is not None]), (
                    "every request is handed over once and answered once"
                )

    def teardown(self) -> None:
        if hasattr(self, "esme"):
            self.lose()
            for end in (self.esme, self.smsc):
                assert sum(end.ended.values()) == len(end.ended) == end.submitted
                assert not end.numbers


TestLink = Link.TestCase
TestLink.settings = settings(max_examples=250, stateful_step_count=70, deadline=None)
