"""smsgw report: what the books and the texts add up to, a report a name."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from smsgw.cli import options
from smsgw.cli.output import json_line, table

app = options.app(help="What the books and the texts add up to.")


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


From = Annotated[str | None, typer.Option("--from", metavar="T", help="From this time or day on.", show_default=False)]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="T", help="Up to this time or the end of this day.", show_default=False),
]
As = Annotated[Format, typer.Option("--format", help="How it is written.")]


@app.callback()
def report() -> None:
    """What the books and the texts add up to."""


@app.command()
def language(
    since: From = None,
    to: To = None,
    format: As = Format.TABLE,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """How texts were read: repairs by rule, problems by code, acceptance by verb, the words that nobody knew."""
    settings = options.settings_of(config)
    from smsgw.cli.moments import moment, until
    from smsgw.cli.opened import reading
    from smsgw.store.readings import language_report, stored_readings

    zone = settings.gateway.timezone
    start = moment(since, "--from", zone) if since else None
    end = until(to, "--to", zone) if to else None
    with reading(settings) as connection:
        found = language_report(stored.reading for stored in stored_readings(connection, start, end)).as_json()
    if json or format is Format.JSON:
        json_line(found)
    elif format is Format.CSV:
        _csv(found)
    else:
        _tables(found)


def _csv(found: dict[str, Any]) -> None:
    """One line a row of any section; a column that a section has not is empty."""
    columns = ("section", "name", "count", "accepted", "partial", "confirm", "rejected", "acceptance")
    out = csv.DictWriter(sys.stdout, columns, restval="", lineterminator="\n")
    out.writeheader()
    out.writerow({"section": "texts", "name": "all", "count": found["texts"], "acceptance": found["acceptance"]})
    out.writerow({"section": "texts", "name": "ignored", "count": found["ignored"]})
    for section, key in _SECTIONS.items():
        for row in found[section]:
            out.writerow({"section": section, "name": row[key], **{k: v for k, v in row.items() if k != key}})


def _tables(found: dict[str, Any]) -> None:
    print(f"{found['texts']} texts, {found['ignored']} ignored, taken as sent: {_percent(found['acceptance'])}")
    verbs = [[v["verb"] or "(none)", *(v[name] for name in _COUNTS), _percent(v["acceptance"])] for v in found["verbs"]]
    table(("verb", "commands", "accepted", "partial", "asked back", "rejected", "taken as sent"), verbs, "Verbs")
    titles = {"repairs": "Repairs", "problems": "Problems", "unknown_words": "Words that nobody knew"}
    for section, title in titles.items():
        key = _SECTIONS[section]
        table((key, "count"), [(row[key], row["count"]) for row in found[section]], title)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


_COUNTS = ("count", "accepted", "partial", "confirm", "rejected")
_SECTIONS = {"repairs": "rule", "problems": "code", "verbs": "verb", "unknown_words": "word"}
