"""What texts cost, told by whoever knows the links; the business knows neither alphabets nor prices of a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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
