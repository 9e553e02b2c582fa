"""How long a bind waits before it comes back."""

from __future__ import annotations

import pytest

from smsgw.gateway.links.backoff import Backoff
from smsgw.smpp import status


def never_random() -> float:
    return 0.0


def test_failures_wait_twice_as_long_each_time_up_to_the_cap() -> None:
    backoff = Backoff(1, 60, never_random)
    assert [backoff.after_failure() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_link_that_stood_well_begins_again_from_the_shortest_wait() -> None:
    backoff = Backoff(1, 60, never_random)
    for _ in range(5):
        backoff.after_failure()
    backoff.succeeded()
    assert backoff.after_failure() == 1


def test_jitter_takes_up_to_a_fifth_away_and_never_goes_above_the_cap() -> None:
    waits = [Backoff(10, 60, lambda x=x: x).after_failure() for x in (0.0, 0.5, 1.0)]  # type: ignore[misc]
    assert waits == [10, 9, 8]


@pytest.mark.parametrize("code", [status.ESME_RINVPASWD, status.ESME_RINVSYSID, status.ESME_RINVSYSTYP])
def test_T2_wrong_credentials_are_tried_slowly_from_the_first_time(code: int) -> None:
    assert Backoff(1, 8, never_random, credentials_wait=90).after_refusal(code) == 90


def test_T2_already_bound_waits_until_the_smsc_can_have_noticed_that_we_were_gone() -> None:
    backoff = Backoff(1, 60, never_random, already_bound_wait=7)
    assert [backoff.after_refusal(status.ESME_RALYBND) for _ in range(4)] == [7, 7, 7, 8]


@pytest.mark.parametrize("code", [status.ESME_RBINDFAIL, status.ESME_RSYSERR, 0x0400])
def test_T2_other_refusals_wait_like_failures(code: int) -> None:
    backoff = Backoff(1, 60, never_random)
    assert [backoff.after_refusal(code) for _ in range(3)] == [1, 2, 4]
