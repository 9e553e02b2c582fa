"""The daemon as a process against somebody else's SMSC: smpp34, written in Rust, on either database.

It decides for itself how PDUs are written and read. What our own simulator and we might misread alike shows here.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import smpp34

from smsgw.smpp.concat import StoredPart, join, part_of
from smsgw.smpp.split import How, split
from smsgw.smpp.status import ESME_RMSGQFUL
from smsgw.sms.udh import UDHI
from tests.end_to_end.house import House

SHORT_CODE = "1069"
SECONDS = 30.0  # whatever takes longer has failed
VENDOR_TLVS = [smpp34.Tlv(0x1400, b"\x01"), smpp34.Tlv(0x1401, b"460-00\0"), smpp34.Tlv(0x3FFF, b"")]
RECEIPT = b"id:%s sub:001 dlvrd:001 submit date:2611010000 done date:2611010001 stat:DELIVRD err:000 text:OK"


def phone(number: int) -> str:
    """The digits of a phone of the house."""
    return f"8613900{number:06d}"


def imei(serial: int) -> str:
    """An IMEI of the first product, check digit and all."""
    body = f"86012345{serial:06d}"
    doubled = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body))
    return f"{body}{-doubled % 10}"


class ForeignSmsc:
    """smpp34 as SMSC: takes every submit, or refuses the next `to_refuse` ones; what it took is in `taken`.

    With `receipts` each is reported as delivered, in text and in TLVs with some of a vendor's.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.server = smpp34.Server("127.0.0.1", port, system_id="RUST")
        self.binds: asyncio.Queue[smpp34.Esme] = asyncio.Queue()
        self.taken: list[smpp34.SubmitSmEvent] = []
        self.refused: list[int] = []
        self.to_refuse: list[int] = []
        self.receipts = False
        self.acknowledged: list[int] = []  # status of each deliver_sm_resp to a receipt
        self.ended = 0  # sessions
        self.esme: smpp34.Esme | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def start(self) -> None:
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    await self.server.start()
                    break
                except smpp34.SmppError:  # the port of the one before is not free yet
                    await asyncio.sleep(0.1)
        self._spawn(self._listen())

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.server.stop()

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self) -> None:
        while True:
            event = await self.server.next()
            if isinstance(event, smpp34.Esme):
                self.esme = event
                self.binds.put_nowait(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._submitted(event)
            else:
                self.ended += 1
            self._changed.set()

    def _submitted(self, event: smpp34.SubmitSmEvent) -> None:
        if self.to_refuse:
            status = self.to_refuse.pop(0)
            self.refused.append(status)
            event.reject(status)
            return
        self.taken.append(event)
        message_id = f"{len(self.taken):08X}"
        event.accept(message_id)
        if self.receipts and event.registered_delivery & 1:
            self._spawn(self._report(event, message_id))

    async def _report(self, event: smpp34.SubmitSmEvent, message_id: str) -> None:
        assert self.esme is not None
        tlvs = [
            VENDOR_TLVS[0],
            smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, message_id.encode() + b"\0"),
            smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, b"\x02"),
            *VENDOR_TLVS[1:],
        ]
        answer = await self.esme.deliver_sm(
            event.source_addr,
            RECEIPT % message_id.encode(),
            source_addr=event.destination_addr,
            source_addr_ton=1,
            source_addr_npi=1,
            esm_class=4,
            tlvs=tlvs,
        )
        self.acknowledged.append(answer.command_status)
        self._changed.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after each event."""
        while not true():
            self._changed.clear()
            await self._changed.wait()

    async def texts(self, sender: int, parts: list[Any]) -> list[int]:
        """A phone's text, part by part; the status of each answer."""
        assert self.esme is not None
        statuses = []
        for part in parts:
            answer = await self.esme.deliver_sm(
                SHORT_CODE,
                part.short_message,
                source_addr=phone(sender),
                source_addr_ton=1,
                source_addr_npi=1,
                esm_class=part.esm_class,
                data_coding=part.data_coding,
                tlvs=[smpp34.Tlv(tag, value) for tag, value in part.tlvs] + VENDOR_TLVS,
            )
            statuses.append(answer.command_status)
        return statuses

    def replies(self) -> dict[str, list[str]]:
        """What each phone got, its parts joined."""
        parts: dict[str, list[StoredPart]] = {}
        got: dict[str, list[str]] = {}
        for event in self.taken:
            found = part_of(event.esm_class & UDHI, event.short_message)
            stored = StoredPart(found.part.number if found.part else 1, found.payload, event.data_coding)
            waiting = parts.setdefault(event.destination_addr, [])
            waiting.append(stored)
            if found.part is None or len(waiting) == found.part.total:
                got.setdefault(event.destination_addr, []).append(join(waiting))
                waiting.clear()
        return got


def play(house: House, script: Callable[[ForeignSmsc], Awaitable[None]]) -> None:
    """Furnish the house, start its daemon, and play the script once the daemon is bound."""

    async def timed() -> None:
        smsc = ForeignSmsc(house.smsc_port)
        await smsc.start()
        house.start()
        try:
            first = await asyncio.wait_for(smsc.binds.get(), SECONDS)
            assert (first.system_id, first.can_receive) == ("smsgw", True)
            await asyncio.wait_for(script(smsc), 3 * SECONDS)
            assert await asyncio.to_thread(house.stop) == 0
        finally:
            await smsc.stop()

    house.furnish(20)
    asyncio.run(timed())


def outbound(house: House) -> list[dict[str, Any]]:
    return [json.loads(line) for line in house.smsgw("messages", "--direction", "out", "--json").splitlines()]


async def settled(house: House, count: int) -> None:
    """Until the peer's answers to so many submits are here: going away before, it leaves their outcome unknown."""
    deadline = time.monotonic() + SECONDS
    while Counter(answer["state"] for answer in await asyncio.to_thread(outbound, house)) != {"sent": count}:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def test_texts_in_every_form_are_booked_and_answered_once_and_receipts_with_strange_tlvs_are_read(house: House) -> None:
    forms = {
        1: split(f"S {imei(1)}", 1),
        2: split(f"S {imei(2)} 销售", 2),
        3: split("S " + " ".join(imei(100 + n) for n in range(12)), 3),
        4: split("S " + " ".join(imei(200 + n) for n in range(12)), 4, how=How.UDH16),
        5: split("S " + " ".join(imei(300 + n) for n in range(12)), 5, how=How.SAR)[::-1],
        6: split("S " + " ".join(imei(400 + n) for n in range(12)), 6, how=How.PAYLOAD),
        7: split("库存", 7),
    }
    assert [len(parts) for parts in forms.values()] == [1, 1, 2, 2, 2, 1, 1]

    async def script(smsc: ForeignSmsc) -> None:
        smsc.receipts = True
        for sender, parts in forms.items():
            assert await smsc.texts(sender, parts) == [0] * len(parts)
        await smsc.until(lambda: len(smsc.replies()) == len(forms) and len(smsc.acknowledged) == len(smsc.taken))
        assert set(smsc.acknowledged) == {0}
        answers = smsc.replies()
        assert all(len(answers[phone(sender)]) == 1 for sender in forms)
        for sender in range(1, 7):
            assert answers[phone(sender)][0].startswith("OK S"), answers[phone(sender)]
        assert {event.source_addr for event in smsc.taken} == {SHORT_CODE}
        assert {event.registered_delivery & 1 for event in smsc.taken} == {1}

    play(house, script)
    stats = house.json("stats")
    assert stats["units"]["sold"] == 2 + 4 * 12
    assert stats["outbound"]["delivered"] == len(forms) == sum(stats["outbound"].values())
    assert {answer["state"] for answer in outbound(house)} == {"delivered"}
    house.smsgw("db verify")


@pytest.mark.parametrize("status", [smpp34.ESME_RTHROTTLED, ESME_RMSGQFUL])
def test_a_burst_of_refusals_delays_replies_and_loses_and_repeats_none(house: House, status: int) -> None:
    count = 15

    async def script(smsc: ForeignSmsc) -> None:
        smsc.to_refuse = [status] * 12
        for sender in range(count):
            assert await smsc.texts(sender, split(f"S {imei(1 + sender)}", sender)) == [0]
        await smsc.until(lambda: len(smsc.taken) == count)
        assert smsc.refused == [status] * 12
        assert {number: len(got) for number, got in smsc.replies().items()} == {phone(n): 1 for n in range(count)}

    play(house, script)
    assert Counter(answer["state"] for answer in outbound(house)) == {"sent": count}


def test_the_peer_unbinds_and_goes_away_and_the_daemon_comes_back_to_it_each_time(house: House) -> None:
    async def script(smsc: ForeignSmsc) -> None:
        for turn in range(3):
            assert await smsc.texts(turn, split(f"S {imei(1 + turn)}", turn)) == [0]
            await smsc.until(lambda turn=turn: len(smsc.taken) == turn + 1)
            await settled(house, turn + 1)
            assert smsc.esme is not None
            await smsc.esme.unbind()
            again = await asyncio.wait_for(smsc.binds.get(), SECONDS)
            assert again.system_id == "smsgw"
        # It listens no more and ends what it has; then another is in its place.
        esme = smsc.esme
        assert esme is not None
        await smsc.stop()
        await esme.unbind()
        other = ForeignSmsc(smsc.port)
        await other.start()
        try:
            await asyncio.wait_for(other.binds.get(), SECONDS)
            assert await other.texts(9, split(f"S {imei(9)}", 9)) == [0]
            await other.until(lambda: len(other.taken) == 1)
            await settled(house, 4)
        finally:
            await other.stop()

    play(house, script)
    assert house.json("stats")["sales"] == 4
    assert Counter(answer["state"] for answer in outbound(house)) == {"sent": 4}
