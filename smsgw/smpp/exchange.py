"""Who waits for whom on one link: our requests for their answers, the peer's requests for ours. No states, no timers.

A request of ours is either submitted (in the window, with the submitter's tag) or the session's own (bind,
enquire_link, unbind: outside the window). Sequence numbers are unique among both.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from smsgw.smpp.codec import encode
from smsgw.smpp.errors import LocalError
from smsgw.smpp.events import Answered, Unanswered, Unmatched
from smsgw.smpp.pdu import BY_ID, RESPONSE_TO, GenericNack, Pdu, UnknownPdu
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.window import Outstanding, Window

_LATE_KEPT = 1000  # this many requests without an answer are remembered, for an answer that comes late after all


class OwnAnswered(NamedTuple):
    """A request of the session itself has its answer (or a generic_nack).

    When it was queued, every request of the peer that had arrived before `settled` was answered.
    """

    request: Pdu
    response: Pdu
    settled: float


class Exchange:
    """Requests under way in both directions, and the octets that wait to be written."""

    def __init__(self, settings: SessionSettings) -> None:
        self.window = Window(settings.window, settings.response_timeout, settings.first_sequence)
        self.out: list[bytes] = []
        # Requests not answered yet and when they came, oldest first; by identity: peers reuse sequence numbers.
        self.received: dict[int, tuple[Pdu, float]] = {}
        self.over = False  # nothing more goes out
        self._own: dict[int, tuple[Pdu, float]] = {}
        self._late: dict[int, Outstanding] = {}

    # ---- our requests

    def submit(self, pdu: Pdu, now: float, tag: object) -> int:
        """Number, queue and remember a request. Raises WindowFull; LocalError for a field that cannot be sent."""
        window = self.window
        window.check()
        pdu.sequence = sequence = window.number()
        data = encode(pdu)
        window.add(sequence, pdu, tag, now)
        self.out.append(data)
        return sequence

    def send_own(self, request: Pdu, now: float) -> None:
        """Number, queue and remember a request of the session itself."""
        self.send_unanswerable(request)
        self.window.reserved.add(request.sequence)
        self._own[request.sequence] = request, self.settled_before(now)

    def send_unanswerable(self, pdu: Pdu) -> None:
        """Number and queue a request that has no answer."""
        pdu.sequence = self.window.number()
        self.send(pdu)

    def match(self, response: Pdu) -> Answered | Unmatched | OwnAnswered:
        """What an answer that came in is the answer to. Only its own kind, or a generic_nack, answers a request."""
        sequence = response.sequence
        waiting = self.window.get(sequence)
        if waiting is not None:
            if type(response) is RESPONSE_TO[type(waiting.request)] or type(response) is GenericNack:
                self.window.take(sequence)
                return Answered(waiting.request, response, waiting.tag)
        elif sequence in self._own:
            request, settled = self._own[sequence]
            if type(response) is RESPONSE_TO[type(request)] or type(response) is GenericNack:
                del self._own[sequence]
                self.window.reserved.discard(sequence)
                return OwnAnswered(request, response, settled)
        elif sequence in self._late:
            late = self._late[sequence]
            if type(response) is RESPONSE_TO[type(late.request)] or type(response) is GenericNack:
                del self._late[sequence]
                return Unmatched(response, late.request, late.tag)
        return Unmatched(response)

    def expire(self, now: float) -> list[Unanswered]:
        """One Unanswered for each submitted request whose time is over; its place in the window is free again."""
        found = []
        for sequence, each in self.window.take_expired(now):
            found.append(Unanswered(each.request, each.tag, "timeout"))
            self._late[sequence] = each
            if len(self._late) > _LATE_KEPT:
                del self._late[next(iter(self._late))]
        return found

    def drain(self, reason: Literal["lost", "closed"]) -> list[Unanswered]:
        """One Unanswered for each submitted request: no answer can come any more."""
        return [Unanswered(each.request, each.tag, reason) for each in self.window.drain()]

    # ---- the peer's requests

    def settled_before(self, now: float) -> float:
        """The time before which every request that arrived is answered by `now`."""
        for _, arrived in self.received.values():
            return min(arrived, now)
        return now

    def answer(self, request: Pdu, response: Pdu) -> bool:
        """Queue the one answer to a request in `received`; False if it is too late. Raises LocalError."""
        if RESPONSE_TO.get(type(request)) is not type(response):
            raise LocalError(f"{type(response).__name__} is not an answer to {type(request).__name__}")
        if id(request) not in self.received:
            raise LocalError(f"{type(request).__name__} {request.sequence} is answered already, or was never received")
        response.sequence = request.sequence
        data = encode(response)
        del self.received[id(request)]
        if self.over:
            return False
        self.out.append(data)
        return True

    def refuse(self, command_id: int, sequence: int, status: int) -> None:
        """Answer a request with this status in the answer of its kind, or in a generic_nack if it has none."""
        kind = RESPONSE_TO.get(BY_ID.get(command_id, UnknownPdu), GenericNack)
        self.send(kind(status=status, sequence=sequence))

    # ---- octets

    def send(self, pdu: Pdu) -> None:
        """Queue a PDU as it is, unless the session is over."""
        if not self.over:
            self.out.append(encode(pdu))

    def data_to_send(self) -> bytes:
        """Everything queued since the last call, as one string."""
        if not self.out:
            return b""
        data = b"".join(self.out) if len(self.out) > 1 else self.out[0]
        self.out.clear()
        return data
