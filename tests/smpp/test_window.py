"""The window: numbers that are unique among those waited for, places that become free by answer or by time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.errors import LocalError, WindowFull
from smsgw.smpp.pdu import EnquireLink, SubmitSm
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.window import LAST_SEQUENCE, Outstanding, Window


def fill(window: Window, count: int, now: float = 0.0) -> list[int]:
    numbers = []
    for _ in range(count):
        window.check()
        numbers.append(window.number())
        window.add(numbers[-1], SubmitSm(), f"tag {numbers[-1]}", now)
    return numbers


def test_S1_numbers_begin_at_1_and_grow_by_1() -> None:
    """S1: 5.1.4."""
    assert fill(Window(5, 60.0), 5) == [1, 2, 3, 4, 5]


def test_S1_after_the_last_number_comes_1_but_never_one_that_is_waited_for() -> None:
    """S1: 0x7FFFFFFF, then from 1 again, past those in the window and those of the session's own requests."""
    window = Window(10, 60.0, first=LAST_SEQUENCE - 1)
    assert fill(window, 3) == [LAST_SEQUENCE - 1, LAST_SEQUENCE, 1]
    window.reserved.update({2, 4})
    assert fill(window, 2) == [3, 5]
    window = Window(10, 60.0, first=LAST_SEQUENCE)
    window.reserved.add(LAST_SEQUENCE)
    assert fill(window, 1) == [1]


def test_a_full_window_says_so_and_has_room_again_after_an_answer() -> None:
    window = Window(2, 60.0)
    fill(window, 2)
    assert window.room() == 0
    with pytest.raises(WindowFull):
        window.check()
    assert window.take(1) is not None
    assert window.room() == 1
    window.check()


def test_M4_what_is_not_answered_in_time_frees_its_place() -> None:
    """M4: the response timer belongs to the request."""
    window = Window(3, 60.0)
    fill(window, 1, now=0.0)
    fill(window, 1, now=10.0)
    assert window.earliest() == 60.0
    assert window.take_expired(59.9) == []
    ((number, first),) = window.take_expired(60.0)
    assert (number, first.tag) == (1, "tag 1")
    assert (window.earliest(), window.room()) == (70.0, 2)
    assert [number for number, _ in window.take_expired(1000.0)] == [2]
    assert window.earliest() is None


def test_time_that_nobody_listened_counts_for_nobody() -> None:
    window = Window(3, 60.0)
    fill(window, 2)
    window.postpone(100.0)
    assert window.take_expired(159.0) == []
    assert len(window.take_expired(160.0)) == 2


def test_draining_hands_back_everything_in_order_once() -> None:
    window = Window(3, 60.0)
    fill(window, 3)
    assert [each.tag for each in window.drain()] == ["tag 1", "tag 2", "tag 3"]
    assert window.drain() == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 20)), max_size=60), st.integers(1, 8))
def test_numbers_are_unique_among_the_outstanding_whatever_the_order_of_answers(
    steps: list[int | None], size: int
) -> None:
    window = Window(size, 60.0, first=LAST_SEQUENCE - 3)
    waiting: dict[int, Outstanding | None] = {}
    for step in steps:
        if step is None and window.room():
            number = window.number()
            assert number not in waiting
            assert 1 <= number <= LAST_SEQUENCE
            window.add(number, EnquireLink(), number, 0.0)
            waiting[number] = window.get(number)
        elif step is not None and waiting:
            number = sorted(waiting)[step % len(waiting)]
            assert window.take(number) == waiting.pop(number)
        assert len(window) == len(waiting) <= size


@pytest.mark.parametrize(
    "wrong", [{"window": 0}, {"first_sequence": 0}, {"first_sequence": 1 << 31}, {"frame_limit": 15}]
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(LocalError, match=next(iter(wrong))):
        SessionSettings(**wrong)  # type: ignore[arg-type]
