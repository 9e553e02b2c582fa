"""smsgw export journal: every row once, in order, from where one left off; --follow waits for more and leaves well."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from smsgw.store import journal
from tests.business.importing.test_importing import FILES
from tests.cli.conftest import Smsgw


def append(engine: Engine, reference: str) -> None:
    with engine.begin() as connection:
        journal.append(connection, 1_776_225_600_000, "li", "test", "written", reference)


def test_what_imports_booked_is_told_in_order_from_where_one_left_off(smsgw: Smsgw, furnished: Path) -> None:
    rows = smsgw("export", "journal").lines
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    files = [row for row in rows if row["kind"] == "imported"]
    assert [(row["subject"], row["reference"]) for row in files] == [(kind, f"{kind}.csv") for kind in FILES]
    assert files[0]["detail"].keys() == {"sha256", "lines", "new", "changed"}
    assert {(row["subject"], row["kind"]) for row in rows if row["kind"] != "imported"} >= {
        ("unit", "shipped"),
        ("ledger", "payment"),
    }
    assert {row["by"] for row in rows} == {files[0]["by"]}
    assert smsgw("export", "journal", "--after", 2, "--limit", 3).lines == rows[2:5]
    assert smsgw("export", "journal", "--after", len(rows)).out == ""
    assert smsgw("export", "journal", "--after", -1).status == 2


def test_following_prints_what_comes_and_leaves_on_a_signal(home: Path, smsgw: Smsgw) -> None:
    assert smsgw("db", "upgrade").status == 0
    engine = migrated(load(home / "smsgw.toml"))
    append(engine, "A")
    command = [sys.executable, "-m", "smsgw", "export", "journal", "--follow"]
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home) as process:
            assert process.stdout is not None and process.stderr is not None
            assert json.loads(process.stdout.readline())["reference"] == "A"
            append(engine, "B")
            later = json.loads(process.stdout.readline())
            assert (later["id"], later["reference"], later["by"]) == (2, "B", "li") or number == signal.SIGINT
            process.send_signal(number)
            assert process.wait(10) == 0
            assert process.stderr.read() == ""
    engine.dispose()


def test_following_ends_at_its_limit_and_when_nobody_reads(home: Path, smsgw: Smsgw) -> None:
    assert smsgw("db", "upgrade").status == 0
    engine = migrated(load(home / "smsgw.toml"))
    for number in range(3):
        append(engine, str(number))
    assert [row["reference"] for row in smsgw("export", "journal", "--follow", "--limit", 2).lines] == ["0", "1"]
    command = [sys.executable, "-m", "smsgw", "export", "journal", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        append(engine, "more")
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    engine.dispose()
