"""A whole life at level debug leaves no password, no number and no words in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import Engine

from smsgw.gateway.log import configure
from smsgw.settings.sections import Log
from smsgw.smpp import status
from smsgw.smpp.pdu import Address
from tests.business.world import OWNER, STRANGER
from tests.gateway.inbound.test_long_texts import LONG, deliver_parts
from tests.gateway.world import IMEIS, settings_of, world


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    handlers = logging.getLogger().handlers[:]
    found = io.StringIO()
    configure(Log(format="json", level="debug"), found)
    yield found
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


def test_nothing_private_is_logged(engine: Engine, stream: io.StringIO) -> None:
    # One after the other: refused, bound, sold, unknown, broken, long, receipts, throttled, unreadable, cut, drained.
    settings = settings_of(smsc={"password": "hushhush", "window": 3})
    w = world(engine, settings)
    w.smsc.bind_status = status.ESME_RINVPASWD
    w.smsc.wire.cut()
    w.smsc.advance(3)
    w.smsc.bind_status = 0
    w.smsc.advance(70)
    w.smsc.submit_statuses = [status.ESME_RTHROTTLED, status.ESME_RSYSERR, status.ESME_RINVDSTADR]
    for words in (f"S {IMEIS[0]}", "STOCK", "BAD apples", "who knows", "销售"):
        w.text(OWNER, words)
    w.text(STRANGER, "private words")
    w.text("", "more private words", source=Address(5, 0, "SOMEBODY"))
    deliver_parts(w, LONG, [1])
    deliver_parts(w, LONG, [2])
    w.text(OWNER, "id:1 stat:DELIVRD", esm_class=0x04)
    w.text(OWNER, "part", esm_class=0x40, short_message=b"\x05\x00\x03\x01\x02\x09odd")
    wire = w.smsc.wire
    wire.protocol.dataReceived(b"\x00\x00\x00\x14\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01junk")
    w.smsc.advance(60)
    w.smsc.wire.cut()
    w.smsc.advance(5)
    w.gateway.drain(2)
    w.smsc.advance(3)
    log = stream.getvalue()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["level"] for line in lines} == {"debug", "info", "warning", "error"}
    assert "hushhush" not in log
    for number in (OWNER, STRANGER, *IMEIS, "860123450000"):
        assert number.removeprefix("+") not in log
    for words in ("apples", "who knows", "销售", "private", "STOCK", "OK S"):
        assert words not in log


def test_a_run_of_texts_says_nothing_at_level_info(engine: Engine, stream: io.StringIO) -> None:
    configure(Log(format="json", level="info"), stream)
    w = world(engine)
    before = stream.getvalue()
    for imei in IMEIS:
        w.text(OWNER, f"S {imei}")
    assert stream.getvalue() == before
