"""The file of depots: where headquarters keeps sets, and the region that each supplies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.directory.books.network import DepotRow, all_depots, put_depots
from smsgw.business.directory.imports.dealers import CODE, NAME
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.values.names import fold

COLUMNS = columns(
    ("code", "name", "region"),
    also={"code": ("仓库代码", "仓库编码", "分仓代码"), "name": ("仓库名称", "分仓名称")},
)


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[DepotRow]:
    """The depots of a file; none has the code of a dealer, for a set is with the one or with the other."""
    regions = Known("region", known.regions)
    dealers = {fold(code): code for code in known.dealers}
    seen: dict[str, int] = {}
    found: list[DepotRow] = []
    for row in rows:
        cells = Cells(row, faults)
        code = cells.code("code", CODE)
        name = cells.text("name", NAME)
        region = cells.read("region", regions.find)
        if code and seen.setdefault(code, row.line) != row.line:
            cells.fault("code", f"stands on line {seen[code]} already")
        elif code and fold(code) in dealers:
            cells.fault("code", f"is too like dealer {dealers[fold(code)]}")
        if cells.good and code and name and region:
            found.append(DepotRow(code, name, region))
    return found


def write(books: ImportBooks, found: Sequence[DepotRow], known: Snapshot, now: datetime) -> Changes:
    """Depots; whether one is in use stays as it is."""
    kept = all_depots(books.connection)
    changes = Changes()
    rows = []
    for depot in found:
        was = kept.get(depot.code)
        row = DepotRow(depot.code, depot.name, depot.region, was.active if was else True)
        if changes.differs((depot.code,), was, row):
            rows.append(row)
    put_depots(books.connection, rows)
    return changes


DEPOTS = ImportKind(COLUMNS, check, write)
