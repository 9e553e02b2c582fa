"""The links of a running daemon, as its operator sees and steers them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.house import House

PROGRAM = (sys.executable, "-P", "-m", "smsgw")


@pytest.fixture
def served(house: House) -> Iterator[House]:
    """A house whose daemon serves, beside a simulated SMSC that runs by itself."""
    house.furnish(5)
    command = [*PROGRAM, "smsc", "--port", str(house.smsc_port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as smsc:
        try:
            house.start()
            until(house, "bound")
            yield house
        finally:
            smsc.kill()


def until(house: House, state: str, patience: float = 30) -> dict[str, Any]:
    """Look at the one link until it is in a state."""
    deadline = time.monotonic() + patience
    while True:
        (link,) = house.json("links")
        if link["state"] == state:
            return dict(link)
        assert time.monotonic() < deadline, link
        time.sleep(0.05)


def test_links_are_seen_paused_resumed_bound_anew_and_captured(served: House) -> None:
    house = served
    assert "bound" in house.smsgw("links")
    assert "texts are taken" in house.smsgw("links pause", "operator-a")
    assert house.json("links")[0]["paused"]
    # A pause outlives the daemon.
    assert house.stop() == 0
    (link,) = house.json("links")
    assert (link["state"], link["paused"]) == ("stopped", True)
    house.start()
    assert until(house, "bound")["paused"]
    assert house.json("links resume", "operator-a") == {"link": "operator-a", "done": "resume"}
    file = house.folder / "link.pcap"
    capture = ["links", "capture", "operator-a", "--seconds", "6", "--output", str(file)]
    with subprocess.Popen([*PROGRAM, *capture, "--config", str(house.config)]) as capturing:
        deadline = time.monotonic() + 20
        while not file.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        before = until(house, "bound")["binds"][0]["since"]
        assert "bound again" in house.smsgw("links rebind", "operator-a")
        assert capturing.wait(30) == 0
    assert house.json("links")[0]["binds"][0]["since"] != before
    octets = file.read_bytes()
    assert b"smsgw\0******\0" in octets
    assert b"secret" not in octets
    again = house.call("links capture", "operator-a", "--seconds", "1", "--output", str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert "name a new file" in again.stderr
    if shutil.which("tshark") is not None:
        read = ["tshark", "-r", str(file), "-d", f"tcp.port=={house.smsc_port},smpp", "-T", "fields"]
        seen = subprocess.run([*read, "-e", "smpp.command_id"], capture_output=True, text=True, check=True).stdout
        assert {"0x00000006", "0x00000009", "0x80000009"} <= set(seen.split())


def test_what_cannot_be_steered_is_said_in_one_sentence(served: House) -> None:
    wrong = served.call("links pause", "operator-b")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "smsgw: there is no link 'operator-b'; did you mean operator-a?\n"
    served.kill()
    gone = served.call("links rebind", "operator-a")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == "smsgw: no daemon runs on this database; start it with `smsgw run`\n"
    assert served.json("links")[0]["state"] == "stopped"


def test_a_link_that_cannot_connect_says_so(house: House) -> None:
    house.furnish(1)
    house.start()
    link = until(house, "waiting")
    assert link["binds"][0]["last_error"].startswith("cannot connect")
    assert link["binds"][0]["next_attempt"] is not None
    assert "waiting" in house.smsgw("links")


def test_options_before_the_word_are_refused() -> None:
    done = subprocess.run(
        [*PROGRAM, "links", "--json", "pause", "operator-a"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "after `smsgw links pause`" in done.stderr
