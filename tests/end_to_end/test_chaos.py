"""Rounds of faults drawn from a seed against the daemon as a process: nothing lost, nothing booked twice.

Connections cut at any octet, kill -9 and restart, an SMSC that throttles, is slow, answers out of order, twice or not
at all, unbinds, mixes up parts, and sends again what was acknowledged. A reply may come twice only where nobody could
know that it had come; a receipt that was acknowledged is never forgotten.
The seed is printed; SMSGW_SEED sets another.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter

import pytest

from smsgw.simulator.driver import LoadSettings
from smsgw.simulator.load import LoadRun
from smsgw.simulator.sample_texts import SampleTexts
from tests.end_to_end.chaos import ChaosDriver, Mischief
from tests.end_to_end.house import House

pytestmark = pytest.mark.alone

# Ten texts with 9 + 12 sets; the long one comes in two parts.
TEXTS = ["S {imei}"] * 9 + ["S" + " {imei}" * 12]
SETS_OF_TEN = 21
DELIVERY = "[delivery]\nunknown_grace = 1\nattempts = 60\nretry_delay = 1\nthrottle_pause = 0.1\n"
LINK = "reconnect_max = 0.2\nwindow = 40\nresponse_timeout = 6\n"


class Rounds:
    """So many acknowledged texts are a round; each has its own mischief, and in some the daemon is killed."""

    def __init__(self, house: House, driver: ChaosDriver, rng: random.Random, texts: int, rounds: int) -> None:
        self.house = house
        self.driver = driver
        self.rng = rng
        self.texts = texts
        self.left = rounds
        self.rounds = self.kills = 0
        self.kill_at: int | None = None
        self.ends_at = 0
        driver.score.tell = self.look
        self.look()

    def look(self) -> None:
        acknowledged = self.driver.score.acked
        if self.kill_at is not None and acknowledged >= self.kill_at:
            self.kill_at = None
            self.kills += 1
            self.house.kill()
            self.house.start()
        if acknowledged >= self.ends_at and self.left:
            self.left -= 1
            self.rounds += 1
            self.driver.misbehave(Mischief.drawn(self.rng))
            self.ends_at += self.texts
            if self.rounds % 4 == 2:
                self.kill_at = acknowledged + self.rng.randrange(self.texts)


def chaos(house: House, rounds: int, texts: int) -> None:
    """Play the rounds, then hold the books against what the SMSC saw."""
    seed = int(os.environ.get("SMSGW_SEED", random.SystemRandom().randrange(10**6)))
    print(f"SMSGW_SEED={seed}")
    rng = random.Random(seed)
    count = rounds * texts
    house.config.write_text(house.config.read_text().replace("reconnect_max = 1\n", LINK))
    house.furnish(phones=count)
    driver = ChaosDriver(LoadSettings(count=count, window=20, phones=count), SampleTexts(TEXTS), rng)
    played = Rounds(house, driver, rng, texts, rounds)
    house.start()
    run = LoadRun(driver, "127.0.0.1", house.smsc_port)
    try:
        end = run.run(patience=40, linger=8)
        status = house.stop()
        driver.misbehave(Mischief())
    finally:
        run.close()
    report = driver.score.report(end, 0)
    repeated = Counter({phone: taken - 1 for phone, taken in driver.taken.items() if taken > 1})
    unexplained = repeated - driver.uncertain
    summary = {
        "seed": seed,
        "rounds": played.rounds,
        "kills": played.kills,
        "duplicates": repeated.total(),
        "uncertain": driver.uncertain.total(),
        "reported": len(driver.reported),
        "delivered": 0,
        **driver.counts,
        **{name: report[name] for name in ("texts", "acked", "replies", "lost", "resent", "throttled", "seconds")},
        **{name: report[name] for name in ("binds", "connections_lost", "refused", "unmatched", "protocol_errors")},
    }
    stats = house.json("stats")
    outbound = stats["outbound"]
    summary["delivered"] = outbound["delivered"]
    print(json.dumps(summary))
    assert (end, status, played.rounds) == ("done", 0, rounds)
    assert (report["acked"], report["replies"], report["lost"], report["given_up"]) == (count, count, 0, 0)
    assert report["unmatched"] == report["protocol_errors"] == 0
    assert not unexplained, f"answered twice although the first outcome was known: {unexplained}"
    assert stats["sales"] == stats["units"]["sold"] == count // 10 * SETS_OF_TEN
    # A part that came again after its text was whole waits for the rest, and is then ignored.
    inbound = stats["inbound"]
    assert (inbound["done"], inbound["failed"]) == (count, 0), inbound
    # An answer whose outcome is unknown may still wait to be sent again when the daemon stops: the next one sends it.
    waiting = outbound["queued"] + outbound["unknown"]
    assert outbound["sent"] + outbound["delivered"] + waiting == sum(outbound.values()) == count, outbound
    assert waiting <= driver.uncertain.total(), outbound
    # Where both answer and receipt are known to have arrived, the text is delivered, whatever came first.
    assert outbound["delivered"] >= len(driver.reported - set(driver.uncertain))
    house.smsgw("db verify")
    answers = [json.loads(line) for line in house.smsgw("messages", "--direction", "out", "--json").splitlines()]
    assert len({answer["in_reply_to"] for answer in answers}) == len(answers)
    assert all(answer["text"].startswith("OK S") for answer in answers)


@pytest.fixture
def besieged(house: House) -> House:
    house.config.write_text(DELIVERY + house.config.read_text())
    return house


@pytest.mark.chaos
def test_six_rounds_of_faults_lose_nothing_and_book_nothing_twice(besieged: House) -> None:
    chaos(besieged, rounds=6, texts=50)


@pytest.mark.soak
def test_two_hundred_rounds_of_faults_lose_nothing_and_book_nothing_twice(besieged: House) -> None:
    chaos(besieged, rounds=200, texts=100)
