"""Several daemons on one PostgreSQL, bound to one operator of the worst kind: who lives, who dies, and the account.

The account of chaos.py is kept by phone there. Here a phone texts several times, and over any of the links: so it is
kept by the reference that an answer names, and by recipient for a broadcast.
"""

from __future__ import annotations

import random
import re
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from smsgw.simulator.driver import Link, LoadSettings
from smsgw.simulator.sample_texts import SampleTexts
from smsgw.simulator.score import Score
from tests.end_to_end.chaos import ChaosDriver, ChaosScore, Mischief
from tests.end_to_end.house import House

_BOOKED = re.compile(rb"OK S(\d+):")
_LOOK = 0.5  # seconds between looks whether the database is quiet


class SeveralScore(ChaosScore):
    """Counts answers by the reference they name; `strange` are those that name none."""

    def __init__(self, count: int, phones: int) -> None:
        Score.__init__(self, count, phones)
        self.phone: int | None = None
        self.tell = lambda: None
        self.references: set[int] = set()
        self.strange: Counter[bytes] = Counter()

    def replied(self, phone: int, text: bytes, now: float) -> None:
        found = _BOOKED.match(text)
        if found is None:
            self.strange[text] += 1
        self.phone = int(found[1]) if found is not None else -1
        if self.phone in self.references:
            self.duplicates += 1
            return
        self.references.add(self.phone)
        self.replies += 1
        self.last_reply = self.progress_at = now

    def broadcast(self, digits: bytes, now: float) -> None:
        self.phone = recipient_key(digits.decode("ascii"))
        super().broadcast(digits, now)


def recipient_key(digits: str) -> int:
    """What the account calls the recipient of a broadcast, apart from every reference."""
    return -int(digits)


class SeveralDriver(ChaosDriver):
    """The operator of all daemons: a text goes to whichever link has room, and comes again on any.

    `tick` is called at every turn, with the time; `quiet` says whether nothing more is to be sent.
    """

    score: SeveralScore

    def __init__(self, settings: LoadSettings, texts: SampleTexts, rng: random.Random) -> None:
        super().__init__(settings, texts, rng)
        self.score = SeveralScore(settings.count, settings.phones)
        self.tick: Callable[[float], None] = lambda now: None
        self.quiet: Callable[[], bool] = lambda: True
        self._looked_at = 0.0
        self._now = 0.0
        self.by_link: Counter[int] = Counter()  # texts acknowledged, by the connection's number
        self._number: dict[Link, int] = {}

    def connected(self) -> Link:
        link = super().connected()
        self._number[link] = len(self._number)
        return link

    def misbehave(self, mischief: Mischief) -> None:
        """A connection has the PDUs of a broadcast too: cut as often as with texts alone, nothing would get through."""
        super().misbehave(replace(mischief, cut=mischief.cut / 10, unbind=mischief.unbind / 10))

    def pump(self, now: float) -> None:
        self._now = now
        self.tick(now)
        self.rng.shuffle(self.links)
        super().pump(now)

    def _acknowledged(self, link: Link, sequence: int, status: int, now: float) -> None:
        self.by_link[self._number[link]] += not status
        super()._acknowledged(link, sequence, status, now)

    @property
    def complete(self) -> bool:
        if not self.score.complete or self._now < self._looked_at + _LOOK:
            return False
        self._looked_at = self._now
        return self.quiet()


class Town:
    """The daemons through the rounds of one run: one at a time is killed, or told to stop, and started again.

    A round is so many acknowledged texts, and has its own mischief. In one of four rounds a daemon is killed, in
    another one is stopped; it comes back at once or after some seconds, in which the others have all the texts.
    """

    def __init__(self, houses: list[House], driver: SeveralDriver, rng: random.Random, texts: int, rounds: int) -> None:
        self.houses = houses
        self.driver = driver
        self.rng = rng
        self.texts = texts
        self.left = rounds
        self.rounds = self.kills = self.stops = 0
        self.faults: list[str] = []
        self._strikes: deque[tuple[int, bool]] = deque()  # at so many texts; whether it kills
        self._ends_at = 0
        self._back_at: dict[int, float] = {}  # daemons that are down
        self._leaving: set[int] = set()  # daemons that drain
        self._over = False
        self.lives: dict[int, int] = {}  # the place of each daemon, by its process
        driver.score.tell = self.look
        driver.tick = self.tick
        self.look()

    def start(self, place: int) -> None:
        """A daemon begins a life."""
        house = self.houses[place]
        house.start()
        assert house.daemon is not None
        self.lives[house.daemon.pid] = place

    @property
    def whole(self) -> bool:
        """Whether every daemon is up and bound, as far as this is known here."""
        bound = sum(link.receives and not link.closing for link in self.driver.links)
        return bound == len(self.houses) and not self._back_at and not self._leaving

    def look(self) -> None:
        """A text was acknowledged."""
        acknowledged = self.driver.score.acked
        if acknowledged >= self._ends_at and self.left:
            self.left -= 1
            self.rounds += 1
            self.driver.misbehave(Mischief.drawn(self.rng))
            self._ends_at += self.texts
            if self.rounds % 2 == 0:
                self._strikes.append((acknowledged + self.rng.randrange(self.texts), self.rounds % 4 == 2))

    def _strike(self, deadly: bool, now: float) -> None:
        place = self.rng.randrange(len(self.houses))
        house = self.houses[place]
        assert house.daemon is not None
        if deadly:
            self.kills += 1
            house.kill()
            self._back_at[place] = now + (0.0 if self.rng.random() < 0.5 else self.rng.uniform(0.5, 3.0))
        else:
            self.stops += 1
            house.daemon.send_signal(signal.SIGTERM)
            self._leaving.add(place)

    @property
    def through(self) -> bool:
        """Whether all that was to happen to daemons has happened."""
        return not self._strikes and not self.left and self.whole

    def end(self) -> None:
        """All are told to stop, and none comes back."""
        for place, house in enumerate(self.houses):
            assert house.daemon is not None
            house.daemon.send_signal(signal.SIGTERM)
            self._leaving.add(place)
        self._over = True

    @property
    def gone(self) -> bool:
        """Whether none is left."""
        return not self._leaving

    def tick(self, now: float) -> None:
        """Strike when it is time, and bring back who is down for long enough."""
        if self._strikes and self.driver.score.acked >= self._strikes[0][0] and self.whole:
            self._strike(self._strikes.popleft()[1], now)
        for place in list(self._leaving):
            daemon = self.houses[place].daemon
            assert daemon is not None
            status = daemon.poll()
            if status is not None:
                self._leaving.discard(place)
                if not self._over:
                    self._back_at[place] = now
                if status:
                    self.faults.append(f"daemon {place} was told to stop, and ended with status {status}")
        for place in [place for place, at in self._back_at.items() if now >= at]:
            del self._back_at[place]
            self.start(place)


@contextmanager
def town(folder: Path, url: str, names: tuple[str, ...], more: str, link: str) -> Iterator[list[House]]:
    """Houses with a daemon each, one database, and links of one name to one operator; all are gone at the end."""
    houses: list[House] = []
    for name in names:
        (folder / name).mkdir()
        house = House(folder / name, url=url, more=more)
        text = house.config.read_text().replace("reconnect_max = 1\n", link)
        if houses:
            text = text.replace(f"port = {house.smsc_port}\n", f"port = {houses[0].smsc_port}\n")
        house.config.write_text(text)
        houses.append(house)
    try:
        yield houses
    finally:
        for house in houses:
            house.close()
