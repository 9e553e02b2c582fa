"""An SMSC of the worst kind for end-to-end tests: the load driver with faults drawn from a seed, and an exact account.

Of each phone it knows how often a reply was taken, and how often the daemon cannot have known for sure that it was:
only then may a reply come twice.
"""

from __future__ import annotations

import heapq
import random
import struct
from collections import Counter, deque
from dataclasses import dataclass, replace
from itertools import count

from smsgw.simulator.driver import Driver, Link, LoadSettings
from smsgw.simulator.sample_texts import SampleTexts
from smsgw.simulator.score import Score
from smsgw.smpp.status import ESME_RMSGQFUL, ESME_RTHROTTLED

SUBMIT_SM_RESP = 0x80000004
UNBIND, UNBIND_RESP, ENQUIRE_LINK = 0x06, 0x80000006, 0x15
FAR = 0x7FFFFFF0  # a sequence number that no text will have
_UNCOUNTED = -1  # in place of a text's number, as receipts have it: to be acknowledged, and no news
LATE = 2.0  # seconds after which the daemon may have given up waiting; its response_timeout is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mischief:
    """What goes wrong in one round. Shares are of PDUs (0.0-1.0), times are seconds.

    cut        the connection is cut, at any octet of what waits to be written
    unbind     the SMSC ends the session in order
    redeliver  texts that were acknowledged on a connection that broke, without proof that this was read, come again
    throttle   a submit is refused as THROTTLED or MSGQFUL
    silence    a submit is never answered; every other one of these is not taken either
    delay      answers to submits take up to so long, and overtake each other; receipts overtake them
    repeat     an answer to a submit, a receipt, or the first part of a long text comes twice
    reorder    the parts of a long text change places
    receipts   receipts are sent
    """

    cut: float = 0.0
    unbind: float = 0.0
    redeliver: bool = False
    throttle: float = 0.0
    silence: float = 0.0
    delay: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    receipts: bool = False

    @classmethod
    def drawn(cls, rng: random.Random) -> Mischief:
        """Some of it, more or less of each."""

        def some(share: float, most: float) -> float:
            return rng.uniform(0, most) if rng.random() < share else 0.0

        return cls(
            cut=some(0.7, 0.02),
            unbind=some(0.2, 0.01),
            redeliver=rng.random() < 0.7,
            throttle=some(0.4, 0.2),
            silence=some(0.3, 0.03),
            delay=some(0.5, 0.4),
            repeat=some(0.5, 0.1),
            reorder=some(0.5, 1.0),
            receipts=rng.random() < 0.7,
        )


class ChaosScore(Score):
    """A score that also remembers whose reply came last, and calls at each acknowledgement."""

    def __init__(self, count: int) -> None:
        super().__init__(count, count)  # a phone for each text
        self.phone: int | None = None
        self.tell = lambda: None

    def acknowledged(self, text: int, now: float) -> None:
        super().acknowledged(text, now)
        self.tell()

    def replied(self, phone: int, text: bytes, now: float) -> None:
        self.phone = phone
        super().replied(phone, text, now)


class Account:
    """Of one connection: what was written on it and is not known to have been taken note of."""

    def __init__(self) -> None:
        self.answered: deque[int] = deque()  # phones whose submit was answered, in order
        self.proved = 0  # answers before those
        self.marks: dict[int, int] = {}  # deliver_sm by number: how many answers were written before it
        self.acknowledged: list[bytes] = []  # texts
        self.unbound = False


class ChaosDriver(Driver):
    """Faults by `mischief`, which may be changed at any time. All of them are drawn from `rng`."""

    score: ChaosScore

    def __init__(self, settings: LoadSettings, texts: SampleTexts, rng: random.Random) -> None:
        super().__init__(settings, texts)
        self.score = ChaosScore(settings.count)
        self.rng = rng
        self.mischief = Mischief()
        self.taken: Counter[int] = Counter()  # by phone
        self.uncertain: Counter[int] = Counter()  # of these, those whose answer the daemon may not know
        self.reported: set[int] = set()  # whose receipt was acknowledged
        self._receipt_of: dict[bytes, int] = {}
        self.counts: Counter[str] = Counter()
        self._accounts: dict[Link, Account] = {}
        self._delayed: list[tuple[float, int, float, Link, bytes, int]] = []
        self._tie = count()
        self._cut: set[Link] = set()
        self._leaving: set[Link] = set()

    def misbehave(self, mischief: Mischief) -> None:
        """From now on go wrong like this."""
        self.mischief = mischief
        self.settings = replace(self.settings, receipts=mischief.receipts)

    # ---- for whoever has the sockets

    def connected(self) -> Link:
        link = super().connected()
        self._accounts[link] = Account()
        return link

    def lost(self, link: Link) -> None:
        account = self._accounts.pop(link, None)
        super().lost(link)
        self._cut.discard(link)
        self._leaving.discard(link)
        if account is None:
            return
        self.uncertain.update(account.answered)
        for _, _, _, other, _, phone in self._delayed:
            if other is link:
                self.uncertain[phone] += 1
        self._delayed = [entry for entry in self._delayed if entry[3] is not link]
        heapq.heapify(self._delayed)
        if self.mischief.redeliver:
            self.counts["redelivered"] += len(account.acknowledged)
            self._receipts.extend(account.acknowledged)  # like these: to be acknowledged, and no news

    def pump(self, now: float) -> None:
        while self._delayed and self._delayed[0][0] <= now:
            _, _, came, link, answer, phone = heapq.heappop(self._delayed)
            self._answer(link, answer, phone, now - came)
        for link in self._leaving:
            account = self._accounts[link]
            if not account.unbound and not link.outstanding and not link.closing:
                account.unbound = True
                account.acknowledged.clear()  # who unbinds in order has read what it waited for
                link.out.append(self._header(UNBIND, FAR))
        super().pump(now)
        for link in self._cut:
            written = b"".join(link.out)
            link.out[:] = [written[: self.rng.randint(0, len(written))]]
        self._cut.clear()

    def due(self, now: float) -> float | None:
        times = [time for time in (super().due(now),) if time is not None]
        if self._delayed:
            times.append(max(0.0, self._delayed[0][0] - now))
        return min(times, default=None)

    # ---- what happens

    @staticmethod
    def _header(command: int, sequence: int, status: int = 0) -> bytes:
        return struct.pack(">IIII", 16, command, status, sequence)

    def _perhaps(self, link: Link) -> None:
        """A PDU was handled: the moment for what happens to connections."""
        mischief, rng = self.mischief, self.rng
        if link.closing or link in self._leaving:
            return
        if rng.random() < mischief.cut:
            self.counts["cuts"] += 1
            link.closing = True
            self._cut.add(link)
        elif rng.random() < mischief.unbind:
            self.counts["unbinds"] += 1
            link.receives = False
            self._leaving.add(link)

    def _next(self, now: float) -> tuple[int, bytes] | None:
        waiting = len(self._parts)
        item = super()._next(now)
        if item is None or len(self._parts) <= waiting:
            return item
        # The first part of a long text, whose second waits behind it.
        if self.rng.random() < self.mischief.reorder:
            self.counts["reordered"] += 1
            self._parts.append(item)
            item = self._parts.popleft()
        if self.rng.random() < self.mischief.repeat:
            self.counts["repeated"] += 1
            self._parts.appendleft((_UNCOUNTED, item[1]))
        return item

    def _send(self, link: Link, text: int, body: bytes) -> None:
        super()._send(link, text, body)
        account = self._accounts[link]
        account.marks[link.sequence] = account.proved + len(account.answered)

    def _acknowledged(self, link: Link, sequence: int, status: int, now: float) -> None:
        account = self._accounts[link]
        text, body = link.outstanding.get(sequence, (-1, b""))
        mark = account.marks.pop(sequence, 0)
        super()._acknowledged(link, sequence, status, now)
        if not status:
            # Outcomes are committed with the next text at the latest: those read before it are known for good.
            while account.answered and account.proved < mark:
                account.answered.popleft()
                account.proved += 1
            if text >= 0:
                account.acknowledged.append(body)
            elif body in self._receipt_of:
                self.reported.add(self._receipt_of.pop(body))
        self._perhaps(link)

    def _submitted(self, link: Link, buffer: bytes, place: int, end: int, sequence: int, now: float) -> None:
        score, mischief, rng = self.score, self.mischief, self.rng
        if rng.random() < mischief.throttle:
            score.submits += 1
            score.throttled += 1
            status = rng.choice((ESME_RTHROTTLED, ESME_RMSGQFUL))
            link.out.append(self._header(SUBMIT_SM_RESP, sequence, status))
            return
        silent = rng.random() < mischief.silence
        if silent and rng.random() < 0.5:
            score.submits += 1
            self.counts["not taken"] += 1
            return
        score.phone = None
        receipts = len(self._receipts)
        super()._submitted(link, buffer, place, end, sequence, now)
        answer, phone = link.out.pop(), score.phone
        assert phone is not None, "every reply is of one part"
        if len(self._receipts) > receipts:
            self._receipt_of[self._receipts[-1]] = phone
            if rng.random() < mischief.repeat:
                self.counts["repeated"] += 1
                self._receipts.append(self._receipts[-1])
        self.taken[phone] += 1
        if silent:
            self.counts["not answered"] += 1
            self.uncertain[phone] += 1
        elif mischief.delay:
            until = now + rng.uniform(0, mischief.delay)
            heapq.heappush(self._delayed, (until, next(self._tie), now, link, answer, phone))
        else:
            self._answer(link, answer, phone, 0.0)
        self._perhaps(link)

    def _answer(self, link: Link, answer: bytes, phone: int, waited: float) -> None:
        if link.closing or waited > LATE:
            self.uncertain[phone] += 1
        else:
            self._accounts[link].answered.append(phone)
        if not link.closing:
            link.out.append(answer)
            if self.rng.random() < self.mischief.repeat:
                self.counts["repeated"] += 1
                link.out.append(answer)

    def _other(self, link: Link, command: int, sequence: int, body: bytes) -> None:
        if command in (ENQUIRE_LINK, UNBIND, UNBIND_RESP):
            self._accounts[link].acknowledged.clear()  # proof that we have read these
        super()._other(link, command, sequence, body)
