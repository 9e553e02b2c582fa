"""What the gateway reads and answers with: the reader, the replies and the limits; replaced as a whole by a reload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol as Interface
from zoneinfo import ZoneInfo

from smsgw.business.core.command import Reading
from smsgw.business.core.reply import Reply
from smsgw.gateway.clock import instant


class Reader(Interface):
    """Text → commands; see `smsgw.language.reading.understand`."""

    def understand(self, text: str, *, today: date, sender: str | None = None) -> Reading: ...


class Words(Interface):
    """Replies → text; see `smsgw.language.replies`."""

    def render(self, replies: Sequence[Reply], language: str, max_parts: int = 2) -> str: ...


@dataclass(frozen=True, slots=True)
class Understanding:
    """Immutable. `language` and `zone` are the deployment's own; `texts_per_hour` is the limit for one phone."""

    reader: Reader
    replies: Words
    max_parts: int
    language: str
    zone: ZoneInfo
    texts_per_hour: int

    def read(self, text: str, now: float, sender: str | None = None) -> Reading:
        """What a text says that arrived at `now`, in seconds since the epoch."""
        return self.reader.understand(text, today=self.today(now), sender=sender)

    def today(self, now: float) -> date:
        """The business date of the deployment."""
        return instant(now).astimezone(self.zone).date()

    def word(self, replies: Sequence[Reply], language: str) -> str:
        """The one answer that these come to."""
        return self.replies.render(replies, language or self.language, self.max_parts)
