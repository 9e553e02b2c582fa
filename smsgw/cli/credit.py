"""smsgw credit: how far above its limit a dealer may go, until when, by whose word and why."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import reading_session, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

app = options.app(help="Credit above the limit: override, list, revoke.")

Dealer = Annotated[str, typer.Argument(metavar="DEALER", help="Such as D1002.", show_default=False)]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, for the list and the trail.")]


@app.command()
def override(
    dealer: Dealer,
    amount: Annotated[str, typer.Option(metavar="MONEY", help="Above the limit, in its currency.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day, such as 2026-12-31.")],
    why: Why,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Let a dealer owe and order more than its limit for some days."""
    from smsgw.business.money.actions import raise_limit
    from smsgw.cli.common.arguments import day as read_day

    day = read_day(until, "--until")
    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        done = raise_limit(session, dealer.upper(), amount, day, why)
    if json:
        json_line(done)
    else:
        print_line(f"{done['dealer']}: {done['amount']} {done['currency']} above its limit until {done['until']}")


@app.command()
def revoke(dealer: Dealer, why: Why, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """End what a limit is raised by, before its day."""
    from smsgw.business.money.actions import end_raise

    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        done = end_raise(session, dealer.upper(), why)
    if json:
        json_line(done)
    else:
        print_line(f"{done['dealer']}: the limit is as it was, without {done['amount']} {done['currency']}")


@app.command(name="list")
def list_(
    dealer: options.OfDealer = None,
    ended: Annotated[bool, typer.Option("--all", help="Also those that are in force no more.")] = False,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print whose limit is raised, by how much and whom; with --json one object a line."""
    from smsgw.business.money.actions import list_raises

    code = dealer.upper() if dealer is not None else None
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_raises(session, code, ended=ended)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("dealer", "above", "", "until", "state", "by", "at", "why"),
        [
            [f["dealer"], f["amount"], f["currency"], f["until"], f["state"], f["by"], f["at"], f["why"]]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )
