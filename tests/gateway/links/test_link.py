"""A link of two binds: texts come by the receiver, answers go by the transmitter."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine
from twisted.internet.task import Clock

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.gateway.current import Current
from smsgw.gateway.notes import Notes
from smsgw.gateway.service import Gateway
from smsgw.settings.sections import Settings, Smsc
from smsgw.smpp.pdu import Address, DataSm
from tests.business.world import NOON, OWNER, furnish
from tests.gateway.peer import FakeSmsc
from tests.gateway.world import IMEIS, Dice, HeldWriter, understanding, world


@dataclass
class Pair:
    clock: Clock
    receiver: FakeSmsc
    transmitter: FakeSmsc
    gateway: Gateway
    writer: HeldWriter

    def settle(self) -> None:
        for _ in range(5):
            self.receiver.settle()
            self.transmitter.settle()


def pair(engine: Engine) -> Pair:
    clock = Clock()
    clock.advance(NOON.timestamp())
    sides = {"rx": FakeSmsc(clock), "tx": FakeSmsc(clock)}
    furnish(engine)
    settings = Settings(
        smsc=(Smsc(name="rx", link="east", bind="receiver"), Smsc(name="tx", link="east", bind="transmitter"))
    )
    writer = HeldWriter(Bookkeeper(engine, settings.trade_rules(), clock=clock.seconds), clock)
    gateway = Gateway(
        current=Current(settings, understanding(settings)),
        writer=writer,
        notes=Notes(writer, clock),
        clock=clock,
        random=Dice(),
        connect=lambda smsc: sides[smsc.name],
    )
    writer.deliver, writer.on_full = gateway.batch, gateway.on_full
    gateway.startService()
    found = Pair(clock, sides["rx"], sides["tx"], gateway, writer)
    found.settle()
    return found


def test_a_text_comes_by_the_receiver_and_its_answer_goes_by_the_transmitter(engine: Engine) -> None:
    p = pair(engine)
    assert list(p.gateway.links) == ["east"]
    p.receiver.deliver(OWNER, f"S {IMEIS[0]}")
    p.settle()
    assert [response.status for _, response in p.receiver.answers] == [0]
    assert p.receiver.submits == []
    assert p.transmitter.texts() == [(OWNER, "OK S1001: sale")]


def test_the_link_is_up_when_both_are(engine: Engine) -> None:
    p = pair(engine)
    assert p.gateway.why_not_ready == ""
    p.transmitter.wire.cut()
    assert p.gateway.why_not_ready == "no link is bound"


def test_answers_wait_for_a_transmitter_that_is_down(engine: Engine) -> None:
    p = pair(engine)
    p.transmitter.wire.cut()
    p.receiver.deliver(OWNER, "STOCK")
    p.settle()
    assert p.transmitter.submits == []
    p.transmitter.advance(2)
    p.settle()
    assert len(p.transmitter.submits) == 1


def test_while_the_writer_is_behind_only_the_receiver_is_not_read(engine: Engine) -> None:
    p = pair(engine)
    p.gateway.on_full(True)
    assert not p.receiver.wire.reading
    assert p.transmitter.wire.reading
    p.gateway.on_full(False)
    assert p.receiver.wire.reading


def test_a_receiver_that_comes_up_while_the_writer_is_behind_is_not_read_yet(engine: Engine) -> None:
    p = pair(engine)
    p.writer.held = p.writer.full = True
    p.receiver.wire.cut()
    p.receiver.advance(2)
    assert not p.receiver.wire.reading


def test_I1_a_data_sm_is_a_text_too(engine: Engine) -> None:
    w = world(engine)
    pdu = DataSm(
        source=Address(1, 1, OWNER[1:]), destination=Address(0, 1, "1069"), tlvs=((0x0424, f"S {IMEIS[0]}".encode()),)
    )
    answers: list[object] = []
    w.smsc.happened = lambda wire, event, now: answers.append(event)  # type: ignore[method-assign]
    w.smsc.wire.session.submit(pdu, w.clock.seconds())
    w.settle()
    assert w.ask("SELECT imei FROM sale_line") == [(IMEIS[0],)]
    assert type(answers[0].response).__name__ == "DataSmResp"  # type: ignore[attr-defined]
