"""smsgw db: the database's revision, and the proof that its sums are right."""

from __future__ import annotations

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
