"""The journal: every row gets its place once it is committed, and readers see each once, in order, none missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.core.command import Command, Item
from smsgw.business.verify import verify
from smsgw.store import audit, journal
from smsgw.store.engine import open_engine, reading
from smsgw.store.sequencer import put_in_order
from smsgw.store.writer import Inline
from tests.business.dict_ledger import OWNER, sample
from tests.business.said import Said, settle
from tests.business.world import NOON, bookkeeper
from tests.databases import emptied


class Reader:
    """Follows the journal by the last id that it has seen."""

    def __init__(self, engine: Engine) -> None:
        self.engine = reading(engine)
        self.seen: list[journal.Entry] = []

    def read(self, limit: int = 100) -> None:
        with self.engine.connect() as connection:
            last = self.seen[-1].id if self.seen else 0
            self.seen += journal.after(connection, last, limit)

    @property
    def references(self) -> list[str | None]:
        return [entry.reference for entry in self.seen]


@dataclass
class Writer:
    """A daemon, with at most one transaction open."""

    keeper: Bookkeeper
    connection: Connection | None = None
    books: StoreBooks | None = None
    written: list[str] = field(default_factory=list)

    def append(self, reference: str) -> None:
        if self.connection is None:
            self.connection = self.keeper.engine.connect()
            self.connection.begin()
            self.books = self.keeper.open(self.connection)
        assert self.books is not None
        self.books.work.journal.append(1, "smsgw", "test", "written", reference)
        self.books.work.flush()
        self.written.append(reference)

    def end(self, commit: bool) -> list[str]:
        """What has been committed."""
        if self.connection is None or self.books is None:
            return []
        self.books.work.flush()
        if commit:
            self.connection.get_transaction().commit()  # type: ignore[union-attr]
            self.keeper.committed()
        else:
            self.connection.get_transaction().rollback()  # type: ignore[union-attr]
            self.keeper.rolled_back()
        self.connection.close()
        kept = self.written if commit else []
        self.connection, self.books, self.written = None, None, []
        return kept


steps = st.lists(
    st.tuples(st.just("append"), st.integers(0, 2))
    | st.tuples(st.sampled_from(["commit", "commit", "roll back"]), st.integers(0, 2))
    | st.tuples(st.sampled_from(["order", "read"]), st.integers(0, 1)),
    max_size=40,
)


@pytest.fixture
def shared_engine(shared: str) -> Iterator[Engine]:
    engine = open_engine(shared)
    yield engine
    engine.dispose()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps)
def test_readers_miss_nothing_whoever_commits_late(
    shared: str, shared_engine: Engine, steps: list[tuple[str, int]]
) -> None:
    emptied(shared)
    writers = [Writer(bookkeeper(shared_engine)) for _ in range(3)]
    readers = [Reader(shared_engine), Reader(shared_engine)]
    committed: list[str] = []
    before: dict[str, set[str]] = {}  # what was committed when a row was written: it must have the lower ids
    for number, (what, which) in enumerate(steps):
        if what == "append":
            before[f"R{number}"] = set(committed)
            writers[which].append(f"R{number}")
        elif what == "order":
            put_in_order(shared_engine)
        elif what == "read":
            readers[which].read(limit=3)
        else:
            committed += writers[which].end(what == "commit")
    for writer in writers:
        committed += writer.end(True)
    put_in_order(shared_engine)
    for reader in readers:
        reader.read(limit=10_000)
        assert [entry.id for entry in reader.seen] == list(range(1, len(committed) + 1))
        assert sorted(map(str, reader.references)) == sorted(committed)
        places = {entry.reference: entry.id for entry in reader.seen}
        assert all(places[earlier] < places[later] for later in committed for earlier in before[later])
    with shared_engine.connect() as connection:
        assert verify(connection) == []


def test_writers_and_readers_at_the_same_time(shared: str, shared_engine: Engine) -> None:
    emptied(shared)
    over = threading.Event()
    readers = [Reader(shared_engine) for _ in range(2)]

    def write(name: str) -> None:
        writer = Writer(bookkeeper(shared_engine))
        for number in range(30):
            for each in "ab":
                writer.append(f"{name}{number}{each}")
            writer.end(number % 5 != 0)

    def follow(reader: Reader) -> None:
        while not over.is_set():
            put_in_order(shared_engine)
            reader.read(limit=7)

    writing = [threading.Thread(target=write, args=(name,)) for name in "xyz"]
    following = [threading.Thread(target=follow, args=(reader,)) for reader in readers]
    for thread in (*following, *writing):
        thread.start()
    for thread in writing:
        thread.join()
    over.set()
    for thread in following:
        thread.join()
    put_in_order(shared_engine)
    for reader in readers:
        reader.read(limit=1_000)
        assert [entry.id for entry in reader.seen] == list(range(1, 3 * 24 * 2 + 1))
        for name in "xyz":
            wanted = [f"{name}{number}{each}" for number in range(30) if number % 5 for each in "ab"]
            assert [each for each in reader.references if str(each).startswith(name)] == wanted


def test_on_either_database_ids_have_no_gap_after_a_rollback(engine: Engine) -> None:
    keeper = bookkeeper(engine)
    writer, reader = Writer(keeper), Reader(engine)
    writer.append("A")
    writer.append("B")
    writer.end(True)
    writer.append("C")
    writer.end(False)
    with engine.begin() as connection:  # somebody outside of the writer
        journal.append(connection, 5, "li", "audience", "saved", "D", {"expression": "全部"})
    writer.append("E")
    writer.end(True)
    put_in_order(engine)
    reader.read()
    assert [(entry.id, entry.reference) for entry in reader.seen] == [(1, "A"), (2, "B"), (3, "D"), (4, "E")]
    assert journal.as_json(reader.seen[2]) == {
        "id": 3,
        "at": "1970-01-01T00:00:00.005Z",
        "subject": "audience",
        "kind": "saved",
        "reference": "D",
        "by": "li",
        "message": None,
        "detail": {"expression": "全部"},
    }
    with engine.connect() as connection:
        assert journal.after(connection, 2, 1) == reader.seen[2:3]
        assert journal.after(connection, 4, 10) == []
        assert verify(connection) == []


def test_what_the_trail_tells_in_the_writers_transaction_keeps_its_place_in_the_journal(engine: Engine) -> None:
    keeper = bookkeeper(engine)
    with keeper.transaction(NOON) as books:
        books.work.journal.append(1, "smsgw", "test", "written", "A")
        audit.record(books.connection, 2, "li", "audience saved", "east", {})
        books.work.journal.append(3, "smsgw", "test", "written", "B")
    put_in_order(engine)
    reader = Reader(engine)
    reader.read()
    assert [(e.subject, e.kind, e.reference, e.who) for e in reader.seen] == [
        ("test", "written", "A", "smsgw"),
        ("audience", "saved", "east", "li"),
        ("test", "written", "B", "smsgw"),
    ]


def test_one_row_for_each_decision_and_the_rows_of_the_trade_carry_it(engine: Engine) -> None:
    ledger = sample()
    settle(engine, ledger)
    keeper = Bookkeeper(engine, ledger.trade, clock=ledger.now.timestamp, redelivery_after=1e6)
    writer = Inline(keeper)
    order = Command("order", items=(Item("A350", 2),))
    said = [
        (Command("register", imeis=("860123450000012",), positions=(1,)),),
        (Command("sale", items=(Item("B200", 2),)), Command("nil", on=date(2027, 1, 1))),
        (order,),
        (Command("yes"),),
        (Command("undo", reference="S1001"),),
        (Command("stock"),),
        (Command("stop", topic="prices"),),
        (Command("language", language="en"),),
    ]
    writer.run([Said(OWNER, commands, f"text {number}", ledger.now) for number, commands in enumerate(said)])
    writer.close()
    put_in_order(engine)
    reader = Reader(engine)
    reader.read()
    told = [(entry.subject, entry.kind, entry.reference) for entry in reader.seen]
    assert told == [
        ("register", "booked", "R1001"),
        ("sale", "booked", "S1001"),
        ("order", "drafted", "O1001"),
        ("order", "approved", "O1001"),
        ("sale", "undone", "S1001"),
        ("consent", "withdrawn", OWNER),
        ("contact", "language chosen", OWNER),
    ]
    assert {entry.who for entry in reader.seen} == {OWNER}
    assert [entry.message for entry in reader.seen] == sorted(entry.message or 0 for entry in reader.seen)
    assert reader.seen[1].detail == {"dealer": "D1001", "on": "2026-04-15", "summary": "B200 x2"}
    with engine.connect() as connection:
        assert verify(connection) == []
        carried = _carried(connection, "S1001")
        assert carried["booking"] == carried["sale_line"] == [carried["stock_entry"][0]]
        sale, undo = carried["stock_entry"]
        kinds = dict(tuple(row) for row in connection.execute(text("SELECT entry, kind FROM journal")))
        assert (kinds[sale], kinds[undo]) == ("booked", "undone")
    with engine.begin() as connection:
        connection.execute(text("UPDATE sale_line SET journal = 999 WHERE reference = 'S1001'"))
        (finding,) = verify(connection)
        assert (finding.cache, finding.key) == ("sale_line.journal", "999")


def _carried(connection: Connection, reference: str) -> dict[str, list[Any]]:
    return {
        table: list(
            connection.scalars(
                text(f"SELECT journal FROM {table} WHERE reference = :reference ORDER BY journal"),
                {"reference": reference},
            )
        )
        for table in ("booking", "sale_line", "stock_entry")
    }


def test_verify_names_a_row_that_is_missing(engine: Engine) -> None:
    with engine.begin() as connection:
        for reference in "ABC":
            journal.append(connection, 1, "li", "test", "written", reference)
    put_in_order(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM journal WHERE reference = 'B'"))
        (finding,) = verify(connection)
    assert (finding.cache, finding.stored, finding.computed) == ("journal.id", "3 as the last", "2")
