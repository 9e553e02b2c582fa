"""One SMPP session as a value: octets and times in, events and octets out. No socket, no reactor, no clock.

By itself a session answers enquire_link (in every state), unbind (when everything received has its answer), PDUs it
cannot read or does not know, and requests that are out of place. It never answers a message: nothing may be
acknowledged before it is committed, and only the owner of the session knows when that is.

All times are seconds of one monotonic clock, the caller's.
"""

from __future__ import annotations

from typing import Literal

from smsgw.smpp.codec import decode
from smsgw.smpp.errors import LocalError, PduError
from smsgw.smpp.events import (
    BindRefused,
    BindRequested,
    Bound,
    Closing,
    ClosingReason,
    Event,
    LinkProved,
    Malformed,
    Received,
    Unbound,
)
from smsgw.smpp.exchange import Exchange, OwnAnswered
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import (
    RESPONSE,
    RESPONSE_TO,
    BindRequest,
    BindResponse,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    MessageResponse,
    Pdu,
    Unbind,
    UnbindResp,
    UnknownPdu,
)
from smsgw.smpp.settings import SessionSettings as SessionSettings  # noqa: PLC0414 - offered here too
from smsgw.smpp.states import ANSWERLESS, BOUND, SESSION_MATTERS, STEP_OF_BIND, Step, after, requests_allowed
from smsgw.smpp.states import Role as Role  # noqa: PLC0414 - offered here too
from smsgw.smpp.states import State as State  # noqa: PLC0414 - offered here too
from smsgw.smpp.status import ESME_RALYBND, ESME_RINVBNDSTS, ESME_RINVCMDID, ESME_RUNKNOWNERR
from smsgw.smpp.timers import Due, Timers
from smsgw.smpp.tlv import TAG_SC_INTERFACE_VERSION, Tlvs

_SWAPPED_VERSION_TAG = 0x1002  # some SMSCs write the tag of sc_interface_version with its octets in the wrong order
_NOTHING: frozenset[type[Pdu]] = frozenset()


class Session:
    """One end of one connection, from its opening to its loss.

    Give `receive` every octet that arrives, call `tick` at `deadline()`, and after each call of anything write what
    `data_to_send()` has. When a Closing comes, write that too and drop the connection; when the connection is gone,
    however it went, call `lost`.
    """

    def __init__(self, role: Role, settings: SessionSettings, now: float) -> None:
        self.role = role
        self.settings = settings
        self.state = State.OPEN
        self.peer_version: int | None = None  # interface_version of the peer, once bound; None: it didn't say
        self._framer = Framer(settings.frame_limit)
        self._timers = Timers(settings, now)
        self._exchange = Exchange(settings)
        self._now = now
        self._events: list[Event] = []
        self._sends = _NOTHING  # requests that submit() takes in this state
        self._takes = _NOTHING  # requests of the peer that become Received in this state
        self._bind: BindRequest | None = None  # the peer's, waiting for accept_bind
        self._early: list[Pdu] = []
        self._unbind: Pdu | None = None  # the peer's
        self._unbind_sent = False

    # ---- what the owner may ask

    @property
    def pending_answers(self) -> int:
        """Requests received that `respond` has not answered yet."""
        return len(self._exchange.received)

    @property
    def outstanding(self) -> int:
        """Requests submitted that have no end yet."""
        return len(self._exchange.window)

    @property
    def partial(self) -> bytes:
        """What has been received of a PDU that is not whole yet."""
        return self._framer.rest

    @property
    def peer_takes_tlvs(self) -> bool:
        """Whether the peer said that it speaks SMPP 3.4 or later; one that says nothing must be taken for 3.3 (3.4)."""
        return self.peer_version is not None and self.peer_version >= 0x34

    def room(self) -> int:
        """How many requests `submit` would take now; 0 in a state in which it takes none."""
        return self._exchange.window.room() if self._sends else 0

    def deadline(self) -> float | None:
        """When `tick` is wanted next; a time in the past when an event waits to be fetched, None if never."""
        if self._events:
            return self._now
        if self.state is State.CLOSED or self._timers.still_since is not None:
            return None
        timer, request = self._timers.deadline(), self._exchange.window.earliest()
        if timer is None or request is None:
            return request if timer is None else timer
        return min(timer, request)

    def data_to_send(self) -> bytes:
        """Everything queued since the last call, as one string for one write; empty if nothing is."""
        return self._exchange.data_to_send()

    # ---- what the owner may do

    # from link
    def bind(self, request: BindRequest, now: float) -> None:
        """ESME: ask for a bind; Bound or BindRefused will come, or Closing. LocalError outside state OPEN."""
        self._check(request)
        self._exchange.send_own(request, now)
        self._become(Step.BIND)
        self._timers.binding(now)

    # from the simulated SMSC
    def accept_bind(self, request: BindRequest, status: int, system_id: str, now: float, tlvs: Tlvs = ()) -> None:
        """SMSC: answer a BindRequested; status 0 binds the peer, any other refuses it.

        sc_interface_version is added by the settings, for a peer that takes TLVs. Does nothing when the session ended
        meanwhile; raises LocalError for a bind that does not wait for an answer.
        """
        if self.state is State.CLOSED:
            return
        if request is not self._bind:
            raise LocalError("this bind is not waiting for an answer")
        version = self.settings.interface_version
        if version is not None and request.interface_version >= 0x34:
            tlvs = (*tlvs, (TAG_SC_INTERFACE_VERSION, bytes([version])))
        if status:
            self._exchange.refuse(request.command_id, request.sequence, status)
            self._become(Step.REFUSED)
            self._timers.binding(now)
        else:
            kind = RESPONSE_TO[type(request)]
            assert issubclass(kind, BindResponse)
            self._exchange.send(kind(system_id, sequence=request.sequence, tlvs=tlvs))
            self.peer_version = request.interface_version
            self._become(STEP_OF_BIND[type(request)])
            self._timers.is_bound(now)
        self._bind = None

    # from pump; from the simulated SMSC
    def submit(self, pdu: Pdu, now: float, tag: object = None) -> int:
        """Send a request; exactly one Answered or Unanswered with this `tag` will come.

        Its sequence number is set and returned. Raises WindowFull when `room()` is 0 in a bound state, LocalError in
        a state that forbids it and for a field that cannot be sent.
        """
        if type(pdu) not in self._sends:
            raise LocalError(f"no {type(pdu).__name__} by an {self.role.value} in state {self.state.value}")
        return self._exchange.submit(pdu, now, tag)

    # from the simulated SMSC
    def notify(self, pdu: Pdu) -> int:
        """Send one of the two requests that have no answer: alert_notification, outbind. LocalError out of place."""
        if type(pdu) not in ANSWERLESS:
            raise LocalError(f"{type(pdu).__name__} has an answer: submit it")
        self._check(pdu)
        self._exchange.send_unanswerable(pdu)
        return pdu.sequence

    # from the lobby of outbinds
    def nack(self, request: Pdu, status: int) -> None:
        """Refuse a request that has no answer of its own, with a generic_nack. LocalError for one that has."""
        if type(request) not in ANSWERLESS:
            raise LocalError(f"{type(request).__name__} has an answer: respond to it")
        self._exchange.refuse(request.command_id, request.sequence, status)

    # from intake, after commit
    def respond(self, request: Pdu, status: int, now: float, message_id: str = "", tlvs: Tlvs = ()) -> bool:
        """Answer a request that came as Received: exactly once, or LocalError.

        False if the session ended meanwhile and the answer went nowhere.
        """
        kind = RESPONSE_TO.get(type(request))
        if kind is None:
            raise LocalError(f"{type(request).__name__} has no answer")
        response = kind(status=status, tlvs=tlvs)
        if isinstance(response, MessageResponse):
            response.message_id = message_id
        return self.respond_with(request, response, now)

    def respond_with(self, request: Pdu, response: Pdu, now: float) -> bool:
        """Like `respond`, with an answer that has more to say than a status (query_sm, submit_multi)."""
        written = self._exchange.answer(request, response)
        if self.state is State.UNBINDING:
            self._go_on_unbinding(now)
        return written

    # from link
    def enquire(self, now: float) -> bool:
        """Send an enquire_link now, for the LinkProved its answer brings. False if not bound or one is under way."""
        if self.state not in BOUND or self._timers.enquired_at is not None:
            return False
        self._exchange.send_own(EnquireLink(), now)
        self._timers.enquired_at = now
        return True

    # from link
    def listen(self, on: bool, now: float) -> None:
        """Tell the session that its owner stops reading from the connection, or goes on.

        In between all timers stand still: an answer that nobody reads is no answer that did not come.
        """
        if on:
            self._exchange.window.postpone(self._timers.go_on(now))
        else:
            self._timers.stand_still(now)

    # from link
    def unbind(self, now: float) -> None:
        """End the session in order: nothing more is submitted; when all that is under way has its end, or after
        `response_timeout`, unbind is sent and its answer waited for. Unbound and Closing follow. Twice is once.
        """
        if self.state in BOUND:
            takes = self._takes
            self._become(Step.UNBIND)
            self._takes = takes  # the peer has not heard of it yet
            self._timers.unbinding(now)
            self._go_on_unbinding(now)
        elif self.state in (State.OPEN, State.BINDING):
            self._end("unbound", now)

    # from link
    def close(self, now: float) -> None:
        """End the session at once; whatever is queued may still be written. No event follows but those of `lost`."""
        self._now = now
        self._become(Step.END)

    # from link, when the connection is gone
    def lost(self, now: float) -> list[Event]:
        """The connection is gone: one Unanswered for each request under way. A second call has nothing to say."""
        reason: Literal["closed", "lost"] = "closed" if self.state is State.CLOSED else "lost"
        self._events.extend(self._exchange.drain(reason))
        self.close(now)
        self._exchange.out.clear()
        return self._fetch()

    # ---- what the link brings

    # from link, for each read
    def receive(self, data: bytes, now: float) -> list[Event]:
        """The events in `data`, which may begin and end anywhere. Never raises, whatever the octets."""
        self._now = now
        framer = self._framer
        frames = framer.feed(data)
        if self.state is not State.CLOSED:
            self._timers.read(len(frames), framer.pending, now)
        for frame in frames:
            try:
                pdu = decode(frame)
            except PduError as error:
                self._malformed(error, frame)
                continue
            if type(pdu) in self._takes:
                self._received(pdu)
            elif pdu.command_id & RESPONSE:
                self._response(pdu, now)
            elif self.state is not State.CLOSED:
                self._request(pdu, frame, now)
            if self.state is State.UNBINDING:
                self._go_on_unbinding(now)
        if framer.broken is not None and self.state is not State.CLOSED:
            self._malformed(framer.broken, b"")
            self._end("lost_framing", now)
        return self._fetch()

    # from link, at deadline()
    def tick(self, now: float) -> list[Event]:
        """The events that come of time having passed. May be called at any time, and late."""
        self._now = now
        if self.state is not State.CLOSED and self._timers.still_since is None:
            self._events.extend(self._exchange.expire(now))
            for due in self._timers.due(now):
                self._on_time(due, now)
            if self.state is State.UNBINDING:
                self._go_on_unbinding(now)
        return self._fetch()

    # ---- inside

    def _fetch(self) -> list[Event]:
        events = self._events
        self._events = []
        return events

    def _check(self, request: Pdu) -> None:
        if type(request) not in requests_allowed(self.role, self.state):
            raise LocalError(f"no {type(request).__name__} by an {self.role.value} in state {self.state.value}")

    def _become(self, step: Step) -> None:
        self.state = state = after(self.state, step)
        self._sends = requests_allowed(self.role, state) - SESSION_MATTERS
        self._takes = requests_allowed(self.role.peer, state) - SESSION_MATTERS
        if state is State.CLOSED:
            self._exchange.over = True
            self._timers.stop()

    def _end(self, why: ClosingReason, now: float) -> None:
        self._now = now
        self._become(Step.END)
        self._events.append(Closing(why))

    def _received(self, pdu: Pdu) -> None:
        self._exchange.received[id(pdu)] = pdu, self._now
        self._events.append(Received(pdu))

    def _malformed(self, error: PduError, frame: bytes) -> None:
        self._events.append(Malformed(error, frame))
        if self._framer.broken is error:
            self._exchange.send(GenericNack(status=error.status, sequence=error.sequence))
        elif not error.command_id & RESPONSE:
            self._exchange.refuse(error.command_id, error.sequence, error.status)

    def _request(self, pdu: Pdu, frame: bytes, now: float) -> None:
        """A request that is not simply Received: the session's own matter, or out of place."""
        kind = type(pdu)
        in_place = kind in requests_allowed(self.role.peer, self.state)
        if kind is EnquireLink:
            self._exchange.send(EnquireLinkResp(sequence=pdu.sequence))
        elif isinstance(pdu, BindRequest) and in_place:
            self._bind = pdu
            self._become(Step.BIND)
            self._timers.bind_by = None  # now it is our own answer that is waited for
            self._events.append(BindRequested(pdu))
        elif kind is Unbind and (in_place or (self.state is State.UNBINDING and self._unbind is None)):
            self._unbind = pdu
            if self.state is not State.UNBINDING:
                self._become(Step.UNBIND)
                self._timers.unbinding(now)
            self._takes = _NOTHING
            self._events.append(Unbound(by_peer=True))
        elif kind in ANSWERLESS and in_place:
            self._events.append(Received(pdu))
        elif isinstance(pdu, UnknownPdu):
            reason = f"is 0x{pdu.command_id:08X}, which SMPP 3.4 does not have"
            self._malformed(PduError(ESME_RINVCMDID, pdu.sequence, pdu.command_id, "command_id", 4, reason), frame)
        elif self._comes_early(kind):
            self._early.append(pdu)
        else:
            again = isinstance(pdu, BindRequest) and self.role is Role.SMSC
            self._exchange.refuse(pdu.command_id, pdu.sequence, ESME_RALYBND if again else ESME_RINVBNDSTS)

    def _comes_early(self, kind: type[Pdu]) -> bool:
        """Whether this is a message that overtook its bind_resp: kept, because a refusal could be the end of it."""
        return (
            self.role is Role.ESME
            and self.state is State.BINDING
            and kind in requests_allowed(Role.SMSC, State.BOUND_TRX) - SESSION_MATTERS
            and len(self._early) < self.settings.early_requests
        )

    def _response(self, pdu: Pdu, now: float) -> None:
        found = self._exchange.match(pdu)
        if not isinstance(found, OwnAnswered):
            self._events.append(found)
        elif self.state is State.CLOSED:
            pass  # the answer to an enquire_link or an unbind that nobody waits for any more
        elif isinstance(found.request, BindRequest):
            self._bind_answered(found.request, pdu, now)
        elif type(found.request) is EnquireLink:
            self._timers.enquired_at = None  # a generic_nack proves as much: the peer has read it
            self._events.append(LinkProved(found.settled))
        else:
            self._events.append(Unbound(by_peer=False))
            self._end("unbound", now)

    def _bind_answered(self, request: BindRequest, response: Pdu, now: float) -> None:
        if response.status or not isinstance(response, BindResponse):
            self._become(Step.REFUSED)
            self._events.append(BindRefused(response.status or ESME_RUNKNOWNERR))
        else:
            version = response.tlv(TAG_SC_INTERFACE_VERSION) or response.tlv(_SWAPPED_VERSION_TAG)
            self.peer_version = version[-1] if version else None
            self._become(STEP_OF_BIND[type(request)])
            self._timers.is_bound(now)
            self._events.append(Bound(response))
        early, self._early = self._early, []
        for pdu in early:
            if type(pdu) in self._takes:
                self._received(pdu)
            else:
                self._exchange.refuse(pdu.command_id, pdu.sequence, ESME_RINVBNDSTS)

    def _on_time(self, due: Due, now: float) -> None:
        if self.state is State.CLOSED:
            return
        if due == "enquire_link":
            self.enquire(now)
        elif due == "unbind_timeout" and self._unbind is not None:
            self._answer_unbind(self._unbind, now)
        elif due == "unbind_timeout" and not self._unbind_sent:
            self._send_unbind(now)
        else:
            self._end(due, now)

    def _go_on_unbinding(self, now: float) -> None:
        if self._exchange.received:
            return
        if self._unbind is not None:
            self._answer_unbind(self._unbind, now)
        elif not self._unbind_sent and not self._exchange.window:
            self._send_unbind(now)

    def _send_unbind(self, now: float) -> None:
        self._unbind_sent = True
        self._exchange.send_own(Unbind(), now)
        self._timers.unbinding(now)

    def _answer_unbind(self, unbind: Pdu, now: float) -> None:
        self._exchange.send(UnbindResp(sequence=unbind.sequence))
        self._end("unbound", now)
