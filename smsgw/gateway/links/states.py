"""The law of a bind's states in two tables: what leads from which state to which, by who connects to whom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class BindState(Enum):
    """Where a bind stands; `smsgw links` and the metrics show it."""

    STOPPED = "stopped"
    LISTENING = "listening"  # for the SMSC's outbind
    CONNECTING = "connecting"
    BINDING = "binding"
    BOUND = "bound"
    WAITING = "waiting"  # until the next attempt


class Step(Enum):
    """What leads from one state to another."""

    START = "start"
    FAILED = "no connection, or no port to listen at"
    CONNECTED = "a connection to bind on"
    BOUND = "the SMSC has accepted the bind"
    LOST = "the connection is gone"
    RETRY = "the wait is over"
    END = "stopped, and no connection is left"


class Goal(Enum):
    """What a bind is after: it decides where the end of a session, or of an attempt, leads."""

    DOWN = "down"
    UP = "up"
    AGAIN = "again"  # this session is to end in order, and the next one to begin at once


S = BindState
_ENDS = {(state, Step.END): S.STOPPED for state in S}
# Where we connect to the SMSC. With a connection that answers at once, BOUND comes before CONNECTED.
CALLING: Mapping[tuple[BindState, Step], BindState] = _ENDS | {
    (S.STOPPED, Step.START): S.CONNECTING,
    (S.CONNECTING, Step.FAILED): S.WAITING,
    (S.CONNECTING, Step.CONNECTED): S.BINDING,
    (S.CONNECTING, Step.BOUND): S.BOUND,
    (S.CONNECTING, Step.LOST): S.WAITING,
    (S.BINDING, Step.BOUND): S.BOUND,
    (S.BINDING, Step.LOST): S.WAITING,
    (S.BOUND, Step.CONNECTED): S.BOUND,
    (S.BOUND, Step.LOST): S.WAITING,
    (S.WAITING, Step.RETRY): S.CONNECTING,
}
# Where the SMSC connects to us: the port stays open while a session lasts.
CALLED: Mapping[tuple[BindState, Step], BindState] = _ENDS | {
    (S.STOPPED, Step.START): S.LISTENING,
    (S.LISTENING, Step.FAILED): S.WAITING,
    (S.LISTENING, Step.CONNECTED): S.BINDING,
    (S.BINDING, Step.BOUND): S.BOUND,
    (S.BINDING, Step.LOST): S.LISTENING,
    (S.BOUND, Step.LOST): S.LISTENING,
    (S.WAITING, Step.RETRY): S.LISTENING,
}
