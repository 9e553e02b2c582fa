"""Delivery receipts as the simulated SMSC writes them: text of Appendix B or a vendor, TLVs, both, both in conflict."""

from __future__ import annotations

from datetime import UTC, datetime

from smsgw.simulator.message_ids import MessageId
from smsgw.simulator.vendors import STATS, VENDORS, Vendor, vendor_text
from smsgw.smpp.pdu import DeliverSm, MessagePdu, message_bytes
from smsgw.smpp.receipt import MessageState
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, TAG_MESSAGE_STATE, TAG_NETWORK_ERROR_CODE, TAG_RECEIPTED_MESSAGE_ID
from smsgw.sms.decode import decode_text
from smsgw.sms.udh import UDHI, read_header

RECEIPT = 0x04  # esm_class (SMPP 3.4 section 5.2.12)
INTERMEDIATE = 0x20

MAX_SHORT_MESSAGE = 254  # octets (5.2.22); more goes into message_payload

# registered_delivery (5.2.17): its lowest two bits, and the bit that asks for intermediate notifications.
ALWAYS = 0x01
ON_FAILURE = 0x02
ON_SUCCESS = 0x03  # SMPP 5.0
NOTIFY = 0x10

FORMS = ("both", "tlv", "text", "conflict", "vendor")


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
    number: int = 0,
    tlvs_allowed: bool = True,
    bare_ids: bool = False,
) -> DeliverSm:
    """The deliver_sm that tells what became of a submit_sm. Times are seconds since the epoch; dates are told in UTC.

    `form` is one of FORMS, or several joined by +, of which the receipts of each `number` (from 0) take turns, as those
    of the form vendor do with the forms of VENDORS. Without leave to send TLVs (a bind of SMPP 3.3) both, tlv and
    conflict are text. With `bare_ids` the NUL that ends receipted_message_id (5.3.2.12) is left out, as some SMSCs do.
    """
    forms = form.split("+") if form else ["both"]
    round_, turn = divmod(number, len(forms))
    form = forms[turn]
    if form not in FORMS:
        raise ValueError(f"no receipt form {form!r}; there are {', '.join(FORMS)}")
    if form == "vendor":
        vendor = VENDORS[round_ % len(VENDORS)]
        if vendor.data_coding and not tlvs_allowed:
            vendor = VENDORS[0]  # in two octets a letter it might need the TLV for long texts
        return _of_vendor(vendor, submit, message_id, state, submitted_at, done_at)
    intermediate = state is MessageState.ENROUTE
    text_state = MessageState.EXPIRED if form == "conflict" and tlvs_allowed else state
    delivered = int(state is MessageState.DELIVERED)
    text = (
        f"id:{message_id.receipted} sub:001 dlvrd:{delivered:03} submit date:{_date(submitted_at)} "
        f"done date:{_date(done_at)} stat:{STATS[text_state]} err:{0 if delivered or intermediate else 1:03} text:"
    )
    tlvs: tuple[tuple[int, bytes], ...] = ()
    if tlvs_allowed and form != "text":
        tlvs = (
            (TAG_RECEIPTED_MESSAGE_ID, message_id.receipted.encode("ascii") + (b"" if bare_ids else b"\0")),
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


def _of_vendor(
    vendor: Vendor,
    submit: MessagePdu,
    message_id: MessageId,
    state: MessageState,
    submitted_at: float,
    done_at: float,
) -> DeliverSm:
    data = read_header(message_bytes(submit))[1] if submit.esm_class & UDHI else message_bytes(submit)
    begun, ended = (datetime.fromtimestamp(at, UTC) for at in (submitted_at, done_at))
    excerpt = " ".join(decode_text(data, submit.data_coding)[:20].split())
    told = vendor_text(vendor, message_id.receipted, state, begun, ended, excerpt)
    long = len(told) > MAX_SHORT_MESSAGE
    return DeliverSm(
        source=submit.destination,
        destination=submit.source,
        esm_class=INTERMEDIATE if state is MessageState.ENROUTE else RECEIPT,
        data_coding=vendor.data_coding,
        short_message=b"" if long else told,
        tlvs=((TAG_MESSAGE_PAYLOAD, told),) if long else (),
    )


def _date(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%y%m%d%H%M}"
