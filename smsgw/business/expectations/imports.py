"""The file of exemptions: days on which a dealer, a region or everybody need not report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.core.trade import Trade
from smsgw.business.expectations.books import expectations
from smsgw.store.instants import to_ms
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.values.names import fold

COLUMNS = columns(("whom", "from", "why"), ("to",))
ALL = "all"
WHY = 80
MOST_DAYS = 366  # of one line, as of one word of `smsgw exempt`

Kept = Mapping[tuple[str, date], str]  # why, by whom ('': everybody) and day


@dataclass(frozen=True, slots=True)
class Exemption:
    """A line: `whom` is a code, or '' for everybody; `days` are those that `kept` has not, or for another reason."""

    whom: str
    first: date
    last: date
    why: str
    days: tuple[date, ...]
    known: bool  # whether all its days are exempted already, for whatever reason


class Books(ImportBooks, Protocol):
    @property
    def trade(self) -> Trade: ...


def read_exemptions(connection: Connection) -> tuple[Kept]:
    """The days that are exempted."""
    return ({(whom, day): why for whom, day, why in expectations.exempted(connection)},)


def check(rows: Sequence[Row], known: Snapshot, there: Kept, faults: list[Fault]) -> list[Exemption]:
    """The lines that change something. Without `to` a line is of one day."""
    places = Known("dealer and no region", [ALL, *known.regions, *known.dealers])
    lines: dict[tuple[str, date], int] = {}
    found = []
    for row in rows:
        cells = Cells(row, faults)
        said = cells.read("whom", places.find)
        first = cells.day("from")
        last = cells.day("to", needed=False) or first
        why = cells.text("why", WHY)
        if not (said and first and last and why and cells.good):
            continue
        if last < first:
            cells.fault("to", f"is before {first.isoformat()}, where it begins; turn them round")
            continue
        if (last - first).days >= MOST_DAYS:
            cells.fault("to", "is longer than a year after its first day")
            continue
        whom = expectations.EVERYBODY if fold(said) == ALL else said
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        twice = next((day for day in days if (whom, day) in lines), None)
        if twice is not None:
            cells.fault("from", f"{twice.isoformat()} of {said} stands on line {lines[whom, twice]} already")
            continue
        lines.update({(whom, day): cells.line for day in days})
        other = tuple(day for day in days if there.get((whom, day)) != why)
        if other:
            found.append(Exemption(whom, first, last, why, other, all((whom, day) in there for day in days)))
    return found


def write(books: Books, found: Sequence[Exemption], known: Snapshot, now: datetime) -> Changes:
    """Exempted days; reports that were missing on them count as excused from now on."""
    changes = Changes()
    if not found:
        return changes
    at, trade = to_ms(now), books.trade
    expectations.claim(books.connection, at, wait=True)
    together: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for line in found:
        (changes.changed if line.known else changes.new).add((line.whom, line.first, line.last))
        together[line.whom, line.why] += line.days
    restated = sum(
        expectations.exempt(
            books.connection, trade.expected, whom, sorted(days), why, at, trade.timezone, trade.holidays
        )
        for (whom, why), days in together.items()
    )
    if restated:
        changes.remarks.append(f"changes {restated:,} report" + ("" if restated == 1 else "s"))
    return changes


KINDS = {"exemptions": ImportKind(COLUMNS, check, write, kept=read_exemptions)}
