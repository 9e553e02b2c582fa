"""Texts that came before with the same words from the same phone, within the time in which that may mean something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smsgw.store.workspace import Workspace

REMEMBERED_HOURS = 24  # so long ago a text may have come first that is delivered again


class Earlier(NamedTuple):
    """An earlier text with the same repeat key."""

    id: int
    sender: str
    content_key: int
    session: int | None
    received_at: int
    arrived_at: int
    handled_at: int | None  # None: in this very transaction
    late: bool


class Repeats:
    """The earlier texts that one transaction knows of. `hours`: in which the same text is booked once."""

    def __init__(self, work: Workspace, hours: int) -> None:
        self._work = work
        self._earlier: dict[int, list[Earlier]] = {}
        self.span = max(REMEMBERED_HOURS, hours) * 3_600_000  # milliseconds back in which equal texts are looked for

    def know(self, keys: Sequence[int]) -> None:
        """Fetch the texts of these repeat keys."""
        fresh = [key for key in keys if key not in self._earlier]
        if fresh:
            self._fetch(fresh)

    def _fetch(self, keys: list[int]) -> None:
        for key in keys:
            self._earlier[key] = []
        driver = self._work.driver
        since = int(self._work.clock() * 1000) - self.span
        for key, *rest in driver.ask(
            "SELECT repeat_key, id, sender, content_key, session, received_at, arrived_at, handled_at, late "
            f"FROM message_in WHERE {driver.among('repeat_key', 'bigint')} AND received_at >= ? "
            "AND state <> 'waiting' ORDER BY id",
            driver.listed(keys),
            since,
        ):
            self._earlier[key].append(Earlier(*rest))

    def of(self, key: int) -> list[Earlier]:
        """The earlier texts with a repeat key, the oldest first."""
        if key not in self._earlier:
            self._fetch([key])
        return self._earlier[key]

    def arrived_again(self, message: int, session: int, at: int, handled: int) -> None:
        """A text was delivered again, on this session: it counts as one of it."""
        for known in self._earlier.values():
            for place, other in enumerate(known):
                if other.id == message:
                    known[place] = other._replace(session=session, arrived_at=at, handled_at=handled, late=False)
