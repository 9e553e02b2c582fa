"""The tree of regions, read at once: what lies in one, what it lies in, and which clock it goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.directory.tables import region


@dataclass(frozen=True, slots=True)
class Place:
    """A region by itself. `manager` is an E.164 phone."""

    code: str
    name: str
    parent: str | None
    manager: str | None
    timezone: str | None


@dataclass(frozen=True, slots=True)
class Regions:
    """All regions by code. `timezone` is the deployment's, for those without one of their own or above them."""

    places: Mapping[str, Place]
    timezone: str

    def above(self, code: str) -> tuple[str, ...]:
        """A region and those it lies in, the nearest first; alone where it is not known."""
        way = [code]
        place = self.places.get(code)
        while place is not None and place.parent and place.parent not in way:
            way.append(place.parent)
            place = self.places.get(place.parent)
        return tuple(way)

    def within(self, code: str) -> frozenset[str]:
        """A region and all that lie in it; empty where there is no such region."""
        if code not in self.places:
            return frozenset()
        return frozenset(other for other in self.places if code in self.above(other))

    def zone(self, code: str) -> str:
        """The time zone of a region, else of the nearest above it that has one, else the deployment's."""
        for step in self.above(code):
            place = self.places.get(step)
            if place is not None and place.timezone:
                return place.timezone
        return self.timezone


def regions(connection: Connection, timezone: str) -> Regions:
    """The tree as it is now; `timezone` is the deployment's."""
    columns = (region.c.code, region.c.name, region.c.parent, region.c.manager, region.c.timezone)
    return Regions({row.code: Place(*row) for row in connection.execute(select(*columns))}, timezone)
