"""A clock that is set back keeps nothing waiting for longer than it was to wait."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock, LoopingCall

from smsgw.gateway.clock_watch import SetBack, bring_forward

DAY = 86_400.0


class Times:
    clock = 1_796_000_000.0
    steady = 5.0

    def pass_(self, seconds: float, step: float = 0.0) -> None:
        self.steady += seconds
        self.clock += seconds + step


@pytest.mark.parametrize(("step", "told"), [(-DAY, DAY), (-3_600, 3_600), (-2.5, 2.5), (-0.5, 0), (0, 0), (DAY, 0)])
def test_how_far_a_clock_was_set_back_is_told_once(step: float, told: float) -> None:
    times = Times()
    clock = SetBack(lambda: times.clock, lambda: times.steady)
    times.pass_(1)
    assert clock.look() == 0
    times.pass_(1, step)
    assert clock.look() == pytest.approx(told)
    times.pass_(1)
    assert clock.look() == 0


def test_many_small_steps_are_a_big_one() -> None:
    times = Times()
    clock = SetBack(lambda: times.clock, lambda: times.steady)
    told = []
    for _ in range(10):
        times.pass_(1, -0.5)
        told.append(clock.look())
    assert sum(told) == pytest.approx(4.0)


@pytest.mark.parametrize("back", [DAY, 60.0])
def test_timers_come_when_they_would_have_come(back: float) -> None:
    clock, came = Clock(), list[str]()
    clock.advance(1_796_000_000)
    clock.callLater(5, came.append, "in five seconds")
    looping = LoopingCall(came.append, "look")
    looping.clock = clock
    looping.start(2.0, now=False)
    clock.rightNow -= back
    clock.callLater(1, came.append, "started since")
    bring_forward(clock, back)
    clock.pump([0.5] * 12)
    assert came == ["started since", "look", "look", "in five seconds", "look"]
    looping.stop()
