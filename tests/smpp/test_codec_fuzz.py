"""Mutated PDUs by the hundred thousand: each is read or refused by field and offset, and nothing else ever happens.

There is no catch-all around the decoder, so whatever else it raised would end the test. What is read must be read the
same by the tables and by the short way, and survive being written; a session that is fed the same octets must hold.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from smsgw.smpp.codec import decode, decode_by_table, encode
from smsgw.smpp.errors import LocalError, PduError
from smsgw.smpp.pdu import Pdu, UnknownPdu
from smsgw.smpp.states import State
from tests.smpp.pair import NOW, bound_esme
from tests.smpp.pdus import MALFORMED, ODD_BUT_VALID
from tests.smpp.test_codec_oracles import ONE_OF_EACH

SEED = 20260101
CORPUS = [each.data for each in (*ODD_BUT_VALID, *MALFORMED) if len(each.data) >= 16]
CORPUS += [encode(each) for each in ONE_OF_EACH]
TELLING = [0x00, 0x01, 0x04, 0x15, 0x7F, 0x80, 0xFE, 0xFF]  # octets that mean something in many places


def mutated(rng: random.Random) -> bytes:
    """A frame of the corpus with one to five things done to it; its length is put right nine times in ten."""
    data = bytearray(rng.choice(CORPUS))
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(data) + 1)
        what = rng.randrange(7)
        if what == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif what == 1 and at < len(data):
            data[at] = rng.choice(TELLING)
        elif what == 2:
            del data[at : at + rng.randint(1, 8)]
        elif what == 3:
            data[at:at] = rng.randbytes(rng.randint(1, 8))
        elif what == 4:
            other = rng.choice(CORPUS)
            data[at:] = other[rng.randrange(len(other)) :]
        elif what == 5:
            data[at:at] = data[rng.randrange(len(data) + 1) :][: rng.randint(1, 40)]
        else:
            del data[at:]
    if rng.randrange(10):
        data[:4] = len(data).to_bytes(4, "big")
    return bytes(data)


def read(data: bytes, found: Counter[str]) -> None:
    """One frame through the codec, with everything that must hold for it."""
    try:
        pdu = decode(data)
    except PduError as error:
        found["refused"] += 1
        assert error.status
        assert error.field
        assert 0 <= error.offset <= len(data)
        with pytest.raises(PduError) as again:
            decode_by_table(data)
        assert again.value.args == error.args
        return
    found["unknown" if isinstance(pdu, UnknownPdu) else "read"] += 1
    assert decode_by_table(data) == pdu
    write_again(pdu, found)


def write_again(pdu: Pdu, found: Counter[str]) -> None:
    try:
        data = encode(pdu)
    except LocalError:
        found["read, but nothing we would send"] += 1
        return
    assert decode(data) == pdu


def fuzz(count: int) -> Counter[str]:
    rng = random.Random(SEED)
    found: Counter[str] = Counter()
    session = bound_esme()
    for number in range(count):
        data = mutated(rng)
        read(data, found)
        if number % 10 == 0:
            found["events"] += len(session.receive(data, NOW))
            session.data_to_send()
            if session.state is State.CLOSED:
                session.lost(NOW)
                session = bound_esme()
    assert found["read"] > count / 5
    assert found["refused"] > count / 5
    return found


@pytest.mark.chaos
def test_a_hundred_thousand_mutated_pdus_are_read_or_refused() -> None:
    fuzz(100_000)


@pytest.mark.soak
def test_a_million_mutated_pdus_are_read_or_refused() -> None:
    fuzz(1_000_000)
