"""The file of regions: a tree by code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.directory.books.network import RegionRow, all_regions, put_regions
from smsgw.tables.cells import Cells
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.tables.trees import loop, parents_first

COLUMNS = columns(
    ("code", "name", "parent"),
    ("manager", "timezone"),
    also={"code": ("区域代码", "区域编码"), "name": ("区域名称", "区域", "大区")},
)
CODE, NAME = 12, 60  # longest that replies and pages have room for


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[RegionRow]:
    """The regions of a file; a parent that is not there yet is created with its code as its name."""
    found: dict[str, tuple[Cells, RegionRow]] = {}
    for row in rows:
        cells = Cells(row, faults)
        code = cells.code("code", CODE)
        region = RegionRow(
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
    return parents_first([RegionRow(code, code) for code in fresh] + [region for _, region in found.values()])


def foresee(books: ImportBooks, found: Sequence[RegionRow], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """What would be new, and what would change."""
    return _compare(books, found, known)[0]


def write(books: ImportBooks, found: Sequence[RegionRow], known: Snapshot, now: datetime) -> Changes:
    """Regions, parents first; a manager or zone that the file does not give stays as it is."""
    changes, rows = _compare(books, found, known)
    put_regions(books.connection, rows)
    return changes


def _compare(books: ImportBooks, found: Sequence[RegionRow], known: Snapshot) -> tuple[Changes, list[RegionRow]]:
    kept = all_regions(books.connection, [region.code for region in found])
    changes = Changes()
    rows = []
    for region in found:
        was = kept.get(region.code)
        manager = region.manager or (was.manager if was else None)
        zone = region.timezone or (was.timezone if was else None)
        row = RegionRow(region.code, region.name, region.parent, manager, zone)
        if changes.differs((region.code,), was, row):
            rows.append(row)
    return changes, rows


REGIONS = ImportKind(COLUMNS, check, write, foresee=foresee)
