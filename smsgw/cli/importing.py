"""smsgw import: the directory, goods and money from CSV and XLSX files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smsgw.cli import desk, options
from smsgw.cli.output import json_line

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.importing.importing import Report
    from smsgw.settings.sections import Settings

app = options.app()


@app.command(name="import")
def import_(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="regions products dealers contacts prices shipments stock payments")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8 or GB18030, or XLSX.")],
    by: desk.By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Import a file: all of it or nothing. The same file twice changes nothing; every bad line is listed."""
    settings = options.settings_of(config)
    from smsgw.business.importing.importing import kind_named
    from smsgw.cli.opened import migrated

    kind_named(kind)
    report = imported(migrated(settings), settings, kind, file, desk.who(by))
    if json:
        json_line(
            {
                "kind": report.kind,
                "lines": report.lines,
                "new": report.new,
                "changed": report.changed,
                "same": report.same,
                "remarks": list(report.remarks),
            }
        )
        return
    for remark in report.remarks:
        print(remark)
    lines = "1 line" if report.lines == 1 else f"{report.lines} lines"
    print(f"{lines} of {kind}: {report.new} new, {report.changed} changed, {report.same} as they were")


def imported(engine: Engine, settings: Settings, kind: str, file: Path, who: str = "smsgw") -> Report:
    """Import a file for `who` under the settings of a deployment; raises BadTable with every fault."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from smsgw.business.importing.importing import run
    from smsgw.business.importing.known import Directory
    from smsgw.cli.understanding import languages, verb_words

    now = datetime.now(UTC)
    gateway = settings.gateway
    setting = Directory(
        verb_words=verb_words(settings),
        languages=languages(settings),
        language=gateway.language,
        country=gateway.country,
        timezone=gateway.timezone,
        today=now.astimezone(ZoneInfo(gateway.timezone)).date(),
    )
    return run(engine, kind, file, setting, settings.trade_rules(), now, who=who)
