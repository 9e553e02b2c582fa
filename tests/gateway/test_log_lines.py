"""The log is in nobody's way: a line that cannot be written, or not even be made, is dropped and counted."""

from __future__ import annotations

import fcntl
import io
import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from smsgw.gateway import log as gateway_log
from smsgw.gateway.counters import LogCounters
from smsgw.gateway.log_lines import MOST_WAITING, StreamLines, ThreadedLines
from smsgw.settings.sections import Log


def lines_to(descriptor: int | None, due: Callable[[bool], list[dict[str, Any]]] = lambda last: []) -> ThreadedLines:
    return ThreadedLines(descriptor, LogCounters(), due=due, render=lambda event: json.dumps(dict(event)))


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe of one page: whoever does not read it is a slow reader."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    yield reader, writer
    for end in (reader, writer):
        try:
            os.close(end)
        except OSError:
            continue  # the test has closed it


def test_lines_come_out_in_their_order_and_those_that_are_due_last(pipe: tuple[int, int]) -> None:
    lines = lines_to(pipe[1], lambda last: [{"event": "held back", "repeated": 3}] if last else [])
    for number in range(5):
        lines.write(f"line {number}")
    lines.close(5)
    assert os.read(pipe[0], 4096).decode().splitlines() == [
        *(f"line {number}" for number in range(5)),
        '{"event": "held back", "repeated": 3}',
    ]
    assert lines.counters.dropped == 0


def test_a_reader_that_is_gone_costs_the_lines_and_nothing_else(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    lines = lines_to(pipe[1])
    for _ in range(5):
        lines.write("nobody reads this")
    lines.close(5)
    assert lines.counters.dropped == 5


def test_a_full_disk_costs_the_lines_and_nothing_else() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    lines = lines_to(full)
    lines.write("no room")
    lines.write("no room")
    lines.close(5)
    os.close(full)
    assert lines.counters.dropped == 2


def test_a_descriptor_that_is_closed_or_was_never_open_costs_the_lines(tmp_path: Path) -> None:
    closed = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    os.close(closed)
    for descriptor in (closed, None):
        lines = lines_to(descriptor)
        lines.write("nowhere")
        lines.close(5)
        assert lines.counters.dropped == 1


def test_a_slow_reader_keeps_nobody_waiting_and_is_told_what_is_missing(pipe: tuple[int, int]) -> None:
    lines = lines_to(pipe[1])
    line = "x" * 1000
    for _ in range(3 * MOST_WAITING // 1000):
        lines.write(line)  # would hang here if it waited
    dropped = lines.counters.dropped
    assert dropped > 0
    read = b""
    while b"log lines were dropped" not in read:
        read += os.read(pipe[0], 65536)
    os.close(pipe[0])
    lines.close(5)
    told = json.loads(next(line for line in read.decode().splitlines() if "dropped" in line))
    assert (told["event"], told["lines"] >= 1) == ("log lines were dropped", True)


def test_a_line_that_was_cut_does_not_spoil_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    whole, writes = os.write, []

    def full_after_four(descriptor: int, octets: Any) -> int:
        """The disk takes four octets, then nothing, then all again."""
        writes.append(octets)
        if len(writes) == 1:
            return whole(descriptor, octets[:4])
        if len(writes) == 2:
            raise OSError(28, "No space left on device")
        return whole(descriptor, octets)

    monkeypatch.setattr("smsgw.gateway.log_lines.os.write", full_after_four)
    lines = lines_to(file)
    lines.write("first line")
    lines.write("second line")
    lines.close(5)
    os.close(file)
    assert path.read_text().splitlines()[:2] == ["firs", "second line"]
    assert lines.counters.dropped == 1


def test_a_stream_that_is_closed_costs_the_line() -> None:
    stream = io.StringIO()
    lines = StreamLines(stream)
    lines.write("said")
    stream.close()
    lines.write("not said")
    assert lines.counters.dropped == 1


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("cannot be shown")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    handlers = logging.getLogger().handlers[:]
    found = io.StringIO()
    gateway_log.configure(Log(format="json"), found)
    yield found
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


def test_a_line_that_cannot_be_made_hurts_nobody(stream: io.StringIO) -> None:
    structlog.get_logger().error("a fault", what=Broken())
    structlog.get_logger().info("a text", text="\ud800")
    (ours,) = (each for each in logging.getLogger().handlers if type(each).__module__ == gateway_log.__name__)
    ours.handle(logging.LogRecord("library", logging.ERROR, "file.py", 1, "%s and %s", (1,), None))
    structlog.get_logger().info("the next line")
    said = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert said[-2:] == ["%s and %s", "the next line"]
