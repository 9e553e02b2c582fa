"""The intake: what comes in on the links becomes jobs for the writer, and is acknowledged when they are committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.business.messages.rules import Inbound, InboundPart
from smsgw.gateway.clock import Clock, instant
from smsgw.gateway.counters import WriterCounters
from smsgw.gateway.current import Current
from smsgw.gateway.inbound.flood import AnswerGuard, FloodGuard, Passage
from smsgw.gateway.inbound.readable import part_to_keep, text_of
from smsgw.gateway.inbound.receipts import receipt_job, receipt_of
from smsgw.gateway.inbound.seldom import Seldom
from smsgw.gateway.inbound.texts import Arrival, Handled, PartJob, TextJob, read, reading_json
from smsgw.gateway.links.addresses import LONGEST_ADDRESS, Senders, untyped
from smsgw.gateway.links.connection import Connection
from smsgw.gateway.links.link import Link
from smsgw.gateway.notes import Notes
from smsgw.gateway.outage import complain
from smsgw.gateway.understanding import Understanding
from smsgw.language.reading.pins import hide_in, hide_pins
from smsgw.settings.sections import Settings
from smsgw.smpp.concat import UserData, part_of
from smsgw.smpp.message_id import IdRule
from smsgw.smpp.pdu import Address, DataSm, DeliverSm, Pdu, message_bytes
from smsgw.smpp.receipt import MessageType, carries_receipt, message_type, parse_receipt
from smsgw.smpp.status import ESME_ROK, ESME_RX_P_APPN, ESME_RX_T_APPN
from smsgw.store.job import Job
from smsgw.store.writer import Stopped, Writer, unavailable

log = structlog.get_logger()


class Intake:
    """Stands between links and writer, in the reactor's thread but where `texts.Inbox` says otherwise."""

    def __init__(
        self,
        *,
        current: Current,
        writer: Writer,
        notes: Notes,
        clock: Clock,
        send: Callable[[OutboxRow, float | None], None],
        has_room: Callable[[str], bool],
        cancel: Callable[[frozenset[int]], None],
    ) -> None:
        """`send` claims an answer, with the time its text arrived; `has_room`: whether a link's pump can.

        `cancel` ends texts in flight, by their ids, that somebody who said STOP is not to get.
        """
        self._current = current
        self.counters = WriterCounters()
        self.draining = False
        self._writer = writer
        self._notes = notes
        self._clock = clock
        self._send = send
        self.has_room = has_room
        self._cancel = cancel
        self._senders = current.derive(lambda settings: Senders(settings.gateway.country, addresses(settings)))
        self.flood = FloodGuard(lambda: current.settings.limits.texts_per_phone_per_hour)
        self.answers = AnswerGuard(
            lambda: current.settings.limits.answers_per_phone_per_hour,
            lambda: current.settings.limits.same_answers_per_hour,
        )
        self._late: list[int] = []
        self._seldom = Seldom()

    @property
    def understanding(self) -> Understanding:
        return self._current.understanding

    @property
    def reply_seconds(self) -> float:
        """For so long an answer is of use."""
        return self._current.settings.delivery.reply_hours * 3600.0

    # ---- from the links

    def session_began(self, link: Link, session: int, now: float) -> None:
        if self._writer.full:
            link.pause(True)

    def session_proved(self, session: int, proved: float) -> None:
        until = int(proved * 1000)
        self._notes.put("proof of a session", lambda books: books.inbox.session_proved(session, until))

    def session_ended(self, session: int, now: float, clean: bool) -> None:
        at = int(now * 1000)
        self._notes.put("end of a session", lambda books: books.inbox.session_ended(session, at, clean=clean))

    def on_pdu(self, link: Link, connection: Connection, pdu: Pdu, now: float) -> None:
        """A request of the SMSC: a text, a part of one, a receipt, or news that need no answer."""
        if not isinstance(pdu, (DeliverSm, DataSm)):
            return  # alert_notification: a phone is reachable again, which is nothing to us
        counters = link.counters
        if self.draining:
            counters.refused_for_now += 1
            connection.respond(pdu, ESME_RX_T_APPN, now)
            return
        if (pdu.esm_class & 0x3C or pdu.tlvs) and carries_receipt(pdu):
            self._receipt(link, connection, pdu, now)
            return
        counters.texts += 1
        senders = self._senders()
        trusted = link.reading.trust_ton
        phone = senders.phone(pdu.source if trusted else untyped(pdu.source))
        if phone is None:
            self._remark_on_sender(link, pdu, now)
        if len(pdu.source.digits) > LONGEST_ADDRESS or len(pdu.destination.digits) > LONGEST_ADDRESS:
            self._remark_on_length(link, pdu, now)
        if phone is not None and (senders.ours(pdu.source) or message_type(pdu.esm_class) is not MessageType.TEXT):
            phone = None  # our own echo, or a phone's automatic acknowledgement: kept, never answered
        data = message_bytes(pdu)
        user = part_of(pdu.esm_class, data, pdu.tlvs)
        if user.problem:
            log.debug("odd user data", link=link.name, why=user.problem)
        if user.part is None:
            self._whole(link, connection, pdu, user, data, phone, now)
        else:
            self._part(link, connection, pdu, user, data, phone, now)

    def _remark_on_sender(self, link: Link, pdu: DeliverSm | DataSm, now: float) -> None:
        """Count a text whose sender is no phone, and tell once an hour that it is ignored, and why."""
        link.counters.senders_ignored += 1
        source = pdu.source
        if self._seldom.due("sender", f"{link.name} {source.digits}", now):
            log.warning(
                "texts are ignored: their sender is no phone number",
                link=link.name,
                sender=source.digits,
                ton=source.ton,
                npi=source.npi,
                advice="a country is set by gateway.country, a type of number that lies by trust_ton = false",
            )

    def _remark_on_length(self, link: Link, pdu: DeliverSm | DataSm, now: float) -> None:
        if self._seldom.due("length", f"{link.name} {pdu.source.digits}", now):
            log.warning(
                "an address is longer than SMPP has room for; the text is taken",
                link=link.name,
                sender=pdu.source.digits,
                recipient=pdu.destination.digits,
            )

    def _receipt(self, link: Link, connection: Connection, pdu: DeliverSm | DataSm, now: float) -> None:
        counters = link.counters
        counters.receipts += 1
        read = parse_receipt(pdu)
        counters.receipts_conflicting += read.conflict
        counters.receipt_states[read.state.name.lower()] += 1
        # It comes from the phone; some SMSCs leave the addresses as they were in the submit.
        senders = self._senders()
        both = (pdu.source, pdu.destination)
        if not link.reading.trust_ton:
            both = (untyped(pdu.source), untyped(pdu.destination))
        phones = [senders.phone(address) for address in both if not senders.ours(address)]
        phone = next(filter(None, phones), None)
        rule = link.receipt_ids
        firm = rule != IdRule.AUTO
        if not firm and link.pump is not None:
            if not read.alias:
                link.pump.ids.note_receipt(read.message_id)
            rule = link.pump.ids.rule
        receipt = receipt_of(read, link.name, now, self.understanding.zone, rule, phone, firm=firm)
        self._put(receipt_job(self, Arrival(link, connection, pdu, now, None, Passage.HANDLED), receipt))

    def _whole(
        self,
        link: Link,
        connection: Connection,
        pdu: DeliverSm | DataSm,
        user: UserData,
        data: bytes,
        phone: str | None,
        now: float,
    ) -> None:
        text = text_of(user, pdu.data_coding, link.reading)
        reading = None
        passage = Passage.HANDLED
        plain = text
        if phone is not None:
            reading = read(self.understanding, text, now, phone)
            passage = self.flood.passage(phone, now)
            if text is not None and (open_ := hide_pins(reading, arguments=False)) is not reading:
                reading, text = open_, open_.text
        elif text is not None:
            text = hide_in(text)
        inbound = Inbound(
            link=link.name,
            session=connection.number,
            sender=phone or _name(pdu.source),
            recipient=pdu.destination.digits,
            text=text or "",
            folded=(reading.folded if reading is not None else "") or text or "",
            payload=data,
            data_coding=pdu.data_coding,
            received_at=instant(now),
            reading=reading_json(reading),
            state="done" if reading is not None else "ignored",
            hidden=text != plain,
        )
        arrival = Arrival(link, connection, pdu, now, phone, passage)
        self._put(TextJob(self, arrival, inbound, reading))

    def _part(
        self,
        link: Link,
        connection: Connection,
        pdu: DeliverSm | DataSm,
        user: UserData,
        data: bytes,
        phone: str | None,
        now: float,
    ) -> None:
        part = user.part
        assert part is not None
        passage = Passage.HANDLED
        if phone is not None:
            # A long text counts once, by its first part.
            passage = self.flood.passage(phone, now) if part.number == 1 else self.flood.look(phone)
        width, payload = part_to_keep(user, part, data)
        inbound = InboundPart(
            link=link.name,
            session=connection.number,
            sender=phone or _name(pdu.source),
            recipient=pdu.destination.digits,
            reference=part.reference,
            width=width,
            number=part.number,
            total=part.total,
            payload=payload,
            data_coding=pdu.data_coding,
            received_at=instant(now),
            waits_until=instant(now + self._current.settings.replies.parts_minutes * 60),
        )
        self._put(PartJob(self, Arrival(link, connection, pdu, now, phone, passage), inbound))

    def _put(self, job: Job[Any, Any]) -> None:
        self._notes.ride()
        self._writer.put(job)

    # ---- from the jobs

    def committed(self, arrival: Arrival, handled: Handled) -> None:
        """A text is booked: acknowledge it, and send its answer."""
        counters = self.counters
        counters.jobs += 1
        if handled.redelivery:
            counters.redeliveries += 1
        elif handled.state == "ignored":
            counters.ignored += 1
        elif handled.state == "failed":
            counters.failed += 1
        late = self._acknowledge(arrival)
        if late:
            self._late.append(handled.message)
        if handled.answer is not None:
            self._send(handled.answer, arrival.arrived)
        if handled.stopped:
            self._cancel(frozenset(handled.stopped))

    def receipt_committed(self, arrival: Arrival) -> None:
        self.counters.jobs += 1
        self._acknowledge(arrival)

    def _acknowledge(self, arrival: Arrival) -> bool:
        """Answer ESME_ROK. True if that came so late that the SMSC may have given up waiting."""
        now = self._clock.seconds()
        counters = arrival.link.counters
        if not arrival.connection.respond(arrival.pdu, ESME_ROK, now):
            counters.lost_acknowledgements += 1
            return False
        counters.acknowledged += 1
        waited = now - arrival.arrived
        counters.acknowledgement_seconds.add(waited)
        return waited > self._current.settings.replies.redelivery_after

    def unavailable(self, arrival: Arrival, error: Exception) -> None:
        """Nothing was kept: the SMSC keeps it, and sends it again. What can never be kept is refused for good."""
        self.counters.unavailable += 1
        for_now = unavailable(error) or isinstance(error, Stopped)
        complain("a text could not even be kept as failed", error)
        arrival.link.counters.refused_for_now += 1
        status = ESME_RX_T_APPN if for_now else ESME_RX_P_APPN
        arrival.connection.respond(arrival.pdu, status, self._clock.seconds())

    def spoilt(self, arrival: Arrival, error: Exception) -> None:
        log.error("a text could not be handled", link=arrival.link.name, exc_info=error)

    # ---- from the service

    def batch_done(self) -> None:
        """All results of a batch have been told."""
        self.counters.batches += 1
        if self._late:
            late, self._late = self._late, []
            self._notes.put("late answers", lambda books: books.inbox.answered_late(late))


def addresses(settings: Settings) -> list[Address]:
    """The addresses that texts of ours come from, on any link."""
    return [Address(smsc.address_ton, smsc.address_npi, smsc.address) for smsc in settings.smsc if smsc.address]


def _name(address: Address) -> str:
    """A sender that is nobody's phone, as it is kept; never with the plus that marks a phone."""
    return address.digits.lstrip("+")


def pause(links: Mapping[str, Link], counters: WriterCounters, full: bool) -> None:
    """Stop reading texts while the writer is behind: the SMSC keeps what we do not read."""
    if full:
        counters.pauses += 1
    for link in links.values():
        link.pause(full)
