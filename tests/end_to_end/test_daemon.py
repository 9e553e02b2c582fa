"""The daemon as an operator meets it: starting, stopping, being refused, being asked how it is."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from smsgw.simulator.driver import Driver, Link, LoadSettings
from smsgw.simulator.sample_texts import SampleTexts
from smsgw.simulator.score import Score
from tests.end_to_end.house import House


def page(house: House, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.http_port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Looking(Score):
    """A score that looks at the daemon's pages at the first acknowledgement, when it is surely up and bound."""

    def __init__(self, house: House, count: int) -> None:
        super().__init__(count, house.phones)
        self.house = house
        self.seen: dict[str, tuple[int, str]] = {}

    def acknowledged(self, text: int, now: float) -> None:
        super().acknowledged(text, now)
        if not self.seen:
            self.seen = {path: page(self.house, path) for path in ("/healthz", "/readyz", "/metrics")}


def test_texts_in_are_answered_pages_tell_and_a_stop_drains(house: House) -> None:
    house.furnish()
    driver = house.driver(60)
    score = driver.score = Looking(house, 60)
    house.start()
    assert house.play(driver) == "done"
    assert house.stop() == 0
    assert {path: answer[0] for path, answer in score.seen.items()} == {
        "/healthz": 200,
        "/readyz": 200,
        "/metrics": 200,
    }
    assert "smsgw_" in score.seen["/metrics"][1]
    assert house.json("stats")["sales"] == 60
    house.smsgw("db verify")
    log = house.log.read_text()
    events = [json.loads(line) for line in log.splitlines()]
    assert any(event["event"] == "ready" for event in events)
    # Neither the password nor any number or text in full.
    assert "secret" not in log
    assert "+8613900000" not in log and "8613900000" not in log
    assert "86012345" not in log


def test_a_second_run_goes_on_where_the_first_stopped(house: House) -> None:
    house.furnish()
    for first in (1, 101):
        driver = house.driver(50, first=first)
        house.start()
        assert house.play(driver) == "done"
        assert house.stop() == 0
        assert driver.score.duplicates == 0
    assert house.json("stats")["sales"] == 100
    house.smsgw("db verify")


@pytest.fixture
def bare(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_daemon_without_a_database_says_what_to_do(bare: House) -> None:
    done = bare.run()
    assert done.returncode == 1
    assert "smsgw db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_daemon_on_one_file_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.furnish()
    driver = house.driver(5)
    house.start()
    try:
        assert house.play(driver) == "done"
        second = house.run()
        assert second.returncode == 1
        assert len(second.stderr.strip().splitlines()[-1]) > 20
        assert "Traceback" not in second.stderr
        assert house.stop() == 0
    finally:
        house.close()


class Refusing(Driver):
    """An SMSC that knows another password; it ends when two binds were refused and their connections let go."""

    ended = 0

    def lost(self, link: Link) -> None:
        super().lost(link)
        self.ended += 1

    @property
    def complete(self) -> bool:
        return self.ended >= 2


def test_a_wrong_password_is_said_once_and_loses_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, link="credentials_wait = 1\n")
    house.furnish()
    try:
        house.start()
        refusing = Refusing(LoadSettings(count=5, password="another"), SampleTexts(["S {imei}"], first=1))
        assert house.play(refusing) == "done"
        willing = house.driver(5)
        assert house.play(willing, patience=90) == "done"
        assert house.stop() == 0
        told = [json.loads(line) for line in house.log.read_text().splitlines()]
        refusals = [event for event in told if "RINVPASWD" in json.dumps(event)]
        assert len(refusals) == 1
        assert "secret" not in house.log.read_text()
        assert house.json("stats")["sales"] == 5
    finally:
        house.close()
