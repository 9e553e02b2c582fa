"""ESMEs of others against the simulated SMSC as a process: smpp34, written in Rust, and smpplib, written in Python."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import smpp34
import smpplib.client
import smpplib.consts
import smpplib.exceptions

from smsgw.smpp.split import split
from tests.end_to_end.test_links import PROGRAM

PHONE = "8613900000001"
SECONDS = 20.0
LONG = "K A350 12, " * 40


@contextmanager
def simulated(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`smsgw smsc` and its port. Lines typed into it are texts of phones, its lines what phones got."""
    command = [*PROGRAM, "smsc", "--port", "0", "--json", *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as smsc:
        try:
            assert smsc.stderr is not None
            said = smsc.stderr.readline()
            port = re.search(r":(\d+)", said)
            assert port is not None, said
            yield smsc, int(port[1])
        finally:
            smsc.kill()


def typed(smsc: subprocess.Popen[str], text: str) -> None:
    assert smsc.stdin is not None
    smsc.stdin.write(f"+{PHONE} {text}\n")
    smsc.stdin.flush()


def shown(smsc: subprocess.Popen[str]) -> dict[str, Any]:
    """The next text that a phone got."""
    assert smsc.stdout is not None
    return dict(json.loads(smsc.stdout.readline()))


def test_smpp34_binds_is_texted_answers_and_is_told_of_delivery() -> None:
    async def play(smsc: subprocess.Popen[str], port: int) -> None:
        client = smpp34.Client("127.0.0.1", port, "dealer", "secret")
        link = await client.connect()
        typed(smsc, "S A350 1")
        text = await link.next()
        assert isinstance(text, smpp34.DeliverSmEvent)
        assert (text.source_addr, text.short_message, text.esm_class) == (PHONE, b"S A350 1", 0)
        ids = []
        for part in split(LONG, 7):
            answer = await link.submit_sm(
                PHONE,
                part.short_message,
                source_addr="1069",
                dest_addr_ton=1,
                dest_addr_npi=1,
                esm_class=part.esm_class,
                data_coding=part.data_coding,
                registered_delivery=1,
            )
            assert answer.is_success and answer.message_id
            ids.append(answer.message_id)
        assert (await asyncio.to_thread(shown, smsc))["text"] == LONG
        told = []
        for _ in ids:
            receipt = await link.next()
            assert isinstance(receipt, smpp34.DeliverSmEvent) and receipt.esm_class == 0x04
            tlvs = {each.tag: each for each in receipt.tlvs}
            assert tlvs[smpp34.TLV_MESSAGE_STATE].as_int() == 2
            told.append(tlvs[smpp34.TLV_RECEIPTED_MESSAGE_ID].as_string())
            assert b"stat:DELIVRD" in receipt.short_message
        assert sorted(filter(None, told)) == sorted(ids)
        wrong = await link.submit_sm("", b"x", source_addr="1069")
        assert wrong.command_status == smpp34.ESME_RINVDSTADR
        await link.unbind()
        await client.stop()

    with simulated() as (smsc, port):
        asyncio.run(asyncio.wait_for(play(smsc, port), SECONDS))


def test_smpp34_is_refused_and_throttled_as_the_scenario_has_it() -> None:
    async def play(port: int) -> None:
        client = smpp34.Client("127.0.0.1", port, "dealer", "secret")
        link = await client.connect()
        statuses = []
        for _ in range(60):
            answer = await link.submit_sm(PHONE, b"x", source_addr="1069", dest_addr_ton=1)
            statuses.append(answer.command_status)
        assert 2 <= statuses.count(smpp34.ESME_RTHROTTLED) <= 20
        assert set(statuses) == {0, smpp34.ESME_RTHROTTLED}
        await link.unbind()
        await client.stop()

    with simulated("--scenario", "throttle") as (_, port):
        asyncio.run(asyncio.wait_for(play(port), SECONDS))

    async def refused(port: int) -> None:
        client = smpp34.Client("127.0.0.1", port, "dealer", "wrong", connect_timeout_ms=1000)
        with pytest.raises(smpp34.SmppError):
            await client.connect()
        await client.stop()

    with simulated("--password", "secret") as (_, port):
        asyncio.run(asyncio.wait_for(refused(port), SECONDS))


class Esme:
    """smpplib as an ESME: what it was sent is in `got`, the answers to its submits in `ids`."""

    def __init__(self, port: int, bind: str = "bind_transceiver") -> None:
        self.client = smpplib.client.Client("127.0.0.1", port, timeout=1, allow_unknown_opt_params=True)
        self.got: list[Any] = []
        self.ids: list[bytes] = []
        self.client.set_message_received_handler(self._received)
        self.client.set_message_sent_handler(self._answered)
        self.client.connect()
        getattr(self.client, bind)(system_id="dealer", password="secret")

    def _received(self, pdu: Any) -> None:
        self.got.append(pdu)

    def _answered(self, pdu: Any) -> None:
        self.ids.append(pdu.message_id)

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < deadline
            self.client.read_once(auto_send_enquire_link=False)

    def close(self) -> None:
        self.client.unbind()
        self.client.disconnect()


def test_smpplib_binds_is_texted_answers_and_is_told_of_delivery() -> None:
    with simulated() as (smsc, port):
        esme = Esme(port)
        typed(smsc, "库存 曙光3.5")
        esme.until(lambda: len(esme.got) == 1)
        assert esme.got[0].short_message.decode("utf-16-be") == "库存 曙光3.5"
        assert esme.got[0].data_coding == smpplib.consts.SMPP_ENCODING_ISO10646
        for part in split("已收 " * 60, 9):
            esme.client.send_message(
                source_addr="1069",
                dest_addr_ton=1,
                dest_addr_npi=1,
                destination_addr=PHONE,
                short_message=part.short_message,
                data_coding=part.data_coding,
                esm_class=part.esm_class,
                registered_delivery=True,
            )
        esme.until(lambda: len(esme.got) == 1 + 3)
        assert shown(smsc)["text"] == "已收 " * 60
        assert len(set(esme.ids)) == 3
        receipts = esme.got[1:]
        assert {pdu.receipted_message_id for pdu in receipts} == set(esme.ids)
        assert {pdu.message_state for pdu in receipts} == {smpplib.consts.SMPP_MESSAGE_STATE_DELIVERED}
        esme.close()


def test_smpplib_binds_apart_to_send_and_to_receive_and_is_refused_by_its_password() -> None:
    with simulated("--password", "secret") as (smsc, port):
        sender, receiver = Esme(port, "bind_transmitter"), Esme(port, "bind_receiver")
        sender.client.send_message(
            source_addr="1069", dest_addr_ton=1, destination_addr=PHONE, short_message=b"OK", registered_delivery=True
        )
        sender.until(lambda: len(sender.ids) == 1)
        assert shown(smsc)["text"] == "OK"
        receiver.until(lambda: len(receiver.got) == 1)
        assert receiver.got[0].receipted_message_id == sender.ids[0]
        sender.close()
        receiver.close()
        stranger = smpplib.client.Client("127.0.0.1", port, timeout=5, allow_unknown_opt_params=True)
        stranger.connect()
        with pytest.raises(smpplib.exceptions.PDUError):
            stranger.bind_transceiver(system_id="dealer", password="wrong")
        stranger.disconnect()
