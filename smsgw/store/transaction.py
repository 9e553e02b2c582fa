"""A transaction in which something takes effect that somebody waits for: one of its own, or a turn in the writer's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from smsgw.store.numbers import draw_some

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Transaction:
    """`numbers` gives so many numbers of a kind (see `Numbers.take`): the writer's transactions have their own.

    `books` are those that the transaction was opened with, which see what it has yet to write; None: it has none.
    """

    connection: Connection
    numbers: Callable[[str, int], list[int]]
    books: Any = None


def only_reading(connection: Connection) -> Transaction:
    """A connection that only reads, as a transaction that has no numbers to give."""

    def none(kind: str, count: int) -> list[int]:
        raise AssertionError(f"a number of {kind} was asked of a connection that only reads")

    return Transaction(connection, none)


class Transact(Protocol):
    """Has something done in a transaction, and waits for it: its result is that of what is committed."""

    def __call__(self, effect: Callable[[Transaction], T]) -> T: ...


def own_transaction(engine: Engine) -> Transact:
    """Each effect in a transaction of its own."""

    def transact(effect: Callable[[Transaction], T]) -> T:
        with engine.begin() as connection:
            return effect(Transaction(connection, partial(draw_some, connection)))

    return transact
