"""Messages that no phone ever sent, through the whole gateway: each is answered once, none breaks anything."""

from __future__ import annotations

import gc
import os
import random
import struct
from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.smpp.codec import decode, encode
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import Address, DataSm, DataSmResp, DeliverSm, DeliverSmResp, Pdu
from smsgw.smpp.split import split
from tests.business.world import OWNER
from tests.gateway.world import World, settings_of, world

GROWTH = 40  # megabytes: the page caches of two connections (store.engine), and what the test itself remembers
TAGS = (0x001E, 0x0427, 0x020C, 0x020E, 0x020F, 0x0423, 0x1400, 0x0204)
PAYLOAD = 0x0424
RECEIPT = b"id:%d sub:001 dlvrd:001 submit date:2604150400 done date:2604150401 stat:DELIVRD err:000 text:OK"


def seed_of(default: int) -> int:
    seed = int(os.environ.get("SMSGW_SEED", default))
    print(f"SMSGW_SEED={seed}")
    return seed


def address(rng: random.Random) -> Address:
    odd = ("", "+", "BANK", "8613900000001x", "0" * 20, "9" * 20)
    digits = rng.choice((OWNER[1:], OWNER, "13900000001", "1069", *odd))
    return Address(rng.choice((0, 1, 2, 5, 9, 255)), rng.choice((0, 1, 8, 200)), digits)


def octets(rng: random.Random) -> bytes:
    """Something that is nearly a text, a part of one, a receipt, or nothing of the kind."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.randbytes(rng.randint(0, 140))
    if kind == 1:
        data = bytearray(RECEIPT % rng.randrange(100))
    elif kind == 2:
        data = bytearray(rng.choice(split("S " + "860123450000013 " * 12, rng.randrange(4))).short_message)
    elif kind == 3:
        data = bytearray(bytes((rng.randrange(8), rng.randrange(40), rng.randrange(6))) + rng.randbytes(20))
    elif kind == 4:
        data = bytearray("S 860123450000021 销售\0\ud83d".encode("utf-16-be", "surrogatepass"))
    else:
        data = bytearray(b"STOCK\x00\x1b\x1b\x7f")
    for _ in range(rng.randrange(4)):
        place = rng.randrange(len(data) + 1)
        data[place : place + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
    return bytes(data)


def message(rng: random.Random) -> Pdu:
    """A deliver_sm or data_sm that can be read, with anything in it."""
    tlvs = tuple((rng.choice(TAGS), rng.randbytes(rng.choice((0, 1, 1, 2, 5)))) for _ in range(rng.randrange(4)))
    fields = {
        "source": address(rng),
        "destination": address(rng),
        "esm_class": rng.choice((0, 0, 0x40, 0x04, 0x44, 0x20, 0x08, 0x10, rng.randrange(256))),
        "data_coding": rng.choice((0, 0, 8, 3, 1, 2, 4, rng.randrange(256))),
        "sequence": rng.randrange(1, 0x7FFFFFFF),
        "tlvs": tlvs,
    }
    if rng.randrange(6) == 0:
        return DataSm(**fields)
    return DeliverSm(**fields, short_message=octets(rng)[:254])


def megabytes() -> float:
    """What this process holds in memory now, pages of the database's file that are mapped not counted."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1000


def flood(w: World, count: int, seed: int) -> None:
    """So many messages by handfuls; then an ordinary one, which is answered as ever.

    What the gateway holds in memory does not grow with what it has seen.
    """
    held: list[float] = []
    rng = random.Random(seed)
    wire = w.smsc.wire
    sent: list[int] = []
    answers: list[int] = []
    write = wire.write

    def listening(data: bytes) -> None:
        written = [decode(each) for each in Framer().feed(data)]
        answers.extend(each.sequence for each in written if isinstance(each, (DeliverSmResp, DataSmResp)))
        write(data)

    wire.write = listening  # type: ignore[method-assign]
    while len(sent) < count:
        pieces = b""
        for _ in range(rng.randint(1, 20)):
            made = message(rng)
            data = encode(made)
            if rng.randrange(5) == 0:  # beside a short_message or without
                payload = octets(rng)
                data += struct.pack(">HH", PAYLOAD, len(payload)) + payload
                data = struct.pack(">I", len(data)) + data[4:]
            pieces += data
            sent.append(made.sequence)
        wire.protocol.dataReceived(pieces)
        w.settle()
        if len(sent) >= (len(held) + 1) * count / 10:
            for kept in (w.smsc.answers, w.smsc.submits, w.smsc.unmatched):  # the SMSC's, of which it forgets nothing
                kept.clear()
            gc.collect()
            held.append(megabytes())
        if not rng.randrange(10):
            w.smsc.advance(rng.choice((1.0, 30.0)))
            w.gateway.look()
            w.settle()
    print(f"{count} messages, MB held after each tenth: {[round(each) for each in held]}")
    assert max(held) - held[2] < GROWTH
    assert wire.open
    assert sorted(answers) == sorted(sent)
    intake = w.gateway.intake.counters
    assert (intake.failed, intake.unavailable) == (0, 0)
    w.smsc.advance(3601, 60)
    w.text(OWNER, "STOCK")
    assert w.smsc.texts()[-1][0] == OWNER


@pytest.mark.alone
@pytest.mark.chaos
def test_I1_I8_any_message_is_answered_once_and_spoils_nothing(engine: Engine) -> None:
    flood(world(engine, settings_of(limits={"texts_per_phone_per_hour": 100_000})), 3_000, seed_of(20260402))


@pytest.mark.soak
def test_a_hundred_thousand_strange_messages_spoil_nothing(engine: Engine) -> None:
    flood(world(engine, settings_of(limits={"texts_per_phone_per_hour": 1_000_000})), 100_000, seed_of(20260402))
