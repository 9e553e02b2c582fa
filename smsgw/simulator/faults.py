"""The decisions of a scenario: at which submit, answer or PDU something goes wrong, drawn from one seed."""

from __future__ import annotations

import random

from smsgw.simulator.scenario import Scenario


class Every:
    """Says yes once in this many questions; never for 0."""

    def __init__(self, interval: int, jitter: bool, draw: random.Random) -> None:
        self._interval = interval
        self._jitter = jitter
        self._draw = draw
        self._left = self._next()

    def _next(self) -> int:
        return self._draw.randint(1, 2 * self._interval - 1) if self._jitter and self._interval else self._interval

    def __call__(self) -> bool:
        if not self._interval:
            return False
        self._left -= 1
        if self._left > 0:
            return False
        self._left = self._next()
        return True


class Faults:
    """What a scenario does, question by question. The same seed and the same questions give the same answers."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.draw = random.Random(seed)

        def every(interval: int) -> Every:
            # A source of its own for each, so that one knob does not move the moments of another.
            return Every(interval, scenario.jitter, random.Random(self.draw.getrandbits(64)))

        self._binds_to_refuse = scenario.refuse_binds
        self._burst = 0
        self._refuse = every(scenario.refuse_every)
        self.no_answer = every(scenario.no_answer_every)
        self.repeat_answer = every(scenario.repeat_answer_every)
        self.drop = every(scenario.drop_every)
        self.unbind = every(scenario.unbind_every)
        self.silent = every(scenario.silent_after)
        self.garbage = every(scenario.garbage_every)

    def bind_status(self) -> int:
        """0, or the status to refuse the next bind with."""
        if not self._binds_to_refuse:
            return 0
        if self._binds_to_refuse > 0:
            self._binds_to_refuse -= 1
        return self.scenario.refuse_status

    def submit_status(self) -> int:
        """0, or the status to refuse the next submit with."""
        if not self._burst and self._refuse():
            self._burst = self.scenario.refuse_burst
        if not self._burst:
            return 0
        self._burst -= 1
        return self.scenario.refuse_with

    def chance(self, share: float) -> bool:
        """True in this share of all cases (0.0–1.0)."""
        return bool(share) and self.draw.random() < share
