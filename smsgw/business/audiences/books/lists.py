"""Numbers of a file, stored by their content: the same numbers are the same list, whoever brings them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.audiences.tables import audience_number
from smsgw.store.driver import Driver
from smsgw.store.statements import insert

_NUMBERS = insert(audience_number, "list number", "(list, number) DO NOTHING")
_CHUNK = 10_000


def digest_of(numbers: Collection[str]) -> str:
    """What a list of E.164 numbers is called."""
    return hashlib.sha256("\n".join(sorted(set(numbers))).encode()).hexdigest()[:16]


def is_kept(connection: Connection, numbers: Collection[str]) -> bool:
    """Whether the whole of a list is stored."""
    row = audience_number.c
    there = select(func.count()).select_from(audience_number).where(row.list == digest_of(numbers))
    return connection.scalar(there) == len(set(numbers))


def add(connection: Connection, digest: str, numbers: Sequence[str]) -> None:
    """Store some numbers of a list; those that are there stay."""
    _NUMBERS.many(Driver(connection), [(digest, number) for number in numbers])


def pieces(numbers: Collection[str]) -> Iterator[list[str]]:
    """The numbers of a list, each once, in pieces that are quickly stored: nobody else can write meanwhile."""
    every = sorted(set(numbers))
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]


def keep(connection: Connection, numbers: Collection[str]) -> str:
    """Store a whole list in one transaction; its digest."""
    digest = digest_of(numbers)
    for some in pieces(numbers):
        add(connection, digest, some)
    return digest
