"""One SMPP session as a value: octets and times in, events and octets out. No socket, no reactor, no clock.

By itself a session answers enquire_link (in every state), unbind (when everything received has its answer), PDUs it
cannot read or does not know, and requests that are out of place. It never answers a message: Nothing may be
acknowledged before it is committed, and only the owner of the session knows when that is.

All times are seconds of one monotonic clock, the caller's.
"""

from __future__ import annotations

from typing import Literal

from smsgw.smpp.codec import decode, encode
from smsgw.smpp.errors import LocalError, PduError, WindowFull
from smsgw.smpp.events import *  # noqa: F403  who uses a session wants its events
from smsgw.smpp.events import (
    Answered,
    BindRefused,
    BindRequested,
    Bound,
    Closing,
    ClosingReason,
    Event,
    LinkProved,
    Malformed,
    Received,
    Unanswered,
    Unbound,
    Unmatched,
)
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import (
    BY_ID,
    RESPONSE,
    RESPONSE_TO,
    AlertNotification,
    BindRequest,
    BindResponse,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    MessageResponse,
    Outbind,
    Pdu,
    Unbind,
    UnbindResp,
    UnknownPdu,
)
from smsgw.smpp.settings import SessionSettings as SessionSettings  # noqa: PLC0414
from smsgw.smpp.states import BOUND, STEP_OF_BIND, Step, after, allowed
from smsgw.smpp.states import Role as Role  # noqa: PLC0414
from smsgw.smpp.states import State as State  # noqa: PLC0414
from smsgw.smpp.status import ESME_RALYBND, ESME_RINVBNDSTS, ESME_RINVCMDID, ESME_RUNKNOWNERR
from smsgw.smpp.timers import Due, Timers
from smsgw.smpp.tlv import TAG_SC_INTERFACE_VERSION, Tlvs
from smsgw.smpp.window import Outstanding, Window

_SWAPPED_VERSION_TAG = 0x1002  # some SMSCs write the tag of sc_interface_version with its octets in the wrong order
_LATE_KEPT = 1000  # so many requests without an answer are remembered, for an answer that comes late after all
_OWN_WAY = frozenset({*STEP_OF_BIND, Unbind, Outbind, AlertNotification})  # not through submit() and Received
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
        self._window = Window(settings.window, settings.response_timeout, settings.first_sequence)
        self._timers = Timers(settings, now)
        self._now = now
        self._out: list[bytes] = []
        self._events: list[Event] = []
        self._sends = _NOTHING  # requests that submit() takes in this state
        self._takes = _NOTHING  # requests of the peer that become Received in this state
        self._own: dict[int, tuple[Pdu, float]] = {}  # our binds, enquire_links, unbinds under way, and since when
        self._unanswered: dict[int, Pdu] = {}  # requests received, by identity: peers reuse sequence numbers
        self._late: dict[int, Outstanding] = {}
        self._bind: BindRequest | None = None  # the bind that waits for accept_bind
        self._early: list[Pdu] = []
        self._unbind: Pdu | None = None  # the peer's
        self._unbind_sent = False
        self._gone = False

    # ---- what the owner may ask

    @property
    def pending_answers(self) -> int:
        """Requests received that `respond` has not answered yet."""
        return len(self._unanswered)

    @property
    def outstanding(self) -> int:
        """Requests submitted that have no end yet."""
        return len(self._window)

    @property
    def peer_takes_tlvs(self) -> bool:
        """Whether the peer said that it speaks SMPP 3.4 or later; one that says nothing must be taken for 3.3 (3.4)."""
        return self.peer_version is not None and self.peer_version >= 0x34

    def room(self) -> int:
        """How many requests `submit` would take now; 0 in a state in which it takes none."""
        return self._window.room() if self._sends else 0

    def deadline(self) -> float | None:
        """When `tick` is wanted next; a time in the past when an event waits to be fetched, None if never."""
        if self._events:
            return self._now
        if self.state is State.CLOSED:
            return None
        timer, request = self._timers.deadline(), self._window.earliest()
        if timer is None or request is None:
            return request if timer is None else timer
        return min(timer, request)

    def data_to_send(self) -> bytes:
        """Everything queued since the last call, as one string for one write; empty if nothing is."""
        if not self._out:
            return b""
        data = b"".join(self._out) if len(self._out) > 1 else self._out[0]
        self._out.clear()
        return data

    # ---- what the owner may do

    # from link
    def bind(self, request: BindRequest, now: float) -> None:
        """ESME: ask for a bind; Bound or BindRefused will come, or Closing. LocalError outside state OPEN."""
        if type(request) not in allowed(self.role, self.state):
            raise LocalError(f"no bind by an {self.role.value} in state {self.state.value}")
        self._send_own(request, now)
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
        kind = RESPONSE_TO[type(request)]
        if status:
            self._send(encode(kind(status=status, sequence=request.sequence)))
            self._become(Step.REFUSED)
            self._timers.binding(now)
        else:
            assert issubclass(kind, BindResponse)
            self._send(encode(kind(system_id, sequence=request.sequence, tlvs=tlvs)))
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
        window = self._window
        if not window.room():
            raise WindowFull(f"{window.size} requests are outstanding")
        sequence = window.number()
        pdu.sequence = sequence
        self._out.append(encode(pdu))
        window.add(sequence, pdu, tag, now)
        return sequence

    # from the simulated SMSC
    def notify(self, pdu: Pdu) -> int:
        """Send one of the two requests that have no answer: alert_notification, outbind. LocalError out of place."""
        if type(pdu) not in (AlertNotification, Outbind) or type(pdu) not in allowed(self.role, self.state):
            raise LocalError(f"no {type(pdu).__name__} by an {self.role.value} in state {self.state.value}")
        pdu.sequence = self._window.number()
        self._send(encode(pdu))
        return pdu.sequence

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
        if RESPONSE_TO.get(type(request)) is not type(response):
            raise LocalError(f"{type(response).__name__} is no answer to {type(request).__name__}")
        if id(request) not in self._unanswered:
            raise LocalError(f"{type(request).__name__} {request.sequence} is answered already, or was never received")
        response.sequence = request.sequence
        data = encode(response)
        del self._unanswered[id(request)]
        if self.state is State.CLOSED:
            return False
        self._out.append(data)
        if self.state is State.UNBINDING:
            self._go_on_unbinding(now)
        return True

    # from link
    def enquire(self, now: float) -> bool:
        """Send an enquire_link now, for the LinkProved its answer brings. False if not bound or one is under way."""
        if self.state not in BOUND or self._timers.enquired_at is not None:
            return False
        self._send_own(EnquireLink(), now)
        self._timers.enquired(now)
        return True

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
        if self._gone:
            return []
        self._gone = True
        reason: Literal["closed", "lost"] = "closed" if self.state is State.CLOSED else "lost"
        self._events.extend(Unanswered(each.request, each.tag, reason) for each in self._window.drain())
        self._become(Step.END)
        self._out.clear()
        return self._fetch()

    # ---- what the link brings

    # from link, for each read
    def receive(self, data: bytes, now: float) -> list[Event]:
        """The events in `data`, which may begin and end anywhere. Never raises, whatever the octets."""
        self._now = now
        framer = self._framer
        frames = framer.feed(data)
        if frames:
            self._timers.heard(now)
        self._timers.partial(framer.pending, len(frames), now)
        events = self._events
        for frame in frames:
            try:
                pdu = decode(frame)
            except PduError as error:
                self._malformed(error, frame)
                continue
            if type(pdu) in self._takes:
                self._unanswered[id(pdu)] = pdu
                events.append(Received(pdu))
            elif pdu.command_id & RESPONSE:
                self._response(pdu, now)
            elif self.state is not State.CLOSED:
                self._request(pdu, frame, now)
        if framer.broken is not None and self.state is not State.CLOSED:
            self._malformed(framer.broken, b"")
            self._end("lost_framing", now)
        if self.state is State.UNBINDING:
            self._go_on_unbinding(now)
        return self._fetch()

    # from link, at deadline()
    def tick(self, now: float) -> list[Event]:
        """The events that come of time having passed. May be called at any time, and late."""
        self._now = now
        if self.state is not State.CLOSED:
            for sequence, each in self._window.expired(now):
                self._events.append(Unanswered(each.request, each.tag, "timeout"))
                self._late[sequence] = each
                if len(self._late) > _LATE_KEPT:
                    del self._late[next(iter(self._late))]
            for due in self._timers.due(now):
                if not self._over():
                    self._on_time(due, now)
            if self.state is State.UNBINDING:
                self._go_on_unbinding(now)
        return self._fetch()

    # ---- inside

    def _fetch(self) -> list[Event]:
        events = self._events
        self._events = []
        return events

    def _become(self, step: Step) -> None:
        self.state = state = after(self.state, step)
        self._sends = allowed(self.role, state) - _OWN_WAY
        self._takes = allowed(self.role.peer, state) - _OWN_WAY
        if state is State.CLOSED:
            self._timers.stop()

    def _over(self) -> bool:
        return self.state is State.CLOSED

    def _end(self, why: ClosingReason, now: float) -> None:
        self._now = now
        self._become(Step.END)
        self._events.append(Closing(why))

    def _send(self, data: bytes) -> None:
        if self.state is not State.CLOSED:
            self._out.append(data)

    def _send_own(self, request: Pdu, now: float) -> None:
        request.sequence = self._window.number()
        self._send(encode(request))
        self._window.reserved.add(request.sequence)
        self._own[request.sequence] = request, now

    def _refuse(self, command_id: int, sequence: int, status: int) -> None:
        """Answer a request with this status in the answer of its kind, or in a generic_nack if it has none."""
        kind = RESPONSE_TO.get(BY_ID.get(command_id, UnknownPdu), GenericNack)
        self._send(encode(kind(status=status, sequence=sequence)))

    def _malformed(self, error: PduError, frame: bytes) -> None:
        self._events.append(Malformed(error, frame))
        if error.field == "command_length":
            self._send(encode(GenericNack(status=error.status, sequence=error.sequence)))
        elif not error.command_id & RESPONSE:
            self._refuse(error.command_id, error.sequence, error.status)

    def _request(self, pdu: Pdu, frame: bytes, now: float) -> None:
        """A request that is not simply Received: the session's own business, or out of place."""
        kind = type(pdu)
        in_place = kind in allowed(self.role.peer, self.state)
        if kind is EnquireLink:
            self._send(encode(EnquireLinkResp(sequence=pdu.sequence)))
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
        elif kind in (AlertNotification, Outbind) and in_place:
            self._events.append(Received(pdu))
        elif isinstance(pdu, UnknownPdu):
            reason = f"is 0x{pdu.command_id:08X}, which SMPP 3.4 does not have"
            error = PduError(ESME_RINVCMDID, pdu.sequence, pdu.command_id, "command_id", 4, reason)
            self._malformed(error, frame)
        elif self._comes_early(kind):
            self._early.append(pdu)
        else:
            bound = isinstance(pdu, BindRequest) and self.role is Role.SMSC
            self._refuse(pdu.command_id, pdu.sequence, ESME_RALYBND if bound else ESME_RINVBNDSTS)

    def _comes_early(self, kind: type[Pdu]) -> bool:
        """Whether this is a message that overtook its bind_resp: kept, because a refusal could be the end of it."""
        return (
            self.role is Role.ESME
            and self.state is State.BINDING
            and kind in allowed(Role.SMSC, State.BOUND_TRX)
            and kind is not Unbind
            and len(self._early) < self.settings.early_requests
        )

    def _response(self, pdu: Pdu, now: float) -> None:
        sequence = pdu.sequence
        waiting = self._window.get(sequence)
        if waiting is not None:
            if type(pdu) is RESPONSE_TO[type(waiting.request)] or type(pdu) is GenericNack:
                self._window.take(sequence)
                self._events.append(Answered(waiting.request, pdu, waiting.tag))
                return
        elif sequence in self._own:
            request, since = self._own[sequence]
            if type(pdu) is RESPONSE_TO[type(request)] or type(pdu) is GenericNack:
                del self._own[sequence]
                self._window.reserved.discard(sequence)
                if self.state is not State.CLOSED:
                    self._own_answered(request, pdu, since, now)
                return
        elif sequence in self._late:
            late = self._late[sequence]
            if type(pdu) is RESPONSE_TO[type(late.request)]:
                del self._late[sequence]
                self._events.append(Unmatched(pdu, late.request, late.tag))
                return
        self._events.append(Unmatched(pdu))

    def _own_answered(self, request: Pdu, response: Pdu, since: float, now: float) -> None:
        if isinstance(request, BindRequest):
            self._bind_answered(request, response, now)
        elif type(request) is EnquireLink:
            self._timers.enquiry_answered()  # a generic_nack proves as much: the peer has read it
            self._events.append(LinkProved(since))
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
                self._unanswered[id(pdu)] = pdu
                self._events.append(Received(pdu))
            else:
                self._request(pdu, b"", now)

    def _on_time(self, due: Due, now: float) -> None:
        if due is Due.ENQUIRE:
            self.enquire(now)
        elif due is Due.UNBIND and not self._unbind_sent and self._unbind is None:
            self._send_unbind(now)
        elif due is Due.UNBIND and self._unbind is not None:
            self._answer_unbind(now)
        else:
            self._end(_REASONS[due], now)

    def _go_on_unbinding(self, now: float) -> None:
        if self._unanswered:
            return
        if self._unbind is not None:
            self._answer_unbind(now)
        elif not self._unbind_sent and not self._window:
            self._send_unbind(now)

    def _send_unbind(self, now: float) -> None:
        self._unbind_sent = True
        self._send_own(Unbind(), now)
        self._timers.unbinding(now)

    def _answer_unbind(self, now: float) -> None:
        assert self._unbind is not None
        self._send(encode(UnbindResp(sequence=self._unbind.sequence)))
        self._end("unbound", now)


_REASONS: dict[Due, ClosingReason] = {
    Due.BIND: "bind_timeout",
    Due.ENQUIRE_UNANSWERED: "enquire_link_timeout",
    Due.INACTIVITY: "inactivity",
    Due.PARTIAL: "partial_pdu",
    Due.UNBIND: "unbind_timeout",
}
