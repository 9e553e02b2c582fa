"""SIGHUP: words, rules and limits read again, with the link standing. SIGTERM and SIGINT: everything written down."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from smsgw.cli.app import run
from tests.business.importing.test_importing import FILES
from tests.end_to_end.test_live_import import CONFIGURATION, OWNER, Operator, operator, put
from tests.ports import free_port

__all__ = ["operator"]

WORDS = '[replies]\ndirectory = "words"\n'


@dataclass
class Home:
    folder: Path
    port: int
    daemon: subprocess.Popen[bytes]

    def log(self) -> list[dict[str, object]]:
        lines = (self.folder / "log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def hang_up(self, event: str) -> None:
        """SIGHUP, until the log says that it has been heard."""
        before = sum(line["event"] == event for line in self.log())
        self.daemon.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while sum(line["event"] == event for line in self.log()) == before:
            assert time.monotonic() < deadline, self.log()[-3:]
            time.sleep(0.05)

    def stop(self, number: int) -> None:
        if self.daemon.poll() is None:
            self.daemon.send_signal(number)
            assert self.daemon.wait(15) == 0

    def configure(self, more: str) -> None:
        (self.folder / "smsgw.toml").write_text(
            CONFIGURATION.format(http=free_port(), port=self.port) + more, encoding="utf-8"
        )

    def say(self, answer: str) -> None:
        (self.folder / "words" / "replies.en.toml").write_text(f'[stock_none]\ntext = "{answer}"\n', encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, operator: Operator) -> Iterator[Home]:
    (tmp_path / "words").mkdir()
    configuration = tmp_path / "smsgw.toml"
    command = [sys.executable, "-P", "-m", "smsgw", "run", "--config", str(configuration)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMSGW_")}
    configuration.write_text(CONFIGURATION.format(http=free_port(), port=operator.port) + WORDS, encoding="utf-8")
    found = Home(tmp_path, operator.port, None)  # type: ignore[arg-type]
    found.say("Nothing at {dealer}.")
    assert run(["db", "upgrade", "--config", str(configuration)]) == 0
    for kind in ("regions", "products", "dealers", "contacts"):
        put(tmp_path, kind, FILES[kind])
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stderr=log, env=environment) as daemon:
        found.daemon = daemon
        yield found
        found.stop(signal.SIGTERM)


def test_words_and_limits_are_read_anew_and_the_link_stands(home: Home, operator: Operator) -> None:
    assert operator.text(OWNER, "STK") == "Nothing at D1001."
    home.say("No sets at {dealer}.")
    home.configure(WORDS + "[limits]\ntexts_per_phone_per_hour = 2\n")
    home.hang_up("reloaded")
    assert operator.text(OWNER, "STK") == "No sets at D1001."
    assert "more than 2 texts" in operator.text(OWNER, "STK")
    assert sum(line["event"] == "bound" for line in home.log()) == 1


def test_a_fault_leaves_everything_as_it_was(home: Home, operator: Operator) -> None:
    assert operator.text(OWNER, "STK") == "Nothing at D1001."
    home.say("{nothing} known.")
    home.hang_up("not reloaded, everything stays as it was")
    assert operator.text(OWNER, "STK") == "Nothing at D1001."
    home.say("No sets at {dealer}.")
    home.configure("[limts]\n")
    home.hang_up("not reloaded, everything stays as it was")
    assert "did you mean limits?" in str(home.log()[-1]["why"])
    assert operator.text(OWNER, "STK") == "Nothing at D1001."


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_that_stops_leaves_nothing_open(home: Home, operator: Operator, number: int) -> None:
    operator.text(OWNER, "STK")
    home.stop(number)
    with sqlite3.connect(home.folder / "smsgw.db") as connection:
        assert connection.execute("SELECT ended_at IS NOT NULL FROM run").fetchall() == [(1,)]
        sessions = connection.execute("SELECT ended_at IS NOT NULL, proved_at >= ended_at FROM link_session").fetchall()
        assert sessions == [(1, 1)]
        assert connection.execute("SELECT state FROM message_out").fetchall() in ([("sent",)], [("delivered",)])
    assert [line["event"] for line in home.log()][-2:] == ["stopping", "stopped"]
