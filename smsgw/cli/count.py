"""smsgw count: stock-takes that wait for a decision, rounds of them, and what they differ in from the book."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, reading_session, with_files_stored, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table
from smsgw.values import harmless

app = options.app(help="Stock-takes: decide those that wait, open rounds, list differences.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="Such as K1001.", show_default=False)]
Number = Annotated[int, typer.Argument(metavar="ROUND", help="Its number.", min=1, show_default=False)]


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    BOOKED = "booked"
    UNDONE = "undone"


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option(help="waiting: for headquarters to decide.")] = State.WAITING,
    limit: options.AtMost = 1_000,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print counts, the newest first; with --json one object a line."""
    from smsgw.business.counts.actions import list_counts
    from smsgw.business.counts.rules import UNDECIDED

    states = UNDECIDED if state is State.WAITING else (state.value,)
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_counts(session, states, limit)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("count", "shop", "state", "counted", "by", "over", "under", "missing"),
        [
            [f["reference"], f["dealer"], f["state"], f["counted_at"], f["by"], f["over"], f["under"], f["missing"]]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )


@app.command()
def show(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """Print a count by model, and the sets that are not where the book has them."""
    from smsgw.business.counts.actions import show_count
    from smsgw.business.counts.rules import HERE

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = show_count(session, reference)
    if json:
        json_line(found)
        return
    print_line(f"{found['reference']} of {found['dealer']}: {found['state']}")
    for line in found.get("lines", ()):
        print_line(f"  {line['model']} {line['counted']} (book {line['book']}, {line['variance']:+d})")
    for one in found.get("sets", ()):
        if one["finding"] != HERE:
            print_line(f"  {one['imei']} {one['model'] or ''} {one['finding']}")
    if "imeis" in found:
        print_line(f"  {len(found['imeis'])} sets listed")


@app.command()
def approve(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Bring the book of the shop to what was counted; its people are told."""
    _decide(reference, "", by, config, approved=True, json=json)


@app.command()
def reject(
    reference: Reference,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why; the shop is told.")] = "",
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Leave the book of the shop as it is; its people are told."""
    _decide(reference, why, by, config, approved=False, json=json)


def _decide(reference: str, why: str, by: str | None, config: options.Config, *, approved: bool, json: bool) -> None:
    from smsgw.business.counts.actions import decide

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        state = decide(session, books, reference, approved=approved, why=why)
    if json:
        json_line({"reference": reference.upper(), "state": state})
    else:
        print_line(f"{reference.upper()}: {state}; the shop is told")


# ---- rounds


@app.command(name="open")
def open_(
    audience: Annotated[str, typer.Option(metavar="EXPR", help="Which shops: region:EAST", show_default=False)],
    until: Annotated[
        str, typer.Option(metavar="T", help="By when: 2026-06-30, or 2026-06-30T18:00", show_default=False)
    ],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Have shops count until a time: their owners are told, and reminded once if they have not counted."""
    from smsgw.business.counts.actions import open_round
    from smsgw.cli.common.arguments import until as end_of

    with working(config) as (settings, engine):
        ends_at = int(end_of(until, "--until", settings.gateway.timezone).timestamp() * 1000)
        meant = with_files_stored(settings, engine, audience)
        with writing_session(settings, engine, by) as session:
            opened = open_round(session, meant, ends_at)
    if json:
        json_line({"round": opened.round, "shops": opened.shops})
    else:
        print_line(f"round {opened.round} is open for {opened.shops} shops; see: smsgw count round {opened.round}")


@app.command()
def rounds(config: options.Config = None, json: options.Json = False) -> None:
    """Print the rounds, the newest first, and how many of their shops have counted."""
    from smsgw.business.counts.actions import list_rounds

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_rounds(session)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        ("round", "state", "until", "counted", "shops", "audience"),
        [
            [f["round"], f["state"], f["ends_at"], f["counted"], f["shops"], f["audience"]]
            for f in on_clock(found, settings.gateway.timezone)
        ],
    )


@app.command(name="round")
def round_(number: Number, config: options.Config = None, json: options.Json = False) -> None:
    """Print how a round stands, shop by shop."""
    from smsgw.business.counts.actions import show_round

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = show_round(session, number)
    if json:
        json_line(found)
        return
    print_line(f"round {number} is {found['state']}: {found['counted']} of {found['shops']} shops have counted")
    table(
        ("shop", "region", "count", "counted"),
        [
            [one["dealer"], one["region"], one["reference"] or "-", one["counted_at"]]
            for one in on_clock(found["dealers"], settings.gateway.timezone)
        ],
    )


@app.command()
def differences(
    number: Number,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print what the counts of a round differ in from the book, by shop, model and set."""
    from smsgw.business.counts.actions import list_differences
    from smsgw.business.counts.reports import DIFFERENCES

    names = [column.name for column in DIFFERENCES]
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_differences(session, number)
    if json:
        for each in found:
            json_line(each)
    elif as_csv:
        rows = [names, *([each[name] for name in names] for each in found)]
        csv.writer(sys.stdout, lineterminator="\n").writerows(
            [harmless.fill_cell(cell) for cell in row] for row in rows
        )
    else:
        shown = list(on_clock(found, settings.gateway.timezone))
        table([column.shown for column in DIFFERENCES], [[each[name] for name in names] for each in shown])


@app.command()
def close(number: Number, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """End a round before its time; nobody is reminded any more."""
    from smsgw.business.counts.actions import close_round

    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        close_round(session, number)
    if json:
        json_line({"round": number, "state": "ended"})
    else:
        print_line(f"round {number} is ended")
