"""What a link says of itself when it binds, and what it may say to an SMSC of an older or a newer SMPP."""

from __future__ import annotations

from typing import Any

import pytest

from smsgw.smpp.concat import part_of
from smsgw.smpp.pdu import SubmitSm, message_bytes
from tests.gateway.links import test_bind
from tests.gateway.outbound.test_pump import Row, World

LONG = "stock " * 60
TAGS = {"sar": {0x020C, 0x020E, 0x020F}, "payload": {0x0424}}


def bound(version: int | None, **fields: Any) -> World:
    """A link whose SMSC says in its bind_resp that it speaks this version, or says nothing of it."""
    world = World(**fields)
    world.smsc.version = version
    world.smsc.wire.cut()
    world.smsc.advance(2)
    assert world.smsc.bound
    return world


def tags(submits: list[SubmitSm]) -> set[int]:
    return {tag for pdu in submits for tag, _ in pdu.tlvs}


@pytest.mark.parametrize("version", ["3.3", "3.4"])
@pytest.mark.parametrize("kind", ["transceiver", "transmitter", "receiver"])
def test_the_numbers_we_serve_reach_every_kind_of_bind(kind: str, version: str) -> None:
    world = test_bind.World(bind=kind, interface_version=version, address_range="^1069[0-9]*")
    (request,) = world.start().smsc.binds
    assert (request.address_range, request.addr_ton, request.addr_npi) == ("^1069[0-9]*", 0, 0)


def test_without_numbers_of_ours_the_bind_names_none() -> None:
    assert World().smsc.binds[0].address_range == ""


@pytest.mark.parametrize("how", ["sar", "payload"])
@pytest.mark.parametrize("version", [0x34, 0x50])
def test_an_smsc_of_3_4_or_5_0_gets_tlvs(version: int, how: str) -> None:
    world = bound(version, long_messages=how)
    world.send(Row(1, LONG))
    assert tags(world.smsc.submits) == TAGS[how]
    assert world.told("sent") == [1]


@pytest.mark.parametrize("how", ["sar", "payload"])
@pytest.mark.parametrize("version", [None, 0x00, 0x33])
def test_an_smsc_of_3_3_or_one_that_does_not_say_gets_none(version: int | None, how: str) -> None:
    """SMPP 3.4, 3.4: without sc_interface_version an SMSC is taken for one of 3.3, which has no TLVs."""
    world = bound(version, long_messages=how)
    world.send(Row(1, LONG))
    submits = world.smsc.submits
    assert len(submits) == 3
    assert tags(submits) == set()
    parts = [part_of(pdu.esm_class, message_bytes(pdu), pdu.tlvs).part for pdu in submits]
    assert [(part.number, part.total, part.width) for part in parts if part is not None] == [
        (number, 3, "8") for number in (1, 2, 3)
    ]
    assert world.told("sent") == [1]


def test_where_we_bind_in_3_3_no_tlvs_are_sent_though_the_smsc_knows_3_4() -> None:
    world = World(interface_version="3.3", long_messages="payload")
    world.send(Row(1, LONG), Row(2))
    assert tags(world.smsc.submits) == set()


def test_each_session_is_negotiated_anew() -> None:
    world = bound(0x33, long_messages="payload")
    world.send(Row(1, LONG))
    assert tags(world.smsc.submits) == set()
    world.smsc.version = 0x34
    world.smsc.wire.cut()
    world.smsc.advance(2)
    world.smsc.submits.clear()
    world.send(Row(2, LONG))
    assert tags(world.smsc.submits) == TAGS["payload"]
