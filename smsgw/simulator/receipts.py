"""Delivery receipts as the simulated SMSC writes them: text of Appendix B, TLVs, both, or both in conflict."""

from __future__ import annotations

from datetime import UTC, datetime

from smsgw.simulator.message_ids import MessageId
from smsgw.smpp.pdu import DeliverSm, MessagePdu
from smsgw.smpp.receipt import MessageState
from smsgw.smpp.tlv import TAG_MESSAGE_STATE, TAG_NETWORK_ERROR_CODE, TAG_RECEIPTED_MESSAGE_ID

RECEIPT = 0x04  # esm_class (SMPP 3.4 section 5.2.12)
INTERMEDIATE = 0x20

# registered_delivery (5.2.17): its lowest two bits, and the bit that asks for intermediate notifications.
ALWAYS = 0x01
ON_FAILURE = 0x02
ON_SUCCESS = 0x03  # SMPP 5.0
NOTIFY = 0x10

_WORDS = {
    MessageState.ENROUTE: "ENROUTE",
    MessageState.DELIVERED: "DELIVRD",
    MessageState.EXPIRED: "EXPIRED",
    MessageState.DELETED: "DELETED",
    MessageState.UNDELIVERABLE: "UNDELIV",
    MessageState.ACCEPTED: "ACCEPTD",
    MessageState.UNKNOWN: "UNKNOWN",
    MessageState.REJECTED: "REJECTD",
}


def wanted(registered_delivery: int, state: MessageState) -> bool:
    """Whether the ESME asked for a receipt of a message that ended like this."""
    asked = registered_delivery & 0x03
    if asked == ALWAYS:
        return True
    return asked == (ON_SUCCESS if state is MessageState.DELIVERED else ON_FAILURE)


def receipt_for(
    submit: MessagePdu,
    message_id: MessageId,
    state: MessageState,
    submitted_at: float,
    done_at: float,
    *,
    form: str = "both",
    tlvs_allowed: bool = True,
) -> DeliverSm:
    """The deliver_sm that tells what became of a submit_sm. Times are seconds since the epoch; dates are told in UTC.

    `form` is both, tlv, text or conflict; without leave to send TLVs (a bind of SMPP 3.3) it is always text.
    """
    intermediate = state is MessageState.ENROUTE
    text_state = MessageState.EXPIRED if form == "conflict" and tlvs_allowed else state
    delivered = int(state is MessageState.DELIVERED)
    text = (
        f"id:{message_id.receipted} sub:001 dlvrd:{delivered:03} submit date:{_date(submitted_at)} "
        f"done date:{_date(done_at)} stat:{_WORDS[text_state]} err:{0 if delivered or intermediate else 1:03} text:"
    )
    tlvs: tuple[tuple[int, bytes], ...] = ()
    if tlvs_allowed and form != "text":
        tlvs = (
            (TAG_RECEIPTED_MESSAGE_ID, message_id.receipted.encode("ascii") + b"\0"),
            (TAG_MESSAGE_STATE, bytes((state,))),
        )
        if state is MessageState.UNDELIVERABLE:
            tlvs += ((TAG_NETWORK_ERROR_CODE, b"\x03\x00\x01"),)
    return DeliverSm(
        source=submit.destination,
        destination=submit.source,
        esm_class=INTERMEDIATE if intermediate else RECEIPT,
        short_message=b"" if form == "tlv" and tlvs_allowed else text.encode("ascii"),
        tlvs=tlvs,
    )


def _date(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%y%m%d%H%M}"
