"""The guard against floods."""

from __future__ import annotations

from smsgw.gateway.flood import FloodGuard, Passage

PHONE = "+8613900000001"


def test_texts_within_the_limit_are_handled_and_the_first_beyond_it_is_told_once() -> None:
    guard = FloodGuard(3)
    passages = [guard.passage(PHONE, float(second)) for second in range(6)]
    assert passages == [Passage.HANDLED] * 3 + [Passage.TOLD] + [Passage.SILENT] * 2


def test_an_hour_later_the_phone_is_handled_again_and_told_again() -> None:
    guard = FloodGuard(1)
    guard.passage(PHONE, 0)
    guard.passage(PHONE, 1)
    assert guard.passage(PHONE, 3599) is Passage.SILENT
    assert guard.passage(PHONE, 3600) is Passage.HANDLED
    assert guard.passage(PHONE, 3601) is Passage.TOLD


def test_no_hour_holds_more_than_the_limit_wherever_it_begins() -> None:
    guard = FloodGuard(10)
    handled = [second for second in range(0, 20_000, 60) if guard.passage(PHONE, second) is Passage.HANDLED]
    assert all(sum(begin <= each < begin + 3600 for each in handled) <= 10 for begin in handled)


def test_phones_are_counted_apart() -> None:
    guard = FloodGuard(1)
    guard.passage(PHONE, 0)
    assert guard.passage("+8613900000002", 0) is Passage.HANDLED


def test_phones_that_are_quiet_are_forgotten() -> None:
    guard = FloodGuard(1)
    for i in range(1000):
        guard.passage(f"+861390000{i:04}", 0)
    guard.sweep(4000)
    assert guard._times == {}
