"""Numbers of a file, stored by their content: the same numbers are the same list, whoever brings them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.store.driver import Driver
from smsgw.store.schema import audience_number
from smsgw.store.statements import insert

_NUMBERS = insert(audience_number, "list number", "(list, number) DO NOTHING")
_CHUNK = 10_000


def digest_of(numbers: Collection[str]) -> str:
    """What a list of E.164 numbers is called."""
    return hashlib.sha256("\n".join(sorted(set(numbers))).encode()).hexdigest()[:16]


def keep(connection: Connection, numbers: Collection[str]) -> str:
    """Store a list, unless it is there; its digest."""
    digest = digest_of(numbers)
    there = select(audience_number.c.number).where(audience_number.c.list == digest).limit(1)
    if connection.scalar(there) is None:
        driver, every = Driver(connection), sorted(set(numbers))
        for start in range(0, len(every), _CHUNK):
            _NUMBERS.many(driver, [(digest, number) for number in every[start : start + _CHUNK]])
    return digest
