"""The deliver_sm PDUs of a phone's text: in which alphabet, cut how, in which order."""

from __future__ import annotations

import random
from dataclasses import replace

from smsgw.simulator.scenario import PART_ORDERS, Scenario
from smsgw.smpp.pdu import Address, DeliverSm
from smsgw.smpp.split import Part, split
from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD
from smsgw.sms.alphabet import pack
from smsgw.sms.coding import Alphabet
from smsgw.sms.encode import Encoded, encode_text
from smsgw.sms.ucs2 import encode_ucs2
from smsgw.sms.udh import UDHI, read_header

# What some SMSCs write instead of the default alphabet: Python's codec and data_coding (SMPP 3.4 section 5.2.19).
_OCTETS = {"ascii": ("ascii", 0x01), "latin1": ("latin-1", 0x03), "octets": ("utf-8", 0x04)}
CODINGS = ("gsm", *_OCTETS, "ucs2", "flash", "packed")


def compose(
    scenario: Scenario,
    text: str,
    source: Address,
    destination: Address,
    *,
    number: int,
    reference: int,
    how: str,
    draw: random.Random,
) -> tuple[list[DeliverSm], list[DeliverSm]]:
    """The PDUs that carry a text, in the order in which they go, and those of them that the sender hears nothing of.

    `number` (from 0) is that of the text: forms of a knob that are joined by + take turns by it. `how` is the way long
    texts are cut unless the scenario has its own. ValueError tells the names there are.
    """
    how = in_turn(scenario.long_texts, number) or how
    coding = in_turn(scenario.coding, number) or "gsm"
    parts = split(encoded(text, coding), reference, how=how)
    pdus = [
        DeliverSm(
            source=source,
            destination=destination,
            esm_class=part.esm_class,
            data_coding=part.data_coding,
            short_message=part.short_message,
            tlvs=part.tlvs,
        )
        for part in (map(packed, parts) if coding == "packed" else parts)
    ]
    order = scenario.part_order
    if order not in PART_ORDERS:
        raise ValueError(f"no order of parts {order!r}; there are {', '.join(PART_ORDERS)}")
    again: list[DeliverSm] = []
    if order == "reversed":
        pdus.reverse()
    elif order == "shuffled":
        draw.shuffle(pdus)
    elif order == "missing" and len(pdus) > 1:
        pdus.pop(draw.randrange(len(pdus)))
    elif order == "repeated" and len(pdus) > 1:
        again = [replace(pdu) for pdu in pdus]
        pdus = [each for pair in zip(pdus, again, strict=True) for each in pair]
    return pdus, again


def in_turn(names: str, number: int) -> str:
    """Of names that are joined by + the one whose turn it is; '' of none."""
    each = names.split("+")
    return each[number % len(each)]


def encoded(text: str, coding: str) -> Encoded:
    """A text in one of CODINGS; in UCS-2 where that alphabet has not all of it. ValueError tells the names there are.

    flash is a text of class 0, which a phone shows at once; packed is the default alphabet, to be `packed` after it is
    cut.
    """
    if coding not in CODINGS:
        raise ValueError(f"no coding {coding!r}; there are {', '.join(CODINGS)}")
    if coding == "flash":
        return encode_text(text, message_class=0)
    if coding in _OCTETS:
        codec, data_coding = _OCTETS[coding]
        try:
            data = text.encode(codec)
        except UnicodeEncodeError:
            coding = "ucs2"
        else:
            # What `split` cuts is a string of one character an octet.
            return Encoded(data.decode("latin-1"), Alphabet.OCTETS, data_coding, data, len(data))
    if coding == "ucs2":
        data = encode_ucs2(text)
        return Encoded(text, Alphabet.UCS2, 0x08, data, len(data) // 2)
    return encode_text(text)


def packed(part: Part) -> Part:
    """A part whose septets, after any header, are packed as on the air (3GPP 23.038 section 6.1.2.1)."""
    if part.data_coding:
        return part
    data = part.short_message
    rest = read_header(data)[1] if part.esm_class & UDHI else data
    tlvs = tuple((tag, pack(value) if tag == TAG_MESSAGE_PAYLOAD else value) for tag, value in part.tlvs)
    return part._replace(short_message=data[: len(data) - len(rest)] + pack(rest), tlvs=tlvs)
