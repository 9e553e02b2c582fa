"""People see the links and steer them: pause, resume, rebind, capture, through the database."""

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


class Steered:
    """A gateway with its steering; `turn` is one of the daemon's looks."""

    def __init__(self, w: World) -> None:
        self.w = w
        with w.engine.begin() as connection:
            self.run = runs.begin_run(connection, "here", 1, self.now)
            wanted = links.steered(connection, self.now)
        gateway = w.gateway
        self.control = LinkControl(gateway.links, w.writer, gateway.notes, w.clock, self.run, wanted)

    @property
    def now(self) -> int:
        return int(self.w.clock.seconds() * 1000)

    def turn(self, seconds: float = 0.1) -> None:
        self.control.look()
        with self.w.engine.connect() as connection:
            wanted = links.steered(connection, self.now)
        self.control.obey(wanted)
        self.w.smsc.advance(seconds)

    def order(self, what: str, **more: Any) -> int:
        with self.w.engine.begin() as connection:
            number = links.order(connection, "operator-a", what, self.now, **more)
        self.turn()
        return number

    def progress(self, number: int) -> links.Progress:
        with self.w.engine.connect() as connection:
            return links.progress(connection, number)

    def told(self) -> dict[str, Any]:
        with self.w.engine.connect() as connection:
            (found,) = links.standing(connection, self.now, "here", lambda pid: True)
        return found


@pytest.fixture
def steered(engine: Engine) -> Steered:
    return Steered(world(engine))


def test_a_bound_link_is_told_with_its_figures(steered: Steered) -> None:
    steered.w.text(OWNER, f"S {IMEIS[0]}")
    steered.turn()
    told = steered.told()
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
    steered = Steered(w)
    steered.turn()
    (bind,) = steered.told()["binds"]
    assert (bind["state"], bind["refused"]) == ("waiting", "ESME_RINVPASWD")
    assert bind["next_attempt"] == "2026-04-15T04:01:04Z"
    assert "ESME_RINVPASWD" in bind["last_error"]
    w.smsc.bind_status = 0
    w.smsc.advance(70)
    (bind,) = link_status(w.link)["binds"]
    assert (bind["state"], bind["refused"]) == ("bound", None)
    assert "ESME_RINVPASWD" in bind["last_error"]  # what was wrong last, and when, stays to be seen
    assert bind["last_error_at"].startswith("2026-04-15T04:00:0")


def test_a_change_of_state_is_told_at_once_and_figures_every_few_seconds(steered: Steered) -> None:
    steered.turn(1)
    steered.w.text(OWNER, "STOCK")
    steered.turn(1)
    assert steered.told()["counters"]["texts"] == 0
    steered.turn(1)
    steered.w.smsc.wire.cut()
    steered.w.smsc.refuse_connections = True
    steered.turn(1)
    told = steered.told()
    assert told["state"] == "waiting"
    assert told["counters"]["texts"] == 1


def test_a_quiet_link_is_not_told_again(steered: Steered) -> None:
    for _ in range(20):
        steered.turn(1)
    told = steered.w.ask("SELECT updated_at FROM link_status")
    for _ in range(20):
        steered.turn(1)
    assert steered.w.ask("SELECT updated_at FROM link_status") == told


def test_a_paused_link_takes_texts_and_sends_nothing_until_resumed(steered: Steered) -> None:
    done = steered.order("pause")
    assert steered.progress(done).done
    steered.w.text(OWNER, f"S {IMEIS[0]}")
    assert steered.w.statuses() == [0]
    assert steered.w.smsc.texts() == []
    steered.turn()
    told = steered.told()
    assert (told["state"], told["paused"]) == ("bound", True)
    steered.w.smsc.advance(60)
    assert steered.w.smsc.texts() == []
    assert steered.progress(steered.order("resume")).done
    assert steered.w.smsc.texts() == [(OWNER, "OK S1001: sale")]


def test_a_pause_outlives_the_daemon(steered: Steered) -> None:
    steered.order("pause")
    steered.w.kill()
    later = world(steered.w.engine, clock=steered.w.clock, smsc=steered.w.smsc, furnished=True)
    after = Steered(later)
    later.text(OWNER, f"S {IMEIS[0]}")
    after.turn()
    assert later.smsc.texts() == []
    after.order("resume")
    assert later.smsc.texts() == [(OWNER, "OK S1001: sale")]


def test_a_paused_link_holds_no_stop_up(steered: Steered) -> None:
    steered.order("pause")
    steered.w.text(OWNER, f"S {IMEIS[0]}")
    ended: list[object] = []
    steered.w.gateway.drain(8).addCallback(ended.append)
    steered.w.smsc.advance(1, step=0.02)
    assert ended == [None]
    assert steered.w.ask("SELECT state FROM message_out") == [("queued",)]


def test_a_rebind_ends_in_order_and_is_done_when_the_link_is_bound_again(steered: Steered) -> None:
    first = steered.w.smsc.wire
    number = steered.order("rebind")
    assert steered.progress(number).begun
    steered.turn()
    assert steered.progress(number) == links.Progress(True, True, "")
    assert not first.open
    assert steered.w.smsc.bound and len(steered.w.smsc.wires) == 2
    assert (steered.w.link.counters.binds, steered.w.link.counters.losses) == (2, 0)
    assert link_status(steered.w.link)["binds"][0]["last_error"] is None


def test_a_rebind_of_a_link_that_waits_tries_at_once(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"reconnect_min": 50}))
    steered = Steered(w)
    w.smsc.wire.cut()
    w.smsc.advance(1)
    assert not w.smsc.bound
    number = steered.order("rebind")
    steered.turn()
    assert w.smsc.bound
    assert steered.progress(number).done
    w.smsc.advance(100)
    assert len(w.smsc.wires) == 2


def test_a_rebind_that_does_not_come_to_a_bind_says_why(steered: Steered) -> None:
    steered.w.smsc.refuse_connections = True
    number = steered.order("rebind")
    for _ in range(17):
        steered.turn(1)
    said = steered.progress(number)
    assert said.done
    assert said.refused.startswith("operator-a is not bound again: cannot connect")


def test_an_order_is_carried_out_once(steered: Steered) -> None:
    steered.order("rebind")
    for _ in range(200):
        steered.turn(1)
    assert len(steered.w.smsc.wires) == 2


def test_an_order_from_before_the_start_is_not_carried_out(steered: Steered) -> None:
    steered.w.kill()
    with steered.w.engine.begin() as connection:
        links.order(connection, "operator-a", "rebind", steered.now)
    later = world(steered.w.engine, clock=steered.w.clock, smsc=steered.w.smsc, furnished=True)
    after, wires = Steered(later), len(later.smsc.wires)
    after.turn(5)
    assert len(later.smsc.wires) == wires


def test_an_order_for_a_link_of_another_daemon_is_left_to_it(steered: Steered) -> None:
    with steered.w.engine.begin() as connection:
        number = links.order(connection, "operator-b", "pause", steered.now)
    steered.turn()
    assert not steered.progress(number).done
    assert not steered.w.link.held


def test_a_capture_ends_after_its_time_and_a_second_one_meanwhile_is_refused(steered: Steered, tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    number = steered.order("capture", seconds=10, file=str(file))
    assert steered.progress(number) == links.Progress(True, False, "")
    other = steered.order("capture", seconds=10, file=str(tmp_path / "b.pcap"))
    assert "captured already" in steered.progress(other).refused
    steered.w.text(OWNER, f"S {IMEIS[0]}")
    steered.turn(11)
    assert steered.progress(number) == links.Progress(True, True, "")
    size = file.stat().st_size
    assert size > 100
    steered.w.text(OWNER, "STOCK")
    assert file.stat().st_size == size
    assert steered.w.link.binds[0].connection.tap is None


def test_a_capture_into_a_file_that_is_there_is_refused(steered: Steered, tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_text("mine")
    number = steered.order("capture", seconds=10, file=str(tmp_path / "a.pcap"))
    assert "File exists" in steered.progress(number).refused
    assert (tmp_path / "a.pcap").read_text() == "mine"


def test_no_capture_is_longer_than_an_hour(steered: Steered, tmp_path: Path) -> None:
    number = steered.order("capture", seconds=10**6, file=str(tmp_path / "a.pcap"))
    steered.w.smsc.advance(CAPTURE_MAX + 1, step=30)
    assert steered.progress(number).done


def test_a_capture_ends_with_the_daemon(steered: Steered, tmp_path: Path) -> None:
    number = steered.order("capture", seconds=10, file=str(tmp_path / "a.pcap"))
    steered.control.stopService()
    steered.w.smsc.advance(1)
    assert "was stopped" in steered.progress(number).refused


def test_who_sees_that_an_order_is_done_sees_its_effect(steered: Steered) -> None:
    steered.turn()
    steered.order("pause")
    assert steered.told()["paused"]
    before = steered.told()["binds"][0]["since"]
    number = steered.order("rebind")
    steered.turn()
    assert steered.progress(number).done
    assert steered.told()["binds"][0]["since"] != before
