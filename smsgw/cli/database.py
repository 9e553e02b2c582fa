"""smsgw db: the database's revision, and the proof that its sums are right."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_line
from smsgw.errors import SmsgwError

app = options.app(help="The database: bring it up to date, say where it stands, prove its sums.")


@app.command()
def upgrade(config: options.Config = None, json: options.Json = False) -> None:
    """Create the database where there is none, and bring it to the revision that this version needs."""
    from smsgw.cli.common.opening import engine_of
    from smsgw.store import migrate

    engine = engine_of(options.settings_of(config), create=True)
    before = migrate.current(engine)
    migrate.upgrade(engine)
    after = migrate.current(engine)
    if json:
        json_line({"before": before, "after": after})
    else:
        print_line(f"the database is at revision {after}" + ("" if before != after else " already"))


@app.command()
def current(config: options.Config = None, json: options.Json = False) -> None:
    """Print the revision that the database is at, and the one that this version needs."""
    from smsgw.cli.common.opening import engine_of
    from smsgw.store import migrate

    now, needed = migrate.current(engine_of(options.settings_of(config))), migrate.head()
    if json:
        json_line({"current": now, "head": needed})
    else:
        print_line(f"{now or 'none'}" + ("" if now == needed else f" (this version needs {needed}: smsgw db upgrade)"))


@app.command()
def check(config: options.Config = None, json: options.Json = False) -> None:
    """Refuse a database at another revision than this version needs."""
    from smsgw.cli.common.opening import engine_of
    from smsgw.store import migrate

    faults = migrate.check(engine_of(options.settings_of(config)))
    if json:
        json_line({"faults": faults})
    if faults:
        raise SmsgwError("; ".join(faults))
    if not json:
        print_line("the database is at the revision that this version needs")


@app.command()
def verify(config: options.Config = None, json: options.Json = False) -> None:
    """Prove that the database is whole and every cache equals the rows it comes from; what is not so is named."""
    from smsgw.business.verify import verify as findings_of
    from smsgw.cli.common.opening import engine_of, explained, reading
    from smsgw.store.integrity import DatabaseDamaged, damages, told

    settings = options.settings_of(config)
    engine = engine_of(settings)
    with explained(engine):
        damage = damages(engine, whole=True)
    if damage:
        if json:
            json_line([{"damage": each} for each in damage])
        else:
            for sentence in damage:
                print_line(sentence)
        raise DatabaseDamaged(told(engine, damage[0]))
    engine.dispose()
    with reading(settings, in_order=True) as connection:
        findings = findings_of(connection, settings.trade_rules())
    if json:
        json_line([{"cache": f.cache, "key": f.key, "stored": f.stored, "computed": f.computed} for f in findings])
    else:
        for finding in findings:
            print_line(f"{finding.cache} {finding.key}: {finding.stored} is kept, {finding.computed} is right")
    if findings:
        raise SmsgwError(f"{len(findings)} values differ from the rows they come from; keep a copy of the database")
    if not json:
        print_line("every cache equals the rows it comes from")


@app.command()
def copy(
    url: Annotated[str, typer.Argument(metavar="URL", help="postgresql+psycopg://user@host/name", show_default=False)],
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Copy all books from SQLite to a new PostgreSQL database, and prove that they are equal; smsgw must be stopped."""
    from smsgw.cli.common.opening import explained, migrated
    from smsgw.cli.common.proving import faults_of
    from smsgw.store import migrate
    from smsgw.store.daemon_lock import DaemonLock
    from smsgw.store.engine import open_engine, reachable, reading, sqlite_file
    from smsgw.store.moving import CopyFailed, copy_books

    settings = options.settings_of(config)
    engine = migrated(settings)
    target = open_engine(url, settings.base)
    if sqlite_file(engine) is None or sqlite_file(target) is not None:
        raise CopyFailed("books are copied from sqlite in database.url to postgresql+psycopg; name such a URL")
    reachable(target)
    with DaemonLock(engine):
        try:
            migrate.upgrade(target)
            with explained(target), reading(engine).connect() as here, target.begin() as there:
                rows = copy_books(here, there, lambda name, count: None if json else print_line(f"{name} {count:,}"))
            faults = faults_of(target, settings.trade_rules())
        finally:
            engine.dispose()
            target.dispose()
    if faults:
        raise CopyFailed(f"`smsgw db verify` finds in the copy: {faults[0]}")
    if json:
        json_line({"rows": rows})
    else:
        print_line(f"{rows:,} rows are copied and proven; name the new database in database.url")
