"""Damaged files by the thousand: a sentence for each, never a traceback, in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

MOST_MEGABYTES, MOST_SECONDS = 300, 10


def read_damaged(seed: int, count: int) -> dict[str, Any]:
    """In a process of its own, whose memory is that of the files alone."""
    command = [sys.executable, "-m", "tests.business.importing.mutated", str(seed), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-6000:]
    return dict(json.loads(done.stdout))


def check(found: dict[str, Any], count: int) -> None:
    assert sum(found["outcomes"].values()) == count
    assert len(found["outcomes"]) == 3, found  # read, refused, and read with bad lines: the damage is of every kind
    assert found["megabytes"] < MOST_MEGABYTES
    assert found["slowest"] < MOST_SECONDS


@pytest.mark.chaos
def test_damaged_files_are_refused_in_a_sentence() -> None:
    check(read_damaged(20261130, 1500), 1500)


@pytest.mark.soak
def test_a_hundred_thousand_damaged_files_are_refused_in_a_sentence() -> None:
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda seed: read_damaged(seed, 10_000), range(10)):
            check(found, 10_000)
