"""People see the links and control them: pause, resume, rebind, capture, through the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.links import books as links
from smsgw.business.messages.books import lives as runs
from smsgw.gateway.links.control import CAPTURE_MAX, LinkControl
from smsgw.gateway.links.status import link_status
from smsgw.smpp import status
from tests.business.world import OWNER
from tests.gateway.world import IMEIS, World, settings_of, world


class Controlled:
    """A gateway with its link control; `turn` is one of the daemon's looks."""

    def __init__(self, w: World) -> None:
        self.w = w
        with w.engine.begin() as connection:
            self.run = runs.begin_run(connection, "here", 1, self.now)
            wanted = links.read_wanted(connection, self.now)
        gateway = w.gateway
        self.control = LinkControl(gateway.links, w.writer, gateway.notes, w.clock, self.run, wanted)

    @property
    def now(self) -> int:
        return int(self.w.clock.seconds() * 1000)

    def turn(self, seconds: float = 0.1) -> None:
        self.control.look()
        with self.w.engine.connect() as connection:
            wanted = links.read_wanted(connection, self.now)
        self.control.obey(wanted)
        self.w.smsc.advance(seconds)

    def order(self, what: str, **more: Any) -> int:
        with self.w.engine.begin() as connection:
            number = links.give_command(connection, "operator-a", what, self.now, **more)
        self.turn()
        return number

    def progress(self, number: int) -> links.Progress:
        with self.w.engine.connect() as connection:
            return links.progress(connection, number)

    def told(self) -> dict[str, Any]:
        with self.w.engine.connect() as connection:
            (found,) = links.read_statuses(connection, self.now, "here", lambda pid: True)
        return found


@pytest.fixture
def controlled(engine: Engine) -> Controlled:
    return Controlled(world(engine))


def test_a_bound_link_is_told_with_its_figures(controlled: Controlled) -> None:
    controlled.w.text(OWNER, f"S {IMEIS[0]}")
    controlled.turn()
    told = controlled.told()
    assert (told["name"], told["state"], told["paused"]) == ("operator-a", "bound", False)
    assert (told["window"], told["under_way"], told["waiting"]) == (10, 0, 0)
    assert told["counters"]["texts"] == told["counters"]["submits"] == told["counters"]["sent"] == 1
    (bind,) = told["binds"]
    assert bind["since"] == "2026-04-15T04:00:00Z"
    assert bind["next_attempt"] is bind["refused"] is bind["last_error"] is None


def test_a_refused_bind_is_told_with_its_status_and_the_next_attempt(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"reconnect_min": 4, "reconnect_max": 60}))
    w.smsc.bind_status = status.ESME_RINVPASWD
    w.smsc.wire.cut()
    w.smsc.advance(5)
    controlled = Controlled(w)
    controlled.turn()
    (bind,) = controlled.told()["binds"]
    assert (bind["state"], bind["refused"]) == ("waiting", "ESME_RINVPASWD")
    assert bind["next_attempt"] == "2026-04-15T04:01:04Z"
    assert "ESME_RINVPASWD" in bind["last_error"]
    w.smsc.bind_status = 0
    w.smsc.advance(70)
    (bind,) = link_status(w.link)["binds"]
    assert (bind["state"], bind["refused"]) == ("bound", None)
    assert "ESME_RINVPASWD" in bind["last_error"]  # what was wrong last, and when, stays to be seen
    assert bind["last_error_at"].startswith("2026-04-15T04:00:0")


def test_a_change_of_state_is_told_at_once_and_figures_every_few_seconds(controlled: Controlled) -> None:
    controlled.turn(1)
    controlled.w.text(OWNER, "STOCK")
    controlled.turn(1)
    assert controlled.told()["counters"]["texts"] == 0
    controlled.turn(1)
    controlled.w.smsc.wire.cut()
    controlled.w.smsc.refuse_connections = True
    controlled.turn(1)
    told = controlled.told()
    assert told["state"] == "waiting"
    assert told["counters"]["texts"] == 1


def test_a_quiet_link_is_not_told_again(controlled: Controlled) -> None:
    for _ in range(20):
        controlled.turn(1)
    told = controlled.w.ask("SELECT updated_at FROM link_status")
    for _ in range(20):
        controlled.turn(1)
    assert controlled.w.ask("SELECT updated_at FROM link_status") == told


def test_a_paused_link_takes_texts_and_sends_nothing_until_resumed(controlled: Controlled) -> None:
    done = controlled.order("pause")
    assert controlled.progress(done).done
    controlled.w.text(OWNER, f"S {IMEIS[0]}")
    assert controlled.w.statuses() == [0]
    assert controlled.w.smsc.texts() == []
    controlled.turn()
    told = controlled.told()
    assert (told["state"], told["paused"]) == ("bound", True)
    controlled.w.smsc.advance(60)
    assert controlled.w.smsc.texts() == []
    assert controlled.progress(controlled.order("resume")).done
    assert controlled.w.smsc.texts() == [(OWNER, "OK S1001: sale")]


def test_a_pause_outlives_the_daemon(controlled: Controlled) -> None:
    controlled.order("pause")
    controlled.w.kill()
    later = world(controlled.w.engine, clock=controlled.w.clock, smsc=controlled.w.smsc, furnished=True)
    after = Controlled(later)
    later.text(OWNER, f"S {IMEIS[0]}")
    after.turn()
    assert later.smsc.texts() == []
    after.order("resume")
    assert later.smsc.texts() == [(OWNER, "OK S1001: sale")]


def test_a_paused_link_holds_no_stop_up(controlled: Controlled) -> None:
    controlled.order("pause")
    controlled.w.text(OWNER, f"S {IMEIS[0]}")
    ended: list[object] = []
    controlled.w.gateway.drain(8).addCallback(ended.append)
    controlled.w.smsc.advance(1, step=0.02)
    assert ended == [None]
    assert controlled.w.ask("SELECT state FROM message_out") == [("queued",)]


def test_a_rebind_ends_in_order_and_is_done_when_the_link_is_bound_again(controlled: Controlled) -> None:
    first = controlled.w.smsc.wire
    number = controlled.order("rebind")
    assert controlled.progress(number).begun
    controlled.turn()
    assert controlled.progress(number) == links.Progress(True, True, "")
    assert not first.open
    assert controlled.w.smsc.bound and len(controlled.w.smsc.wires) == 2
    assert (controlled.w.link.counters.binds, controlled.w.link.counters.losses) == (2, 0)
    assert link_status(controlled.w.link)["binds"][0]["last_error"] is None


def test_a_rebind_of_a_link_that_waits_tries_at_once(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"reconnect_min": 50}))
    controlled = Controlled(w)
    w.smsc.wire.cut()
    w.smsc.advance(1)
    assert not w.smsc.bound
    number = controlled.order("rebind")
    controlled.turn()
    assert w.smsc.bound
    assert controlled.progress(number).done
    w.smsc.advance(100)
    assert len(w.smsc.wires) == 2


def test_a_rebind_that_does_not_come_to_a_bind_says_why(controlled: Controlled) -> None:
    controlled.w.smsc.refuse_connections = True
    number = controlled.order("rebind")
    for _ in range(17):
        controlled.turn(1)
    said = controlled.progress(number)
    assert said.done
    assert said.refused.startswith("operator-a is not bound again: cannot connect")


def test_an_order_is_carried_out_once(controlled: Controlled) -> None:
    controlled.order("rebind")
    for _ in range(200):
        controlled.turn(1)
    assert len(controlled.w.smsc.wires) == 2


def test_an_order_from_before_the_start_is_not_carried_out(controlled: Controlled) -> None:
    controlled.w.kill()
    with controlled.w.engine.begin() as connection:
        links.give_command(connection, "operator-a", "rebind", controlled.now)
    later = world(controlled.w.engine, clock=controlled.w.clock, smsc=controlled.w.smsc, furnished=True)
    after, wires = Controlled(later), len(later.smsc.wires)
    after.turn(5)
    assert len(later.smsc.wires) == wires


def test_an_order_for_a_link_of_another_daemon_is_left_to_it(controlled: Controlled) -> None:
    with controlled.w.engine.begin() as connection:
        number = links.give_command(connection, "operator-b", "pause", controlled.now)
    controlled.turn()
    assert not controlled.progress(number).done
    assert not controlled.w.link.held


def test_a_capture_ends_after_its_time_and_a_second_one_meanwhile_is_refused(
    controlled: Controlled, tmp_path: Path
) -> None:
    file = tmp_path / "a.pcap"
    number = controlled.order("capture", seconds=10, file=str(file))
    assert controlled.progress(number) == links.Progress(True, False, "")
    other = controlled.order("capture", seconds=10, file=str(tmp_path / "b.pcap"))
    assert "captured already" in controlled.progress(other).refused
    controlled.w.text(OWNER, f"S {IMEIS[0]}")
    controlled.turn(11)
    assert controlled.progress(number) == links.Progress(True, True, "")
    size = file.stat().st_size
    assert size > 100
    controlled.w.text(OWNER, "STOCK")
    assert file.stat().st_size == size
    assert controlled.w.link.binds[0].connection.tap is None


def test_a_capture_into_a_file_that_is_there_is_refused(controlled: Controlled, tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_text("mine")
    number = controlled.order("capture", seconds=10, file=str(tmp_path / "a.pcap"))
    assert "File exists" in controlled.progress(number).refused
    assert (tmp_path / "a.pcap").read_text() == "mine"


def test_no_capture_is_longer_than_an_hour(controlled: Controlled, tmp_path: Path) -> None:
    number = controlled.order("capture", seconds=10**6, file=str(tmp_path / "a.pcap"))
    controlled.w.smsc.advance(CAPTURE_MAX + 1, step=30)
    assert controlled.progress(number).done


def test_a_capture_ends_with_the_daemon(controlled: Controlled, tmp_path: Path) -> None:
    number = controlled.order("capture", seconds=10, file=str(tmp_path / "a.pcap"))
    controlled.control.stopService()
    controlled.w.smsc.advance(1)
    assert "was stopped" in controlled.progress(number).refused


def test_who_sees_that_an_order_is_done_sees_its_effect(controlled: Controlled) -> None:
    controlled.turn()
    controlled.order("pause")
    assert controlled.told()["paused"]
    before = controlled.told()["binds"][0]["since"]
    number = controlled.order("rebind")
    controlled.turn()
    assert controlled.progress(number).done
    assert controlled.told()["binds"][0]["since"] != before
