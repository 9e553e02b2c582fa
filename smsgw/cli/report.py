"""smsgw report: what the books and the texts add up to, a report a name."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from smsgw.cli import options
from smsgw.cli.output import json_line, table
from smsgw.errors import SmsgwError
from smsgw.values.nearest import or_near

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
Region = Annotated[str | None, typer.Option(metavar="CODE", help="Dealers of this region and what lies in it.")]
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
    """How texts were read: repairs by rule, problems by code, acceptance by verb, unknown words."""
    settings = options.settings_of(config)
    from smsgw.business.figures.reports.readings import language_report, stored_readings
    from smsgw.cli.moments import in_order, moment, until
    from smsgw.cli.opened import reading

    zone = settings.gateway.timezone
    in_order(since, to, zone)
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


class Per(StrEnum):
    REGION = "region"
    DEALER = "dealer"
    RULE = "rule"
    PERIOD = "period"


@app.command()
def reporting(
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="Periods from this day on.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Periods up to this day.")] = None,
    region: Region = None,
    per: Annotated[Per, typer.Option(help="What a row is of.")] = Per.REGION,
    format: As = Format.TABLE,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Who reported: expected, on time, late, missing, due, excused, and the rate of what was expected that came."""
    settings = options.settings_of(config)
    from smsgw.business.directory.books.regions import regions
    from smsgw.business.expectations import reports as figures
    from smsgw.cli.moments import day, in_order
    from smsgw.cli.opened import reading

    first, last = (day(said, option) if said else None for said, option in ((since, "--from"), (to, "--to")))
    in_order(since, to, settings.gateway.timezone)
    with reading(settings) as connection:
        within = None
        if region is not None:
            tree = regions(connection, settings.gateway.timezone)
            within = tree.within(_known(region, tree.places))
        rows = figures.rates(connection, by=per.value, since=first, until=last, regions=within)
    total = figures.total(rows)
    columns = (per.value, *_RATES)
    if json or format is Format.JSON:
        json_line({"per": per.value, "rows": rows, "total": {name: total[name] for name in _RATES}})
    elif format is Format.CSV:
        out = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    elif not rows:
        print("no report was owed then; [[report]] in the settings says who owes one")
    else:
        names = {"on_time": "on time", "on_time_rate": "on time of all"}
        shown = [[_rate(name, row[name]) for name in columns] for row in (*rows, {per.value: "all"} | total)]
        table([names.get(name, name) for name in columns], shown)


class Whose(StrEnum):
    REGION = "region"
    DEALER = "dealer"
    KEEPER = "keeper"


@app.command()
def tickets(
    since: Annotated[str | None, typer.Option("--from", metavar="T", help="Opened from this time or day on.")] = None,
    to: To = None,
    region: Region = None,
    per: Annotated[Whose, typer.Option(help="What a row is of; keeper: whoever has them.")] = Whose.REGION,
    format: As = Format.TABLE,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Tickets: opened, open, late, settled, closed, not settled after all, hours to the first answer."""
    settings = options.settings_of(config)
    from smsgw.business.directory.books.regions import regions
    from smsgw.business.tickets.reports import figures
    from smsgw.cli.desk import now
    from smsgw.cli.moments import in_order, moment, until
    from smsgw.cli.opened import reading
    from smsgw.store.instants import to_ms

    zone = settings.gateway.timezone
    in_order(since, to, zone)
    start = to_ms(moment(since, "--from", zone)) if since else None
    end = to_ms(until(to, "--to", zone)) if to else None
    with reading(settings) as connection:
        within = None
        if region is not None:
            tree = regions(connection, zone)
            within = tree.within(_known(region, tree.places))
        rows = figures(connection, by=per.value, now=now(), since=start, until=end, regions=within)
    columns = (per.value, *_TICKETS)
    if json or format is Format.JSON:
        total = {name: value for name, value in rows[-1].items() if name != per.value} if rows else None
        json_line({"per": per.value, "rows": rows[:-1], "total": total})
    elif format is Format.CSV:
        out = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows[:-1])
    elif not rows:
        print("no ticket was opened then")
    else:
        names = {"again": "not settled after all", "hours": "hours to the first answer"}
        table([names.get(name, name) for name in columns], [[row[name] for name in columns] for row in rows])


def _known(code: str, places: Mapping[str, Any]) -> str:
    """The code of a region as it is kept. Raises SmsgwError."""
    found = {each.casefold(): each for each in places}
    if code.casefold() not in found:
        raise SmsgwError(f"there is no region '{code}'{or_near(code, places)}")
    return found[code.casefold()]


def _rate(name: str, value: Any) -> Any:
    return _percent(value) if name in ("rate", "on_time_rate") else value


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
_RATES = ("expected", "on_time", "late", "missing", "due", "excused", "rate", "on_time_rate")
_TICKETS = ("opened", "open", "late", "settled", "closed", "again", "answered", "hours")
_SECTIONS = {"repairs": "rule", "problems": "code", "verbs": "verb", "unknown_words": "word"}
