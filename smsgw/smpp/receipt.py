"""Delivery receipts: telling them from texts, reading them from TLVs and from the text forms of many vendors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from smsgw.smpp.message_id import plain_id, same_id
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, TAG_MESSAGE_STATE, TAG_NETWORK_ERROR_CODE, TAG_RECEIPTED_MESSAGE_ID
from smsgw.sms.udh import UDHI, read_header


class MessageType(IntEnum):
    """Bits 5–2 of esm_class (SMPP 3.4 section 5.2.12): what a deliver_sm or data_sm is."""

    TEXT = 0x00
    RECEIPT = 0x04
    DELIVERY_ACKNOWLEDGEMENT = 0x08  # from the phone (SME), not from the SMSC
    USER_ACKNOWLEDGEMENT = 0x10
    CONVERSATION_ABORT = 0x18
    INTERMEDIATE = 0x20


def message_type(esm_class: int) -> MessageType:
    """The message type; a reserved combination is some kind of report, so that it never counts as a person's text."""
    bits = esm_class & 0x3C
    if bits in _TYPES:
        return MessageType(bits)
    if bits & MessageType.INTERMEDIATE:
        return MessageType.INTERMEDIATE
    return MessageType.RECEIPT if bits & MessageType.RECEIPT else MessageType.USER_ACKNOWLEDGEMENT


_TYPES = frozenset(int(kind) for kind in MessageType)


def is_receipt(esm_class: int) -> bool:
    """Whether a PDU is a receipt or an intermediate notification of the SMSC. Its wording never decides that."""
    return bool(esm_class & 0x3C) and message_type(esm_class) in (MessageType.RECEIPT, MessageType.INTERMEDIATE)


def carries_receipt(pdu: ShortMessage) -> bool:
    """Whether a deliver_sm or data_sm is a receipt or an intermediate notification: by esm_class first.

    Some SMSCs leave its bits at 0 and write receipted_message_id and message_state (SMPP 3.4 sections 5.3.2.12 and
    5.3.2.35) all the same; a phone cannot write either, so the two together tell as much.
    """
    if pdu.esm_class & 0x3C:
        return is_receipt(pdu.esm_class)
    if not pdu.tlvs:
        return False
    tags = {tag for tag, _ in pdu.tlvs}
    return TAG_RECEIPTED_MESSAGE_ID in tags and TAG_MESSAGE_STATE in tags


class MessageState(IntEnum):
    """States of a message (SMPP 3.4 section 5.2.28); SCHEDULED and SKIPPED are version 5's."""

    SCHEDULED = 0
    ENROUTE = 1
    DELIVERED = 2
    EXPIRED = 3
    DELETED = 4
    UNDELIVERABLE = 5
    ACCEPTED = 6
    UNKNOWN = 7
    REJECTED = 8
    SKIPPED = 9

    @property
    def final(self) -> bool:
        """Whether nothing can follow. ACCEPTED (read on the subscriber's behalf) is not taken for that."""
        return self not in (
            MessageState.SCHEDULED,
            MessageState.ENROUTE,
            MessageState.ACCEPTED,
            MessageState.UNKNOWN,
        )


class Receipt(NamedTuple):
    """What a receipt says. `message_id` is raw, '' when there was none; then the receipt is for the unmatched.

    source     "tlv", "text", "both" or "none": where id and state came from
    conflict   TLVs and text name different messages or different states; the TLVs are then in `message_id` and `state`
    other_id   the id of the text where it cannot be that of the TLV, else ''
    alias      the id of the text where it can be that of the TLV in other digits, else ''
    error      the vendor's error code, raw; from the network_error_code TLV ("type:code") if the text has none
    dates      in the SMSC's own clock, without time zone; None when absent or unreadable
    """

    message_id: str
    state: MessageState
    error: str = ""
    submit_date: datetime | None = None
    done_date: datetime | None = None
    text: str = ""
    intermediate: bool = False
    source: str = "none"
    conflict: bool = False
    other_id: str = ""
    alias: str = ""


class ShortMessage(Protocol):
    """What is read of a deliver_sm or data_sm; `short_message` may be lacking, as in data_sm."""

    @property
    def esm_class(self) -> int: ...
    @property
    def tlvs(self) -> tuple[tuple[int, bytes], ...]: ...


def parse_receipt(pdu: ShortMessage) -> Receipt:
    """The receipt in a PDU that `is_receipt` (or an SME acknowledgement, which has the same form). Never raises."""
    data = getattr(pdu, "short_message", b"") or _tlv(pdu.tlvs, TAG_MESSAGE_PAYLOAD) or b""
    fields = _fields(_receipt_text(read_header(data)[1] if pdu.esm_class & UDHI else data))
    if pdu.esm_class & UDHI and "id" not in fields:
        fields = _fields(_receipt_text(data))  # the bit is that of the submit; there is no header
    text_id = fields.get("id", "").strip(" \"'")
    text_state = state_of(fields["stat"]) if fields.get("stat") else None
    error = fields.get("err", "").strip()
    if not error.strip("0") and _NETWORK_STATUS.fullmatch(fields.get("stat", "")):
        error = fields["stat"]
    tlv_id = _string(_tlv(pdu.tlvs, TAG_RECEIPTED_MESSAGE_ID))
    tlv_state = _state_tlv(_tlv(pdu.tlvs, TAG_MESSAGE_STATE))
    by_tlv = bool(tlv_id) or tlv_state is not None
    by_text = bool(text_id) or text_state is not None
    both_ids = bool(tlv_id and text_id)
    other_id = text_id if both_ids and not same_id(tlv_id, text_id) else ""
    alias = text_id if both_ids and not other_id and plain_id(tlv_id) != plain_id(text_id) else ""
    states_differ = (
        tlv_state is not None
        and text_state is not None
        and tlv_state is not text_state
        and MessageState.UNKNOWN not in (tlv_state, text_state)
    )
    state = text_state if tlv_state in (None, MessageState.UNKNOWN) and text_state is not None else tlv_state
    return Receipt(
        message_id=tlv_id or text_id,
        state=MessageState.UNKNOWN if state is None else state,
        error=error or _network_error(_tlv(pdu.tlvs, TAG_NETWORK_ERROR_CODE)),
        submit_date=read_date(fields.get("submit", "")),
        done_date=read_date(fields.get("done", "")),
        text=fields.get("text", ""),
        intermediate=message_type(pdu.esm_class) is MessageType.INTERMEDIATE,
        source=("both" if by_text else "tlv") if by_tlv else ("text" if by_text else "none"),
        conflict=bool(other_id) or states_differ,
        other_id=other_id,
        alias=alias,
    )


def _tlv(tlvs: Iterable[tuple[int, bytes]], tag: int) -> bytes | None:
    return next((value for found, value in tlvs if found == tag), None)


def _string(value: bytes | None) -> str:
    """A C-octet string that may or may not have its NUL."""
    return (value or b"").split(b"\0", 1)[0].decode("latin-1").strip()


def _state_tlv(value: bytes | None) -> MessageState | None:
    if not value:
        return None
    number = int.from_bytes(value, "big")
    return MessageState(number) if number <= MessageState.SKIPPED else MessageState.UNKNOWN


def _network_error(value: bytes | None) -> str:
    """network_error_code (5.3.2.31): the type of network in one octet, its code in two."""
    if not value or len(value) != 3:
        return (value or b"").hex()
    return f"{value[0]}:{value[1] << 8 | value[2]}"


def _receipt_text(data: bytes) -> str:
    """Receipts are Latin letters whatever data_coding says: UTF-16 is known by its zero octets."""
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        text = data.decode("utf-16", "replace")
    elif data.count(0) * 3 > len(data):
        text = data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    else:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return text.replace("\0", "")


# Labels of Appendix B and those vendors write instead, each with the field it stands for.
_LABELS = {
    "id": "id", "msgid": "id", "messageid": "id", "smsid": "id",
    "sub": "sub", "dlvrd": "dlvrd", "dlvr": "dlvrd", "dlvd": "dlvrd",
    "submitdate": "submit", "submit": "submit", "submittime": "submit", "submiton": "submit",
    "sdate": "submit",
    "donedate": "done", "done": "done", "donetime": "done", "doneon": "done", "ddate": "done",
    "stat": "stat", "status": "stat", "state": "stat", "messagestate": "stat",
    "err": "err", "error": "err", "errcode": "err", "errorcode": "err", "networkerror": "err",
    "reason": "err",
    "text": "text", "txt": "text", "msg": "text", "message": "text",
}  # fmt: skip
_LABEL = re.compile(
    r"(?:(?<=[\s,;|&\"'{(\[<])|^)\"?("
    r"(?:msg|message|sms)?[ _-]?id|sub|dlvrd?|dlvd|submit(?:[ _-]?(?:date|time|on))?|sdate|"
    r"done(?:[ _-]?(?:date|time|on))?|ddate|stat(?:us|e)?|message[ _-]?state|err(?:or)?(?:[ _-]?code)?|"
    r"network[ _-]?error|reason|te?xt|msg|message"
    r")\"?\s*[:=]",
    re.IGNORECASE,
)
_SEPARATORS = " \t\r\n,;|&\"'{}()[]<>"


@lru_cache(256)
def _field(label: str) -> str:
    return _LABELS[re.sub(r"[ _-]", "", label.lower())]


def _fields(text: str) -> dict[str, str]:
    """Labelled values in any order and any case; of a label that comes twice the first counts.

    The excerpt of the message is whatever follows its label once id and state are known: it may hold labels of its own.
    """
    fields: dict[str, str] = {}
    labels = list(_LABEL.finditer(text))
    for place, label in enumerate(labels):
        name = _field(label[1])
        end = labels[place + 1].start() if place + 1 < len(labels) else len(text)
        if name == "text" and "id" in fields and "stat" in fields:
            fields.setdefault("text", text[label.end() :].strip())
            break
        fields.setdefault(name, text[label.end() : end].strip(_SEPARATORS))
    return fields


# By the first letters, since vendors differ in how they shorten; Appendix B's words are seven letters or fewer.
_STATES = (
    ("NOTDELIV", MessageState.UNDELIVERABLE),
    ("NONDELIV", MessageState.UNDELIVERABLE),
    ("UNDEL", MessageState.UNDELIVERABLE),
    ("UNDLV", MessageState.UNDELIVERABLE),
    ("FAIL", MessageState.UNDELIVERABLE),
    ("DELIV", MessageState.DELIVERED),
    ("DELVR", MessageState.DELIVERED),
    ("DLVRD", MessageState.DELIVERED),
    ("SUCCESS", MessageState.DELIVERED),
    ("DELET", MessageState.DELETED),
    ("CANCEL", MessageState.DELETED),
    ("EXPIR", MessageState.EXPIRED),
    ("ENROUTE", MessageState.ENROUTE),
    ("BUFF", MessageState.ENROUTE),
    ("QUEUED", MessageState.ENROUTE),
    ("PENDING", MessageState.ENROUTE),
    ("SUBMIT", MessageState.ENROUTE),
    ("SENT", MessageState.ENROUTE),
    ("ACCEP", MessageState.ACCEPTED),
    ("ACCPT", MessageState.ACCEPTED),
    ("ACK", MessageState.ACCEPTED),
    ("REJEC", MessageState.REJECTED),
    ("REJCT", MessageState.REJECTED),
    ("SCHED", MessageState.SCHEDULED),
    ("SKIP", MessageState.SKIPPED),
    ("UNKN", MessageState.UNKNOWN),
)
# What Chinese operators write in place of a state when a text was not delivered: whose network says so, and why.
_NETWORK_STATUS = re.compile(r"[A-Z]{2}:[0-9]{4}")


@lru_cache(256)
def state_of(word: str) -> MessageState:
    """The state a vendor's word or number stands for; one that is not known is UNKNOWN."""
    if _NETWORK_STATUS.fullmatch(word):
        return MessageState.UNDELIVERABLE
    letters = re.sub(r"[^A-Z0-9]", "", word.upper())
    if letters.isdigit():
        number = int(letters)
        return MessageState(number) if number <= MessageState.SKIPPED else MessageState.UNKNOWN
    return next((state for beginning, state in _STATES if letters.startswith(beginning)), MessageState.UNKNOWN)


_DIGITS = re.compile(r"[0-9]+")
_BASIC = re.compile(r"(?<=[0-9]{6})T(?=[0-9]{4})")  # between date and time, as ISO 8601 writes it
_PUNCTUATED = re.compile(
    r"([0-9]{4}|[0-9]{2})[-/.]([0-9]{2})[-/.]([0-9]{2})[ T_]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?"
)


def read_date(text: str) -> datetime | None:
    """A receipt's date: YYMMDDhhmm[ss[t…]], YYYYMMDDhhmm[ss], either with punctuation; None if it is none of these.

    Twelve digits are a two-digit year with seconds if they can be, which no year from 2013 to 2099 makes ambiguous.
    """
    text = _BASIC.sub("", text.strip())
    punctuated = _PUNCTUATED.match(text)
    plain = _DIGITS.match(text)
    digits = "".join(part or "" for part in punctuated.groups()) if punctuated else plain[0] if plain else ""
    length = len(digits)
    if length == 10:
        return _moment(digits, 2)
    if length == 12:
        return _moment(digits, 2) or _moment(digits, 4)
    if length == 14:
        return _moment(digits, 4) or _moment(digits[:12], 2)
    # SMPP's own absolute time (7.1.1), or a piece of it: tenths and quarters of an hour follow the seconds.
    return _moment(digits[:12], 2) if length > 12 else None


def _moment(digits: str, year_digits: int) -> datetime | None:
    year = int(digits[:year_digits]) + (2000 if year_digits == 2 else 0)
    month, day, hour, minute, second = (
        int(digits[year_digits + at : year_digits + at + 2] or 0) for at in range(0, 10, 2)
    )
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
