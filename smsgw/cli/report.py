"""smsgw report: what the books and the texts add up to, a report a name, each as its subject offers it."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.offered import Offered, as_command
from smsgw.cli.common.output import json_line, print_line, table
from smsgw.errors import UsageError
from smsgw.values import harmless

if TYPE_CHECKING:
    from smsgw.business.core.reporting import Column, Findings, Parameter, Report, Row


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


As = Annotated[Format, typer.Option("--format", help="How it is written.")]


class Reports(Offered):
    """The reports of all subjects."""

    @staticmethod
    def offered() -> Mapping[str, Callable[..., None]]:
        from smsgw.business.reporting import reports

        return {name: _command_of(name, report) for name, report in reports().items()}


app = options.app(help="What the books and the texts add up to.", cls=Reports)


@app.callback()
def report() -> None:
    """What the books and the texts add up to."""


def _command_of(name: str, report: Report) -> Callable[..., None]:
    """The function that typer calls for a report: an option for each of its parameters."""

    def run(**given: Any) -> None:
        said = {each.name: given[_variable(each)] for each in report.parameters}
        _show(name, said, given["format"], given["config"], json=given["json"])

    narrowed = {_variable(each): (_option(each), None) for each in report.parameters}
    return as_command(run, report.about, {**narrowed, "format": (As, Format.TABLE)})


def _variable(parameter: Parameter) -> str:
    return f"{parameter.name}_"


def _option(parameter: Parameter) -> Any:
    help = parameter.meaning
    if parameter.choices:
        help += f" One of {', '.join(parameter.choices)}; else {parameter.choices[0]}."
    metavar = parameter.metavar or parameter.name.upper()
    return Annotated[str | None, typer.Option(f"--{parameter.name}", metavar=metavar, help=help, show_default=False)]


def _show(name: str, said: dict[str, str | None], format: Format, config: Any, *, json: bool) -> None:
    settings = options.settings_of(config)
    from smsgw.business.reporting import run_report
    from smsgw.cli.common.opening import now, reading
    from smsgw.errors import Refused

    if format is Format.XLSX and not json and sys.stdout.isatty():
        raise UsageError("a workbook cannot be shown on a terminal; write > report.xlsx after it")
    try:
        with reading(settings) as connection:
            found, whole = run_report(connection, name, said, timezone=settings.gateway.timezone, now=now())
    except Refused as refused:
        raise UsageError("; ".join(f"--{wrong.field} {wrong.message}" for wrong in refused.faults)) from None
    if json or format is Format.JSON:
        json_line(whole)
    elif format is Format.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows(_filled(_lines(found)))
    elif format is Format.XLSX:
        sys.stdout.flush()
        sys.stdout.buffer.write(_workbook(name, _filled(_lines(found))))
    else:
        _print(found)


def _lines(found: Findings) -> Iterator[list[Any]]:
    """The header and a line a row. Of sections, each line names its own, and a column that one has not is empty."""
    if not found.sections:
        names = [column.name for column in found.columns]
        yield names
        yield from ([row[name] for name in names] for row in found.rows)
        return
    others = list(dict.fromkeys(column.name for section in found.sections for column in section.columns[1:]))
    yield ["section", "name", *others]
    for section in found.sections:
        key = section.columns[0].name
        for row in section.rows:
            yield [section.key, row[key], *(row.get(name, "") for name in others)]


def _filled(lines: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """The lines with cells that no spreadsheet calculates."""
    return ([harmless.fill_cell(cell) for cell in line] for line in lines)


def _workbook(name: str, lines: Iterable[list[Any]]) -> bytes:
    from openpyxl import Workbook  # type: ignore[import-untyped]  # openpyxl has no types

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _print(found: Findings) -> None:
    if found.headline:
        print_line(found.headline)
    for section in found.sections:
        if not section.summary:
            _table(section.columns, section.rows, section.title)
    if found.sections:
        return
    if not found.rows and found.nothing:
        print_line(found.nothing)
        return
    rows = list(found.rows)
    if found.total is not None:
        blank = {column.name: "" for column in found.columns} | {
            found.columns[0].name: "all"
        }  # it has not every column
        rows.append(blank | {name: value for name, value in found.total.items() if value is not None})
    _table(found.columns, rows)


def _table(columns: Iterable[Column], rows: Iterable[Row], title: str | None = None) -> None:
    shown = list(columns)
    table([column.shown for column in shown], [[_cell(column, row) for column in shown] for row in rows], title)


def _cell(column: Column, row: Row) -> Any:
    from smsgw.business.core.reporting import SHARE

    value = row[column.name]
    if column.unit == SHARE:
        return "-" if value is None else f"{value:.1%}"
    return "(none)" if value is None and column.unit == "name" else value
