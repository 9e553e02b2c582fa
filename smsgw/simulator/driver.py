"""The load driver without its sockets: an SMSC as lean as can be, octets and times in, octets out.

It knows eight PDUs, by `struct`: what it measures must be the gateway, not itself. For everything else an SMSC does
there is `smsgw.simulator.smsc`.
"""

from __future__ import annotations

import heapq
import struct
from collections import deque
from dataclasses import dataclass

from smsgw.simulator.sample_texts import SampleTexts
from smsgw.simulator.score import Score
from smsgw.smpp import status as s
from smsgw.smpp.concat import part_of
from smsgw.sms.udh import UDHI

_HEADER = struct.Struct(">IIII")
_BIND_RX, _BIND_TX, _SUBMIT_SM, _DELIVER_SM, _UNBIND, _BIND_TRX = 0x1, 0x2, 0x4, 0x5, 0x6, 0x9
_ENQUIRE_LINK = 0x15
_RESPONSE = 0x80000000
_DELIVER_SM_RESP = _DELIVER_SM | _RESPONSE
_SUBMIT_SM_RESP = _SUBMIT_SM | _RESPONSE
_FRAME_LIMIT = 80 * 1024
_TEMPORARY = frozenset({s.ESME_RSYSERR, s.ESME_RMSGQFUL, s.ESME_RTHROTTLED, s.ESME_RX_T_APPN})
_RECEIPT = -1  # in place of a text's number


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSettings:
    """What a run is. Times are seconds; 0 switches a limit or fault off.

    window          texts unacknowledged on a connection, at most
    rate            texts a second over all connections; 0 as many as the window lets through
    retry_delay     a text refused for the moment goes again after this long, `retries` times at most
    throttle_every  each so-manyth submit is refused as THROTTLED
    drop_every      all connections are cut after every `drop_every` acknowledgements
    receipts        answer registered_delivery with receipts
    replies         wait for replies
    submits         wait for this many submits to phones that are none of ours: a broadcast
    """

    count: int = 1000
    window: int = 10
    phones: int = 500
    rate: float = 0.0
    prefix: str = "8613900"
    to: str = "1069"
    system_id: str = ""
    password: str = ""
    retry_delay: float = 1.0
    retries: int = 10
    throttle_every: int = 0
    drop_every: int = 0
    receipts: bool = False
    replies: bool = True
    submits: int = 0


class Link:
    """One connection: what came and is not whole yet, what is to be written, what waits for its acknowledgement."""

    __slots__ = ("buffer", "closing", "out", "outstanding", "receives", "sequence")

    def __init__(self) -> None:
        self.buffer = b""
        self.out: list[bytes] = []
        self.outstanding: dict[int, tuple[int, bytes]] = {}
        self.sequence = 0
        self.receives = False
        self.closing = False  # to be closed once `out` is written


class Driver:
    """All connections and the score. `pump` after anything; write each link's `out`; drop links that are `closing`."""

    def __init__(self, settings: LoadSettings, texts: SampleTexts) -> None:
        self.settings = settings
        self.score = Score(settings.count, settings.phones)
        self.links: list[Link] = []
        self._texts = texts
        self._again: deque[tuple[int, bytes]] = deque()  # unacknowledged on a lost connection: these go first
        self._retries: list[tuple[float, int, bytes]] = []
        self._attempts: dict[bytes, int] = {}
        self._receipts: deque[bytes] = deque()
        self._parts: deque[tuple[int, bytes]] = deque()
        self._started = 0.0
        self._ids = 0
        self._next_drop = settings.drop_every
        self._to = b"\0\1" + settings.to.encode("ascii") + b"\0"
        self._prefix = settings.prefix.encode("ascii")

    # ---- for whoever has the sockets

    def connected(self) -> Link:
        """A new connection."""
        link = Link()
        self.links.append(link)
        return link

    def lost(self, link: Link) -> None:
        """A connection is gone: what was not acknowledged goes again on the next."""
        if link not in self.links:
            return
        self.links.remove(link)
        if link.receives:
            self.score.losses += 1
        for text, body in link.outstanding.values():
            if text == _RECEIPT:
                self._receipts.append(body)
            else:
                self.score.resent += 1
                self._again.append((text, body))
        link.outstanding.clear()

    def receive(self, link: Link, data: bytes, now: float) -> None:
        """Octets of a connection, cut anywhere."""
        buffer = link.buffer + data if link.buffer else data
        place, end = 0, len(buffer)
        unpack = _HEADER.unpack_from
        while end - place >= 16 and not link.closing:
            length, command, status, sequence = unpack(buffer, place)
            if not 16 <= length <= _FRAME_LIMIT:
                self.score.protocol_errors += 1
                link.closing = True
                break
            if place + length > end:
                break
            if command == _DELIVER_SM_RESP:
                self._acknowledged(link, sequence, status, now)
            elif command == _SUBMIT_SM:
                self._submitted(link, buffer, place + 16, place + length, sequence, now)
            else:
                self._other(link, command, sequence, buffer[place + 16 : place + length])
            place += length
        link.buffer = buffer[place:]

    def pump(self, now: float) -> None:
        """Send what the windows and the rate allow."""
        for link in self.links:
            if link.receives and not link.closing:
                room = self.settings.window - len(link.outstanding)
                while room > 0:
                    item = self._next(now)
                    if item is None:
                        return
                    self._send(link, *item)
                    room -= 1

    def due(self, now: float) -> float | None:
        """Seconds until `pump` may have more to send although nothing arrives; None if only arrivals matter."""
        times = [self._retries[0][0]] if self._retries else []
        if self.settings.rate and self._started and self.score.sent < self.settings.count:
            times.append(self._started + self.score.sent / self.settings.rate)
        return max(0.0, min(times) - now) if times else None

    @property
    def complete(self) -> bool:
        """Whether nothing more is to come."""
        score = self.score
        if len(score.destinations) < self.settings.submits:
            return False
        if self.settings.replies:
            return score.complete
        return score.acked + score.given_up >= score.count

    # ---- texts

    def _next(self, now: float) -> tuple[int, bytes] | None:
        if self._again:
            return self._again.popleft()
        if self._retries and self._retries[0][0] <= now:
            _, text, body = heapq.heappop(self._retries)
            self.score.resent += 1
            return text, body
        if self._receipts:
            return _RECEIPT, self._receipts.popleft()
        if self._parts:
            return self._parts.popleft()
        score = self.score
        number = score.sent
        if number >= score.count:
            return None
        if not self._started:
            self._started = score.first_sent = score.progress_at = now
        if self.settings.rate and now < self._started + number / self.settings.rate:
            return None
        parts = self._texts.parts(number)
        score.sent_at[number] = now
        score.parts_left[number] = len(parts)
        score.sent += 1
        source = b"\1\1%s%06d\0" % (self._prefix, number % self.settings.phones)
        bodies = [
            b"\0%s%s%c\0\0\0\0\0\0%c\0%c%s"
            % (source, self._to, part.esm_class, part.data_coding, len(part.short_message), part.short_message)
            for part in parts
        ]
        self._parts.extend((number, body) for body in bodies[1:])
        return number, bodies[0]

    def _send(self, link: Link, text: int, body: bytes) -> None:
        link.sequence = sequence = link.sequence % 0x7FFFFFFF + 1
        link.outstanding[sequence] = (text, body)
        link.out.append(_HEADER.pack(16 + len(body), _DELIVER_SM, 0, sequence) + body)

    def _acknowledged(self, link: Link, sequence: int, status: int, now: float) -> None:
        score = self.score
        item = link.outstanding.pop(sequence, None)
        if item is None:
            score.protocol_errors += 1
            return
        text, body = item
        if text == _RECEIPT:
            score.receipts += not status
        elif not status:
            score.acknowledged(text, now)
            if self._next_drop and score.acked >= self._next_drop:
                self._next_drop += self.settings.drop_every
                for each in self.links:
                    each.closing = True
        else:
            score.refused[status] += 1
            attempts = self._attempts[body] = self._attempts.get(body, 0) + 1
            if status in _TEMPORARY and attempts <= self.settings.retries:
                heapq.heappush(self._retries, (now + self.settings.retry_delay, text, body))
            else:
                score.given_up += 1

    # ---- everything the ESME asks

    def _submitted(self, link: Link, buffer: bytes, place: int, end: int, sequence: int, now: float) -> None:
        score = self.score
        score.submits += 1
        every = self.settings.throttle_every
        if every and not score.submits % every:
            score.throttled += 1
            link.out.append(_HEADER.pack(16, _SUBMIT_SM_RESP, s.ESME_RTHROTTLED, sequence))
            return
        self._ids += 1
        link.out.append(b"%s%010d\0" % (_HEADER.pack(27, _SUBMIT_SM_RESP, 0, sequence), self._ids))
        source = buffer.index(b"\0", place, end) + 1
        destination = buffer.index(b"\0", source + 2, end) + 1
        fields = buffer.index(b"\0", destination + 2, end) + 1
        digits = buffer[destination + 2 : fields - 1].lstrip(b"+")
        schedule = buffer.index(b"\0", fields + 3, end) + 1
        flags = buffer.index(b"\0", schedule, end) + 1  # after validity_period
        if self.settings.receipts and buffer[flags] & 1:
            self._receipts.append(self._receipt(buffer[source:destination], buffer[destination:fields]))
        message = buffer[flags + 5 : flags + 5 + buffer[flags + 4]]
        if buffer[fields] & UDHI:
            found = part_of(UDHI, message)
            if found.part is not None and found.part.number != 1:
                return  # only the first part of a long reply counts
            message = found.payload
        phone = digits[len(self._prefix) :]
        if digits.startswith(self._prefix) and phone.isdigit() and int(phone) < self.settings.phones:
            score.replied(int(phone), message, now)
        else:
            score.unmatched += 1
            if self.settings.submits:
                score.broadcast(digits, now)

    def _receipt(self, source: bytes, destination: bytes) -> bytes:
        text = b"id:%010d sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:" % (
            self._ids
        )
        return b"\0%s%s\x04\0\0\0\0\0\0\0\0%c%s" % (destination, source, len(text), text)

    def _other(self, link: Link, command: int, sequence: int, body: bytes) -> None:
        if command in (_BIND_RX, _BIND_TX, _BIND_TRX):
            refusal = self._credentials(body)
            if not refusal:
                self.score.binds += 1
                link.receives = command != _BIND_TX
            link.out.append(_HEADER.pack(16 + 10 + 5, command | _RESPONSE, refusal, sequence) + b"smsgw-sim\0")
            link.out.append(b"\x02\x10\x00\x01\x34")  # sc_interface_version
        elif command == _ENQUIRE_LINK:
            link.out.append(_HEADER.pack(16, _ENQUIRE_LINK | _RESPONSE, 0, sequence))
        elif command == _UNBIND:
            link.out.append(_HEADER.pack(16, _UNBIND | _RESPONSE, 0, sequence))
            link.closing = True
        elif not command & _RESPONSE:
            self.score.protocol_errors += 1
            link.out.append(_HEADER.pack(16, _RESPONSE, s.ESME_RINVCMDID, sequence))

    def _credentials(self, body: bytes) -> int:
        system_id, password = ([field.decode("latin-1") for field in body.split(b"\0")] + ["", ""])[:2]
        if self.settings.system_id and system_id != self.settings.system_id:
            return s.ESME_RINVSYSID
        if self.settings.password and password != self.settings.password:
            return s.ESME_RINVPASWD
        return s.ESME_ROK
