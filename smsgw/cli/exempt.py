"""smsgw exempt: days on which a dealer, a region or everybody need not report, also days that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import reading_session, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, print_line, table

if TYPE_CHECKING:
    from smsgw.business.expectations.actions import Exempted

app = options.app(help="Days on which nobody of a dealer or region must report.")

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
    """Exempt days; reports that were missing on them count as excused from now on."""
    from smsgw.business.expectations.actions import exempt

    days = _days(day)
    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        done = exempt(session, whom, days, why)
    _say(done, "need not", json)


@app.command()
def remove(whom: Whom, day: Days, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Expect reports of exempted days again."""
    from smsgw.business.expectations.actions import expect_again

    days = _days(day)
    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        done = expect_again(session, whom, days)
    _say(done, "must", json)


@app.command(name="list")
def list_(
    whom: Annotated[str | None, typer.Option(metavar="WHOM", help="Only of this dealer, region, or all.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="From this day on.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Up to this day.")] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """The exempted days in their order, with whom and why; [broadcast] holidays exempt everybody in addition."""
    from smsgw.business.expectations.actions import list_exempted
    from smsgw.cli.common.arguments import day as day_of

    first, last = (day_of(said, option) if said else None for said, option in ((since, "--from"), (to, "--to")))
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = [
            {"whom": each, "day": on.isoformat(), "why": why}
            for each, on, why in list_exempted(session, whom, first, last)
        ]
    if json:
        json_line(found)
    else:
        table(("whom", "day", "why"), [[row["whom"], row["day"], row["why"]] for row in found])


def _days(said: Sequence[str]) -> set[date]:
    from smsgw.cli.common.arguments import days

    return {day for each in said for day in days(each, "DAY")}


def _say(done: Exempted, must: str, json: bool) -> None:
    named = [day.isoformat() for day in done.days]
    if json:
        json_line({"whom": done.whom, "days": named, "reports": done.reports})
        return
    on = named[0] if len(named) == 1 else f"{len(named)} days from {named[0]} to {named[-1]}"
    changes = f"changes {done.reports:,} report" + ("" if done.reports == 1 else "s")
    print_line(f"{done.whom} {must} report on {on}: {changes}")
