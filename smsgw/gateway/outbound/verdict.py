"""What the SMSC says, and what it makes of a text: the status of a submit_sm_resp, the state that a receipt tells."""

from __future__ import annotations

from enum import Enum

from smsgw.smpp import status as s
from smsgw.smpp.receipt import MessageState


class Verdict(Enum):
    """SENT: the SMSC has it. SLOW: not counted against the text, the link rests. LATER: try again. NEVER: failed."""

    SENT = "sent"
    SLOW = "slow"
    LATER = "later"
    NEVER = "never"


# The one table. What is not in it, vendors' own codes included, is LATER: few tries, then given up.
VERDICTS: dict[int, Verdict] = {
    s.ESME_ROK: Verdict.SENT,
    s.ESME_RTHROTTLED: Verdict.SLOW,
    s.ESME_RMSGQFUL: Verdict.SLOW,
    **dict.fromkeys(
        (
            s.ESME_RINVMSGLEN,
            s.ESME_RINVCMDLEN,
            s.ESME_RINVCMDID,
            s.ESME_RINVPRTFLG,
            s.ESME_RINVREGDLVFLG,
            s.ESME_RINVSRCADR,
            s.ESME_RINVDSTADR,
            s.ESME_RINVSERTYP,
            s.ESME_RINVDESTFLAG,
            s.ESME_RINVESMCLASS,
            s.ESME_RINVSRCTON,
            s.ESME_RINVSRCNPI,
            s.ESME_RINVDSTTON,
            s.ESME_RINVDSTNPI,
            s.ESME_RINVREPFLAG,
            s.ESME_RINVSCHED,
            s.ESME_RINVEXPIRY,
            s.ESME_RINVDFTMSGID,
            s.ESME_RX_P_APPN,
            s.ESME_RX_R_APPN,
            s.ESME_RINVOPTPARSTREAM,
            s.ESME_ROPTPARNOTALLWD,
            s.ESME_RINVPARLEN,
            s.ESME_RMISSINGOPTPARAM,
            s.ESME_RINVOPTPARAMVAL,
            s.ESME_RSERTYPUNAUTH,
            s.ESME_RPROHIBITED,
            s.ESME_RSERTYPDENIED,
            s.ESME_RINVDCS,
            s.ESME_RINVSRCADDRSUBUNIT,
            s.ESME_RINVDSTADDRSUBUNIT,
        ),
        Verdict.NEVER,
    ),
}

# message_state (SMPP 3.4, 5.2.28): the state of a text in the outbox.
MESSAGE_STATES = {
    MessageState.SCHEDULED: "enroute",
    MessageState.ENROUTE: "enroute",
    MessageState.DELIVERED: "delivered",
    MessageState.EXPIRED: "expired",
    MessageState.DELETED: "failed",
    MessageState.UNDELIVERABLE: "failed",
    MessageState.ACCEPTED: "enroute",
    MessageState.UNKNOWN: "unknown",
    MessageState.REJECTED: "failed",
    MessageState.SKIPPED: "failed",
}
