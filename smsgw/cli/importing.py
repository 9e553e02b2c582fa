"""smsgw import: the directory, goods and money from CSV and XLSX files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from smsgw.cli.common import options
from smsgw.cli.common.opening import person
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.core.principal import Principal
    from smsgw.business.importing import Report
    from smsgw.settings.sections import Settings

app = options.app()


class WithKinds(TyperCommand):
    """A command whose help ends with the kinds of file that the subjects offer, and their columns."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from smsgw.business.importing import kinds

        with formatter.section("Kinds"):
            formatter.write_dl([(name, _header(kind.columns)) for name, kind in kinds().items()])


def _header(columns: Any) -> str:
    return ",".join((*columns.required, *(f"[{name}]" for name in columns.optional)))


@app.command(name="import", cls=WithKinds)
def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What the file holds; --help lists the kinds.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8 or GB18030, or XLSX.")],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Import a file: all of it or nothing. The same file twice changes nothing; every bad line is listed."""
    settings = options.settings_of(config)
    from smsgw.business.importing import kind_named
    from smsgw.cli.common.opening import migrated

    kind_named(kind)
    report = import_file(migrated(settings), settings, kind, file, person(by))
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


def import_file(engine: Engine, settings: Settings, kind: str, file: Path, principal: Principal) -> Report:
    """Import a file under the settings of a deployment; raises BadTable with every fault."""
    from datetime import UTC, datetime

    from smsgw.business.importing import run
    from smsgw.language.naming import import_setting

    now = datetime.now(UTC)
    gateway = settings.gateway
    setting = import_setting(
        settings.grammar_directories,
        settings.reply_directories,
        language=gateway.language,
        country=gateway.country,
        timezone=gateway.timezone,
        now=now,
    )
    return run(engine, kind, file, setting, settings.trade_rules(), principal, now)
