"""Numbers are given out once, given back with a rollback, and shared with every other process."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.business.world import NOON, bookkeeper, furnish


def test_each_letter_counts_by_itself_from_a_thousand_and_one(engine: Engine) -> None:
    with bookkeeper(engine).transaction(NOON) as books:
        given = [books.reference(letter) for letter in "SSNS"]
    assert given == ["S1001", "S1002", "N1001", "S1003"]


def test_a_rollback_gives_numbers_back_in_their_order(engine: Engine) -> None:
    keeper = bookkeeper(engine)
    with keeper.transaction(NOON) as books:
        books.reference("S")
    with pytest.raises(KeyError), keeper.transaction(NOON) as books:
        for _ in range(50):
            books.reference("S")
        raise KeyError
    with keeper.transaction(NOON) as books:
        assert [books.reference("S") for _ in range(3)] == ["S1002", "S1003", "S1004"]


def test_two_processes_never_give_the_same_number(engine: Engine) -> None:
    furnish(engine)
    keepers = [bookkeeper(engine), bookkeeper(engine)]
    given: list[str] = []
    for turn in range(90):
        with keepers[turn % 2].transaction(NOON) as books:
            given.append(books.reference("S"))
    assert len(set(given)) == 90


def test_after_the_database_failed_no_number_is_given_twice(engine: Engine) -> None:
    keeper = bookkeeper(engine)
    with keeper.transaction(NOON) as books:
        first = books.reference("S")
    keeper.failed()  # perhaps it committed, perhaps not
    with keeper.transaction(NOON) as books:
        assert books.reference("S") != first
