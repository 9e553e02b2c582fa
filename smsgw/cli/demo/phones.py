"""The phones of the demo: each sends a text to the gateway and waits for its answer; what else comes is kept."""

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
LOOK = 0.2  # seconds after which the books are asked whether there will be one

# The newest text of a phone that has been handled, and the answer to it that is on its way.
NEWEST = (
    "SELECT i.id, o.text FROM message_in i LEFT JOIN message_out o ON o.in_reply_to = i.id "
    "WHERE i.sender = ? AND i.state <> 'waiting' ORDER BY i.id DESC LIMIT 1"
)


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
        """The next text to a phone; None when none comes in this many seconds."""
        try:
            return self._waiting[phone].get(timeout=seconds)
        except Empty:
            return None

    def unread(self) -> list[tuple[str, str]]:
        """Everything that was not read yet, as phone and text, which then is."""
        found = []
        for phone in sorted(self._waiting):
            while (text := self.next(phone, 0)) is not None:
                found.append((phone, text))
        return found


class Phones:
    """Phones of the simulated operator's network. One text at a time is on its way."""

    def __init__(self, operator: Operator, inboxes: Inboxes, engine: Engine) -> None:
        self._operator = operator
        self._inboxes = inboxes
        self._books = reading(engine)

    def exchange(self, phone: str, text: str) -> Exchange:
        """Send a text and wait for its answer, or until the books say that there is none to come."""
        with self._books.connect() as connection:
            before = picture(connection)
        last, _ = self._newest(phone)
        began = time.monotonic()
        self._operator.send(phone, ADDRESS, text)
        answer: str | None = None
        unasked: list[str] = []  # what reaches the phone meanwhile without being the answer
        while time.monotonic() - began < PATIENCE:
            came = self._inboxes.next(phone, LOOK)
            number, expected = self._newest(phone)
            if came is not None and number != last and came == expected:
                answer = came
                break
            if came is not None:
                unasked.append(came)
            elif number != last and expected is None:
                break
        took = time.monotonic() - began
        for other in unasked:
            self._inboxes.arrived(phone, ADDRESS, other)
        with self._books.connect() as connection:
            return Exchange(answer, difference(before, picture(connection)), took * 1000)

    def unread(self) -> list[tuple[str, str]]:
        """What has reached phones without being an answer and was not told yet."""
        return self._inboxes.unread()

    def _newest(self, phone: str) -> tuple[int, str | None]:
        with self._books.connect() as connection:
            found = connection.exec_driver_sql(NEWEST, (phone,)).first()
        return (found[0], found[1]) if found else (0, None)
