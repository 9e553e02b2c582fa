"""The file of regions: a tree by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smsgw.business.importing.known import Directory
from smsgw.tables.cells import Cells
from smsgw.tables.fault import Fault
from smsgw.tables.files import Columns, Row
from smsgw.tables.trees import loop, parents_first

COLUMNS = Columns(("code", "name", "parent"), ("manager", "timezone"))
CODE, NAME = 12, 60  # longest that replies and pages have room for


@dataclass(frozen=True, slots=True)
class Region:
    """A region to be written; `manager` is the E.164 phone of who answers for it."""

    code: str
    name: str
    parent: str | None = None
    manager: str | None = None
    timezone: str | None = None


def check(rows: Sequence[Row], known: Directory, faults: list[Fault]) -> list[Region]:
    """The regions of a file; a parent that is not there yet is created with its code as its name."""
    found: dict[str, tuple[Cells, Region]] = {}
    for row in rows:
        cells = Cells(row, faults)
        code = cells.code("code", CODE)
        region = Region(
            code or "",
            cells.text("name", NAME) or "",
            cells.code("parent", CODE, needed=False),
            cells.phone("manager", known.country, needed=False),
            cells.timezone("timezone"),
        )
        if code and code in found:
            cells.fault("code", f"stands on line {found[code][0].line} already")
        elif code and cells.good:
            found[code] = cells, region
    parents = {code: region.parent for code, region in known.regions.items()}
    parents |= {code: region.parent for code, (_, region) in found.items()}
    for code, (cells, _) in found.items():
        if way := loop(parents, code):
            cells.fault("parent", "a region cannot lie within itself: " + " in ".join(way))
    named = {region.parent for _, region in found.values() if region.parent}
    fresh = sorted(named - parents.keys())
    return parents_first([Region(code, code) for code in fresh] + [region for _, region in found.values()])


def created(codes: Sequence[str | None], known: Directory) -> list[Region]:
    """Regions that other files name first."""
    return [Region(code, code) for code in sorted({c for c in codes if c} - known.regions.keys())]
