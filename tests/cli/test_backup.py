"""smsgw backup and restore, as whoever keeps a deployment calls them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Smsgw


def test_a_deployment_is_backed_up_and_restored_into_another_folder(
    furnished: Path, made: Path, tmp_path: Path, smsgw: Smsgw, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = smsgw("backup", "kept.db", "--json")
    assert told.status == 0, told.err
    assert told.json["message"] is None and told.json["received_at"] is None
    assert told.json["bytes"] == (furnished / "kept.db").stat().st_size
    again = smsgw("backup", "kept.db")
    assert (again.status, again.err.count("is there already; name a new file")) == (1, 1)
    was = smsgw("show", "dealer", "D1001", "--json").out

    other = tmp_path / "other"
    shutil.copytree(made, other)
    monkeypatch.chdir(other)
    refused = smsgw("restore", furnished / "kept.db")
    assert (refused.status, "smsgw.db is there already" in refused.err) == (1, True)
    for path in other.glob("smsgw.db*"):
        path.unlink()
    restored = smsgw("restore", furnished / "kept.db")
    assert restored.status == 0, restored.err
    assert restored.out == f"{other / 'smsgw.db'} is restored and proven; there is no text in it yet\n"
    assert smsgw("db", "verify").status == 0
    assert smsgw("show", "dealer", "D1001", "--json").out == was
    assert (other / "smsgw.db").stat().st_mode & 0o777 == 0o600


def test_what_is_wrong_in_the_books_is_in_no_backup(furnished: Path, smsgw: Smsgw) -> None:
    with closing(sqlite3.connect(furnished / "smsgw.db")) as books:
        books.execute("UPDATE counter SET value = 0")
        books.execute("DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)")
        books.commit()
    told = smsgw("backup", "kept.db")
    assert told.status == 1
    assert "no backup was kept, for `smsgw db verify` finds in it" in told.err
    assert not list(furnished.glob("kept.db*"))


def test_a_restore_that_cannot_be_leaves_nothing(furnished: Path, smsgw: Smsgw) -> None:
    assert smsgw("backup", "kept.db").status == 0
    for path in furnished.glob("smsgw.db*"):
        path.unlink()
    (furnished / "cut.db").write_bytes((furnished / "kept.db").read_bytes()[:-40_000])
    (furnished / "archive").write_bytes(b"PGDMP of another")
    (furnished / "kept.db-wal").write_bytes(b"in use")
    for name, why in [
        ("cut.db", "is damaged"),
        ("archive", "and database.url names another kind"),
        ("contacts.csv", "is no backup of smsgw"),
        ("kept.db", "is a database in use; make a backup of it"),
    ]:
        told = smsgw("restore", name)
        assert told.status == 1 and why in told.err, told
        assert not list(furnished.glob("smsgw.db*"))
