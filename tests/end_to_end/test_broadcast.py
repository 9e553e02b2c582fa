"""A broadcast by the real daemon: everybody once, at speed, through kill -9, with commands answered meanwhile."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from smsgw.simulator.driver import Driver, LoadSettings
from smsgw.simulator.load import LoadRun
from smsgw.simulator.sample_texts import SampleTexts
from smsgw.simulator.score import Score
from tests.databases import fresh_postgresql
from tests.end_to_end.house import House

pytestmark = pytest.mark.alone

WINDOW = 100
MORE = '[broadcast]\nwindow = "00:00-24:00"\napproval_above_recipients = 10000000\n'


@pytest.fixture(params=["sqlite", "postgresql"])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = "sqlite:///smsgw.db"
    if request.param == "postgresql":
        url = fresh_postgresql(request.getfixturevalue("server"), None)
    house = House(tmp_path, url=url, more=MORE, link=f"window = {WINDOW}\nreceipts = false\n")
    house.furnish(50)
    yield house
    house.close()


def create(house: House, count: int) -> str:
    numbers = house.folder / "numbers.csv"
    numbers.write_text("phone\n" + "".join(f"+86137{n:08d}\n" for n in range(count)))
    made = house.json("broadcast create", "--audience", f"file:{numbers}", "--text", "New prices from Monday")
    assert (made["recipients"], made["skipped"], made["parts"]) == (count, {}, count)
    return str(made["reference"])


class Operator:
    """The SMSC of the test: takes a broadcast, and sends sale texts meanwhile, in a thread of its own."""

    def __init__(self, house: House, *, texts: int = 0, rate: float = 0.0) -> None:
        settings = LoadSettings(count=texts, window=10, phones=house.phones, rate=rate, submits=1 << 60, replies=False)
        self.driver = Driver(settings, SampleTexts(["S {imei}"], first=1))
        self._run = LoadRun(self.driver, "127.0.0.1", house.smsc_port)
        self._thread = threading.Thread(target=self._run.run, args=(1e9,))
        self._thread.start()

    @property
    def score(self) -> Score:
        return self.driver.score

    def until(self, reached: Callable[[Score], bool], patience: float = 60) -> None:
        """Until the score is so; the test fails where nothing moves any more."""
        moved, before = time.monotonic(), -1
        while not reached(self.score):
            now = self.score.submits + self.score.acked
            if now != before:
                moved, before = time.monotonic(), now
            assert time.monotonic() < moved + patience, self.score.report("stuck", 0)
            time.sleep(0.02)

    def close(self) -> None:
        self.driver.settings = LoadSettings(count=0, submits=0, replies=False)
        self.score.count = 0
        self._thread.join(5)
        self._run.close()


def until_done(house: House, reference: str, patience: float = 30) -> dict[str, Any]:
    deadline = time.monotonic() + patience
    while True:
        found: dict[str, Any] = house.json("broadcast show", reference)
        if found["state"] == "done":
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def test_a_broadcast_reaches_everybody_once_and_commands_are_answered_meanwhile(busy: House) -> None:
    count = 6_000
    reference = create(busy, count)
    operator = Operator(busy, texts=100, rate=50.0)
    try:
        busy.start()
        assert busy.json("broadcast start", reference) == {"reference": reference, "state": "running"}
        operator.until(lambda score: len(score.destinations) == count and score.replies == 100)
        found = until_done(busy, reference)
        assert busy.stop() == 0
    finally:
        operator.close()
    report = operator.score.report("done", 0)
    assert (report["destinations"], report["repeated"], report["lost"], report["duplicates"]) == (count, 0, 0, 0)
    assert report["reply_ms"]["p99"] < 1000
    assert (found["sent"], found["recipients"], found["unknown"]) == (count, count, 0)


def test_two_daemons_share_a_broadcast(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = fresh_postgresql(request.getfixturevalue("server"), None)
    houses = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        # At this pace the job takes seconds: time for either to see it, whichever looks first.
        link = "window = 10\nreceipts = false\nthroughput = 400\n"
        houses.append(House(tmp_path / name, url=url, more=MORE, link=link))
    one, two = houses
    one.furnish(5)
    two.config.write_text(two.config.read_text().replace(f"port = {two.smsc_port}", f"port = {one.smsc_port}"))
    count = 3_000
    reference = create(one, count)
    operator = Operator(one)
    try:
        one.start()
        two.start()
        operator.until(lambda score: score.binds == 2)
        one.smsgw("broadcast start", reference)
        found = until_done(one, reference, 120)
        assert (one.stop(), two.stop()) == (0, 0)
    finally:
        operator.close()
        one.close()
        two.close()
    assert (len(operator.score.destinations), operator.score.repeated) == (count, 0)
    assert (found["sent"], found["unknown"]) == (count, 0)
    engine = create_engine(url)
    with engine.connect() as connection:
        shares = connection.execute(text("SELECT run, count(*) FROM message_out GROUP BY run")).all()
    engine.dispose()
    assert len(shares) == 2
    assert min(share for _, share in shares) > count / 10


class Memory:
    """The daemon's resident memory through its lives, from the time when so many were sent in each."""

    def __init__(self, house: House, score: Score, settled: int = 10_000) -> None:
        self._house = house
        self._score = score
        self._settled = settled
        self._over = threading.Event()
        self.grown = 0.0  # MB, the most in any life
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        pid, first, least = 0, 0, 0.0
        while not self._over.wait(0.2):
            daemon, sent = self._house.daemon, len(self._score.destinations)
            if daemon is None or daemon.poll() is not None:
                continue
            if daemon.pid != pid:
                pid, first, least = daemon.pid, sent, 0.0
            if sent >= first + self._settled:
                now = resident(pid)
                least = min(least or now, now or least)
                self.grown = max(self.grown, now - least)

    def close(self) -> None:
        self._over.set()
        self._thread.join()


def resident(pid: int) -> float:
    """Resident memory in MB; 0 where the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def rounds(house: House, count: int, kills: int) -> dict[str, Any]:
    """A job during which the daemon is killed so many times; what the books and the SMSC say at the end."""
    reference = create(house, count)
    operator = Operator(house)
    memory = Memory(house, operator.score)
    try:
        house.start()
        house.smsgw("broadcast start", reference)
        began = time.monotonic()
        operator.until(lambda score: bool(score.destinations), 120)
        snapshot = time.monotonic() - began
        for kill in range(1, kills + 1):
            some = count * kill // (kills + 1)
            operator.until(lambda score, some=some: len(score.destinations) >= some)  # type: ignore[misc]
            house.kill()
            house.start()
        found = until_done(house, reference, 600)
    finally:
        memory.close()
        operator.close()
    score = operator.score
    return found | {
        "destinations": score.destinations,
        "repeated": score.repeated,
        "grown": memory.grown,
        "snapshot": snapshot,
    }


def proven(found: dict[str, Any], count: int, kills: int) -> None:
    assert found["recipients"] == count
    assert found["sent"] + found["unknown"] == count
    assert found["unknown"] <= kills * WINDOW
    assert found["repeated"] == 0
    everybody = {f"86137{n:08d}".encode() for n in range(count)}
    assert found["destinations"] <= everybody
    assert len(everybody - found["destinations"]) <= found["unknown"]


@pytest.mark.chaos
def test_a_killed_broadcast_goes_on_where_it_was(busy: House) -> None:
    found = rounds(busy, 8_000, 3)
    proven(found, 8_000, 3)


@pytest.mark.soak
def test_a_million_recipients(busy: House) -> None:
    count = int(os.environ.get("SMSGW_SOAK_RECIPIENTS", "1000000"))
    began = time.monotonic()
    found = rounds(busy, count, 3)
    print(
        f"\n{count} recipients, three kills: {found['unknown']} unknown, snapshot {found['snapshot']:.1f} s, "
        f"memory grown {found['grown']:.1f} MB, {time.monotonic() - began:.0f} s in all"
    )
    proven(found, count, 3)
    assert found["snapshot"] < 60
    assert found["grown"] <= 20


def test_headquarters_texts_a_broadcast_and_a_yes(tmp_path: Path) -> None:
    house = House(
        tmp_path,
        more='[broadcast]\nwindow = "00:00-24:00"\napproval_above_recipients = 100\n',
        link="part_cost = 0.05\n",
    )
    try:
        house.furnish(50)
        (tmp_path / "boss.csv").write_text("phone,name,role,dealer,region,language\n+8613900000000,Boss,hq,,,en\n")
        house.smsgw("import contacts", str(tmp_path / "boss.csv"))
        tried = house.json("try --from", "+8613900000000", "BC OWNERS New prices from Monday")
        assert tried["reply"].startswith("B1001 OWNERS: 49 people, 1 part, 49 SMS = 2.45. Left out: 0 STOP.")
        house.start()
        settings = LoadSettings(count=2, window=1, phones=1, submits=49)
        driver = Driver(settings, SampleTexts(["BC OWNERS New prices from Monday", "YES"]))
        assert house.play(driver, linger=1.0) == "done"
        assert (driver.score.replies, len(driver.score.destinations), driver.score.repeated) == (2, 49, 0)
        found = until_done(house, "B1001")
        assert (found["recipients"], found["sent"] + found["delivered"]) == (49, 49)
        assert house.stop() == 0
    finally:
        house.close()
