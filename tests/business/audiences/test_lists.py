"""Lists of numbers: named by what is in them, stored in pieces, whole again after a crash between two of them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from smsgw.business.audiences.books import lists
from smsgw.business.audiences.tables import audience_number

NUMBERS = [f"+86137000000{n:02d}" for n in range(25)]


def test_the_same_numbers_are_the_same_list_in_any_order(engine: Engine) -> None:
    assert lists.digest_of(NUMBERS) == lists.digest_of([*reversed(NUMBERS), NUMBERS[0]])
    with engine.begin() as connection:
        assert not lists.is_kept(connection, NUMBERS)
        digest = lists.keep(connection, NUMBERS)
        assert lists.keep(connection, [*reversed(NUMBERS), NUMBERS[0]]) == digest
        assert lists.is_kept(connection, NUMBERS)
        assert connection.scalar(select(func.count()).select_from(audience_number)) == len(NUMBERS)


def test_a_list_of_which_a_piece_is_missing_is_completed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_CHUNK", 10)
    assert [len(some) for some in lists.pieces(NUMBERS)] == [10, 10, 5]
    with engine.begin() as connection:
        lists.add(connection, lists.digest_of(NUMBERS), next(lists.pieces(NUMBERS)))
        assert not lists.is_kept(connection, NUMBERS)
        lists.keep(connection, NUMBERS)
        assert lists.is_kept(connection, NUMBERS)
