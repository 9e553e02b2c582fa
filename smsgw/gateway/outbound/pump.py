"""The pump of one link: takes texts of the outbox, in order of priority, to the SMSC as fast as it allows.

Texts of a class that is never sent twice (`NEVER_TWICE`: reminders and broadcasts) are in flight only while they may be
under way: from the transaction that gives them to this daemon to the one that keeps what became of them. Whoever feeds
the pump keeps `bulk`, which counts them, within a window; so a daemon that is killed leaves no more than a window of
which nobody can tell whether they were sent, and everything else waits in the outbox, untouched, for the next one. What
is to be tried later is therefore released to the outbox rather than kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Protocol as Interface

import structlog

from smsgw.business.messages.books.outbox import NEVER_TWICE, PRIORITY
from smsgw.gateway.clock import Clock, Timer
from smsgw.gateway.counters import NATIONAL, LinkCounters
from smsgw.gateway.links.addresses import destination, own_source, source_of
from smsgw.gateway.links.connection import Connection
from smsgw.gateway.outbound.congestion import Congestion
from smsgw.gateway.outbound.opening import OpenHours
from smsgw.gateway.outbound.policy import policies, verdicts
from smsgw.gateway.outbound.shipment import OutboxRow, Shipment
from smsgw.gateway.outbound.throttle import Throttle
from smsgw.gateway.outbound.validity import VALIDITY
from smsgw.gateway.outbound.verdict import Verdict
from smsgw.gateway.outbound.waiting import Waiting
from smsgw.gateway.outbound.writing import encoded
from smsgw.settings.sections import Delivery, Smsc
from smsgw.smpp import events
from smsgw.smpp.errors import LocalError
from smsgw.smpp.message_id import IdHabit
from smsgw.smpp.pdu import SubmitSm, SubmitSmResp
from smsgw.smpp.split import split
from smsgw.smpp.status import status_name

log = structlog.get_logger()

PAUSE_MAX = 5.0  # seconds that a link rests at most when it goes on being too fast
RECEIPT_WANTED = 1  # registered_delivery, SMPP 3.4 5.2.17


class Outcomes(Interface):
    """Who keeps what became of each text. Times are seconds of the clock."""

    def record_sent(self, shipment: Shipment, link: str, at: float) -> None: ...
    def record_failed(self, shipment: Shipment, at: float) -> None:
        """`shipment.why` says why."""

    def record_retry(self, shipment: Shipment, not_before: float) -> None:
        """It stays in flight until then."""

    def record_released(self, shipment: Shipment, not_before: float) -> None:
        """It is in flight no more; whoever looks into the outbox after that time sends it."""

    def record_unknown(self, shipment: Shipment, link: str, at: float, again: float | None) -> None:
        """Whether the SMSC took it is not known; it is sent `again` at that time, or never."""

    def record_late(self, shipment: Shipment, link: str, at: float, taken_back: bool) -> None:
        """The SMSC took it after all, though it was given up. `taken_back`: it was in flight again, and is no more."""

    def record_expired(self, shipment: Shipment, at: float) -> None: ...


class Pump:
    """What waits to be sent on one link, and what is under way.

    Times are those of the clock, in seconds. The window is the session's, throughput is ours: a token for each PDU.
    """

    def __init__(
        self,
        *,
        smsc: Smsc,
        delivery: Delivery,
        clock: Clock,
        outcomes: Outcomes,
        counters: LinkCounters,
        wake: Callable[[], None],
    ) -> None:
        """`smsc` is the bind that transmits; `wake` makes the link run this pump and flush."""
        self.smsc = smsc
        self.link = smsc.link_name
        self.delivery = delivery
        self._clock = clock
        self._outcomes = outcomes
        self._counters = counters
        self._wake = wake
        self._source = own_source(smsc)
        self._registered = RECEIPT_WANTED if smsc.receipts else 0
        self._policies = policies(delivery)
        self._verdicts = verdicts(smsc)
        self._validity = VALIDITY[smsc.validity]
        self._throttle = Throttle(smsc.throughput)
        self._congestion = Congestion(smsc.window)
        self._ready = Waiting()
        self._delayed: list[tuple[float, int, Shipment]] = []
        self._tie = count()
        self._pause = 0.0
        self._paused_until = 0.0
        self._timer: Timer | None = None
        self._timer_at = 0.0
        self._references: dict[str, int] = {}
        self._in_flight: dict[int, Shipment] = {}  # by row: what is here and has no outcome yet
        self.bulk = 0  # texts never sent twice that are in flight, or whose outcome is not committed yet
        self.ids = IdHabit()
        self._open_hours = OpenHours()
        self._log = log.bind(link=self.link)

    def __len__(self) -> int:
        """Texts in flight: waiting, under way, or to be tried again."""
        return len(self._in_flight)

    def busy(self, connection: Connection | None) -> bool:
        """Whether something is under way, or could still go out on this connection."""
        return connection is not None and (bool(self._ready) or connection.session.outstanding > 0)

    def at_rest(self, now: float) -> bool:
        """Whether nothing waits for its turn, and the SMSC has not just said that we are too fast."""
        return not self._ready and now >= self._paused_until

    def waiting(self) -> dict[str, int]:
        """How many texts of each class wait for their turn."""
        return dict(zip(PRIORITY, self._ready.counts(), strict=True))

    # ---- from the intake and the outbox

    def enqueue(self, rows: Iterable[OutboxRow], arrived: float | None = None) -> None:
        """Take claimed texts. `arrived`: when the text came that these answer, for the measuring."""
        for row in rows:
            if row.id in self._in_flight:
                continue
            shipment = Shipment(row, arrived)
            self._in_flight[row.id] = shipment
            if row.kind in NEVER_TWICE:
                self.bulk += 1
                shipment.release = self._released
            if row.not_before is None:
                self._ready.put(shipment)
            else:
                heappush(self._delayed, (row.not_before / 1000, next(self._tie), shipment))

    def _released(self) -> None:
        self.bulk -= 1

    def remove(self, match: Callable[[OutboxRow], bool]) -> list[OutboxRow]:
        """Give up the texts that match, in their order, where nothing of them was ever submitted.

        A text that is under way or partly sent, or of which nobody can tell, stays. What becomes of the others is the
        caller's to say.
        """
        taken = self._ready.remove(lambda each: self._untouched(each) and match(each.row))
        waiting = sorted(entry for entry in self._delayed if self._untouched(entry[2]) and match(entry[2].row))
        if waiting:
            gone = {entry[2].row.id for entry in waiting}
            self._delayed = [entry for entry in self._delayed if entry[2].row.id not in gone]
            heapify(self._delayed)
            taken += [entry[2] for entry in waiting]
        for shipment in taken:
            self._in_flight.pop(shipment.row.id, None)
            if shipment.release is not None:
                shipment.release = None
                self.bulk -= 1
        return [shipment.row for shipment in taken]

    def reroute(self, match: Callable[[OutboxRow], bool]) -> list[OutboxRow]:
        """Give up the texts that match and wait for their turn: another link is to send them.

        One of which the SMSC took a part stays: its parts all go by one link.
        """
        taken = self._ready.remove(lambda shipment: not shipment.ids and match(shipment.row))
        for shipment in taken:
            self._in_flight.pop(shipment.row.id, None)
            self.bulk -= shipment.release is not None
        return [shipment.row for shipment in taken]

    @staticmethod
    def _untouched(shipment: Shipment) -> bool:
        return not (shipment.open or shipment.ids or shipment.lost)

    # ---- from the link, once a turn

    def run(self, connection: Connection | None, now: float) -> None:
        """Submit whatever window and throughput allow; the caller flushes."""
        delayed = self._delayed
        while delayed and delayed[0][0] <= now:
            shipment = heappop(delayed)[2]
            self._ready.put(shipment)
        if connection is not None and self._ready and now >= self._paused_until:
            session, congestion = connection.session, self._congestion
            room = session.room()
            if congestion.allowed < congestion.window:
                room = min(room, congestion.allowed - session.outstanding)
            throttle = self._throttle
            while room > 0 and self._ready:
                if throttle.rate and throttle.ready_at(now) > now:
                    break
                if self._submit(connection, now):
                    room -= 1
        self._sleep(connection, now)

    def _sleep(self, connection: Connection | None, now: float) -> None:
        """Set the timer for the moment at which something can be sent that cannot be sent now."""
        due = self._delayed[0][0] if self._delayed else None
        if connection is not None and self._ready:
            ready = max(self._paused_until, self._throttle.ready_at(now))
            if ready > now:
                due = ready if due is None else min(due, ready)
        if due is None:
            return
        if self._timer is None or not self._timer.active():
            self._timer_at = due
            self._timer = self._clock.callLater(max(0.0, due - now), self._rung)
        elif due < self._timer_at:
            self._timer_at = due
            self._timer.reset(max(0.0, due - now))

    def _rung(self) -> None:
        self._timer = None
        self._wake()

    def stop(self) -> None:
        """No more timers; what waits stays in the outbox for the next daemon."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _submit(self, connection: Connection, now: float) -> bool:
        """Send the first thing that waits; False if it came to nothing."""
        shipment, number = self._ready.pop()
        row = shipment.row
        if number == 0:
            if row.not_after is not None and row.not_after <= now * 1000:
                self._counters.expired += 1
                self._in_flight.pop(row.id, None)
                self._outcomes.record_expired(shipment, now)
                return False
            if row.calendar is not None:
                opens = self._open_hours.at(row.calendar, now)
                if opens > now:
                    self._later(shipment, opens)
                    return False
            if not shipment.parts and not self._cut(shipment, connection):
                return False
            number, *others = shipment.begin()
            for other in others:
                self._ready.put_part(shipment, other)
        shipment.send()
        part = shipment.parts[number - 1]
        pdu = SubmitSm(
            self.smsc.service_type,
            self._source if row.source is None else source_of(row.source, self._source),
            destination(row.recipient),
            part.esm_class,
            validity_time=self._validity(row.not_after / 1000, now) if row.not_after is not None else "",
            registered_delivery=self._registered,
            data_coding=part.data_coding,
            short_message=part.short_message,
            tlvs=part.tlvs,
        )
        try:
            connection.session.submit(pdu, now, (shipment, number, now))
        except LocalError as error:
            shipment.refuse(str(error))
            self._settle(shipment, now)
            return False
        self._throttle.took(now)
        self._counters.submits += 1
        if shipment.arrived is not None and number == 1:
            self._counters.reply_seconds.add(now - shipment.arrived)
            shipment.arrived = None
        return True

    def _cut(self, shipment: Shipment, connection: Connection) -> bool:
        """Cut the text into parts; False if that cannot be."""
        smsc, row = self.smsc, shipment.row
        how: str = smsc.long_messages
        if how in ("sar", "payload") and not connection.session.peer_takes_tlvs:
            how = "udh8"
        try:
            text = encoded(row.text, smsc, row.message_class, how)
            parts = split(text, self._reference(row.recipient), how=how)
        except ValueError as error:  # too many parts, or no such message_class
            self._counters.failed += 1
            self._in_flight.pop(row.id, None)
            shipment.why = str(error)
            self._outcomes.record_failed(shipment, self._clock.seconds())
            return False
        shipment.parts = parts
        self._counters.alphabets[NATIONAL if any(text.shift) else text.alphabet] += 1
        self._counters.transliterated += text.text != row.text
        return True

    def _reference(self, phone: str) -> int:
        """A number for the parts of a long text, another one for each text to the same phone."""
        references = self._references
        if len(references) > 10_000:
            references.clear()
        number = references.get(phone, hash(phone)) + 1 & 0xFFFF
        references[phone] = number
        return number

    # ---- from the link: what became of a submit

    def on_answered(self, event: events.Answered, now: float) -> None:
        shipment, number, since = _tag(event.tag)
        response = event.response
        counters = self._counters
        counters.submit_seconds.add(now - since)
        congestion = self._congestion
        if (response.tlvs or congestion.allowed < congestion.window) and congestion.adapt(response.tlvs):
            self._rest("congestion_state", now)
        verdict = self._verdicts.get(response.status, Verdict.LATER)
        if verdict is Verdict.SENT and isinstance(response, SubmitSmResp):
            counters.sent += 1
            self._pause = 0.0
            shipment.accept(number, response.message_id)
            self.ids.note_answer(response.message_id)
        elif verdict is Verdict.SLOW:
            counters.slowed += 1
            self._rest(status_name(response.status), now)
            shipment.back()
            # Before everything that was behind it: order is kept.
            self._ready.put_part(shipment, number)
            return
        elif verdict is Verdict.NEVER:
            counters.failed += 1
            shipment.refuse(status_name(response.status))
        else:
            counters.retried += 1
            shipment.defer(status_name(response.status))
        self._settle(shipment, now)

    def on_unanswered(self, event: events.Unanswered, now: float) -> None:
        shipment, _, _ = _tag(event.tag)
        self._counters.unanswered += 1
        shipment.lose()
        self._settle(shipment, now)

    def on_unmatched(self, event: events.Unmatched, now: float) -> None:
        """An answer that came after its time: the text was sent after all, unless we have sent it again."""
        if event.tag is None or not isinstance(event.response, SubmitSmResp):
            return
        shipment, number, _ = _tag(event.tag)
        if event.response.status or not shipment.late(number, event.response.message_id):
            return
        self._counters.late += 1
        row = shipment.row
        again = self._in_flight.get(row.id)
        if again is shipment:
            self._delayed = [entry for entry in self._delayed if entry[2] is not shipment]
            heapify(self._delayed)
            self._ready.remove(lambda each: each is shipment)
            del self._in_flight[row.id]
        elif again is not None and not self.remove(lambda each: each.id == row.id):
            return  # a person has had it sent again, and that is under way: its own answer counts
        self._outcomes.record_late(shipment, self.link, now, again is not None)

    def _rest(self, why: str, now: float) -> None:
        if now < self._paused_until:
            return  # the rest of one burst
        self._pause = min(PAUSE_MAX, self._pause * 2 if self._pause else self.delivery.throttle_pause)
        self._paused_until = now + self._pause
        self._counters.throttled_seconds += self._pause
        self._log.debug("the SMSC is too slow for us", why=why, seconds=self._pause)

    def _settle(self, shipment: Shipment, now: float) -> None:
        """When the last part has its answer: the outcome of the text."""
        if shipment.open:
            return
        row, policy = shipment.row, self._policies[shipment.row.kind]
        shipment.attempts += 1
        spent = shipment.attempts >= policy.attempts
        if shipment.refused:
            self._outcomes.record_failed(shipment, now)
        elif shipment.lost and (not policy.again or (spent and not shipment.deferred)):
            self._outcomes.record_unknown(shipment, self.link, now, None)
        elif shipment.deferred:
            if not spent:
                self._later(shipment, now + policy.delay_after(shipment.attempts))
                return
            self._counters.failed += 1
            self._outcomes.record_failed(shipment, now)
        elif shipment.lost:
            again = now + policy.grace
            self._outcomes.record_unknown(shipment, self.link, now, again)
            heappush(self._delayed, (again, next(self._tie), shipment))
            return
        else:
            self._outcomes.record_sent(shipment, self.link, now)
        self._in_flight.pop(row.id, None)

    def _later(self, shipment: Shipment, at: float) -> None:
        """Try a text again at a time: from here, or, where it must not be kept meanwhile, from the outbox.

        A long text of which parts are taken stays: what is missing of it is known only here.
        """
        if shipment.release is not None and not shipment.ids:
            self._in_flight.pop(shipment.row.id, None)
            self._outcomes.record_released(shipment, at)
            return
        self._outcomes.record_retry(shipment, at)
        heappush(self._delayed, (at, next(self._tie), shipment))


def _tag(tag: object) -> tuple[Shipment, int, float]:
    assert isinstance(tag, tuple)
    return tag
