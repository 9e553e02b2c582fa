"""The sliding window of throughput: no second, wherever it begins, holds more than the rate."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.gateway.outbound.throttle import Throttle


def sent_by(throttle: Throttle, moments: list[float]) -> list[float]:
    """The moments at which a submit was allowed, each tried as often as it goes."""
    sent = []
    for now in moments:
        while throttle.ready_at(now) <= now and len(sent) < 10_000:
            throttle.took(now)
            sent.append(now)
            if not throttle.rate:
                break
    return sent


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from([0.5, 1, 2.5, 10, 33, 100]),
    st.lists(st.floats(0, 30), min_size=1, max_size=200),
)
def test_O7_no_second_holds_more_submits_than_the_rate(rate: float, moments: list[float]) -> None:
    sent = sent_by(Throttle(rate), sorted(moments))
    allowed = max(1, int(rate))
    for i, begin in enumerate(sent):
        assert bisect_left(sent, begin + 1.0) - i <= allowed


def test_O7_the_rate_is_reached() -> None:
    throttle = Throttle(100)
    sent = sent_by(throttle, [i / 1000 for i in range(20_000)])
    assert len(sent) >= 0.98 * 100 * 20


def test_no_limit_is_always_ready() -> None:
    throttle = Throttle(0)
    throttle.took(5.0)
    assert throttle.ready_at(5.0) == 5.0


def test_a_rate_below_one_allows_one_in_its_longer_time() -> None:
    throttle = Throttle(0.5)
    throttle.took(10.0)
    assert 12.0 <= throttle.ready_at(10.0) < 12.1
