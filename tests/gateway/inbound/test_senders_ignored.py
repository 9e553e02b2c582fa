"""A text that is ignored because of its sender is counted, and told once an hour for each."""

from __future__ import annotations

import structlog
from sqlalchemy import Engine

from smsgw.gateway.inbound.seldom import HOUR, Seldom
from smsgw.smpp.pdu import Address
from tests.business.world import OWNER
from tests.gateway.world import settings_of, world


def test_a_sender_is_told_once_an_hour() -> None:
    seldom = Seldom()
    assert [seldom.due("x", "A", at) for at in (0.0, 10.0, HOUR - 1, HOUR, HOUR + 1)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert seldom.due("x", "B", 0.0)
    assert seldom.due("y", "A", 0.0)
    assert seldom.due("x", "B", -HOUR)  # the clock was set back


def test_ignored_texts_are_counted_and_logged(engine: Engine) -> None:
    w = world(engine)
    with structlog.testing.capture_logs() as logs:
        for sender in ("INFO", "INFO", "10086", "INFO", OWNER):
            w.text(sender, "STOCK")
    assert w.link.counters.senders_ignored == 4
    told = [line for line in logs if line["event"].startswith("texts are ignored")]
    assert [line["sender"] for line in told] == ["INFO", "10086"]
    assert w.statuses() == [0] * 5


def test_a_link_whose_types_lie_answers_its_phones(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"trust_ton": False}))
    w.smsc.deliver("", "STOCK", source=Address(5, 0, "8613900000001"))
    w.settle()
    assert [phone for phone, _ in w.smsc.texts()] == ["+8613900000001"]
