"""A session against somebody else's SMPP on a real socket: smpp34 as our SMSC, then as our ESME."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import smpp34

from smsgw.smpp import pdu
from smsgw.smpp.events import Answered, BindRequested, Bound, Closing, Event, LinkProved, Received, Unbound
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role
from tests.ports import free_port
from tests.smpp.pdus import PHONE, SHORT_CODE

SECONDS = 10.0  # a peer that needs longer has failed
Happened = TypeVar("Happened", bound=Event)


class Driver:
    """A session of ours on a stream of asyncio."""

    def __init__(self, role: Role, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now = asyncio.get_running_loop().time
        self.session = Session(role, SessionSettings(), self.now())
        self.reader, self.writer = reader, writer
        self.waiting: list[Event] = []

    async def until(self, kind: type[Happened]) -> Happened:
        """Write what there is, read on until this happens; what happened meanwhile waits for its turn."""
        while True:
            self.writer.write(self.session.data_to_send())
            for event in self.waiting:
                if isinstance(event, kind):
                    self.waiting.remove(event)
                    return event
            data = await asyncio.wait_for(self.reader.read(65536), SECONDS)
            assert data, f"the peer hung up before {kind.__name__}"
            self.waiting += self.session.receive(data, self.now())

    def answer(self, request: pdu.Pdu, status: int, message_id: str = "") -> None:
        assert self.session.respond(request, status, self.now(), message_id)
        self.writer.write(self.session.data_to_send())


def run(play: Callable[[], Awaitable[None]]) -> None:
    async def timed() -> None:
        await asyncio.wait_for(play(), 3 * SECONDS)

    asyncio.run(timed())


def test_a_foreign_smsc_binds_us_takes_our_messages_and_sends_its_own() -> None:
    async def play() -> None:
        server = smpp34.Server("127.0.0.1", port := free_port(), system_id="RUST")
        await server.start()
        us = Driver(Role.ESME, *await asyncio.open_connection("127.0.0.1", port))
        us.session.bind(pdu.BindTransceiver("dealer", "secret"), us.now())
        esme = asyncio.ensure_future(server.next())
        assert (await us.until(Bound)).response.system_id == "RUST"
        peer = await esme
        assert (peer.system_id, peer.can_receive) == ("dealer", True)

        for status in (0, smpp34.ESME_RTHROTTLED):
            sent = pdu.SubmitSm(source=SHORT_CODE, destination=PHONE, short_message=b"OK", tlvs=((0x1400, b"x"),))
            us.session.submit(sent, us.now(), status)
            us.writer.write(us.session.data_to_send())
            taken = await server.next()
            assert (taken.source_addr, taken.destination_addr) == (SHORT_CODE.digits, PHONE.digits)
            assert (taken.short_message, [each.tag for each in taken.tlvs]) == (b"OK", [0x1400])
            if status:
                taken.reject(status)
            else:
                taken.accept("A1")
            answer = await us.until(Answered)
            assert isinstance(answer.response, pdu.SubmitSmResp)
            assert (answer.tag, answer.response.status) == (status, status)
            assert answer.response.message_id == ("" if status else "A1")

        delivered = asyncio.ensure_future(peer.deliver_sm(SHORT_CODE.digits, b"S 1", source_addr=PHONE.digits))
        message = (await us.until(Received)).pdu
        assert pdu.message_bytes(message) == b"S 1"
        us.answer(message, 0)
        assert (await delivered).command_status == 0

        assert us.session.enquire(us.now())
        await us.until(LinkProved)
        us.session.unbind(us.now())
        us.writer.write(us.session.data_to_send())
        # This SMSC hangs up instead of answering unbind, which has to be good enough (T8).
        assert await us.reader.read() == b""
        assert us.session.lost(us.now()) == []
        us.writer.close()
        await server.stop()

    run(play)


def test_a_foreign_esme_binds_to_us_and_unbinds() -> None:
    async def play() -> None:
        us: asyncio.Future[Driver] = asyncio.get_running_loop().create_future()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            us.set_result(Driver(Role.SMSC, reader, writer))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = smpp34.Client("127.0.0.1", port, "dealer", "secret")
        connected = asyncio.ensure_future(client.connect())
        smsc = await us
        asked = (await smsc.until(BindRequested)).request
        assert (type(asked), asked.system_id, asked.password) == (pdu.BindTransceiver, "dealer", "secret")
        smsc.session.accept_bind(asked, 0, "OURS", smsc.now())
        smsc.writer.write(smsc.session.data_to_send())
        peer = await connected

        submitted = asyncio.ensure_future(peer.submit_sm(PHONE.digits, b"OK", source_addr=SHORT_CODE.digits))
        smsc.answer((await smsc.until(Received)).pdu, 0, "B2")
        assert (await submitted).message_id == "B2"

        message = pdu.DeliverSm(source=PHONE, destination=SHORT_CODE, short_message=b"S 1")
        smsc.session.submit(message, smsc.now(), "tag")
        answered = asyncio.ensure_future(smsc.until(Answered))
        assert (await peer.next()).short_message == b"S 1"
        assert (await answered).response.status == 0

        unbound = asyncio.ensure_future(peer.unbind())
        assert (await smsc.until(Unbound)).by_peer
        await smsc.until(Closing)
        smsc.writer.close()
        await unbound
        await client.stop()
        server.close()

    run(play)
