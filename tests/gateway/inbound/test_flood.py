"""The guards against floods: texts of a phone, and answers that booked nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.gateway.inbound import flood
from smsgw.gateway.inbound.flood import HOUR, AnswerGuard, FloodGuard, Passage

PHONE = "+8613900000001"


def test_texts_within_the_limit_are_handled_and_the_first_beyond_it_is_told_once() -> None:
    guard = FloodGuard(lambda: 3)
    passages = [guard.passage(PHONE, float(second)) for second in range(6)]
    assert passages == [Passage.HANDLED] * 3 + [Passage.WARNED] + [Passage.SILENT] * 2


def test_an_hour_later_the_phone_is_handled_again_and_told_again() -> None:
    guard = FloodGuard(lambda: 1)
    guard.passage(PHONE, 0)
    guard.passage(PHONE, 1)
    assert guard.passage(PHONE, 3599) is Passage.SILENT
    assert guard.passage(PHONE, 3600) is Passage.HANDLED
    assert guard.passage(PHONE, 3601) is Passage.WARNED


def test_no_hour_holds_more_than_the_limit_wherever_it_begins() -> None:
    guard = FloodGuard(lambda: 10)
    handled = [second for second in range(0, 20_000, 60) if guard.passage(PHONE, second) is Passage.HANDLED]
    assert all(sum(begin <= each < begin + 3600 for each in handled) <= 10 for begin in handled)


def test_phones_are_counted_apart() -> None:
    guard = FloodGuard(lambda: 1)
    guard.passage(PHONE, 0)
    assert guard.passage("+8613900000002", 0) is Passage.HANDLED


def test_phones_that_are_quiet_are_forgotten() -> None:
    guard = FloodGuard(lambda: 1)
    for i in range(1000):
        guard.passage(f"+861390000{i:04}", 0)
    guard.sweep(4000)
    assert guard._times == {}


def test_more_phones_than_it_may_remember_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "PHONES_AT_MOST", 10)
    texts, answers = FloodGuard(lambda: 1), AnswerGuard(lambda: 1, lambda: 1)
    for i in range(1000):
        texts.passage(f"+861390000{i:04}", 0)
        answers.passage(f"+861390000{i:04}", "X", 0, (1, i))
    assert len(texts._times) == 10
    assert len(answers) == 10
    assert texts._warned == set()


# ---- answers


def test_noise_is_answered_up_to_its_limit_then_told_once_then_left_alone() -> None:
    guard = AnswerGuard(lambda: 3, lambda: 100)
    passages = [guard.passage(PHONE, f"noise {n}", n, (1, n)) for n in range(6)]
    assert passages == [Passage.HANDLED] * 3 + [Passage.WARNED] + [Passage.SILENT] * 2
    assert guard.passage(PHONE, "STOCK", 10, (1, 10), question=True) is Passage.HANDLED
    assert guard.passage("+8613900000002", "noise", 10, (1, 11)) is Passage.HANDLED
    assert guard.passage(PHONE, "noise", 3600, (1, 12)) is Passage.HANDLED


def test_two_machines_that_answer_each_other_with_one_text_fall_silent() -> None:
    guard = AnswerGuard(lambda: 100, lambda: 5)
    passages = [guard.passage(PHONE, "HELP", n, (1, n), question=True) for n in range(20)]
    assert passages == [Passage.HANDLED] * 5 + [Passage.WARNED] + [Passage.SILENT] * 14
    assert guard.passage(PHONE, "STOCK", 20, (1, 20), question=True) is Passage.HANDLED


def test_a_text_that_is_decided_anew_is_counted_once_and_told_again() -> None:
    guard = AnswerGuard(lambda: 1, lambda: 1)
    for _ in range(3):
        assert guard.passage(PHONE, "X", 0, (1, 1)) is Passage.HANDLED
    for _ in range(3):
        assert guard.passage(PHONE, "X", 1, (1, 2)) is Passage.WARNED
    assert guard.passage(PHONE, "X", 2, (1, 3)) is Passage.SILENT


def test_an_hour_of_quiet_and_a_phone_is_forgotten() -> None:
    guard = AnswerGuard(lambda: 1, lambda: 1)
    for i in range(1000):
        guard.passage(f"+861390000{i:04}", "X", i, (1, i))
    guard.passage(PHONE, "X", 5000, (2, 1))
    assert len(guard) == 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 900), st.integers(0, 2), st.sampled_from("ABCD"), st.booleans()),
        max_size=150,
    ),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_no_hour_holds_more_answers_than_the_limits_wherever_it_begins(
    texts: list[tuple[float, int, str, bool]], noise: int, same: int
) -> None:
    guard = AnswerGuard(lambda: noise, lambda: same)
    now = 0.0
    answered: list[tuple[float, str, str, bool]] = []
    told: list[tuple[float, str]] = []
    for number, (pause, phone_number, text, question) in enumerate(texts):
        now += pause
        phone = f"+861390000000{phone_number}"
        hour = [each for each in answered if each[0] > now - HOUR and each[1] == phone]
        passage = guard.passage(phone, text, now, (1, number), question=question)
        may = sum(each[2] == text for each in hour) < same and (question or sum(not each[3] for each in hour) < noise)
        assert (passage is Passage.HANDLED) == may
        if may:
            answered.append((now, phone, text, question))
        elif passage is Passage.WARNED:
            assert all(each[0] <= now - HOUR for each in told if each[1] == phone)
            told.append((now, phone))
        else:
            assert any(each[0] > now - HOUR for each in told if each[1] == phone)
