"""The law of session states (SMPP 3.4, 2.2 and 2.3) in two tables: who may send what when, and what leads where.

Everything that decides whether a PDU is in place is in this file; the session asks here and nowhere else. Two things
are looser than the specification, because links live longer for it: enquire_link is in place in every state, and a
transceiver may send replace_sm. One is stricter: data_sm follows the direction of the bind, as SMPP 5.0 has it.
"""

from __future__ import annotations

from enum import Enum

from smsgw.smpp.errors import LocalError
from smsgw.smpp.pdu import (
    AlertNotification,
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    CancelSm,
    DataSm,
    DeliverSm,
    Outbind,
    Pdu,
    QuerySm,
    ReplaceSm,
    SubmitMulti,
    SubmitSm,
    Unbind,
)


class Role(Enum):
    """Which end of the link a session is."""

    ESME = "esme"
    SMSC = "smsc"

    @property
    def peer(self) -> Role:
        return Role.SMSC if self is Role.ESME else Role.ESME


class State(Enum):
    """Where a session stands."""

    OPEN = "open"
    BINDING = "binding"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBINDING = "unbinding"
    CLOSED = "closed"


class Step(Enum):
    """What moves a session from one state to another."""

    BIND = "bind"
    REFUSED = "bind refused"
    BOUND_AS_TRANSMITTER = "bound as transmitter"
    BOUND_AS_RECEIVER = "bound as receiver"
    BOUND_AS_TRANSCEIVER = "bound as transceiver"
    UNBIND = "unbind"
    END = "end"


BOUND = (State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX)
SENDS_AS_ESME = (State.BOUND_TX, State.BOUND_TRX)
SENDS_AS_SMSC = (State.BOUND_RX, State.BOUND_TRX)

NEXT: dict[tuple[State, Step], State] = {
    (State.OPEN, Step.BIND): State.BINDING,
    (State.BINDING, Step.REFUSED): State.OPEN,
    (State.BINDING, Step.BOUND_AS_TRANSMITTER): State.BOUND_TX,
    (State.BINDING, Step.BOUND_AS_RECEIVER): State.BOUND_RX,
    (State.BINDING, Step.BOUND_AS_TRANSCEIVER): State.BOUND_TRX,
    **{(state, Step.UNBIND): State.UNBINDING for state in BOUND},
    **{(state, Step.END): State.CLOSED for state in State},
}

# Which requests each side may send in which states. enquire_link and generic_nack are not here: always.
MAY_SEND: dict[type[Pdu], dict[Role, tuple[State, ...]]] = {
    BindTransmitter: {Role.ESME: (State.OPEN,)},
    BindReceiver: {Role.ESME: (State.OPEN,)},
    BindTransceiver: {Role.ESME: (State.OPEN,)},
    Outbind: {Role.SMSC: (State.OPEN,)},
    Unbind: {Role.ESME: BOUND, Role.SMSC: BOUND},
    SubmitSm: {Role.ESME: SENDS_AS_ESME},
    SubmitMulti: {Role.ESME: SENDS_AS_ESME},
    QuerySm: {Role.ESME: SENDS_AS_ESME},
    CancelSm: {Role.ESME: SENDS_AS_ESME},
    ReplaceSm: {Role.ESME: SENDS_AS_ESME},
    DeliverSm: {Role.SMSC: SENDS_AS_SMSC},
    DataSm: {Role.ESME: SENDS_AS_ESME, Role.SMSC: SENDS_AS_SMSC},
    AlertNotification: {Role.SMSC: SENDS_AS_SMSC},
}
STEP_OF_BIND: dict[type[Pdu], Step] = {
    BindTransmitter: Step.BOUND_AS_TRANSMITTER,
    BindReceiver: Step.BOUND_AS_RECEIVER,
    BindTransceiver: Step.BOUND_AS_TRANSCEIVER,
}
ANSWERLESS = frozenset({AlertNotification, Outbind})  # requests that have no response
SESSION_MATTERS = frozenset({*STEP_OF_BIND, Unbind}) | ANSWERLESS  # what is neither submitted nor answered by the owner
_ALLOWED: dict[tuple[Role, State], frozenset[type[Pdu]]] = {
    (role, state): frozenset(kind for kind, law in MAY_SEND.items() if state in law.get(role, ()))
    for role in Role
    for state in State
}


def requests_allowed(role: Role, state: State) -> frozenset[type[Pdu]]:
    """The requests that this side may send in this state, enquire_link apart."""
    return _ALLOWED[role, state]


def after(state: State, step: Step) -> State:
    """The state that follows. Raises LocalError if the step cannot be taken here."""
    found = NEXT.get((state, step))
    if found is None:
        raise LocalError(f"no {step.value} in state {state.value}")
    return found
