"""smsgw backup: a copy of a database in use, proven before it has its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, on_clock, print_line

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.messages.reports import Mark
    from smsgw.settings.sections import Settings
    from smsgw.store.backup import Progress

app = options.app()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.", show_default=False)],
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Copy the database to FILE while smsgw runs, prove the copy, and say up to which text it goes."""
    from smsgw.cli.common.opening import explained, migrated
    from smsgw.store.engine import sqlite_file

    settings = options.settings_of(config)
    engine = migrated(settings)
    path = file.absolute()
    make = _copy if sqlite_file(engine) is not None else _dump
    try:
        with explained(engine):
            mark = make(settings, engine, path)
    finally:
        engine.dispose()
    size = path.stat().st_size
    if json:
        json_line({"file": str(path), "bytes": size, **mark.as_json()})
    else:
        print_line(f"{path}: {size:,} bytes; {mark_in_words(mark, settings)}")


def mark_in_words(mark: Mark, settings: Settings) -> str:
    """Up to which text a copy goes, on the clock of the gateway."""
    if mark.message is None:
        return "there is no text in it yet"
    at: Any = on_clock(mark.as_json()["received_at"], settings.gateway.timezone)
    return f"the last text in it is number {mark.message}, which came {at}"


def _copy(settings: Settings, engine: Engine, path: Path) -> Mark:
    from smsgw.business.messages.reports import last_message
    from smsgw.cli.common.proving import faults_of
    from smsgw.store.backup import BackupFailed, copy_database, new_file
    from smsgw.store.engine import open_engine, reading

    with new_file(path) as part:
        with _bar() as told:
            copy_database(engine, part, told)
        copy = open_engine(f"sqlite:///{part}")
        try:
            faults = faults_of(copy, settings.trade_rules())
            with reading(copy).connect() as connection:
                mark = last_message(connection)
        finally:
            copy.dispose()
        if faults:
            raise BackupFailed(f"no backup was kept, for `smsgw db verify` finds in it: {faults[0]}")
    return mark


def _dump(settings: Settings, engine: Engine, path: Path) -> Mark:
    from smsgw.business.messages.reports import last_message
    from smsgw.store.backup import dump_database, is_sqlite, new_file

    # One transaction lends its moment to pg_dump, so that the mark is exactly what the archive has.
    moment = engine.execution_options(isolation_level="REPEATABLE READ")
    with new_file(path) as part, moment.connect() as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        mark = last_message(connection)
        dump_database(engine, part, snapshot)
        is_sqlite(part)  # refuses what is no archive
    return mark


@contextmanager
def _bar() -> Iterator[Progress]:
    """Tells of progress on a terminal, where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("copying", total=None)

        def told(left: int, pages: int) -> None:
            bar.update(task, total=pages, completed=pages - left)

        yield told
