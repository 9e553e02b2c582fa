"""What becomes of a submit_sm: taken or refused, carried to its phone, and reported by a receipt."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol as Interface

from smsgw.simulator.clock import Clock
from smsgw.simulator.counters import Counters
from smsgw.simulator.deliveries import Deliveries, Delivery, nothing
from smsgw.simulator.faults import Faults
from smsgw.simulator.handset import Phones, phone_of
from smsgw.simulator.message_ids import MessageId, message_id
from smsgw.simulator.peer import Peer
from smsgw.simulator.receipts import NOTIFY, receipt_for, wanted
from smsgw.simulator.scenario import Scenario
from smsgw.simulator.settings import SmscSettings
from smsgw.smpp import status
from smsgw.smpp.pdu import (
    RESPONSE_TO,
    DataSm,
    MessagePdu,
    MessageResponse,
    Pdu,
    QuerySm,
    QuerySmResp,
    SubmitSm,
    message_bytes,
)
from smsgw.smpp.receipt import MessageState
from smsgw.smpp.split import Part
from smsgw.smpp.tlv import TAG_CONGESTION_STATE, TAG_MESSAGE_PAYLOAD
from smsgw.smpp.validity import absolute

MESSAGES_KEPT = 10_000  # how many accepted messages query_sm can ask about


@dataclass(slots=True)
class Accepted:
    """A submit the SMSC has taken."""

    pdu: MessagePdu
    id: MessageId
    at: float
    state: MessageState = MessageState.ENROUTE
    done_at: float = 0.0


class Network(Interface):
    """What the way to the phones needs of the SMSC that it is of; see `smsgw.simulator.smsc`."""

    clock: Clock
    settings: SmscSettings
    scenario: Scenario
    faults: Faults
    counters: Counters
    waiting: Deliveries
    throughput: int
    submit_window: int
    on_message: Callable[[str, str, str], None] | None
    on_submit: Callable[[Pdu, int], None] | None

    @property
    def takes_tlvs(self) -> bool: ...
    def pump(self) -> None: ...
    def later(self, delay: float, call: Callable[..., None], *args: object) -> None: ...


class Submits:
    """The way from an ESME to the phones, of one SMSC."""

    def __init__(self, smsc: Network) -> None:
        self._smsc = smsc
        self.phones = Phones()
        self._messages: OrderedDict[str, Accepted] = OrderedDict()
        self._ids = 0
        self._receipts = 0
        self._taken_at: deque[float] = deque()

    @property
    def accepted(self) -> list[Accepted]:
        """The latest messages taken, and what became of each."""
        return list(self._messages.values())

    def handle(self, peer: Peer, pdu: Pdu, now: float) -> None:
        """A request of the ESME."""
        if isinstance(pdu, (SubmitSm, DataSm)):
            self._handle_submit(peer, pdu, now)
        elif isinstance(pdu, QuerySm):
            self._handle_query(peer, pdu, now)
        else:  # submit_multi, cancel_sm, replace_sm: this SMSC has none of them
            peer.session.respond(pdu, status.ESME_RSYSERR, now)

    def _handle_submit(self, peer: Peer, pdu: SubmitSm | DataSm, now: float) -> None:
        counters = self._smsc.counters
        counters.submits += 1
        peer.unanswered.add(id(pdu))
        counters.largest_window = max(counters.largest_window, len(peer.unanswered))
        refusal = self._refusal(peer, pdu, now)
        response = RESPONSE_TO[type(pdu)](status=refusal)
        if self._smsc.scenario.congestion:
            response.tlvs = ((TAG_CONGESTION_STATE, bytes((self._congestion(peer),))),)
        if self._smsc.on_submit is not None:
            self._smsc.on_submit(pdu, refusal)
        if refusal:
            peer.answer(pdu, response)
            return
        counters.accepted += 1
        accepted = self._accept(pdu, now)
        assert isinstance(response, MessageResponse)
        response.message_id = accepted.id.answered
        if self._smsc.scenario.receipt_first:
            self._arrive(peer, accepted)
            peer.answer(pdu, response)
        else:
            peer.answer(pdu, response)
            self._arrive(peer, accepted)

    def _refusal(self, peer: Peer, pdu: SubmitSm | DataSm, now: float) -> int:
        throughput, window = self._smsc.throughput, self._smsc.submit_window
        taken = self._taken_at
        while taken and taken[0] <= now - 1.0:
            taken.popleft()
        if (throughput and len(taken) >= throughput) or (window and len(peer.unanswered) > window):
            self._smsc.counters.throttled += 1
            return status.ESME_RTHROTTLED
        refusal = self._smsc.faults.submit_status() or _fault_in(pdu, self._smsc.takes_tlvs)
        if refusal:
            self._smsc.counters.refused += 1
        elif throughput:
            taken.append(now)
        return refusal

    def _congestion(self, peer: Peer) -> int:
        limit = self._smsc.submit_window or self._smsc.settings.window
        return min(99, 100 * len(peer.unanswered) // limit)

    def _accept(self, pdu: SubmitSm | DataSm, now: float) -> Accepted:
        self._ids += 1
        id_ = message_id(self._ids, self._smsc.scenario.id_form)
        submit = pdu if isinstance(pdu, SubmitSm) else _as_submit(pdu)
        accepted = Accepted(submit, id_, now)
        self._messages[id_.answered] = accepted
        if len(self._messages) > MESSAGES_KEPT:
            self._messages.popitem(last=False)
        return accepted

    def _arrive(self, peer: Peer, accepted: Accepted) -> None:
        """The message reaches its phone, or ends otherwise; the receipt follows after its delay."""
        pdu = accepted.pdu
        if self._smsc.faults.chance(self._smsc.scenario.fail_share):
            accepted.state = MessageState.UNDELIVERABLE
        elif self._smsc.faults.chance(self._smsc.scenario.expire_share):
            accepted.state = MessageState.EXPIRED
        else:
            accepted.state = MessageState.DELIVERED
            phone, sender = phone_of(pdu.destination), phone_of(pdu.source)
            part = Part(message_bytes(pdu), pdu.esm_class, pdu.data_coding, pdu.tlvs)
            text = self.phones.arrived(sender, phone, part)
            if text is not None:
                self._smsc.counters.replies += 1
                if self._smsc.on_message is not None:
                    self._smsc.on_message(phone, sender, text)
        accepted.done_at = self._smsc.clock.seconds() + self._smsc.scenario.receipt_delay
        tlvs_allowed = peer.session.peer_takes_tlvs and self._smsc.takes_tlvs
        if pdu.registered_delivery & NOTIFY or self._smsc.scenario.notify:
            self._receipt(accepted, MessageState.ENROUTE, tlvs_allowed)
        if not wanted(pdu.registered_delivery, accepted.state) or self._smsc.faults.chance(
            self._smsc.scenario.lose_receipts
        ):
            return
        for _ in range(2 if self._smsc.scenario.repeat_receipts else 1):
            if self._smsc.scenario.receipt_delay:
                self._smsc.later(
                    self._smsc.scenario.receipt_delay, self._receipt, accepted, accepted.state, tlvs_allowed
                )
            else:
                self._receipt(accepted, accepted.state, tlvs_allowed)

    def _receipt(self, accepted: Accepted, state: MessageState, tlvs_allowed: bool) -> None:
        pdu = receipt_for(
            accepted.pdu,
            accepted.id,
            state,
            accepted.at,
            accepted.done_at,
            form=self._smsc.scenario.receipt_form,
            number=self._receipts,
            tlvs_allowed=tlvs_allowed,
            bare_ids=self._smsc.scenario.bare_ids,
        )
        self._receipts += 1
        self._smsc.waiting.put(Delivery(pdu, False, nothing))
        self._smsc.pump()

    def _handle_query(self, peer: Peer, pdu: QuerySm, now: float) -> None:
        accepted = self._messages.get(pdu.message_id)
        if accepted is None:
            peer.session.respond_with(pdu, QuerySmResp(pdu.message_id, status=status.ESME_RQUERYFAIL), now)
            return
        done = accepted.done_at <= now
        state = accepted.state if done else MessageState.ENROUTE
        final = absolute(datetime.fromtimestamp(accepted.done_at, UTC)) if done else ""
        failed = int(done and state is not MessageState.DELIVERED)
        peer.session.respond_with(pdu, QuerySmResp(pdu.message_id, final, int(state), failed), now)


def _as_submit(pdu: DataSm) -> SubmitSm:
    return SubmitSm(
        source=pdu.source,
        destination=pdu.destination,
        esm_class=pdu.esm_class,
        registered_delivery=pdu.registered_delivery,
        data_coding=pdu.data_coding,
        tlvs=pdu.tlvs,
    )


def _fault_in(pdu: SubmitSm | DataSm, takes_tlvs: bool) -> int:
    """0, or the status that tells what is wrong with a submit."""
    if pdu.tlvs and not takes_tlvs:  # octets behind what is a whole submit_sm in SMPP 3.3
        return status.ESME_RINVCMDLEN
    if not pdu.destination.digits.lstrip("+").isdigit():
        return status.ESME_RINVDSTADR
    if not pdu.source.digits:
        return status.ESME_RINVSRCADR
    if isinstance(pdu, SubmitSm) and pdu.short_message and pdu.tlv(TAG_MESSAGE_PAYLOAD) is not None:
        return status.ESME_ROPTPARNOTALLWD
    return 0
