"""The guards against floods: how many texts of a phone are handled an hour, and how many that book nothing answered."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

HOUR = 3600.0
PHONES_AT_MOST = 50_000  # remembered by a guard; beyond that the one that was quiet for longest is forgotten


class Passage(Enum):
    """HANDLED as ever; WARNED that it is too much; SILENT: kept, and nothing more is said."""

    HANDLED = "handled"
    WARNED = "warned"
    SILENT = "silent"


class FloodGuard:
    """Counts in memory, by phone, over the hour past. Times are seconds.

    A restart forgets: the guard is there to stop machines that text each other, and those come again at once.
    """

    def __init__(self, limit: Callable[[], int]) -> None:
        """`limit` texts an hour, asked for at each text."""
        self._limit = limit
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._warned: set[str] = set()

    def passage(self, phone: str, now: float) -> Passage:
        """What is to become of a text of this phone, which is hereby counted."""
        times = self._times.get(phone)
        if times is None:
            if len(self._times) >= PHONES_AT_MOST:
                self._warned.discard(self._times.popitem(last=False)[0])
            times = self._times[phone] = deque()
        else:
            self._times.move_to_end(phone)
        while times and times[0] <= now - HOUR:
            times.popleft()
        if len(times) < self._limit():
            times.append(now)
            if self._warned:
                self._warned.discard(phone)
            return Passage.HANDLED
        if phone in self._warned:
            return Passage.SILENT
        self._warned.add(phone)
        return Passage.WARNED

    def look(self, phone: str) -> Passage:
        """What is to become of a text of this phone that has been counted before."""
        return Passage.SILENT if phone in self._warned else Passage.HANDLED

    def sweep(self, now: float) -> None:
        """Forget phones that have been quiet for an hour; to be called now and then."""
        quiet = [phone for phone, times in self._times.items() if not times or times[-1] <= now - HOUR]
        for phone in quiet:
            del self._times[phone]
            self._warned.discard(phone)


Ticket: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class _Answered:
    """The answers of a phone in the hour past: when, to which text, whether a question, and under what ticket."""

    answers: deque[tuple[float, int, bool, Ticket]] = field(default_factory=deque)
    warned: tuple[float, Ticket] | None = None
    seen: float = 0.0


class AnswerGuard:
    """Breaks the loop of two machines that answer each other: what books nothing gets so many answers a phone and hour.

    Two limits, both over the hour past: `noise` for texts that were refused, repeated or not understood, whatever they
    say; `same` for one and the same text that books nothing, also where it is a question that is read well. A text that
    books never comes here. Asked in the writer's thread alone, which is told no time but that of the texts.

    At most `PHONES_AT_MOST` phones are remembered, each with its answers of one hour; one that was quiet for an hour is
    forgotten with the next text.
    """

    def __init__(self, noise: Callable[[], int], same: Callable[[], int]) -> None:
        self._noise = noise
        self._same = same
        self._phones: OrderedDict[str, _Answered] = OrderedDict()

    def __len__(self) -> int:
        return len(self._phones)

    def passage(self, phone: str, text: str, now: float, ticket: Ticket, *, question: bool = False) -> Passage:
        """Whether a text that booked nothing is answered, warned that it is too much (once an hour), or left alone.

        `question`: it was read well and only asks. `ticket` names the text: asked again with the same one, as when a
        batch is repeated message by message, the answer is the same and nothing is counted.
        """
        self._forget(now)
        known = self._phones.get(phone)
        if known is None:
            known = self._phones[phone] = _Answered()
            if len(self._phones) > PHONES_AT_MOST:
                self._phones.popitem(last=False)
        else:
            self._phones.move_to_end(phone)
        known.seen = now
        answers = known.answers
        while answers and answers[0][0] <= now - HOUR:
            answers.popleft()
        what = hash(text)
        noise = same = 0
        for _, earlier, asks, named in answers:
            if named == ticket:
                return Passage.HANDLED
            noise += not asks
            same += earlier == what
        if same < self._same() and (question or noise < self._noise()):
            answers.append((now, what, question, ticket))
            return Passage.HANDLED
        if known.warned is not None and known.warned[0] > now - HOUR and known.warned[1] != ticket:
            return Passage.SILENT
        known.warned = (now, ticket)
        return Passage.WARNED

    def _forget(self, now: float) -> None:
        while self._phones:
            phone, oldest = next(iter(self._phones.items()))
            if oldest.seen > now - HOUR:
                return
            del self._phones[phone]
