"""A log that cannot be written: the daemon serves, comes back after a lost connection, and ends as it is told."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.end_to_end.by_hand import until
from tests.end_to_end.faulty import FaultyHouse


@contextmanager
def full_disk() -> Iterator[int]:
    full = os.open("/dev/full", os.O_WRONLY)
    yield full
    os.close(full)


@contextmanager
def reader_gone() -> Iterator[int]:
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@contextmanager
def reader_asleep() -> Iterator[int]:
    """A pipe of one page, which is full already."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writer, b"x" * 4096)
    yield writer
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("broken", [full_disk, reader_gone, reader_asleep])
def test_a_log_that_takes_nothing_stops_nobody(faulty: FaultyHouse, broken: Callable[[], Iterator[int]]) -> None:
    with broken() as stderr:  # type: ignore[attr-defined]
        faulty.run_with(stderr)
        if broken is not reader_asleep:  # its lines wait for a while
            until(lambda: faulty.figure("smsgw_log_lines_dropped_total") >= 1, "lines that were dropped")
        lives(faulty)


def test_a_daemon_without_standard_error_lives_as_well(faulty: FaultyHouse) -> None:
    # As a shell does it with `2>&-`: descriptor 2 is not open at all.
    faulty.run_with(None, through=["sh", "-c", 'exec "$@" 2>&-', "sh"])
    lives(faulty)


def test_a_reader_that_goes_while_the_daemon_is_bound(faulty: FaultyHouse) -> None:
    reader, writer = os.pipe()
    faulty.run_with(writer)
    os.close(writer)
    faulty.sells()
    os.close(reader)
    lives(faulty)


def lives(house: FaultyHouse) -> None:
    """It sells, binds again after a lost connection, counts what it could not log, and ends in time."""
    house.sells()
    binds = house.smsc.binds
    house.smsc.drop()
    until(lambda: house.smsc.binds > binds, "the next bind")
    house.sells()
    until(lambda: house.ready == 200, "ready")
    assert house.end() == 0
    house.everything_is_booked_once()
    assert len(house.acknowledged) >= 2


def test_a_refusal_that_nobody_reads_is_a_refusal(faulty: FaultyHouse) -> None:
    faulty.config.write_text("[limts]\n")
    for broken in (full_disk, reader_gone):
        with broken() as stderr:
            faulty.begin(stderr)
            assert faulty.ended() == 1
