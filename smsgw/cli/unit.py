"""smsgw unit: a set that is lost is written off, and one that was found is in a stock again."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, print_line

app = options.app(help="Single sets: lost, found. Where one has been: smsgw show unit.")

Imei = Annotated[str, typer.Argument(metavar="IMEI", help="Either of its numbers.", show_default=False)]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Stands on the trail.", show_default=False)]


@app.command()
def lost(
    imei: Imei,
    why: Why,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Write a set off that is lost; after a short delivery, say which it was."""
    from smsgw.business.receipts.actions.losses import lose_set

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = lose_set(session, books, imei, why)
    if json:
        json_line(done)
    else:
        print_line(f"{done['imei']} {done['model']}: lost" + (f", from {done['at']}" if done["at"] else ""))


@app.command()
def found(
    imei: Imei,
    why: Why,
    place: Annotated[
        str | None,
        typer.Option("--at", metavar="CODE", help="The shop or depot; else where it was lost.", show_default=False),
    ] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Put a lost set back into the stock of a shop or a depot."""
    from smsgw.business.receipts.actions.losses import find_set

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = find_set(session, books, imei, why, place)
    if json:
        json_line(done)
    else:
        print_line(f"{done['imei']} {done['model']}: {done['state'].replace('_', ' ')} at {done['at']}")
