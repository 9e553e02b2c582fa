"""The file of reasons: why sets come back, by number, with words in each language and what each is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, tuple_

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.core.versions import CATALOGUE
from smsgw.business.returns.books import reason_rows
from smsgw.business.returns.rules.reasons import LONGEST, NUMBERS, PURPOSES, ReasonRow, spelled
from smsgw.business.returns.tables import return_reason
from smsgw.store.upserts import upsert
from smsgw.store.versions import bump
from smsgw.tables.cells import Cells
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.values.names import fold

COLUMNS = columns(("number", "for", "language", "words"))
WORDS = 200


def kept(connection: Connection) -> tuple[list[ReasonRow]]:
    """The reasons that were imported before."""
    return (reason_rows(connection),)


def check(rows: Sequence[Row], known: Snapshot, before: list[ReasonRow], faults: list[Fault]) -> list[ReasonRow]:
    """The reasons of a file, which are all that there are from then on: what it leaves out is a reason no more."""
    found: dict[tuple[int, str], ReasonRow] = {}
    lines: dict[tuple[int, str], int] = {}
    used_for: dict[int, tuple[str, int]] = {}
    owners: dict[str, tuple[int, int]] = {}
    for row in rows:
        cells = Cells(row, faults)
        number = cells.number("number", NUMBERS[0], NUMBERS[-1])
        purpose = cells.one_of("for", PURPOSES)
        language = cells.one_of("language", known.languages)
        words = cells.text("words", WORDS)
        if words is not None and not spelled(words):
            cells.fault("words", "must not be empty")
        elif words is not None and len(spelled(words)[0]) > LONGEST:
            cells.fault("words", f"the first words stand in answers and have {LONGEST} characters at most")
        if number is None:
            continue
        if purpose is not None and used_for.setdefault(number, (purpose, row.line))[0] != purpose:
            was, line = used_for[number]
            cells.fault("for", f"is '{was}' on line {line} for the same number")
        for each in spelled(words or ""):
            owner, line = owners.setdefault(fold(each), (number, row.line))
            if owner != number:
                cells.fault("words", f"'{each}' is said for reason {owner} on line {line}")
            elif fold(each).isdigit():
                cells.fault("words", f"'{each}' would read as a number")
        if language is not None and lines.setdefault((number, language), row.line) != row.line:
            cells.fault("number", f"stands on line {lines[number, language]} already for this language")
        if cells.good and purpose and language and words:
            found[number, language] = ReasonRow(number, purpose, language, words)
    return list(found.values())


def write(books: ImportBooks, found: Sequence[ReasonRow], known: Snapshot, now: datetime) -> Changes:
    """Put the reasons of a file in the place of those that there were."""
    connection = books.connection
    before = {(row.number, row.language): row for row in reason_rows(connection)}
    after = {(row.number, row.language): row for row in found}
    changes = Changes()
    rows = [row for key, row in after.items() if changes.differs(key, before.get(key), row)]
    gone = sorted(before.keys() - after.keys())
    if rows:
        fresh = [
            {"number": row.number, "language": row.language, "words": row.words, "used_for": row.used_for}
            for row in rows
        ]
        upsert(connection, return_reason, fresh, ("number", "language"))
    if gone:
        column = return_reason.c
        connection.execute(delete(return_reason).where(tuple_(column.number, column.language).in_(gone)))
        changes.remarks.append(f"{len(gone)} that the file leaves out are reasons no more")
    if rows or gone:
        bump(connection, CATALOGUE)  # texts may name them
    return changes


KINDS = {"return-reasons": ImportKind(COLUMNS, check, write, kept=kept)}
