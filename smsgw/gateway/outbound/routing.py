"""Which link a text goes out on: by the phone's prefix, by preference or weight, and by what is in service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Route:
    """For phones that begin with `prefix` (E.164 with +; '' for all): these links, the first one before the others.

    With `weights`, as many as there are links, phones are spread over them in that proportion, each always to the same.
    """

    prefix: str
    links: tuple[str, ...]
    weights: tuple[int, ...] = ()


class Routes:
    """The routes of a deployment; immutable. `sending` are the links that can send, in the order of the settings."""

    def __init__(self, routes: Sequence[Route], sending: Sequence[str]) -> None:
        self._by_prefix = {route.prefix: route for route in routes}
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix}, reverse=True)
        self._sending = tuple(sending)
        self.preferred: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=50_000)(self._preferred)

    def _preferred(self, phone: str) -> tuple[str, ...]:
        """The links that may carry a text to a phone, the best first; the longest prefix that fits decides.

        What no route is for may go by any link, in the order of the settings.
        """
        for length in self._lengths:
            route = self._by_prefix.get(phone[:length])
            if route is not None and length <= len(phone):
                links = tuple(name for name in _spread(route, phone) if name in self._sending)
                if links:
                    return links
        return self._sending

    def choose(
        self, phone: str, own: str | None, usable: Callable[[str], bool], leaves: Callable[[str], bool]
    ) -> str | None:
        """The link for a text: its `own` if that is usable or never left, else the best that is usable.

        Where none is usable: the own one, else the best, to wait there. None where no link can send at all.
        """
        if own is not None and own in self._sending and (usable(own) or not leaves(own)):
            return own
        links = self.preferred(phone)
        for name in links:
            if name != own and usable(name):
                return name
        if own is not None and own in self._sending:
            return own
        return links[0] if links else None


def _spread(route: Route, phone: str) -> tuple[str, ...]:
    """The links of a route in the order for one phone."""
    if not route.weights:
        return route.links
    place = crc32(phone.encode()) % sum(route.weights)
    for name, weight in zip(route.links, route.weights, strict=True):
        place -= weight
        if place < 0:
            return (name, *(other for other in route.links if other != name))
    raise AssertionError("the weights of a route are its sum")
