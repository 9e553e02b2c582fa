"""A SQLite database that something happens to under a daemon: noticed, told, and nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.by_hand import until
from tests.end_to_end.faulty import ACKNOWLEDGED, LATER, FaultyHouse

LOOK = 8  # seconds within which the daemon has noticed: it looks once a second, but the machine may be busy


def log_removed(folder: Path) -> None:
    (folder / "smsgw.db-wal").unlink()


def log_cut(folder: Path) -> None:
    os.truncate(folder / "smsgw.db-wal", 0)


def log_cut_in_part(folder: Path) -> None:
    os.truncate(folder / "smsgw.db-wal", (folder / "smsgw.db-wal").stat().st_size // 2)


def database_removed(folder: Path) -> None:
    (folder / "smsgw.db").unlink()


def restored_by_move(folder: Path) -> None:
    shutil.copy(folder / "backup.db", folder / "restored.db")
    (folder / "restored.db").replace(folder / "smsgw.db")


def restored_by_copy(folder: Path) -> None:
    (folder / "smsgw.db").write_bytes((folder / "backup.db").read_bytes())


def index_removed(folder: Path) -> None:
    (folder / "smsgw.db-shm").unlink()


def more(happens: Callable[[Path], None], said: str) -> Any:
    """A case that is proven without a daemon too, in tests/store/test_file_watch.py."""
    return pytest.param(happens, said, marks=pytest.mark.soak)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (log_removed, "smsgw.db-wal was"),
        (log_cut_in_part, "smsgw.db-wal was"),
        (restored_by_copy, "smsgw.db was overwritten"),
        more(log_cut, "smsgw.db-wal was"),
        more(database_removed, "smsgw.db was removed"),
        more(restored_by_move, "smsgw.db was replaced by another file"),
        more(index_removed, "smsgw.db-shm was removed"),
    ],
)
def test_what_happens_to_the_files_ends_the_daemon_in_a_sentence(
    faulty: FaultyHouse, happens: Callable[[Path], None], said: str
) -> None:
    shutil.copy(faulty.folder / "smsgw.db", faulty.folder / "backup.db")
    faulty.serve()
    for _ in range(3):
        faulty.sells()
    happens(faulty.folder)
    until(lambda: faulty.ready != 200, "not ready", LOOK)
    assert faulty.ended() == 1
    told = [json.loads(line) for line in faulty.complaints()]
    (complaint,) = (each for each in told if each["event"].startswith("nothing more is acknowledged"))
    assert said in complaint["why"]
    assert "\n" not in complaint["why"]
    assert "stopped" in [each["event"] for each in told]
    assert "Traceback" not in faulty.log.read_text()
    if happens is log_removed:
        faulty.everything_is_booked_once()
    if happens in (restored_by_move, restored_by_copy):
        # What was put back is what is there, and nothing of the old one is mixed into it.
        assert faulty.booked() == {}
        faulty.smsgw("db verify")
        assert (faulty.folder / "smsgw.db-wal-of-the-old-database").exists()


@pytest.mark.parametrize("seconds", [0, pytest.param(90, marks=pytest.mark.soak)])
def test_a_long_lock_is_told_by_readyz_and_loses_nothing(tmp_path: Path, furnished: Path, seconds: int) -> None:
    house = FaultyHouse(tmp_path, furnished, database="busy_timeout = 1")
    try:
        house.serve()
        house.sells()
        with closing(sqlite3.connect(tmp_path / "smsgw.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert house.sale() == LATER
            assert house.ready == 503
            until(lambda: "locked" in house.page("/readyz")[1], "the reason")
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                assert (house.sale(), house.ready) == (LATER, 503)
            other.execute("ROLLBACK")
        until(lambda: house.ready == 200, "ready again")
        house.sells()
        assert house.end() == 0
        house.everything_is_booked_once()
        assert len(house.complaints()) <= 2 + seconds / 60
    finally:
        house.close()


def test_a_stop_while_the_database_is_locked_ends_in_time_with_a_line(faulty: FaultyHouse) -> None:
    faulty.serve()
    faulty.sells()
    with closing(sqlite3.connect(faulty.folder / "smsgw.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        faulty.smsc.deliver("+8613900000040", "STOCK")
        assert faulty.end() == 1
        other.execute("ROLLBACK")
    assert "Traceback" not in faulty.log.read_text()
    assert json.loads(faulty.complaints()[-1])["event"] == "stopped"
    faulty.everything_is_booked_once()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_by_readyz_and_loses_nothing(small_disk: Path, furnished: Path) -> None:
    house = FaultyHouse(small_disk, furnished)
    try:
        house.serve()
        house.sells()
        with (small_disk / "filling").open("wb") as filling:
            try:
                while True:
                    filling.write(bytes(65536))
                    filling.flush()
            except OSError:
                pass  # full
        until(lambda: house.sale() == LATER, "a text that is refused")
        assert house.ready == 503
        assert "full" in house.page("/readyz")[1]
        (small_disk / "filling").unlink()
        until(lambda: house.ready == 200, "ready again")
        house.sells()
        assert house.end() == 0
        house.everything_is_booked_once()
    finally:
        house.close()


def test_a_daemon_that_was_stopped_for_a_while_goes_on(faulty: FaultyHouse) -> None:
    faulty.serve()
    faulty.sells()
    assert faulty.daemon is not None
    faulty.daemon.send_signal(signal.SIGSTOP)
    assert faulty.sale(wait=1.5) is None
    faulty.daemon.send_signal(signal.SIGCONT)
    assert faulty.smsc.status(faulty.sent) == ACKNOWLEDGED
    faulty.sells()
    assert faulty.end() == 0
    faulty.everything_is_booked_once()
    assert len(faulty.booked()) == 3


@pytest.mark.soak
def test_no_second_daemon_comes_in_by_another_door(faulty: FaultyHouse, tmp_path: Path) -> None:
    faulty.serve()
    (faulty.folder / "smsgw.db.lock").unlink()
    faulty.config.with_name("other.toml").write_text(faulty.config.read_text().replace(f":{faulty.http_port}", ":0"))
    faulty.config = faulty.config.with_name("other.toml")
    second = faulty.run()
    assert (second.returncode, "another smsgw daemon" in second.stderr) == (1, True)
    faulty.sells()
    assert faulty.end() == 0
    faulty.everything_is_booked_once()
