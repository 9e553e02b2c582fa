"""Effects of programs in turns of the writer: committed with the texts of others, refused alone, numbered together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from smsgw.api.answer import HttpError
from smsgw.api.turns import Turns, turn_job
from smsgw.business.audiences.tables import audience
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.messages.tables import message_out
from smsgw.store.names import Names
from smsgw.store.numbers import MESSAGE
from smsgw.store.transaction import Transaction
from smsgw.store.writer import Inline, Threaded
from tests.business.world import NOON, OWNER, bookkeeper, furnish


class Text:
    """Another job of the batch: it queues an answer."""

    result: Any = None

    def names(self) -> Names:
        return Names()

    def run(self, books: Any) -> int:
        books.begin(NOON)
        number: int = books.outbox.put(OWNER, "an answer").id
        return number

    def on_failed(self, books: Any, error: Exception) -> int:
        raise error

    def on_done(self, result: int) -> None:
        self.result = result

    def on_unavailable(self, error: Exception) -> None:
        self.result = error


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    return bookkeeper(engine)


def saved(name: str) -> Callable[[Transaction], int]:
    def effect(transaction: Transaction) -> int:
        values = {"name": name, "expression": "all", "author": "token:crm", "saved_at": 0}
        transaction.connection.execute(insert(audience).values(**values))
        return transaction.numbers(MESSAGE, 1)[0]

    return effect


def names_of(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(audience.c.name).order_by(audience.c.name)))


def test_an_effect_shares_its_transaction_and_its_numbers_with_texts(keeper: Bookkeeper) -> None:
    over: Future[int] = Future()
    before, after = Text(), Text()
    Inline(keeper).run([before, turn_job(saved("one"), NOON.timestamp(), over), after])
    assert [before.result, over.result(0), after.result] == [before.result, before.result + 1, before.result + 2]
    with keeper.engine.connect() as connection:
        assert list(connection.scalars(select(message_out.c.id))) == [before.result, after.result]
    assert names_of(keeper.engine) == ["one"]


def test_what_is_refused_keeps_nothing_and_spoils_nobody_elses_work(keeper: Bookkeeper) -> None:
    def refused(transaction: Transaction) -> None:
        saved("two")(transaction)
        raise HttpError(409, "refused", "not so")

    over: Future[None] = Future()
    text, other = Text(), Future[int]()
    Inline(keeper).run([turn_job(refused, 0, over), text, turn_job(saved("three"), 0, other)])
    with pytest.raises(HttpError, match="not so"):
        over.result(0)
    assert (type(text.result), names_of(keeper.engine)) == (int, ["three"])


def test_a_fault_is_told_to_whoever_waits_and_to_nobody_else(keeper: Bookkeeper) -> None:
    def broken(transaction: Transaction) -> None:
        saved("two")(transaction)
        raise ValueError

    over: Future[None] = Future()
    text = Text()
    Inline(keeper).run([text, turn_job(broken, 0, over)])
    with pytest.raises(ValueError):
        over.result(0)
    assert (type(text.result), names_of(keeper.engine)) == (int, [])


def test_a_thread_waits_for_its_turn(keeper: Bookkeeper) -> None:
    writer = Threaded(keeper, lambda tell: tell())
    turns = Turns(writer.put, lambda: 0.0)
    writer.start()
    try:
        assert turns(saved("one")) > 0
    finally:
        writer.stop()
        assert writer.join(10)
    assert names_of(keeper.engine) == ["one"]


def test_nobody_waits_any_more_once_it_stops() -> None:
    put = threading.Event()
    turns = Turns(lambda job: put.set(), lambda: 0.0)
    said: list[str] = []

    def ask() -> None:
        try:
            turns(saved("one"))
        except HttpError as refused:
            said.append(f"{refused.status} {refused.message}")

    thread = threading.Thread(target=ask)
    thread.start()
    assert put.wait(10)
    turns.close()
    thread.join(10)
    ask()
    assert said == ["503 we are stopping; ask again, with the same Idempotency-Key"] * 2
