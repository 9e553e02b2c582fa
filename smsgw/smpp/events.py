"""What a session reports: one value per thing that happened on the link, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from smsgw.smpp.errors import PduError
from smsgw.smpp.pdu import BindRequest, BindResponse, Pdu

ClosingReason = Literal[
    "unbound",
    "bind_timeout",
    "enquire_link_timeout",
    "inactivity",
    "partial_pdu",
    "unbind_timeout",
    "lost_framing",
]


@dataclass(slots=True)
class Bound:
    """ESME: the SMSC took our bind; requests may flow."""

    response: BindResponse


@dataclass(slots=True)
class BindRefused:
    """ESME: the SMSC refused our bind with this command_status; another may be tried on the same connection."""

    status: int


@dataclass(slots=True)
class BindRequested:
    """SMSC: an ESME asks for a bind; answer with `Session.accept_bind`."""

    request: BindRequest


@dataclass(slots=True)
class Received:
    """The peer sent a request; answer with `Session.respond`, now or later (alert_notification, outbind: never)."""

    pdu: Pdu


@dataclass(slots=True)
class Answered:
    """A request of ours has its answer, maybe a refusal, maybe a generic_nack. `tag` is what `submit` was given."""

    request: Pdu
    response: Pdu
    tag: object


@dataclass(slots=True)
class Unanswered:
    """A request of ours will have no answer that counts: what became of it is unknown."""

    request: Pdu
    tag: object
    reason: Literal["timeout", "lost", "closed"]


@dataclass(slots=True)
class Unmatched:
    """A response that answers nothing we wait for, and was left at that.

    If it answers a request that was reported as Unanswered before (it came too late), that is `request`, with its
    `tag`; None for a second answer, a wrong sequence number, a generic_nack for nothing in particular, an answer of
    another kind than the request.
    """

    response: Pdu
    request: Pdu | None = None
    tag: object = None


@dataclass(slots=True)
class Malformed:
    """A PDU that cannot be read, or whose kind is unknown; a request has been refused already."""

    error: PduError
    raw: bytes = field(repr=False)  # it may be a bind with a password


@dataclass(slots=True)
class LinkProved:
    """Our enquire_link is answered: the peer has read everything queued before it.

    Every request that arrived before `until` had its answer then, so the peer has read those answers.
    """

    until: float


@dataclass(slots=True)
class Unbound:
    """By the peer: it wants to end the session, and gets its answer when its requests have theirs. Else: over."""

    by_peer: bool


@dataclass(slots=True)
class Closing:
    """The session is over: write what `data_to_send` has left, then drop the connection and tell `Session.lost`."""

    why: ClosingReason


Event = (
    Bound
    | BindRefused
    | BindRequested
    | Received
    | Answered
    | Unanswered
    | Unmatched
    | Malformed
    | LinkProved
    | Unbound
    | Closing
)
