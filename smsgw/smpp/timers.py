"""The timers of a session (SMPP 3.4, 2.9 and 7.2) as a value: told what happens, asked what is due. No clock inside.

session_init  no bind within `bind_timeout` of the connection, no answer to it within that of the bind
enquire_link  nothing heard for `enquire_link` seconds: ask; no answer within `response_timeout`: give up
inactivity    nothing heard for `inactivity` seconds: give up
partial       a PDU that began and isn't whole after `partial_timeout` seconds: give up (not in the specification)
unbind        no unbind_resp within `response_timeout`: give up
The response timer of each request is the window's.
"""

from __future__ import annotations

from typing import Literal

from smsgw.smpp.events import ClosingReason
from smsgw.smpp.settings import SessionSettings

Due = ClosingReason | Literal["enquire_link"]


class Timers:
    """When something is due. Times are seconds of whatever clock the caller reads; None: not running."""

    def __init__(self, settings: SessionSettings, now: float) -> None:
        self.settings = settings
        self.bind_by: float | None = now + settings.bind_timeout
        self.unbind_by: float | None = None
        self.heard_at = now
        self.enquired_at: float | None = None
        self.partial_since: float | None = None
        self.still_since: float | None = None
        self.bound = False

    # from Session
    def read(self, whole: int, pending: int, now: float) -> None:
        """Octets came in: this many PDUs became whole, and this many octets of an unfinished one are held."""
        if whole:
            self.heard_at = now
        if not pending:
            self.partial_since = None
        elif whole or self.partial_since is None:
            self.partial_since = now

    def stand_still(self, now: float) -> None:
        """From now on nobody listens to the peer."""
        if self.still_since is None:
            self.still_since = now

    def go_on(self, now: float) -> float:
        """Somebody listens again: the peer's silence in between counts for nothing. For how long nobody did."""
        if self.still_since is None:
            return 0.0
        seconds = now - self.still_since
        self.still_since = None
        self.heard_at += seconds
        for name in ("bind_by", "unbind_by", "enquired_at", "partial_since"):
            running = getattr(self, name)
            if running is not None:
                setattr(self, name, running + seconds)
        return seconds

    def binding(self, now: float) -> None:
        """We sent a bind."""
        self.bind_by = now + self.settings.bind_timeout

    def is_bound(self, now: float) -> None:
        self.bind_by = None
        self.bound = True
        self.heard_at = now

    def unbinding(self, now: float) -> None:
        """From now on the end of the session is waited for, and the link is no longer asked."""
        self.bound = False
        self.enquired_at = None
        self.unbind_by = now + self.settings.response_timeout

    def stop(self) -> None:
        """The session is over: nothing is due any more."""
        self.bind_by = self.unbind_by = self.enquired_at = self.partial_since = None
        self.bound = False

    def _times(self) -> list[tuple[float, Due]]:
        settings = self.settings
        found: list[tuple[float, Due]] = []
        if self.bind_by is not None:
            found.append((self.bind_by, "bind_timeout"))
        if self.unbind_by is not None:
            found.append((self.unbind_by, "unbind_timeout"))
        if self.partial_since is not None:
            found.append((self.partial_since + settings.partial_timeout, "partial_pdu"))
        if self.bound:
            if self.enquired_at is not None:
                found.append((self.enquired_at + settings.response_timeout, "enquire_link_timeout"))
            elif settings.enquire_link is not None:
                found.append((self.heard_at + settings.enquire_link, "enquire_link"))
            if settings.inactivity is not None:
                found.append((self.heard_at + settings.inactivity, "inactivity"))
        return found

    def due(self, now: float) -> list[Due]:
        """What is due at `now`, in the order in which it became due: "enquire_link", or why the session must end."""
        return [due for at, due in sorted(self._times()) if at <= now]

    def deadline(self) -> float | None:
        """When something is due next; None if nothing is running."""
        return min((at for at, _ in self._times()), default=None)
