"""The file of activations: when sets were first seen in a network, and in which region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.units.books import compare_activations, keep_activations
from smsgw.business.units.rules.activations import FIRST, KINDS, Activation
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row

COLUMNS = columns(("imei", "activated_at", "region"), ("kind",))


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[Activation]:
    """The activations of a file; a day alone is its first moment, a region may be left empty."""
    regions = Known("region", known.regions)
    latest = known.today + timedelta(days=1)
    seen: dict[tuple[str, str], int] = {}
    found: list[Activation] = []
    for row in rows:
        cells = Cells(row, faults)
        imei = cells.imei("imei")
        at = cells.instant("activated_at", known.timezone)
        region = cells.read("region", regions.find, needed=False)
        kind = cells.one_of("kind", KINDS, needed=False) or FIRST
        if at and at.date() > latest:
            cells.fault("activated_at", "lies in the future")
        if imei and seen.setdefault((imei, kind), row.line) != row.line:
            cells.fault("imei", f"stands on line {seen[imei, kind]} already")
        if cells.good and imei and at:
            found.append(Activation(imei, kind, at, region))
    return found


def foresee(books: ImportBooks, found: Sequence[Activation], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """What would be new, and what would change: no IMEI stands twice with one kind."""
    return compare_activations(books.connection, found)[0]


def write(books: ImportBooks, found: Sequence[Activation], known: Snapshot, now: datetime) -> Changes:
    """Keep activations; of two of a kind of one IMEI the earlier one counts."""
    return keep_activations(books.connection, found, now)


ACTIVATIONS = ImportKind(COLUMNS, check, write, foresee=foresee)
