"""Jobs: every state and verb, and what no job can do."""

from __future__ import annotations

import pytest

from smsgw.business.broadcasts.rules.states import FINAL, STATES, VERBS, JobRefused, after, allowed


def test_the_whole_table() -> None:
    table = {}
    for state in STATES:
        for verb in VERBS:
            try:
                table[state, verb] = after(state, verb)
            except JobRefused as refused:
                assert state in str(refused)
                assert all(word in str(refused) for word in allowed(state))
    assert table == {
        ("draft", "approve"): "approved",
        ("draft", "cancel"): "cancelled",
        ("approved", "schedule"): "scheduled",
        ("approved", "start"): "running",
        ("approved", "cancel"): "cancelled",
        ("scheduled", "start"): "running",
        ("scheduled", "pause"): "paused",
        ("scheduled", "cancel"): "cancelled",
        ("running", "pause"): "paused",
        ("running", "cancel"): "cancelled",
        ("running", "finish"): "done",
        ("paused", "resume"): "running",
        ("paused", "cancel"): "cancelled",
        ("done", "retry"): "running",
    }


def test_a_job_that_was_never_released_resumes_to_its_waiting() -> None:
    assert after("paused", "resume", released=False) == "scheduled"
    assert after("paused", "cancel", released=False) == "cancelled"


def test_what_was_cancelled_stays_so() -> None:
    assert allowed("cancelled") == ()
    assert set(FINAL) == {"cancelled", "done"}
    with pytest.raises(JobRefused, match="the broadcast is cancelled and cannot be started; make a new one"):
        after("cancelled", "start")


def test_the_states_are_those_of_the_books() -> None:
    from smsgw.business.messages.tables import BROADCAST_STATES

    assert STATES == BROADCAST_STATES
