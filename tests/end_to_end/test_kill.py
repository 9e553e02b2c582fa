"""kill −9 in the middle of a run: what was acknowledged is booked once, every text is answered, the books agree."""

from __future__ import annotations

import json

import pytest

from smsgw.simulator.score import Score
from tests.end_to_end.house import House

pytestmark = pytest.mark.alone


class Killing(Score):
    """A score that kills the daemon, and starts it again, whenever so many texts are acknowledged."""

    def __init__(self, house: House, count: int, every: int, kills: int) -> None:
        super().__init__(count, house.phones)
        self.house = house
        self.at = [every * (number + 1) for number in range(kills)]
        self.kills = 0

    def acknowledged(self, text: int, now: float) -> None:
        super().acknowledged(text, now)
        if self.at and self.acked >= self.at[0]:
            self.at.pop(0)
            self.kills += 1
            self.house.kill()
            self.house.start()


def outlive(house: House, count: int, every: int, kills: int, window: int) -> None:
    """Run a load with kills in it, then hold the books against what the SMSC saw."""
    # A phone for each text: a reply that came twice and one that never came cannot hide each other.
    house.furnish(phones=count)
    driver = house.driver(count, window=window)
    score = driver.score = Killing(house, count, every, kills)
    house.start()
    end = house.play(driver, patience=60, linger=2)
    status = house.stop()
    report = score.report(end, 0)
    print(json.dumps({"kills": score.kills, **report}))
    assert (end, status, score.kills) == ("done", 0, kills)
    assert (score.acked, score.replies, report["lost"]) == (count, count, 0)
    # Only where the outcome of a submit was unknown may an answer come twice: what was under way at a kill.
    assert score.duplicates <= kills * 4 * window
    stats = house.json("stats")
    assert stats["sales"] == count
    assert {state: number for state, number in stats["inbound"].items() if number} == {"done": count}
    assert {state: number for state, number in stats["outbound"].items() if number} == {"sent": count}
    house.smsgw("db verify")
    texts = [json.loads(line) for line in house.smsgw("messages", "--direction", "out", "--json").splitlines()]
    answered = [text["in_reply_to"] for text in texts]
    assert len(answered) == len(set(answered)) == count
    assert all(text["text"].startswith("OK S") for text in texts)


@pytest.mark.chaos
@pytest.mark.parametrize("window", [10, 100])
def test_what_was_acknowledged_before_a_kill_is_booked_once_and_answered(house: House, window: int) -> None:
    outlive(house, count=800, every=300, kills=2, window=window)


@pytest.mark.soak
@pytest.mark.parametrize("window", [10, 100])
def test_twenty_thousand_texts_and_nine_kills(house: House, window: int) -> None:
    outlive(house, count=20_000, every=2_000, kills=9, window=window)
