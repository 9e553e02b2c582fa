"""What texts cost, told by whoever knows the links; the business knows neither alphabets nor prices of a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from smsgw.errors import SmsgwError
from smsgw.values.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class Measured:
    """A text on a link: in which alphabet it goes, in how many parts, and what they cost in minor units."""

    alphabet: str
    parts: int
    cost: int


class Tariff(Protocol):
    """What texts cost. One that names no link is measured on the first that sends."""

    @property
    def currency(self) -> str: ...
    @property
    def links(self) -> tuple[str, ...]:
        """The links that send, in the order of the settings."""

    def measure(self, text: str, link: str | None, message_class: int | None) -> Measured: ...
    def cost(self, parts: int, link: str | None) -> int:
        """In minor units, rounded up."""


class LinkFault(SmsgwError):
    """A link that does not send, or that there is not."""


def require_sending(link: str | None, links: Sequence[str]) -> None:
    """Raises LinkFault where a link is named that is not one of those that send."""
    if link is not None and link not in links:
        advice = did_you_mean(link, links, f"there is {', '.join(links) or 'none'}")
        raise LinkFault(f"there is no link '{link}' that sends; {advice}")
