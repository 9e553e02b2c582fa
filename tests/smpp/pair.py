"""An ESME session wired to an SMSC session: what one writes the other reads, when the test says so and at its time."""

from __future__ import annotations

from smsgw.smpp.codec import decode
from smsgw.smpp.events import BindRequested, Event
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import RESPONSE, BindRequest, BindTransceiver, DeliverSm, Pdu, SubmitSm
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role
from tests.smpp.pdus import PHONE, SHORT_CODE, frame, octets

NOW = 1000.0


def sent(session: Session) -> list[Pdu]:
    """What the session has written, read back."""
    return [decode(data) for data in Framer().feed(session.data_to_send())]


def bound_esme(kind: type[BindRequest] = BindTransceiver, settings: SessionSettings | None = None) -> Session:
    """An ESME session, bound by hand at NOW: its next sequence number is 2."""
    session = Session(Role.ESME, settings or SessionSettings(), NOW)
    session.bind(kind("dealer", "secret"), NOW)
    session.data_to_send()
    session.receive(frame(kind.command_id | RESPONSE, octets("'SMSC' 00 0210 0001 34")), NOW)
    return session


def mo(text: bytes = b"S 1", sequence: int = 1) -> DeliverSm:
    """A message from a phone."""
    return DeliverSm(source=PHONE, destination=SHORT_CODE, short_message=text, sequence=sequence)


def mt(text: bytes = b"OK") -> SubmitSm:
    """A message to it."""
    return SubmitSm(source=SHORT_CODE, destination=PHONE, short_message=text)


class ConnectionPair:
    """`esme` and `smsc`, their clock `now`, and all events of each in order, in `esme_events` and `smsc_events`."""

    def __init__(self, esme: SessionSettings | None = None, smsc: SessionSettings | None = None) -> None:
        self.now = NOW
        self.esme = Session(Role.ESME, esme or SessionSettings(), self.now)
        self.smsc = Session(Role.SMSC, smsc or SessionSettings(), self.now)
        self.esme_events: list[Event] = []
        self.smsc_events: list[Event] = []

    def to_smsc(self) -> list[Event]:
        """What the ESME has written reaches the SMSC; the events there."""
        events = self.smsc.receive(self.esme.data_to_send(), self.now)
        self.smsc_events += events
        return events

    def to_esme(self) -> list[Event]:
        """What the SMSC has written reaches the ESME; the events there."""
        events = self.esme.receive(self.smsc.data_to_send(), self.now)
        self.esme_events += events
        return events

    def exchange(self) -> tuple[list[Event], list[Event]]:
        """Back and forth until both are silent; the events of the ESME and of the SMSC."""
        esme, smsc = self.esme.tick(self.now), self.smsc.tick(self.now)
        self.esme_events += esme
        self.smsc_events += smsc
        while True:
            out = self.esme.data_to_send()
            back = self.smsc.data_to_send()
            if not out and not back:
                return esme, smsc
            new = self.smsc.receive(out, self.now)
            self.smsc_events += new
            smsc += new
            new = self.esme.receive(back, self.now)
            self.esme_events += new
            esme += new

    def later(self, seconds: float) -> tuple[list[Event], list[Event]]:
        """Time passes; both tick. The events of the ESME and of the SMSC."""
        self.now += seconds
        esme, smsc = self.esme.tick(self.now), self.smsc.tick(self.now)
        self.esme_events += esme
        self.smsc_events += smsc
        return esme, smsc

    def bound(self, request: BindRequest | None = None) -> ConnectionPair:
        """The pair after a bind that went well."""
        self.esme.bind(request or BindTransceiver("dealer", "secret"), self.now)
        (asked,) = self.to_smsc()
        assert isinstance(asked, BindRequested)
        self.smsc.accept_bind(asked.request, 0, "SMSC", self.now)
        self.to_esme()
        return self
