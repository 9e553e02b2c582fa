"""What becomes of texts that we send, on its way to the outbox."""

from __future__ import annotations

from smsgw.business.messages.books.outcomes import Taken
from smsgw.gateway.notes import Notes, Then
from smsgw.gateway.outbound.shipment import Shipment
from smsgw.smpp.message_id import plain_id


class OutboxOutcomes:
    """Writes the pump's outcomes to the outbox."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def record_sent(self, shipment: Shipment, link: str, at: float) -> None:
        message, attempts, parts = shipment.row.id, shipment.attempts, len(shipment.parts)
        taken, when = _taken(shipment), int(at * 1000)
        self._notes.put(
            "sent",
            lambda books: books.outcomes.record_sent(message, when, link, taken, attempts=attempts, parts=parts),
            tuple(part.match_key for part in taken),
            _release(shipment),
        )

    def record_failed(self, shipment: Shipment, at: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(at * 1000)
        self._notes.put(
            "failed",
            lambda books: books.outcomes.record_failed(message, when, why, attempts=attempts),
            then=_release(shipment),
        )

    def record_retry(self, shipment: Shipment, not_before: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(not_before * 1000)
        self._notes.put("later", lambda books: books.outcomes.record_retry(message, when, why, attempts=attempts))

    def record_released(self, shipment: Shipment, not_before: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(not_before * 1000)
        self._notes.put(
            "released",
            lambda books: books.outcomes.record_retry(message, when, why, attempts=attempts, give_back=True),
            then=_release(shipment),
        )

    def record_unknown(self, shipment: Shipment, link: str, at: float, again: float | None) -> None:
        message, attempts, parts, when = shipment.row.id, shipment.attempts, len(shipment.parts), int(at * 1000)
        taken = _taken(shipment)
        then = None if again is None else int(again * 1000)
        self._notes.put(
            "unknown",
            lambda books: books.outcomes.record_unknown(
                message, when, attempts=attempts, again=then, link=link, taken=taken, parts=parts
            ),
            tuple(part.match_key for part in taken) if again is None else (),
            _release(shipment) if again is None else None,
        )

    def record_late(self, shipment: Shipment, link: str, at: float, taken_back: bool) -> None:
        message, parts, when = shipment.row.id, len(shipment.parts), int(at * 1000)
        taken = _taken(shipment)
        self._notes.put(
            "late answer",
            lambda books: books.outcomes.record_late(message, when, link, taken, parts=parts, taken_back=taken_back),
            tuple(part.match_key for part in taken),
            _release(shipment),
        )

    def record_expired(self, shipment: Shipment, at: float) -> None:
        message, attempts, when = shipment.row.id, shipment.attempts, int(at * 1000)
        self._notes.put(
            "expired",
            lambda books: books.outcomes.record_expired(message, when, attempts=attempts),
            then=_release(shipment),
        )


def _taken(shipment: Shipment) -> list[Taken]:
    """The parts of a text that the SMSC took so far."""
    phone = shipment.row.recipient
    return [Taken(number, smsc_id, plain_id(smsc_id), phone) for number, smsc_id in sorted(shipment.ids.items())]


def _release(shipment: Shipment) -> Then | None:
    """What the pump wants to hear when this outcome lasts; once only, for a late answer may bring another."""
    then, shipment.release = shipment.release, None
    return then
