"""Octets no peer should have to see: each of them is seen on real links."""

from __future__ import annotations

import random
import struct

_HEADER = struct.Struct(">IIII")


def garbage(draw: random.Random, first_address: bytes = b"1069") -> tuple[bytes, bool]:
    """One piece of garbage, and whether it ends the connection because the framing is lost."""
    kind = draw.randrange(9)
    noise = draw.randbytes(draw.randrange(0, 40))
    sequence = draw.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0x806A179B, 0xFFFFFFFF, draw.getrandbits(32)))
    if kind == 0:  # a command that is none
        return _pdu(draw.choice((0x0000000A, 0x00000777, 0x00010001)), 0, sequence, noise), False
    if kind == 1:  # an answer to nothing
        return _pdu(0x80000004, 0, 0x7FFFFFF0, b"1\0"), False
    if kind == 2:  # an answer of no known kind
        return _pdu(0x80000777, 0x0000000B, sequence, noise), False
    if kind == 3:  # a nack for nobody
        return _pdu(0x80000000, 0x00000003, 0, b""), False
    if kind == 4:  # a deliver_sm that breaks off inside an address
        return _pdu(0x00000005, 0, sequence, b"\0\1\1861390000"), False
    if kind == 5:  # a deliver_sm whose sm_length is false
        body = b"\0\1\0018613900000001\0\0\1" + first_address + b"\0\0\0\0\0\0\0\0\0\0\xc8short"
        return _pdu(0x00000005, 0, sequence, body), False
    if kind == 6:  # enquire_link with a body and an odd sequence number
        return _pdu(0x00000015, 0, 0x806A179B, b"\0"), False
    if kind == 7:  # a request that only an ESME may send
        return _pdu(0x00000004, 0, sequence, noise), False
    return struct.pack(">I", draw.choice((0, 3, 15, 0x7FFFFFFF))) + noise, True


def _pdu(command_id: int, status: int, sequence: int, body: bytes) -> bytes:
    return _HEADER.pack(16 + len(body), command_id, status, sequence) + body
