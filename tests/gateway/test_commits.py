"""Readiness tells whether anything can be committed, before a text has to find out."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy import Engine, text
from twisted.internet.task import Clock

from smsgw.business.messages.books import lives
from smsgw.gateway.commits import BEAT_EVERY, PATIENCE, Commits
from smsgw.store.writer import Inline
from tests.business.world import bookkeeper


class Hands:
    """A writer whose jobs the test does, or fails."""

    def __init__(self, engine: Engine) -> None:
        self._inline = Inline(bookkeeper(engine))
        self.jobs: list[Any] = []
        self.failures = 0
        self.failure: Exception | None = None
        self.full = False

    def put(self, job: Any) -> None:
        self.jobs.append(job)

    def do(self) -> None:
        jobs, self.jobs = self.jobs, []
        self._inline.run(jobs)

    def fail(self, error: Exception) -> None:
        jobs, self.jobs = self.jobs, []
        self.failure = error
        self.failures += 1
        for job in jobs:
            job.on_unavailable(error)


class House:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = Clock()
        self.clock.advance(1_796_000_000)
        self.writer = Hands(engine)
        self.lost: list[str] = []
        with engine.begin() as connection:
            run = lives.begin_run(connection, "here", 1, 0)
        self.commits = Commits(self.writer, self.clock, run, self.lost.append)

    def second(self) -> str:
        """A second passes; what readiness says then."""
        self.clock.advance(1)
        self.commits.look()
        return self.commits.why_not

    @property
    def beat(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT heartbeat_at FROM run")).scalar_one())


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


def test_a_database_that_works_is_asked_each_second_and_written_every_ten(house: House) -> None:
    beats = set()
    for _ in range(31):
        assert house.second() == ""
        house.writer.do()
        beats.add(house.beat)
    assert len(beats) == 1 + 31 // BEAT_EVERY


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("database is locked"),
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("attempt to write a readonly database"),
    ],
)
def test_a_failure_is_told_until_something_was_written(house: House, error: Exception) -> None:
    house.second()
    house.writer.fail(error)
    assert house.commits.why_not == f"the database takes nothing: {error}"
    house.second()
    house.writer.fail(error)
    assert house.commits.why_not
    before = house.beat
    assert house.second()  # asked, not answered yet
    house.writer.do()
    assert house.commits.why_not == ""
    assert house.beat > before


def test_a_failure_while_the_sign_of_life_was_under_way_is_not_made_up_for_by_it(house: House) -> None:
    house.second()
    house.writer.fail(sqlite3.OperationalError("disk I/O error"))
    house.second()
    job = house.writer.jobs[0]
    run = job.run

    def fails_behind(books: Any) -> Any:
        result = run(books)
        house.writer.failures += 1
        return result

    job.run = fails_behind
    house.writer.do()
    assert house.commits.why_not
    house.second()
    house.writer.do()
    assert house.commits.why_not == ""


def test_a_database_that_hangs_is_told_after_a_while(house: House) -> None:
    said = [house.second() for _ in range(int(PATIENCE) + 3)]
    assert said[: int(PATIENCE) + 1] == [""] * (int(PATIENCE) + 1)
    assert all("has taken nothing for" in each for each in said[int(PATIENCE) + 1 :])
    assert len(house.writer.jobs) == 1
    house.writer.do()
    assert house.commits.why_not == ""


def test_damage_is_no_outage_but_the_end(house: House) -> None:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorname = "SQLITE_CORRUPT_VTAB"
    house.second()
    house.writer.fail(error)
    house.second()
    assert house.lost == ["the database is damaged: database disk image is malformed"]


def test_a_database_that_knows_nothing_of_this_daemon_is_another(house: House) -> None:
    with house.engine.begin() as connection:
        connection.execute(text("DELETE FROM run"))
    for _ in range(int(BEAT_EVERY) + 1):
        house.second()
        house.writer.do()
    assert "another was put in its place" in house.lost[0]


def test_a_clock_that_goes_back_stops_no_sign_of_life(house: House) -> None:
    house.clock.rightNow -= 86_400
    before = house.beat
    house.second()
    house.writer.do()
    assert house.beat != before
