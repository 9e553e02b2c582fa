"""smsgw import: the directory, goods and money from CSV and XLSX files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from smsgw.cli.common import options
from smsgw.cli.common.opening import person
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, print_error, print_line

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.core.principal import Principal
    from smsgw.business.importing import Report
    from smsgw.settings.sections import Settings
    from smsgw.tables.fault import BadTable
    from smsgw.tables.files import Choice

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
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX, as people have them.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say everything that the import would do, and change nothing.")
    ] = False,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook; else the first that is not hidden."),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help="The encoding of a CSV file, such as big5 or windows-1252."),
    ] = None,
    retail_below_dealer: Annotated[
        bool, typer.Option("--retail-below-dealer", help="Take prices whose retail is below what dealers pay.")
    ] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Import a file: all of it or nothing. The same file twice changes nothing; every bad line is listed."""
    settings = options.settings_of(config)
    from smsgw.business.importing import kind_named
    from smsgw.cli.common.opening import migrated
    from smsgw.tables.fault import BadTable
    from smsgw.tables.files import Choice

    kind_named(kind)
    choice = Choice(sheet, encoding)
    try:
        report = import_file(
            migrated(settings),
            settings,
            kind,
            file,
            person(by),
            choice,
            keep=not dry_run,
            retail_below_dealer=retail_below_dealer,
        )
    except BadTable as bad:
        if dry_run and json:
            json_line(_refused(kind, bad))
            raise typer.Exit(bad.exit_status) from None
        raise
    if json:
        json_line(_told(report))
        return
    _print(report, dry_run)


def _told(report: Report) -> dict[str, Any]:
    looked = report.looked
    return {
        "kind": report.kind,
        "lines": report.lines,
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "remarks": list(report.remarks),
        "faults": [],
        "read": {
            "sheet": looked.sheet or None,
            "other_sheets": list(looked.other_sheets),
            "encoding": looked.encoding or None,
            "separator": looked.separator or None,
            "header_line": looked.header_line,
            "columns": looked.columns,
            "left_aside": list(looked.aside),
            "hidden_rows": looked.hidden_rows,
            "first_row": report.first,
        },
    }


def _refused(kind: str, bad: BadTable) -> dict[str, Any]:
    """What a dry run says of a file of which nothing would be kept."""
    faults = [
        {"line": fault.line, "column": fault.column, "value": fault.value, "message": fault.reason}
        for fault in bad.faults
    ]
    return {"kind": kind, "new": 0, "changed": 0, "same": 0, "remarks": [], "faults": faults}


def _print(report: Report, dry_run: bool) -> None:
    looked = report.looked
    (print_line if dry_run else print_error)(looked.sentence)
    if dry_run:
        renamed = [f"{name} is {called}" for name, called in looked.columns.items() if name != called]
        if renamed:
            print_line("columns: " + ", ".join(renamed))
        if report.first:
            print_line("first row: " + ", ".join(f"{column} '{cell}'" for column, cell in report.first.items() if cell))
    for remark in report.remarks:
        print_line(remark)
    lines = "1 line" if report.lines == 1 else f"{report.lines} lines"
    came = f"{report.new} new, {report.changed} changed, {report.same} as they were"
    print_line(f"{lines} of {report.kind}: " + (f"would be {came}; nothing was changed" if dry_run else came))


def import_file(
    engine: Engine,
    settings: Settings,
    kind: str,
    file: Path,
    principal: Principal,
    choice: Choice | None = None,
    *,
    keep: bool = True,
    retail_below_dealer: bool = False,
) -> Report:
    """Import a file under the settings of a deployment; raises BadTable with every fault."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from smsgw.business.importing import run
    from smsgw.language.naming import import_setting
    from smsgw.tables.files import AUTOMATIC

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
    setting = replace(setting, retail_below_dealer=retail_below_dealer)
    trade = settings.trade_rules()
    return run(engine, kind, file, setting, trade, principal, now, choice or AUTOMATIC, keep=keep)
