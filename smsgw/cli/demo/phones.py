"""The phones of the demo: each sends a text to the gateway and waits for what comes back."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from sqlalchemy import Engine

from smsgw.cli.demo.effects import difference, picture
from smsgw.cli.demo.house import ADDRESS
from smsgw.cli.operator import Operator
from smsgw.store.engine import reading

PATIENCE = 20.0  # seconds for an answer
SILENCE = 0.2  # seconds after which a text that was handled gets none
SETTLED = "SELECT count(*) FROM message_in WHERE sender = ? AND state <> 'waiting'"


@dataclass(frozen=True)
class Exchange:
    """A text and its answer (None: it was handled without one), what it changed, and how long the answer took."""

    answer: str | None
    changed: list[str]
    milliseconds: float


class Inboxes:
    """What has reached the phones and was not read yet."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, SimpleQueue[str]] = defaultdict(SimpleQueue)

    def arrived(self, phone: str, sender: str, text: str) -> None:
        """For the operator: a text has reached a phone."""
        self._waiting[phone].put(text)

    def next(self, phone: str, seconds: float) -> str | None:
        """The next text to a phone; None when none comes in so many seconds."""
        try:
            return self._waiting[phone].get(timeout=seconds)
        except Empty:
            return None


class Phones:
    """Phones of the simulated operator's network. One text at a time is on its way."""

    def __init__(self, operator: Operator, inboxes: Inboxes, engine: Engine) -> None:
        self._operator = operator
        self._inboxes = inboxes
        self._books = reading(engine)

    def exchange(self, phone: str, text: str, *, answered: bool = True) -> Exchange:
        """Send a text and wait for its answer; with `answered` false, until it is handled without one."""
        with self._books.connect() as connection:
            before = picture(connection)
            handled = connection.exec_driver_sql(SETTLED, (phone,)).scalar_one()
        began = time.monotonic()
        self._operator.send(phone, ADDRESS, text)
        if answered:
            answer = self._inboxes.next(phone, PATIENCE)
            took = time.monotonic() - began
        else:
            self._wait_until_handled(phone, handled + 1)
            took = time.monotonic() - began
            answer = self._inboxes.next(phone, SILENCE)
        with self._books.connect() as connection:
            return Exchange(answer, difference(before, picture(connection)), took * 1000)

    def _wait_until_handled(self, phone: str, count: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self._books.connect() as connection:
                if connection.exec_driver_sql(SETTLED, (phone,)).scalar_one() >= count:
                    return
            time.sleep(0.01)
