"""The writer: one transaction a batch, a bad job alone, a failing database told, a queue with an end."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from smsgw.business.books import StoreBooks
from smsgw.business.core.decision import Record
from smsgw.business.expectations.tables import progress
from smsgw.business.verify import verify
from smsgw.store.engine import open_engine
from smsgw.store.job import FunctionJob
from smsgw.store.names import Names
from smsgw.store.statements import insert
from smsgw.store.writer import Inline, Stopped, Threaded, in_the_way, unavailable
from tests.business.world import (
    CLERK,
    NOON,
    OTHER_OWNER,
    OWNER,
    Text,
    bookkeeper,
    furnish,
    imei,
    inbound,
    sale,
    shipped,
)


def poison(said: str = "POISON") -> Text:
    """A text whose rules break after they have booked."""

    def decide(books: StoreBooks) -> tuple[Sequence[Record], str | None]:
        books.apply(shipped(imei(900)))
        raise ZeroDivisionError("division by zero")

    return Text(inbound(said, at=NOON), decide)


def count(engine: Engine, question: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(question)).scalar()


def test_a_batch_is_one_transaction_with_one_write_for_each_table(tmp_path: Path, migrated_file: Path) -> None:
    (tmp_path / "books.db").write_bytes(migrated_file.read_bytes())
    engine = open_engine("sqlite:///books.db", tmp_path)
    furnish(engine)
    said: list[str] = []
    event.listen(engine, "connect", lambda connection, record: connection.set_trace_callback(said.append))
    engine.dispose()
    writer = Inline(bookkeeper(engine))
    writer.run([sale(imei(1)), sale(imei(2), CLERK), sale(imei(3), OTHER_OWNER)])  # fills the directory
    said.clear()
    jobs = [sale(imei(number), at=NOON + timedelta(seconds=number)) for number in range(10, 30)]
    writer.run(jobs)
    statements = [" ".join(line.split()[:3]) for line in said]
    assert statements.count("COMMIT") == 1
    asked = [line for line in said if line.startswith("SELECT")]
    # The versions and numbers, stock, sales, units, open questions, equal texts: one question each for the batch.
    assert len(asked) == 7
    assert all(len(job.results) == 1 for job in jobs)
    writer.close()
    engine.dispose()


def test_a_job_that_raises_spoils_only_itself(engine: Engine) -> None:
    furnish(engine)
    writer = Inline(bookkeeper(engine))
    jobs = [sale(imei(1)), poison(), sale(imei(2), at=NOON + timedelta(seconds=1)), sale(imei(1), CLERK)]
    writer.run(jobs)
    assert [job.results[0].text for job in jobs] == [
        "OK S1001: 1 today, 1 this week",
        "Sorry",
        "OK S1002: 2 today, 2 this week",
        f"{imei(1)} sold: S1001",
    ]
    assert count(engine, "SELECT count(*) FROM sale_line") == 2
    assert count(engine, f"SELECT count(*) FROM unit WHERE imei = '{imei(900)}'") == 0
    assert count(engine, "SELECT error FROM message_in WHERE state = 'failed'") == "ZeroDivisionError: division by zero"
    with engine.connect() as connection:
        assert verify(connection) == []
    writer.close()


@dataclass
class Broken:
    """A job that raises, and raises again when it is to be kept as failed."""

    told: list[Exception] = field(default_factory=list)

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> None:
        raise KeyError("first")

    def on_failed(self, books: StoreBooks, error: Exception) -> None:
        raise ValueError("second") from error

    def on_done(self, result: None) -> None:
        raise AssertionError("nothing was done")

    def on_unavailable(self, error: Exception) -> None:
        self.told.append(error)


def test_a_job_that_cannot_even_be_kept_as_failed_is_told_and_the_next_one_goes_on(engine: Engine) -> None:
    furnish(engine)
    writer = Inline(bookkeeper(engine))
    broken, good = Broken(), sale(imei(1))
    writer.run([broken, good])
    assert [str(error) for error in broken.told] == ["second"]
    assert good.results[0].text.startswith("OK S1001")
    writer.close()


def test_a_locked_database_is_told_to_the_whole_batch_and_the_writer_lives_on(
    tmp_path: Path, migrated_file: Path
) -> None:
    (tmp_path / "books.db").write_bytes(migrated_file.read_bytes())
    engine = open_engine("sqlite:///books.db", tmp_path, busy_seconds=0.01)
    furnish(engine)
    writer = Inline(bookkeeper(engine))
    other = sqlite3.connect(tmp_path / "books.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    jobs = [sale(imei(1)), sale(imei(2), CLERK)]
    writer.run(jobs)
    assert [[str(e.__cause__ or e) for e in job.errors] for job in jobs] == [["database is locked"]] * 2
    assert all(unavailable(error) for job in jobs for error in job.errors)
    other.execute("ROLLBACK")
    writer.run([again := sale(imei(1))])
    assert again.results[0].text.startswith("OK S1001")
    other.close()
    writer.close()
    engine.dispose()


def test_a_full_disk_is_the_databases_failure_and_nothing_is_kept(tmp_path: Path, migrated_file: Path) -> None:
    (tmp_path / "books.db").write_bytes(migrated_file.read_bytes())
    engine = open_engine("sqlite:///books.db", tmp_path)
    furnish(engine)
    pages = count(engine, "PRAGMA page_count")

    @event.listens_for(engine, "connect")
    def small(connection: Any, record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    engine.dispose()
    writer = Inline(bookkeeper(engine))
    jobs = [sale(imei(number), at=NOON + timedelta(seconds=number)) for number in range(500)]
    writer.run(jobs)
    assert {str(error) for job in jobs for error in job.errors} == {"database or disk is full"}
    assert count(engine, "SELECT count(*) FROM message_in") == 0
    writer.close()
    engine.dispose()


def test_a_lost_connection_to_the_server_fails_one_batch_and_no_more(
    request: pytest.FixtureRequest,
) -> None:
    from tests.databases import fresh_postgresql

    engine = open_engine(fresh_postgresql(request.getfixturevalue("server"), request.getfixturevalue("template")))
    furnish(engine)
    writer = Inline(bookkeeper(engine))
    writer.run([sale(imei(1))])
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    lost = sale(imei(2), CLERK)
    writer.run([lost])
    assert lost.errors and unavailable(lost.errors[0])
    again = sale(imei(2), CLERK)
    writer.run([again])
    assert again.results[0].text.startswith("OK S")
    with engine.connect() as connection:
        assert verify(connection) == []
    writer.close()
    engine.dispose()


def test_a_database_that_is_not_migrated_is_unavailable(tmp_path: Path) -> None:
    engine = open_engine("sqlite:///empty.db", tmp_path, create=True)
    job = sale(imei(1))
    writer = Inline(bookkeeper(engine))
    writer.run([job])
    assert unavailable(job.errors[0])
    writer.close()
    engine.dispose()


class Deadlock(Exception):
    """What PostgreSQL's driver raises, as far as the writer looks at it."""

    sqlstate = "40P01"


@pytest.mark.parametrize(("times", "kept"), [(1, True), (2, True), (3, False)])
def test_a_job_that_another_daemon_was_in_the_way_of_is_tried_again(engine: Engine, times: int, kept: bool) -> None:
    furnish(engine)
    attempts: list[int] = []

    def decide(books: StoreBooks) -> tuple[Sequence[Record], str | None]:
        attempts.append(1)
        if len(attempts) <= times:
            raise Deadlock
        return shipped(imei(1)), "OK"

    writer = Inline(bookkeeper(engine))
    job = Text(inbound("S 1"), decide)
    writer.run([job])
    assert [result.text for result in job.results] == ["OK" if kept else "Sorry"]
    assert len(attempts) == min(times + 1, 3)
    writer.close()


def test_of_many_writes_the_one_that_fails_says_why_and_nothing_of_the_batch_is_kept(engine: Engine) -> None:
    """On PostgreSQL the ones behind it have been sent by then, and only say that they were not looked at."""
    furnish(engine)
    into = insert(progress, "name at")
    told: list[Exception] = []

    def book_twice(books: StoreBooks) -> None:
        books.apply(shipped(imei(1)))
        rows = books.work.rows(into)
        rows.extend([("same", 1), ("same", 2)])
        later = books.work.rows(into)
        later.append(("later", 1))

    writer = Inline(bookkeeper(engine))
    writer.put(FunctionJob(book_twice, unavailable=told.append))
    assert len(told) == 1
    assert "unique" in str(told[0]).lower()
    assert in_the_way(told[0]) == (engine.dialect.name == "postgresql")
    assert count(engine, "SELECT count(*) FROM progress WHERE name IN ('same', 'later')") == 0
    good = sale(imei(1))
    writer.put(good)
    assert good.results[0].text.startswith("OK S1001")
    writer.close()


def test_a_damaged_file_is_the_databases_failure(tmp_path: Path, migrated_file: Path) -> None:
    raw = bytearray(migrated_file.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    (tmp_path / "books.db").write_bytes(raw)
    engine = open_engine("sqlite:///books.db", tmp_path)
    writer = Inline(bookkeeper(engine))
    job = sale(imei(1))
    writer.run([job])
    assert unavailable(job.errors[0])
    writer.close()
    engine.dispose()


class Hands:
    """Takes the results of batches, as the reactor would."""

    def __init__(self) -> None:
        self.calls = 0
        self.enough = threading.Semaphore(0)

    def __call__(self, tell: Callable[[], None]) -> None:
        self.calls += 1
        tell()
        self.enough.release()


class Gate(Broken):
    """A job that keeps the writer busy until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.open = threading.Event()

    def run(self, books: StoreBooks) -> None:
        self.entered.set()
        assert self.open.wait(10)

    def on_done(self, result: None) -> None:
        pass


def test_what_comes_in_during_a_commit_is_the_next_batch_and_is_handed_over_in_one_call(engine: Engine) -> None:
    furnish(engine)
    hands = Hands()
    writer = Threaded(bookkeeper(engine), hands)
    writer.start()
    gate = Gate()
    writer.put(gate)
    assert gate.entered.wait(10)
    jobs = [sale(imei(number), at=NOON + timedelta(seconds=number)) for number in range(20)]
    for job in jobs:
        writer.put(job)
    assert writer.waiting == 20
    gate.open.set()
    writer.stop()
    assert writer.join(20)
    assert hands.calls == 2
    assert [len(job.results) for job in jobs] == [1] * 20
    assert count(engine, "SELECT count(*) FROM sale_line") == 20


def test_no_batch_is_larger_than_its_limit(engine: Engine) -> None:
    furnish(engine)
    hands = Hands()
    writer = Threaded(bookkeeper(engine), hands, limit=8)
    for number in range(20):
        writer.put(sale(imei(number), at=NOON + timedelta(seconds=number)))
    writer.start()
    writer.stop()
    assert writer.join(20)
    assert hands.calls == 3


def test_a_full_queue_says_so_and_says_when_there_is_room_again(engine: Engine) -> None:
    furnish(engine)
    said: list[bool] = []
    writer = Threaded(bookkeeper(engine), Hands(), limit=4, high=8, low=2, on_full=said.append)
    for number in range(10):
        writer.put(sale(imei(number), at=NOON + timedelta(seconds=number)))
    assert writer.full
    assert said == [True]
    writer.start()
    writer.stop()
    assert writer.join(20)
    assert not writer.full
    assert said == [True, False]


def test_a_writer_stopped_without_draining_tells_what_it_leaves(engine: Engine) -> None:
    furnish(engine)
    writer = Threaded(bookkeeper(engine), Hands())
    jobs = [sale(imei(number), at=NOON + timedelta(seconds=number)) for number in range(3)]
    for job in jobs:
        writer.put(job)
    writer.stop(drain=False)
    writer.start()
    assert writer.join(20)
    assert [[type(error) for error in job.errors] for job in jobs] == [[Stopped]] * 3
    assert count(engine, "SELECT count(*) FROM message_in") == 0


@pytest.mark.parametrize("daemons", [3])
def test_several_daemons_on_one_postgresql_database_lose_and_double_nothing(
    daemons: int, request: pytest.FixtureRequest
) -> None:
    from tests.databases import fresh_postgresql

    url = fresh_postgresql(request.getfixturevalue("server"), request.getfixturevalue("template"))
    engine = open_engine(url)
    furnish(engine)
    with bookkeeper(engine).transaction(NOON) as books:
        for number in range(60):
            books.apply(shipped(imei(number), "D1001" if number % 2 else "D1002"))
    # Every daemon sells the same sixty sets, each in an order of its own: each set is sold once.
    jobs: list[list[Text]] = []
    for daemon in range(daemons):
        order = sorted(range(60), key=lambda number: (number * 37 + daemon * 11) % 61)
        jobs.append(
            [
                sale(imei(n), OWNER if n % 2 else OTHER_OWNER, NOON + timedelta(seconds=n), folded=f"{daemon}/{n}")
                for n in order
            ]
        )
    engines = [open_engine(url) for _ in range(daemons)]
    writers = [Threaded(bookkeeper(own), Hands(), limit=7) for own in engines]
    for writer, own_jobs in zip(writers, jobs, strict=True):
        for job in own_jobs:
            writer.put(job)
    for writer in writers:
        writer.start()
        writer.stop()
    assert all(writer.join(60) for writer in writers)
    answers = [job.results[0].text for own in jobs for job in own]
    assert sum(answer.startswith("OK") for answer in answers) == 60
    assert sum("sold:" in answer for answer in answers) == 60 * (daemons - 1)
    assert not any(job.errors for own in jobs for job in own)
    with engine.connect() as connection:
        assert verify(connection) == []
        levels = connection.execute(text("SELECT quantity, units FROM stock_level")).all()
    assert set(levels) == {(0, 0)}
    for each in (engine, *engines):
        each.dispose()
