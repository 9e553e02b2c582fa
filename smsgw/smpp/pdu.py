"""The PDUs of SMPP 3.4 as slotted values: what a peer said, or what we are about to say.

Text fields are `str` of Latin-1 characters (every octet has one, so nothing is lost on the way); `short_message` and
the values of TLVs are `bytes`. All TLVs are kept raw, in the order of the wire, known or not. `trailing` is what was
left of a body after its last whole TLV; encoding writes it back. Treat a PDU as a value; only a session assigns the
sequence number of a request, in the moment it is submitted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, Tlvs

RESPONSE = 0x80000000  # the bit of command_id that makes an answer of a request


class Address(NamedTuple):
    """An address of SMPP: type of number (5.2.5), numbering plan (5.2.6), digits (or an alphanumeric name)."""

    ton: int
    npi: int
    digits: str


class DistributionList(NamedTuple):
    """A destination of submit_multi that the SMSC knows by name (4.5.1.2)."""

    name: str


class Unsuccess(NamedTuple):
    """One destination of submit_multi that was refused, and why (4.5.2.1)."""

    address: Address
    status: int


NOBODY = Address(0, 0, "")


@dataclass(slots=True)
class Pdu:
    """What every PDU has: header, TLVs, and whatever trailed after them."""

    command_id: ClassVar[int]
    status: int = field(default=0, kw_only=True)
    sequence: int = field(default=0, kw_only=True)
    tlvs: Tlvs = field(default=(), kw_only=True)
    trailing: bytes = field(default=b"", kw_only=True, repr=False)

    def tlv(self, tag: int) -> bytes | None:
        """The value of the first TLV with this tag, or None."""
        for found, value in self.tlvs:
            if found == tag:
                return value
        return None


@dataclass(slots=True)
class GenericNack(Pdu):
    """Refusal of a PDU that could not be understood (4.3)."""

    command_id: ClassVar[int] = 0x80000000


@dataclass(slots=True)
class BindRequest(Pdu):
    """What the three binds have in common (4.1)."""

    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    interface_version: int = 0x34
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""


@dataclass(slots=True)
class BindReceiver(BindRequest):
    """The ESME wants to receive messages (4.1.3)."""

    command_id: ClassVar[int] = 0x00000001


@dataclass(slots=True)
class BindTransmitter(BindRequest):
    """The ESME wants to send messages (4.1.1)."""

    command_id: ClassVar[int] = 0x00000002


@dataclass(slots=True)
class BindTransceiver(BindRequest):
    """The ESME wants both on one connection (4.1.5)."""

    command_id: ClassVar[int] = 0x00000009


@dataclass(slots=True)
class BindResponse(Pdu):
    """What the answers to the three binds have in common; `system_id` is the SMSC's."""

    system_id: str = ""


@dataclass(slots=True)
class BindReceiverResp(BindResponse):
    """Answer to bind_receiver (4.1.4)."""

    command_id: ClassVar[int] = 0x80000001


@dataclass(slots=True)
class BindTransmitterResp(BindResponse):
    """Answer to bind_transmitter (4.1.2)."""

    command_id: ClassVar[int] = 0x80000002


@dataclass(slots=True)
class BindTransceiverResp(BindResponse):
    """Answer to bind_transceiver (4.1.6)."""

    command_id: ClassVar[int] = 0x80000009


@dataclass(slots=True)
class Outbind(Pdu):
    """An SMSC that connected to us asks for a bind_receiver (4.1.7)."""

    command_id: ClassVar[int] = 0x0000000B
    system_id: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Unbind(Pdu):
    """One side wants to end the session (4.2.1)."""

    command_id: ClassVar[int] = 0x00000006


@dataclass(slots=True)
class UnbindResp(Pdu):
    """The session is over (4.2.2)."""

    command_id: ClassVar[int] = 0x80000006


@dataclass(slots=True)
class EnquireLink(Pdu):
    """Is anybody there? (4.11.1)"""

    command_id: ClassVar[int] = 0x00000015


@dataclass(slots=True)
class EnquireLinkResp(Pdu):
    """Yes (4.11.2)."""

    command_id: ClassVar[int] = 0x80000015


@dataclass(slots=True)
class MessagePdu(Pdu):
    """What submit_sm and deliver_sm have in common; their field names are the specification's, addresses joined."""

    service_type: str = ""
    source: Address = NOBODY
    destination: Address = NOBODY
    esm_class: int = 0
    protocol_id: int = 0
    priority: int = 0
    schedule_time: str = ""
    validity_time: str = ""
    registered_delivery: int = 0
    replace_if_present: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""


@dataclass(slots=True)
class SubmitSm(MessagePdu):
    """ESME → SMSC: a message to send (4.4.1)."""

    command_id: ClassVar[int] = 0x00000004


@dataclass(slots=True)
class DeliverSm(MessagePdu):
    """SMSC → ESME: a message from a phone, or a receipt (4.6.1)."""

    command_id: ClassVar[int] = 0x00000005


@dataclass(slots=True)
class MessageResponse(Pdu):
    """What the answers that carry a message_id have in common."""

    message_id: str = ""


@dataclass(slots=True)
class SubmitSmResp(MessageResponse):
    """The SMSC took the message under this id, or refused it (4.4.2)."""

    command_id: ClassVar[int] = 0x80000004


@dataclass(slots=True)
class DeliverSmResp(MessageResponse):
    """We took the message, or refused it; message_id means nothing here (4.6.2)."""

    command_id: ClassVar[int] = 0x80000005


@dataclass(slots=True)
class DataSm(Pdu):
    """A message whose text, if any, is in the TLV message_payload; either direction (4.7.1)."""

    command_id: ClassVar[int] = 0x00000103
    service_type: str = ""
    source: Address = NOBODY
    destination: Address = NOBODY
    esm_class: int = 0
    registered_delivery: int = 0
    data_coding: int = 0


@dataclass(slots=True)
class DataSmResp(MessageResponse):
    """Answer to data_sm (4.7.2)."""

    command_id: ClassVar[int] = 0x80000103


@dataclass(slots=True)
class SubmitMulti(Pdu):
    """One message to as many as 254 addresses or distribution lists (4.5.1)."""

    command_id: ClassVar[int] = 0x00000021
    service_type: str = ""
    source: Address = NOBODY
    destinations: tuple[Address | DistributionList, ...] = ()
    esm_class: int = 0
    protocol_id: int = 0
    priority: int = 0
    schedule_time: str = ""
    validity_time: str = ""
    registered_delivery: int = 0
    replace_if_present: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""


@dataclass(slots=True)
class SubmitMultiResp(MessageResponse):
    """Answer to submit_multi, with the destinations that were refused (4.5.2)."""

    command_id: ClassVar[int] = 0x80000021
    unsuccess: tuple[Unsuccess, ...] = ()


@dataclass(slots=True)
class QuerySm(Pdu):
    """What became of a message? (4.8.1)"""

    command_id: ClassVar[int] = 0x00000003
    message_id: str = ""
    source: Address = NOBODY


@dataclass(slots=True)
class QuerySmResp(MessageResponse):
    """State of a message (5.2.28) and the time of its end, empty while it is under way (4.8.2)."""

    command_id: ClassVar[int] = 0x80000003
    final_date: str = ""
    message_state: int = 0
    error_code: int = 0


@dataclass(slots=True)
class CancelSm(Pdu):
    """Take back one message, or all from source to destination if message_id is empty (4.9.1)."""

    command_id: ClassVar[int] = 0x00000008
    service_type: str = ""
    message_id: str = ""
    source: Address = NOBODY
    destination: Address = NOBODY


@dataclass(slots=True)
class CancelSmResp(Pdu):
    """Answer to cancel_sm (4.9.2)."""

    command_id: ClassVar[int] = 0x80000008


@dataclass(slots=True)
class ReplaceSm(Pdu):
    """Put another text in the place of one not yet delivered (4.10.1)."""

    command_id: ClassVar[int] = 0x00000007
    message_id: str = ""
    source: Address = NOBODY
    schedule_time: str = ""
    validity_time: str = ""
    registered_delivery: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""


@dataclass(slots=True)
class ReplaceSmResp(Pdu):
    """Answer to replace_sm (4.10.2)."""

    command_id: ClassVar[int] = 0x80000007


@dataclass(slots=True)
class AlertNotification(Pdu):
    """A phone (`source`) is reachable again; the only request without an answer (4.12.1)."""

    command_id: ClassVar[int] = 0x00000102
    source: Address = NOBODY
    esme: Address = NOBODY


@dataclass(slots=True)
class UnknownPdu(Pdu):
    """A PDU with a command_id that SMPP 3.4 doesn't have; `body` is all that follows the header."""

    command_id: int  # type: ignore[misc]  # of the instance here, of the class everywhere else
    body: bytes = b""


PDUS: tuple[type[Pdu], ...] = (
    GenericNack,
    *(BindReceiver, BindReceiverResp, BindTransmitter, BindTransmitterResp, BindTransceiver, BindTransceiverResp),
    *(Outbind, Unbind, UnbindResp, EnquireLink, EnquireLinkResp, AlertNotification),
    *(SubmitSm, SubmitSmResp, DeliverSm, DeliverSmResp, DataSm, DataSmResp, SubmitMulti, SubmitMultiResp),
    *(QuerySm, QuerySmResp, CancelSm, CancelSmResp, ReplaceSm, ReplaceSmResp),
)
BY_ID: dict[int, type[Pdu]] = {each.command_id: each for each in PDUS}
RESPONSE_TO: dict[type[Pdu], type[Pdu]] = {
    each: BY_ID[each.command_id | RESPONSE]
    for each in PDUS
    if each.command_id < RESPONSE and each.command_id | RESPONSE in BY_ID
}


def message_bytes(pdu: Pdu) -> bytes:
    """The octets of the message: short_message, or the TLV message_payload (5.3.2.32) if that is empty.

    A peer must not fill both; if it does, short_message is what is read.
    """
    return getattr(pdu, "short_message", b"") or pdu.tlv(TAG_MESSAGE_PAYLOAD) or b""
