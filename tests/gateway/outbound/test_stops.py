"""A STOP said by an operator: what waits is cancelled there, what the daemon has claimed is not sent any more."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.trade import Trade
from smsgw.store.instants import from_ms
from tests.business.world import record
from tests.gateway.scheduled.test_broadcaster import Daemon, phones

MANY = phones(20)


def said(daemon: Daemon, number: str, topic: str = "", granted: bool = False) -> None:
    """By an operator, in a process of its own."""
    with Bookkeeper(daemon.w.engine, Trade()).transaction(from_ms(daemon.now)) as books:
        record(books, number, topic, granted, "by letter")


def looked(daemon: Daemon, count: int) -> None:
    for _ in range(count):
        daemon.w.gateway.look()
        daemon.seconds(1)


def claimed(daemon: Daemon) -> list[str]:
    with daemon.w.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT recipient FROM message_out WHERE state = 'queued' AND sent_at IS NULL ORDER BY id"
        )
        return [row[0] for row in rows]


def ends(daemon: Daemon, number: str) -> list[tuple[str, str | None]]:
    with daemon.w.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT state, error FROM message_out WHERE recipient = '{number}' AND kind = 'broadcast'"
        )
        return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize(
    ("topic", "of", "goes"),
    [
        ("", "", False),
        ("", "prices", False),
        ("prices", "prices", False),
        ("prices", "", True),
        ("offers", "prices", True),
    ],
)
def test_what_is_claimed_is_withdrawn_where_the_stop_is_about_it(
    engine: Engine, topic: str, of: str, goes: bool
) -> None:
    daemon = Daemon(engine, {"throughput": 1})
    daemon.start(MANY, topic=of)
    looked(daemon, 1)
    last = claimed(daemon)[-1]
    said(daemon, last, topic)
    looked(daemon, 30)
    assert (last in [phone for phone, _ in daemon.w.smsc.texts()]) is goes
    assert ends(daemon, last) == [("sent", None) if goes else ("cancelled", "stopped")]
    assert len(daemon.w.smsc.submits) == len(MANY) - (not goes)


def test_a_start_after_the_stop_lets_it_go(engine: Engine) -> None:
    daemon = Daemon(engine, {"throughput": 1})
    daemon.start(MANY)
    looked(daemon, 1)
    last = claimed(daemon)[-1]
    said(daemon, last)
    said(daemon, last, granted=True)
    looked(daemon, 30)
    assert ends(daemon, last) == [("sent", None)]


def test_a_look_that_fails_is_made_again(engine: Engine) -> None:
    daemon = Daemon(engine, {"throughput": 1})
    daemon.start(MANY)
    looked(daemon, 1)
    last = claimed(daemon)[-1]
    said(daemon, last)
    daemon.w.writer.held = True
    daemon.w.gateway.look()
    for job in daemon.w.writer.jobs:
        job.on_unavailable(RuntimeError("gone"))
    daemon.w.writer.jobs.clear()
    daemon.w.writer.held = False
    looked(daemon, 30)
    assert ends(daemon, last) == [("cancelled", "stopped")]
