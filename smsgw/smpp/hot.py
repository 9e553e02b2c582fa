"""The short way for the PDUs that make up the traffic: messages, their answers, enquire_link.

Each function returns None for whatever is not plain: a field beyond its maximum, a missing NUL, a body that is cut
off. The table-driven codec then says what is wrong, or accepts it; so nothing is decided twice.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from smsgw.smpp.pdu import (
    Address,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    MessagePdu,
    MessageResponse,
    Pdu,
    SubmitSm,
    SubmitSmResp,
)
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, read_tlvs, write_tlvs

_HEADER = struct.Struct(">IIII")
_HEADER_NUL = struct.Struct(">IIIIx")
_unpack_header = _HEADER.unpack_from
_new_address = tuple.__new__


def _message_decoder(kind: type[MessagePdu]) -> Callable[[bytes], Pdu | None]:
    def decode(frame: bytes) -> Pdu | None:
        find = frame.find
        a = find(0, 16)  # end of service_type
        b = find(0, a + 3)  # of source_addr
        c = find(0, b + 3)  # of destination_addr
        d = find(0, c + 4)  # of schedule_delivery_time
        e = find(0, d + 1)  # of validity_period
        end = len(frame)
        if not (
            16 <= a < 22
            and a + 3 <= b < a + 24
            and b + 3 <= c < b + 24
            and c + 4 <= d < c + 21
            and d < e < d + 18
            and e + 6 <= end
        ):
            return None
        length, _, status, sequence = _unpack_header(frame)
        registered, replace, coding, default, size = frame[e + 1 : e + 6]
        start = e + 6
        stop = start + size
        if length != end or stop > end:
            return None
        if stop == end:
            tlvs: tuple[tuple[int, bytes], ...] = ()
            trailing = b""
        else:
            tlvs, trailing = read_tlvs(frame, stop)
        return kind(
            "" if a == 16 else frame[16:a].decode("latin-1"),
            _new_address(Address, (frame[a + 1], frame[a + 2], frame[a + 3 : b].decode("latin-1"))),
            _new_address(Address, (frame[b + 1], frame[b + 2], frame[b + 3 : c].decode("latin-1"))),
            frame[c + 1],
            frame[c + 2],
            frame[c + 3],
            "" if d == c + 4 else frame[c + 4 : d].decode("latin-1"),
            "" if e == d + 1 else frame[d + 1 : e].decode("latin-1"),
            registered,
            replace,
            coding,
            default,
            frame[start:stop],
            status=status,
            sequence=sequence,
            tlvs=tlvs,
            trailing=trailing,
        )

    return decode


def _message_encoder(kind: type[MessagePdu]) -> Callable[[Any], bytes | None]:
    command_id = kind.command_id

    def encode(pdu: MessagePdu) -> bytes | None:
        service, schedule, validity = pdu.service_type, pdu.schedule_time, pdu.validity_time
        source_ton, source_npi, source = pdu.source
        ton, npi, digits = pdu.destination
        text = pdu.short_message
        if (
            len(source) > 20
            or len(digits) > 20
            or len(service) > 5
            or len(schedule) not in (0, 16)
            or len(validity) not in (0, 16)
            or len(text) > 254
            or "\0" in source
            or "\0" in digits
            or "\0" in service
            or "\0" in schedule
            or "\0" in validity
        ):
            return None
        try:
            body = b"%b\0%c%c%b\0%c%c%b\0%c%c%c%b\0%b\0%c%c%c%c%c%b" % (
                service.encode("latin-1"),
                source_ton,
                source_npi,
                source.encode("latin-1"),
                ton,
                npi,
                digits.encode("latin-1"),
                pdu.esm_class,
                pdu.protocol_id,
                pdu.priority,
                schedule.encode("latin-1"),
                validity.encode("latin-1"),
                pdu.registered_delivery,
                pdu.replace_if_present,
                pdu.data_coding,
                pdu.sm_default_msg_id,
                len(text),
                text,
            )
            if pdu.tlvs or pdu.trailing:
                if text and pdu.tlv(TAG_MESSAGE_PAYLOAD):
                    return None
                body += write_tlvs(pdu.tlvs) + pdu.trailing
            return _HEADER.pack(16 + len(body), command_id, pdu.status, pdu.sequence) + body
        except (OverflowError, UnicodeEncodeError, struct.error):
            return None

    return encode


def _response_decoder(kind: type[MessageResponse]) -> Callable[[bytes], Pdu | None]:
    def decode(frame: bytes) -> Pdu | None:
        end = len(frame)
        if end < 17 or frame.find(0, 16) != end - 1:
            return None
        length, _, status, sequence = _unpack_header(frame)
        if length != end:
            return None
        return kind("" if end == 17 else frame[16:-1].decode("latin-1"), status=status, sequence=sequence)

    return decode


def _response_encoder(kind: type[MessageResponse]) -> Callable[[Any], bytes | None]:
    command_id = kind.command_id
    bodiless = kind is SubmitSmResp  # a refused submit_sm is answered without a body (4.4.2), a deliver_sm is not

    def encode(pdu: MessageResponse) -> bytes | None:
        status, message_id = pdu.status, pdu.message_id
        if pdu.tlvs or pdu.trailing or len(message_id) > 64 or "\0" in message_id:
            return None
        try:
            if message_id:
                octets = message_id.encode("latin-1")
                return _HEADER.pack(17 + len(octets), command_id, status, pdu.sequence) + octets + b"\0"
            if status and bodiless:
                return _HEADER.pack(16, command_id, status, pdu.sequence)
            return _HEADER_NUL.pack(17, command_id, status, pdu.sequence)
        except (UnicodeEncodeError, struct.error):
            return None

    return encode


def _bare_decoder(kind: type[Pdu]) -> Callable[[bytes], Pdu | None]:
    def decode(frame: bytes) -> Pdu | None:
        if len(frame) != 16:
            return None
        length, _, status, sequence = _unpack_header(frame)
        return kind(status=status, sequence=sequence) if length == 16 else None

    return decode


def _octets(command_id: int) -> bytes:
    return command_id.to_bytes(4, "big")


DECODERS: dict[bytes, Callable[[bytes], Pdu | None]] = {
    **{_octets(kind.command_id): _message_decoder(kind) for kind in (DeliverSm, SubmitSm)},
    **{_octets(kind.command_id): _response_decoder(kind) for kind in (SubmitSmResp, DeliverSmResp)},
    **{_octets(kind.command_id): _bare_decoder(kind) for kind in (EnquireLink, EnquireLinkResp)},
}
ENCODERS: dict[type[Pdu], Callable[[Any], bytes | None]] = {
    **{kind: _message_encoder(kind) for kind in (DeliverSm, SubmitSm)},
    **{kind: _response_encoder(kind) for kind in (SubmitSmResp, DeliverSmResp)},
}
