"""PDUs to octets and back: `encode`, `decode`, and the table-driven walk that both are held to.

The PDUs that make up the traffic have a shorter way in `hot`, which leaves everything irregular to the walk here: so
each rule about refusals stands in one place.

What is accepted: responses may stop after any field, their last string may lack its NUL, and no maximum is held
against them (SMSCs do all three, and refusing an answer helps nobody); requests must have every mandatory field,
within its maximum. Names, passwords and addresses may be longer than the book has room for, up to LONGEST: operators
give out passwords of 12 characters, and a text from or to an address of 21 digits is a text all the same. Optional
parameters are never a reason to refuse.
"""

from __future__ import annotations

import struct
from dataclasses import fields as dataclass_fields
from typing import Any, NoReturn

from smsgw.smpp import hot
from smsgw.smpp.errors import LocalError, PduError
from smsgw.smpp.pdu import (
    BY_ID,
    RESPONSE,
    Address,
    BindResponse,
    DistributionList,
    Pdu,
    SubmitSmResp,
    UnknownPdu,
    Unsuccess,
)
from smsgw.smpp.status import ESME_RINVCMDLEN, ESME_RINVDESTFLAG, ESME_RINVMSGLEN, ESME_RINVPARLEN
from smsgw.smpp.tables import ADDRESSES, DESTINATIONS, INT, LAYOUTS, OCTETS, TEXT, TIME, WIRE_NAMES, Field
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, read_tlvs, write_tlvs

HEADER = struct.Struct(">IIII")
BODILESS_REFUSALS = (BindResponse, SubmitSmResp)  # with a status there is no body: 4.1.2, 4.1.4, 4.1.6, 4.4.2
LONGEST = 64  # octets of what may be longer than the book says
_LONGER = dict.fromkeys(
    ("system_id", "password", "system_type", "service_type", "address_range", "source_addr", "destination_addr"),
    LONGEST + 1,
)
_HEADER_FIELDS = {"status", "sequence", "tlvs", "trailing"}
_MOST_DESTINATIONS = 254  # number_of_dests, 5.2.24
_ATTRIBUTES = {wire: attribute for attribute, wire in WIRE_NAMES.items()}


def decode(frame: bytes) -> Pdu:
    """The PDU in `frame`, which is one whole PDU as the framer cuts them.

    Raises PduError, and nothing else, whatever the octets. A command_id that SMPP 3.4 lacks gives an UnknownPdu.
    """
    swift = hot.DECODERS.get(frame[4:8])
    if swift is not None:
        pdu = swift(frame)
        if pdu is not None:
            return pdu
    return decode_by_table(frame)


def encode(pdu: Pdu) -> bytes:
    """The octets of `pdu`. Raises LocalError when a field cannot be sent as it is; nothing is ever shortened."""
    swift = hot.ENCODERS.get(type(pdu))
    if swift is not None:
        frame = swift(pdu)
        if frame is not None:
            return frame
    return encode_by_table(pdu)


def decode_by_table(frame: bytes) -> Pdu:
    """What `decode` does, for every PDU and without haste."""
    if len(frame) < 16:
        raise PduError(
            ESME_RINVCMDLEN, 0, 0, "command_length", 0, f"cannot be: a header has 16 octets, not {len(frame)}"
        )
    length, command_id, status, sequence = HEADER.unpack_from(frame)
    if length != len(frame):
        reason = f"says {length} octets, the PDU has {len(frame)}"
        raise PduError(ESME_RINVCMDLEN, sequence, command_id, "command_length", 0, reason)
    kind = BY_ID.get(command_id)
    if kind is None:
        return UnknownPdu(command_id, frame[16:], status=status, sequence=sequence)
    walk = _Walk(frame, command_id, sequence)
    values = walk.fields(LAYOUTS[kind])
    tlvs, trailing = read_tlvs(frame, walk.at)
    return kind(**_attributes(values), status=status, sequence=sequence, tlvs=tlvs, trailing=trailing)


def _attributes(wire: dict[str, Any]) -> dict[str, Any]:
    """Fields of the wire as the arguments of a PDU class: addresses joined, lengths dropped."""
    found: dict[str, Any] = {}
    for attribute, (ton, npi, digits) in ADDRESSES.items():
        if ton in wire:
            found[attribute] = Address(wire.pop(ton), wire.pop(npi), wire.pop(digits))
    wire.pop("sm_length", None)
    for name, value in wire.items():
        found[_ATTRIBUTES.get(name, name)] = value
    return found


class _Walk:
    """One pass over the mandatory fields of one frame, each step within its bounds."""

    def __init__(self, frame: bytes, command_id: int, sequence: int) -> None:
        self.frame = frame
        self.end = len(frame)
        self.at = 16
        self.command_id = command_id
        self.sequence = sequence
        self.lenient = bool(command_id & RESPONSE)

    def fields(self, layout: tuple[Field, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in layout:
            if self.lenient and self.at == self.end:
                break
            if field.kind == INT:
                if self.lenient and self.at + field.size > self.end:
                    break
                values[field.name] = self.number(field.name, field.size)
            elif field.kind in (TEXT, TIME):
                values[field.name] = self.text(field.name, _LONGER.get(field.name, field.size))
            elif field.kind == OCTETS:
                values[field.name] = self.octets(field.name, values["sm_length"])
            elif field.kind == DESTINATIONS:
                values[field.name] = self.destinations()
            else:
                values[field.name] = self.unsuccess()
        return values

    def number(self, name: str, size: int) -> int:
        start = self.at
        if start + size > self.end:
            self.refuse(ESME_RINVPARLEN, name, start, "is cut off by the end of the PDU")
        self.at = start + size
        return int.from_bytes(self.frame[start : self.at], "big")

    def text(self, name: str, size: int) -> str:
        start = self.at
        stop = self.frame.find(b"\0", start)
        if stop < 0:
            if not self.lenient:
                self.refuse(ESME_RINVPARLEN, name, start, "has no NUL before the end of the PDU")
            self.at = self.end
            return self.frame[start:].decode("latin-1")
        if stop - start >= size and not self.lenient:
            self.refuse(ESME_RINVPARLEN, name, start, f"has {stop - start} octets, at most {size - 1} are allowed")
        self.at = stop + 1
        return self.frame[start:stop].decode("latin-1")

    def octets(self, name: str, length: int) -> bytes:
        start = self.at
        if start + length > self.end:
            reason = f"should have {length} octets by its sm_length, {self.end - start} are left"
            self.refuse(ESME_RINVMSGLEN, name, start, reason)
        self.at = start + length
        return self.frame[start : self.at]

    def destinations(self) -> tuple[Address | DistributionList, ...]:
        found: list[Address | DistributionList] = []
        for _ in range(self.number("number_of_dests", 1)):
            start = self.at
            flag = self.number("dest_flag", 1)
            if flag == 1:
                ton = self.number("dest_addr_ton", 1)
                npi = self.number("dest_addr_npi", 1)
                found.append(Address(ton, npi, self.text("destination_addr", 21)))
            elif flag == 2:
                found.append(DistributionList(self.text("dl_name", 21)))
            else:
                self.refuse(ESME_RINVDESTFLAG, "dest_flag", start, f"is {flag}, only 1 and 2 mean something")
        return tuple(found)

    def unsuccess(self) -> tuple[Unsuccess, ...]:
        """The list of refused destinations, as far as it is whole: what follows the last whole entry is trailing."""
        found: list[Unsuccess] = []
        for _ in range(self.number("no_unsuccess", 1)):
            stop = self.frame.find(b"\0", self.at + 2)
            if stop < 0 or stop + 5 > self.end:
                break
            ton, npi = self.frame[self.at : self.at + 2]
            address = Address(ton, npi, self.frame[self.at + 2 : stop].decode("latin-1"))
            found.append(Unsuccess(address, int.from_bytes(self.frame[stop + 1 : stop + 5], "big")))
            self.at = stop + 5
        return tuple(found)

    def refuse(self, status: int, name: str, offset: int, reason: str) -> NoReturn:
        raise PduError(status, self.sequence, self.command_id, name, offset, reason)


def encode_by_table(pdu: Pdu) -> bytes:
    """What `encode` does, for every PDU and without haste."""
    if isinstance(pdu, UnknownPdu):
        return _frame(pdu, pdu.body)
    layout = LAYOUTS.get(type(pdu))
    if layout is None:
        raise LocalError(f"{type(pdu).__name__} is not a PDU that can be sent")
    wire = _wire_values(pdu)
    text = wire.get("short_message", b"")
    if text and pdu.tlv(TAG_MESSAGE_PAYLOAD):
        raise LocalError(f"{type(pdu).__name__}: short_message and message_payload exclude each other (4.4.1)")
    try:
        optional = write_tlvs(pdu.tlvs)
    except struct.error as error:
        raise LocalError(f"{type(pdu).__name__}: a TLV has a tag or a length beyond 0xFFFF") from error
    if isinstance(pdu, BODILESS_REFUSALS) and pdu.status and pdu == type(pdu)(status=pdu.status, sequence=pdu.sequence):
        return _frame(pdu, b"")
    body = b"".join([_write(type(pdu).__name__, field, wire) for field in layout])
    return _frame(pdu, body + optional + pdu.trailing)


def _frame(pdu: Pdu, body: bytes) -> bytes:
    try:
        return HEADER.pack(16 + len(body), pdu.command_id, pdu.status, pdu.sequence) + body
    except struct.error as error:
        raise LocalError(
            f"{type(pdu).__name__}: status {pdu.status} or sequence {pdu.sequence} is not a 32-bit number"
        ) from error


def _wire_values(pdu: Pdu) -> dict[str, Any]:
    """The attributes of a PDU by the names of the wire: addresses in three, sm_length counted."""
    found: dict[str, Any] = {}
    for each in dataclass_fields(pdu):
        if each.name in _HEADER_FIELDS:
            continue
        value = getattr(pdu, each.name)
        if each.name in ADDRESSES:
            found.update(zip(ADDRESSES[each.name], value, strict=True))
        else:
            found[WIRE_NAMES.get(each.name, each.name)] = value
    if "short_message" in found:
        found["sm_length"] = len(found["short_message"])
    return found


def _write(kind: str, field: Field, wire: dict[str, Any]) -> bytes:
    value = wire[field.name]
    if field.kind == INT:
        if field.name == "sm_length" and value > 254:
            raise LocalError(f"{kind}.short_message: {value} octets, at most 254 can be sent; use message_payload")
        return _number(f"{kind}.{field.name}", value, field.size)
    if field.kind == TEXT:
        # What is submitted has addresses of the book; those of a bind are as the operator gave them.
        room = field.size if field.name.endswith("_addr") else _LONGER.get(field.name, field.size)
        return _text(f"{kind}.{field.name}", value, room)
    if field.kind == TIME:
        if len(value) not in (0, 16):
            raise LocalError(f"{kind}.{field.name}: a time has 16 characters or none, not {len(value)} (7.1.1)")
        return _text(f"{kind}.{field.name}", value, field.size)
    if field.kind == OCTETS:
        return bytes(value)
    if field.kind == DESTINATIONS:
        return _destinations(kind, value)
    return _unsuccess(kind, value)


def _number(name: str, value: int, size: int) -> bytes:
    if not 0 <= value < 1 << 8 * size:
        raise LocalError(f"{name}: {value} does not fit into {size} octet(s)")
    return value.to_bytes(size, "big")


def _text(name: str, value: str, size: int) -> bytes:
    if len(value) >= size:
        raise LocalError(f"{name}: {len(value)} characters, at most {size - 1} can be sent")
    if "\0" in value or not (value.isascii() or max(value) <= "\xff"):
        raise LocalError(f"{name}: a character that is not an octet of text")
    return value.encode("latin-1") + b"\0"


def _destinations(kind: str, destinations: tuple[Address | DistributionList, ...]) -> bytes:
    if not 1 <= len(destinations) <= _MOST_DESTINATIONS:
        raise LocalError(f"{kind}.destinations: {len(destinations)}, from 1 to {_MOST_DESTINATIONS} can be sent")
    parts = [bytes([len(destinations)])]
    for each in destinations:
        if isinstance(each, DistributionList):
            parts.append(b"\x02" + _text(f"{kind}.dl_name", each.name, 21))
        else:
            parts.append(b"\x01" + _address(kind, each))
    return b"".join(parts)


def _unsuccess(kind: str, refused: tuple[Unsuccess, ...]) -> bytes:
    if len(refused) > _MOST_DESTINATIONS:
        raise LocalError(f"{kind}.unsuccess: {len(refused)}, at most {_MOST_DESTINATIONS} can be sent")
    entries = [_address(kind, each.address) + _number(f"{kind}.error_status_code", each.status, 4) for each in refused]
    return bytes([len(refused)]) + b"".join(entries)


def _address(kind: str, address: Address) -> bytes:
    ton = _number(f"{kind}.dest_addr_ton", address.ton, 1)
    return (
        ton + _number(f"{kind}.dest_addr_npi", address.npi, 1) + _text(f"{kind}.destination_addr", address.digits, 21)
    )
