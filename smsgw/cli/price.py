"""smsgw price: price cuts that are planned, what they would come to, and their announcement."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, reading_session, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table
from smsgw.errors import refuse

app = options.app(help="Price cuts: plan, list, announce.")

Model = Annotated[str, typer.Argument(metavar="MODEL", help="Such as A350.", show_default=False)]
From = Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, such as 2026-12-05.")]
Tier = Annotated[str | None, typer.Option(metavar="CODE", help="Of this tier's list.", show_default=False)]
Region = Annotated[str | None, typer.Option(metavar="CODE", help="Of this region's list.", show_default=False)]
Dealer = Annotated[str | None, typer.Option(metavar="CODE", help="Of this dealer's list.", show_default=False)]


@app.command()
def plan(
    model: Model,
    price: Annotated[str, typer.Argument(metavar="PRICE", help="What dealers pay then.", show_default=False)],
    day: From,
    tier: Tier = None,
    region: Region = None,
    dealer: Dealer = None,
    retail: Annotated[str | None, typer.Option(metavar="PRICE", help="Retail, if it changes.")] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Keep a cut to come, and print what it would cost by shop; nobody hears of it."""
    from smsgw.business.protection.actions.cuts import plan_cut
    from smsgw.cli.common.arguments import day as read_day

    on, key = read_day(day, "--from"), _list(tier, region, dealer)
    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        done = plan_cut(session, model.upper(), price, on, key, retail)
    _print(done, json)


@app.command()
def announce(
    model: Model,
    day: From,
    tier: Tier = None,
    region: Region = None,
    dealer: Dealer = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Put a planned price on its list: from now on PRICE tells it."""
    from smsgw.business.protection.actions.cuts import announce_cut
    from smsgw.cli.common.arguments import day as read_day

    on, key = read_day(day, "--from"), _list(tier, region, dealer)
    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = announce_cut(session, books, model.upper(), on, key)
    _print(done, json)
    if not json:
        print_line(f"tell the shops: a broadcast with {{protected:{model.upper()}}} and {{protection:{model.upper()}}}")


@app.command(name="list")
def list_(config: options.Config = None, json: options.Json = False) -> None:
    """Print the cuts that are planned or announced."""
    from smsgw.business.protection.actions.cuts import list_cuts

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_cuts(session)
    if json:
        for each in found:
            json_line(each)
        return
    found = on_clock(found, settings.gateway.timezone)
    table(
        ("model", "from", "for", "price", "planned by", "announced"),
        [
            [f["model"], f["from"], f["for"], f"{f['price']} {f['currency']}", f["planned_by"], f["announced_at"]]
            for f in found
        ],
    )


def _list(tier: str | None, region: str | None, dealer: str | None) -> tuple[str, str]:
    named = [(kind, code.upper()) for kind, code in (("tier", tier), ("region", region), ("dealer", dealer)) if code]
    if len(named) > 1:
        refuse("a price is for one tier, one region or one dealer, or for everybody")
    return named[0] if named else ("", "")


def _print(done: dict[str, Any], json: bool) -> None:
    if json:
        json_line(done)
        return
    print_line(f"{done['model']} at {done['price']} {done['currency']} from {done['from']} for {done['for']}")
    columns = ("off", "held", "in_transit", "too_old", "amount", "with_transit")
    table(
        ("shop or region", "off", "held", "on the way", "too old", "comes to", "with those on the way"),
        [
            [each.get("dealer") or each.get("region") or "all", *(each.get(column) for column in columns)]
            for each in (*done["dealers"], *done["regions"], done["total"])
        ],
    )
