"""smsgw excuse: days on which a dealer, a region or everybody need not report, also days that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from smsgw.cli import options
from smsgw.cli.desk import By, now, who
from smsgw.cli.opened import working
from smsgw.cli.output import json_line, table
from smsgw.errors import SmsgwError

app = options.app(help="Days on which nobody of a dealer or region must report.")

ALL = "all"
Whom = Annotated[str, typer.Argument(metavar="WHOM", help="A dealer, a region, or all.", show_default=False)]
Days = Annotated[
    list[str],
    typer.Argument(metavar="DAY…", help="2026-05-01, or 2026-05-01..2026-05-05; several.", show_default=False),
]


@app.command()
def add(
    whom: Whom,
    day: Days,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the list and the trail.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Excuse days; reports that were missing on them count as excused from now on."""
    if not why.strip():
        raise SmsgwError("--why must say why; whoever reads the rates will ask")
    _change(config, whom, day, why.strip(), by, json)


@app.command()
def remove(whom: Whom, day: Days, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Expect reports of excused days again."""
    _change(config, whom, day, None, by, json)


@app.command(name="list")
def list_(
    whom: Annotated[str | None, typer.Option(metavar="WHOM", help="Only of this dealer, region, or all.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="From this day on.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Up to this day.")] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """The excused days in their order, with whom and why; [broadcast] holidays excuse everybody in addition."""
    from smsgw.business.expectations.books import expectations
    from smsgw.cli.moments import day as day_of
    from smsgw.store import engine as opening

    first, last = (day_of(said, option) if said else None for said, option in ((since, "--from"), (to, "--to")))
    with working(config) as (_, engine), opening.reading(engine).connect() as connection:
        code = expectations.whom(connection, whom) if whom is not None else None
        found = [
            {"whom": each or ALL, "day": on.isoformat(), "why": why}
            for each, on, why in expectations.excused(connection, code, first, last)
        ]
    if json:
        json_line(found)
    else:
        table(("whom", "day", "why"), [[row["whom"], row["day"], row["why"]] for row in found])


def _change(config: Path | None, whom: str, said: Sequence[str], why: str | None, by: str | None, json: bool) -> None:
    """Excuse the days for a reason, or expect their reports again where there is none."""
    from smsgw.business.expectations.books import expectations
    from smsgw.cli.moments import days as days_of
    from smsgw.store import audit

    days = sorted({day for each in said for day in days_of(each, "DAY")})
    with working(config) as (settings, engine), engine.begin() as connection:
        code, at = expectations.whom(connection, whom), now()
        holidays = frozenset(date.fromisoformat(day) for day in settings.broadcast.holidays)
        zone = settings.gateway.timezone
        expectations.claim(connection, at, wait=True)
        there = {day for _, day, _ in expectations.excused(connection, code, days[0], days[-1])}
        if why is not None:
            changed = expectations.excuse(connection, settings.rules(), code, days, why, at, zone, holidays)
            what = "days excused"
        else:
            if missing := [day for day in days if day not in there]:
                raise SmsgwError(f"{missing[0]} is not excused for {code or ALL}; `smsgw excuse list` shows what is")
            changed = expectations.expect_again(connection, settings.rules(), code, days, at, zone, holidays)
            what = "days expected again"
        named = [day.isoformat() for day in days]
        detail = {"days": named, "reports": changed} | ({"why": why} if why is not None else {})
        audit.record(connection, at, who(by), what, code or ALL, detail)
    if json:
        json_line({"whom": code or ALL, "days": named, "reports": changed})
        return
    on = named[0] if len(named) == 1 else f"{len(named)} days from {named[0]} to {named[-1]}"
    print(f"{code or ALL} {'need not' if why is not None else 'must'} report on {on}: {_reports(changed)}")


def _reports(changed: int) -> str:
    return f"changes {changed:,} report" + ("" if changed == 1 else "s")
