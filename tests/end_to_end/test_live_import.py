"""Files imported while the daemon runs: the next text knows what they brought. Everything by the commands alone."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from smsgw.cli.app import run
from tests.business.importing.test_importing import FILES
from tests.business.world import imei
from tests.ports import free_port

CONFIGURATION = """
[http]
listen = "127.0.0.1:{http}"
[[smsc]]
host = "127.0.0.1"
port = {port}
reconnect_min = 0.1
"""
PATIENCE = 30  # seconds for an answer
OWNER, NEWCOMER = "+8613900000001", "+8613900000077"


class Operator:
    """`smsgw smsc` at work: texts are typed into it, answers read from it."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-m", "smsgw", "smsc", "--port", "0", "--json"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        assert self.process.stderr is not None
        self.port = int(self.process.stderr.readline().split(":")[1].split(",")[0])

    def text(self, phone: str, text: str) -> str:
        """The answer to a text."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{phone} {text}\n")
        self.process.stdin.flush()
        # A text may go without an answer: that is a failure, not a reason to wait forever.
        waiting = select.poll()  # select() takes no descriptor above 1023
        waiting.register(self.process.stdout, select.POLLIN)
        assert waiting.poll(PATIENCE * 1000), f"no answer to {text!r}"
        answer = json.loads(self.process.stdout.readline())
        assert (answer["phone"], answer["from"]) == (phone, "1069")
        return str(answer["text"])


@contextmanager
def ended(process: subprocess.Popen[Any]) -> Iterator[None]:
    """At the end the process is told to stop, and does; one that does not is killed, and the test fails."""
    try:
        yield
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def operator() -> Iterator[Operator]:
    found = Operator()
    with ended(found.process):
        yield found


@pytest.fixture
def home(tmp_path: Path, operator: Operator) -> Iterator[Path]:
    """A deployment bound to the operator, with products, dealers and contacts in its books, and its daemon at work."""
    configuration = tmp_path / "smsgw.toml"
    configuration.write_text(CONFIGURATION.format(http=free_port(), port=operator.port), encoding="utf-8")
    assert run(["db", "upgrade", "--config", str(configuration)]) == 0
    for kind in ("regions", "products", "dealers", "contacts", "prices"):
        put(tmp_path, kind, FILES[kind])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMSGW_")}
    command = [sys.executable, "-P", "-m", "smsgw", "run", "--config", str(configuration)]
    with (tmp_path / "log").open("wb") as log, ended(subprocess.Popen(command, stderr=log, env=environment)):
        yield tmp_path


def put(home: Path, kind: str, body: str) -> None:
    path = home / f"{kind}.csv"
    path.write_text(body, encoding="utf-8")
    assert run(["import", kind, str(path), "--config", str(home / "smsgw.toml")]) == 0


def test_the_next_text_knows_what_a_file_brought(home: Path, operator: Operator) -> None:
    # The first text waits until the daemon is bound.
    assert "not registered" in operator.text(NEWCOMER, "STK")
    put(home, "contacts", f"phone,name,role,dealer,region,language\n{NEWCOMER},New,clerk,D1001,,en\n")
    assert "no stock" in operator.text(NEWCOMER, "STK")
    put(home, "shipments", FILES["shipments"])
    assert operator.text(NEWCOMER, "STK").startswith("D1001 has A350 2.")
    assert "Nothing was saved" in operator.text(OWNER, "P zeta 9")
    put(
        home,
        "products",
        "code,name,aliases,tacs,dealer_price,retail_price,currency\nZ9,Zeta 9,,35000001,10.00,20.00,CNY\n",
    )
    # Words are read again within about a second; numbers, phones and prices are those of the moment. Asking all the
    # while would be taken for a machine, which gets no answer.
    deadline = time.monotonic() + 15
    while b"catalogue read again" not in (home / "log").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "dealer 10.00" in operator.text(OWNER, "P zeta 9")
    assert operator.text(OWNER, f"S {imei(1, '35000001')}").startswith("OK S1001: 1 sold at D1001 (Z9 x1)")
    put(home, "prices", "model,tier,dealer_price,retail_price,valid_from\nZ9,A,8.00,19.00,2026-01-01\n")
    assert "dealer 8.00" in operator.text(OWNER, "P Z9")
