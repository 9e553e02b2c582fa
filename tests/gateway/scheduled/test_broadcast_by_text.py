"""BC over the wire: a manager texts it, tries it, says YES, and everybody of the region gets it, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.broadcasts.books.dispatching import Dispatcher
from smsgw.business.directory.books.network import ContactRow, RegionRow, put_contacts, put_regions
from smsgw.business.messages.books.lives import begin_run
from smsgw.gateway.scheduled.broadcaster import Broadcaster
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Broadcast
from tests.business.world import CLERK, FIELD, NOON, OTHER_OWNER, OWNER, furnish
from tests.gateway.world import World, settings_of, world

MANAGER, WEST_OWNER = "+8613900000021", "+8613900000022"
SETTINGS = settings_of(broadcast=Broadcast(window="00:00-24:00"), smsc={"part_cost": 0.05})


class Daemon:
    """A gateway with its broadcaster, as `smsgw run` puts them together, on a network of two regions."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        with engine.begin() as connection:
            put_regions(connection, [RegionRow("EAST", "华东", "CN")])
            put_contacts(
                connection,
                [
                    ContactRow(MANAGER, "Sun", "manager", None, "EAST", "en"),
                    ContactRow(WEST_OWNER, "Qian", "owner", "D2001", None, "en"),
                ],
            )
            run = begin_run(connection, "here", 1, int(NOON.timestamp() * 1000))
            understanding = understanding_of(SETTINGS, lexicon_rows(connection))
        self.world: World = world(engine, SETTINGS, run=run, furnished=True)
        gateway = self.world.gateway
        gateway.current.replace(SETTINGS, understanding)
        dispatcher = Dispatcher(
            lambda window, zone: SETTINGS.broadcast.calendar(zone, window), "Asia/Shanghai", 86_400_000, 0
        )
        self.broadcaster = Broadcaster(
            writer=self.world.writer,
            notes=gateway.notes,
            clock=self.world.clock,
            run=run,
            timezone="Asia/Shanghai",
            dispatcher=lambda: dispatcher,
            room=lambda: gateway.bulk_room,
            window=lambda: gateway.window,
            send=gateway.send_all,
            release=gateway.release_broadcasts,
            cancel=gateway.cancel_broadcasts,
        )
        gateway.notes.on_ride = self.broadcaster.dispatch
        self.world.writer.deliver = self._batch
        self.broadcaster.startService()

    def _batch(self, tell: Callable[[], None]) -> None:
        self.world.gateway.batch(tell)
        self.broadcaster.dispatch()

    def pass_time(self, seconds: int) -> None:
        """Let time go by; the daemon looks after broadcasts every second."""
        for _ in range(seconds):
            self.broadcaster.look()
            self.world.smsc.advance(1)

    def said(self, phone: str, text: str) -> list[tuple[str, str]]:
        """A phone texts; what phones get within five seconds."""
        before = len(self.world.smsc.texts())
        self.world.text(phone, text)
        self.pass_time(5)
        return self.world.smsc.texts()[before:]


@pytest.fixture
def daemon(engine: Engine) -> Daemon:
    return Daemon(engine)


def test_a_manager_writes_to_the_region_by_text(daemon: Daemon) -> None:
    words = "New prices from Monday"
    (preview,) = daemon.said(MANAGER, f"bc east: {words}")
    assert preview == (
        MANAGER,
        'B1001 EAST: 5 people, 1 part, 5 SMS = 0.25. Left out: 0 STOP. "New prices from Mo.." '
        "YES 1001 sends, TEST 1001 to you only, NO 1001 drops it",
    )
    answer, tried = daemon.said(MANAGER, "TEST")
    assert answer == (MANAGER, "B1001 comes to you alone. Then YES 1001 for 5 people, or NO 1001")
    assert tried == (MANAGER, words)
    sent = daemon.said(MANAGER, "YES")
    assert sent[0] == (MANAGER, "OK B1001: goes to 5 people now. Wrong? UNDO B1001 stops it")
    assert sorted(sent[1:]) == [(phone, words) for phone in (OWNER, CLERK, FIELD, OTHER_OWNER, MANAGER)]
    assert daemon.world.ask("SELECT state, recipients FROM broadcast") == [("done", 5)]
    assert daemon.said(MANAGER, f"BC EAST {words}") == [
        (MANAGER, "The same text is B1001 of 15Apr 12:00: not sent twice. To send it again, change a word.")
    ]


def test_what_is_dropped_or_forgotten_goes_to_nobody(daemon: Daemon) -> None:
    assert daemon.said(MANAGER, "群发华东 周一起新价")[0][1].startswith("B1001 EAST: 5 people")
    assert daemon.said(MANAGER, "否") == [(MANAGER, "B1001 dropped. Nothing was sent.")]
    assert len(daemon.said(MANAGER, "群发华东 周一起新价")) == 1
    daemon.world.smsc.advance(3600)
    daemon.pass_time(5)
    assert daemon.world.ask("SELECT reference, state, why FROM broadcast ORDER BY reference") == [
        ("B1001", "cancelled", "not wanted"),
        ("B1002", "cancelled", "not confirmed in time"),
    ]
    assert [phone for phone, _ in daemon.world.smsc.texts() if phone != MANAGER] == []


def test_undo_stops_what_has_not_gone_out(daemon: Daemon) -> None:
    daemon.said(MANAGER, "BC EAST hi")
    daemon.world.text(MANAGER, "YES")
    daemon.world.text(MANAGER, "UNDO")
    daemon.pass_time(5)
    assert [text for phone, text in daemon.world.smsc.texts() if phone != MANAGER] == []
    assert daemon.world.ask("SELECT state FROM broadcast") == [("cancelled",)]
