"""A daemon that waits for its SMSC, and a simulated SMSC that connects to it, on a real port."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from tests.end_to_end.house import House
from tests.end_to_end.test_links import PROGRAM, until
from tests.ports import free_port


def smsc(port: int, password: str) -> subprocess.Popen[str]:
    words = ["smsc", "--scenario", "outbind", "--port", str(port), "--own-id", "smsc", "--outbind-password", password]
    return subprocess.Popen(
        [*PROGRAM, *words, "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    )


def test_T9_the_smsc_connects_says_who_it_is_and_texts_flow(house: House) -> None:
    port = free_port()
    entry = f'outbind_listen = "127.0.0.1:{port}"\noutbind_system_id = "smsc"\noutbind_password = "knock"\n'
    house.config.write_text(house.config.read_text() + entry)
    house.furnish(1)
    house.start()
    until(house, "listening")
    with smsc(port, "other") as stranger:
        try:
            deadline = time.monotonic() + 30
            while "outbind refused" not in house.log.read_text():
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            stranger.kill()
    assert house.json("links")[0]["state"] == "listening"
    with smsc(port, "knock") as friend:
        try:
            assert until(house, "bound")["binds"][0]["smsc"] == f"outbind at 127.0.0.1:{port}"
            assert friend.stdin is not None and friend.stdout is not None
            friend.stdin.write("+8613900000000 S A350 1\n")
            friend.stdin.flush()
            answer = json.loads(friend.stdout.readline())
        finally:
            friend.kill()
    assert answer["phone"] == "+8613900000000"
    assert "A350" in answer["text"]
    until(house, "listening")
    assert house.stop() == 0
