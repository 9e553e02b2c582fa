"""smsgw restore: a backup put where there is no database yet, and proven before it has its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_line

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.messages.reports import Mark
    from smsgw.settings.sections import Settings

app = options.app()


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `smsgw backup` wrote.", show_default=False)],
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Put a backup where the configuration says that the database is; refused where there is one already."""
    from smsgw.cli.backup import mark_in_words
    from smsgw.cli.common.opening import engine_of, explained
    from smsgw.store.backup import BackupFailed, is_sqlite
    from smsgw.store.engine import sqlite_file

    settings = options.settings_of(config)
    engine = engine_of(settings, create=True)
    path = sqlite_file(engine)
    if is_sqlite(file) != (path is not None):
        raise BackupFailed(
            f"{file} is a backup of {'PostgreSQL' if path else 'SQLite'}, and database.url names another kind"
        )
    try:
        with explained(engine):
            mark = _put_file(settings, file, path) if path else _put_archive(settings, file, engine)
    finally:
        engine.dispose()
    place = str(path or engine.url.render_as_string(hide_password=True))
    if json:
        json_line({"database": place, **mark.as_json()})
    else:
        print_line(f"{place} is restored and proven; {mark_in_words(mark, settings)}")


def _put_file(settings: Settings, file: Path, path: Path) -> Mark:
    import shutil

    from smsgw.store.backup import BackupFailed, new_file
    from smsgw.store.engine import open_engine

    left = [name for name in (path.name + "-wal", path.name + "-journal") if path.with_name(name).exists()]
    if left and not path.exists():
        raise BackupFailed(f"{left[0]} of another database is still beside {path}; move it away first")
    if file.with_name(file.name + "-wal").exists():
        raise BackupFailed(f"{file} is a database in use; make a backup of it with `smsgw backup`, and restore that")
    with new_file(path) as part:
        shutil.copyfile(file, part)
        engine = open_engine(f"sqlite:///{part}")
        try:
            return _proven(settings, engine, file)
        finally:
            engine.dispose()


def _put_archive(settings: Settings, file: Path, engine: Engine) -> Mark:
    from smsgw.store.backup import BackupFailed, is_empty, restore_dump

    if not is_empty(engine):
        raise BackupFailed(f"the database {engine.url.database} is not empty; create a new one for the backup")
    restore_dump(engine, file)
    return _proven(settings, engine, file)


def _proven(settings: Settings, engine: Engine, file: Path) -> Mark:
    """Bring what was put back to this version's revision, and prove it. Raises BackupFailed, NotMigrated."""
    from smsgw.business.messages.reports import last_message
    from smsgw.cli.common.proving import faults_of
    from smsgw.store import migrate
    from smsgw.store.backup import BackupFailed
    from smsgw.store.engine import reading
    from smsgw.store.integrity import require_whole

    require_whole(engine)
    migrate.upgrade(engine)
    faults = faults_of(engine, settings.trade_rules())
    if faults:
        raise BackupFailed(f"`smsgw db verify` finds in {file}: {faults[0]}")
    with reading(engine).connect() as connection:
        return last_message(connection)
