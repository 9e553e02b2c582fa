"""Several daemons on one PostgreSQL through faults drawn from a seed: nothing lost, nothing booked or broadcast twice.

Each daemon has binds, a writer and pages of its own; the operator gives a text to any of them, and gives it to another
when a connection breaks. One at a time is killed, or stopped, and comes back. A broadcast is shared meanwhile.
The seed is printed; SMSGW_SEED sets another.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from smsgw.simulator.driver import LoadSettings
from smsgw.simulator.load import LoadRun
from smsgw.simulator.sample_texts import SampleTexts, imei
from tests.databases import fresh_postgresql
from tests.end_to_end.chaos import Mischief
from tests.end_to_end.house import House
from tests.end_to_end.several import SeveralDriver, Town, recipient_key, town

pytestmark = pytest.mark.alone

# Ten texts with 7 + 12 sets; the long one comes in two parts. Two sell a set without an IMEI, and say that they are to
# be booked again: nothing but knowing a redelivery for one keeps these from being booked twice.
TEXTS = ["S {imei}"] * 7 + ["S A350 1 RO", "S B200 1 RO"] + ["S" + " {imei}" * 12]
SETS_OF_TEN = 19
NAMELESS_OF_TEN = 2
TEXTS_OF_A_PHONE = 4
WINDOW = 40
MORE = (
    "[delivery]\nunknown_grace = 1\nattempts = 60\nretry_delay = 1\nthrottle_pause = 0.1\n\n"
    '[broadcast]\nwindow = "00:00-24:00"\napproval_above_recipients = 10000000\n'
)
LINK = f"reconnect_max = 0.2\nwindow = {WINDOW}\nresponse_timeout = 6\n"


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    return fresh_postgresql(request.getfixturevalue("server"), None)


@pytest.fixture(params=[("one", "two")], ids=["two"])
def houses(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> Iterator[list[House]]:
    with town(tmp_path, url, request.param, MORE, LINK) as found:
        yield found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = create_engine(url, isolation_level="AUTOCOMMIT")
    yield made
    made.dispose()


def rows(engine: Engine, question: str, **values: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question), values)]


def started(house: House, count: int, pace: int) -> str:
    """A broadcast to so many strangers, under way, at so many texts a minute."""
    numbers = house.folder / "numbers.csv"
    numbers.write_text("phone\n" + "".join(f"+86137{n:08d}\n" for n in range(count)))
    made = house.json(
        "broadcast create", "--audience", f"file:{numbers}", "--text", "New prices from Monday", "--pace", str(pace)
    )
    assert made["recipients"] == count
    house.smsgw("broadcast start", made["reference"])
    return str(made["reference"])


def chaos(houses: list[House], engine: Engine, rounds: int, texts: int, rate: float, recipients: int) -> None:
    """Play the rounds, at `rate` texts a second, then hold the books against what the operator saw."""
    seed = int(os.environ.get("SMSGW_SEED", random.SystemRandom().randrange(10**6)))
    print(f"SMSGW_SEED={seed}")
    rng = random.Random(seed)
    count = rounds * texts
    phones = count // TEXTS_OF_A_PHONE // 10 * 10 + 3  # so that no phone sends one of the ten twice
    houses[0].furnish(phones)
    settings = LoadSettings(count=count, window=20, phones=phones, rate=rate, retries=1000, submits=1 << 60)
    driver = SeveralDriver(settings, SampleTexts(TEXTS), rng)
    played = Town(houses, driver, rng, texts, rounds)
    run = LoadRun(driver, "127.0.0.1", houses[0].smsc_port)
    job = started(houses[0], recipients, int(recipients / count * rate * 60))

    def quiet() -> bool:
        waiting = "SELECT count(*) FROM message_out WHERE state = 'queued'"
        state = "SELECT state FROM broadcast WHERE reference = :job"
        return played.through and rows(engine, waiting) == [(0,)] and rows(engine, state, job=job) == [("done",)]

    driver.quiet = quiet
    try:
        for place in range(len(houses)):
            played.start(place)
        end = run.run(patience=60, linger=3)
        busy = rows(
            engine,
            "SELECT state, wait_event_type, query FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND (wait_event_type = 'Lock' OR state LIKE 'idle in transaction%')",
        )
        driver.misbehave(Mischief())
        driver.quiet = lambda: played.gone
        played.end()
        stopped = run.run(patience=15)
    finally:
        run.close()
    score = driver.score
    report = score.report(end, 0)
    told = Told(engine, job)
    summary = {
        "seed": seed,
        "end": end,
        "rounds": played.rounds,
        "kills": played.kills,
        "stops": played.stops,
        "recipients": recipients,
        "reached": len(score.destinations),
        "unknown": len(told.unknown),
        "twice": sum(driver.taken[reference] - 1 for reference in score.references),
        "uncertain": sum(driver.uncertain[reference] for reference in score.references),
        "deadlocks": rows(engine, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0],
        "strange": [answer.decode("latin-1") for answer in list(score.strange)[:5]],
        **driver.counts,
        **{name: report[name] for name in ("texts", "acked", "replies", "lost", "resent", "throttled", "seconds")},
        **{name: report[name] for name in ("binds", "connections_lost", "refused", "protocol_errors", "repeated")},
    }
    print(json.dumps(summary, default=str))

    # The daemons: all went their way, and none waits for the other.
    assert (end, stopped, played.rounds, played.faults) == ("done", "done", rounds, [])
    assert busy == []
    assert [line for house in houses for line in errors(house)] == []
    shares = Counter(dict.fromkeys(range(len(houses)), 0))
    for pid, sent in told.shares:
        shares[played.lives[pid]] += sent
    # How much is the machine's affair: who is stopped and killed early in a short run comes back to what is left of it.
    assert min(shares.values()) > texts, "each daemon had its part of the work"
    # The texts: all acknowledged, booked once, answered once; twice where nobody could know.
    assert (report["acked"], report["given_up"], report["protocol_errors"]) == (count, 0, 0)
    assert score.strange == Counter()
    assert len(score.references) == count
    repeated = Counter({key: taken - 1 for key, taken in driver.taken.items() if taken > 1})
    assert not repeated - driver.uncertain, f"sent twice although the first outcome was known: {repeated}"
    sets = count // 10 * SETS_OF_TEN
    booked = Counter(number for (number,) in rows(engine, "SELECT imei FROM sale_line"))
    nameless = booked.pop(None)
    assert booked == Counter(imei(serial) for serial in range(1, sets + 1))
    assert nameless == count // 10 * NAMELESS_OF_TEN
    inbound = dict(rows(engine, "SELECT state, count(*) FROM message_in GROUP BY state"))
    # A part that came again after its text was whole waits for the rest, and is then ignored.
    assert (inbound["done"], inbound.get("failed", 0)) == (count, 0), inbound
    answers = rows(engine, "SELECT in_reply_to, text FROM message_out WHERE in_reply_to IS NOT NULL")
    assert len({message for message, _ in answers}) == len({said.split(":")[0] for _, said in answers}) == count
    # The broadcast: one row each; nobody twice; who is known to have it has it; the rest is known to be unknown.
    everybody = {f"86137{n:08d}" for n in range(recipients)}
    reached = {digits.decode("ascii") for digits in score.destinations}
    assert told.recipients == Counter(everybody)
    assert (report["repeated"], told.states.keys() - {"sent", "delivered", "unknown"}) == (0, set()), told.states
    assert reached <= everybody
    assert everybody - reached <= told.unknown
    doubted = {number for number in everybody if driver.uncertain[recipient_key(number)]}
    assert told.unknown <= (everybody - reached) | doubted
    breaks = played.kills + report["connections_lost"] + played.stops
    assert len(told.unknown) <= breaks * WINDOW + driver.counts["not taken"] + driver.counts["not answered"]
    houses[0].smsgw("db verify")


class Told:
    """What the database tells of a broadcast and of who sent what."""

    def __init__(self, engine: Engine, job: str) -> None:
        found = rows(engine, "SELECT ltrim(recipient, '+'), state FROM message_out WHERE broadcast = :job", job=job)
        self.recipients = Counter(number for number, _ in found)
        self.states = Counter(state for _, state in found)
        self.unknown = {number for number, state in found if state == "unknown"}
        self.shares = rows(
            engine, "SELECT r.pid, count(*) FROM message_out m JOIN run r ON r.id = m.run GROUP BY r.pid"
        )


def errors(house: House) -> list[str]:
    """What a daemon's log calls an error."""
    return [line for line in house.log.read_text(encoding="utf-8").splitlines() if '"level": "error"' in line]


@pytest.mark.chaos
def test_what_a_dead_daemon_had_to_answer_is_answered_by_the_other(houses: list[House], engine: Engine) -> None:
    count = 80
    houses[0].furnish(count)
    driver = SeveralDriver(
        LoadSettings(count=count, window=20, phones=count), SampleTexts(["S {imei}"]), random.Random(1)
    )
    driver.misbehave(Mischief(throttle=1.0))  # every answer stays in flight
    left: list[int] = []

    def tick(now: float) -> None:
        if driver.score.acked < count or left:
            return
        waiting = "SELECT r.pid, count(*) FROM message_out o JOIN run r ON r.id = o.run WHERE o.state = 'queued' "
        pid, most = max(rows(engine, waiting + "GROUP BY r.pid"), key=lambda row: row[1])
        left.append(most)
        next(house for house in houses if house.daemon is not None and house.daemon.pid == pid).kill()
        # A minute passes, after which a daemon on any machine counts as dead.
        with engine.connect() as connection:
            connection.execute(text("UPDATE run SET heartbeat_at = heartbeat_at - 60001 WHERE pid = :p"), {"p": pid})
        driver.misbehave(Mischief())

    driver.tick = tick
    run = LoadRun(driver, "127.0.0.1", houses[0].smsc_port)
    try:
        for house in houses:
            house.start()
        end = run.run(patience=20, linger=1)
    finally:
        run.close()
    assert left[0] >= count // 2
    assert (end, len(driver.score.references), driver.score.strange) == ("done", count, Counter())
    assert set(driver.taken.values()) == {1}


@pytest.mark.chaos
def test_two_daemons_through_faults_lose_nothing_and_do_nothing_twice(houses: list[House], engine: Engine) -> None:
    chaos(houses, engine, rounds=8, texts=60, rate=40.0, recipients=3_000)


@pytest.mark.soak
@pytest.mark.parametrize("houses", [("one", "two"), ("one", "two", "three")], ids=["two", "three"], indirect=True)
def test_daemons_through_twenty_kills_and_more(houses: list[House], engine: Engine) -> None:
    chaos(houses, engine, rounds=100, texts=200, rate=80.0, recipients=50_000)
