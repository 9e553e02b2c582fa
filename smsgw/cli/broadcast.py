"""smsgw broadcast: what headquarters sends, from the draft to what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from smsgw.cli import options, standing
from smsgw.cli.desk import By, now, office_of, who
from smsgw.cli.opened import working
from smsgw.cli.output import json_line, pairs, table

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from smsgw.business.broadcasts.rules.draft import Draft, Preview
    from smsgw.settings.sections import Settings

app = options.app(help="Broadcasts: write, approve, send and watch them.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The broadcast, such as B1001.", show_default=False)]


@app.command()
def create(
    audience: Annotated[
        str, typer.Option(metavar="EXPR", help="To whom: region:EAST and not tier:C", show_default=False)
    ],
    text: Annotated[
        list[str],
        typer.Option(metavar="[LANG=]TEXT", help="What, once for each language; with fields such as {dealer}."),
    ],
    name: Annotated[str, typer.Option(metavar="N", help="What it is called.")] = "",
    topic: Annotated[str, typer.Option(metavar="TOPIC", help="What it is about, for those who sent STOP topic.")] = "",
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="[LANG=]A|B|…", help="Makes it a survey: the answers, once for each language."),
    ] = None,
    answers_until: Annotated[
        str | None, typer.Option("--answers-until", metavar="T", help="Until when a survey takes answers.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="T", help="When it goes out; else when it is started.")] = None,
    cron: Annotated[str | None, typer.Option(metavar="RULE", help="Repeatedly: '0 9 * * 1' is Mondays at 9.")] = None,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="The clock of the rule; else the gateway's.")] = None,
    link: Annotated[str | None, typer.Option(metavar="NAME", help="By this link alone.")] = None,
    pace: Annotated[int | None, typer.Option(metavar="N", min=1, help="Most texts a minute.")] = None,
    window: Annotated[
        str, typer.Option(metavar="HOURS", help="09:00-20:00 on each recipient's clock; else broadcast.window.")
    ] = "",
    valid: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How long it is valid after its start: 30m, 4h, 2d.")
    ] = None,
    flash: Annotated[bool, typer.Option("--flash", help="Shown at once and not kept by the phone (class 0).")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Write a draft, and print who would get it and what it would cost. Nothing is sent."""
    from smsgw.business.broadcasts.rules.draft import Draft
    from smsgw.business.expectations.rules import span_of
    from smsgw.cli.moments import moment

    with working(config) as (settings, engine):
        office = office_of(settings, engine)
        clock = settings.gateway.timezone
        moments = {
            name: int(moment(said, f"--{name}", clock).timestamp() * 1000) if said else None
            for name, said in (("at", at), ("answers-until", answers_until))
        }
        answers = {
            spoken: [each.strip() for each in said.split("|")]
            for spoken, said in office.by_language(option or ()).items()
        }
        draft = Draft(
            audience=audience,
            texts=office.by_language(text),
            name=name,
            topic=office.topic(topic),
            options=answers,
            answers_until=office.answers_until(answers, moments["answers-until"], now()),
            message_class=0 if flash else None,
            link=link,
            pace=pace,
            window=window,
            valid_minutes=span_of(valid).rough // 60 if valid else None,
            at=moments["at"],
            cron=cron,
            zone=(zone or clock) if cron else None,
            author=who(by),
        )
        reference, expected = office.create(draft, now())
    if json:
        from smsgw.business.broadcasts.reports import outlook

        json_line({"reference": reference, **outlook(expected)})
        return
    print(f"{reference} is a draft")
    _tell(draft, expected)
    print(f"send it with: smsgw broadcast start {reference}")


def _tell(draft: Draft, expected: Preview) -> None:
    from smsgw.values.money import decimal

    skipped = ", ".join(f"{reason} {number}" for reason, number in expected.skipped.items())
    print(f"  to {expected.recipients:,} people" + (f"; left out: {skipped}" if skipped else ""))
    for cost in expected.links:
        print(
            (f"  on {cost.link}: " if cost.link else "  ")
            + f"{cost.parts:,} parts ({', '.join(cost.alphabets) or 'none'}), {cost.average} on average and "
            f"{cost.longest} at most for one, {decimal(cost.cost, expected.currency)} {expected.currency}"
        )
    for sample in expected.samples:
        print(f"  {sample.phone} ({sample.language}, {sample.alphabet}, {sample.parts}): {sample.text}")


@app.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many of the latest.")] = 50,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """The broadcasts, the newest first."""
    from smsgw.business.broadcasts.books import broadcasts
    from smsgw.store import engine as opening
    from smsgw.store.instants import iso

    with working(config) as (_, engine), opening.reading(engine).connect() as connection:
        rows = broadcasts.listing(connection, limit)
        found = [
            {
                "reference": row["reference"],
                "name": row["name"],
                "state": row["state"],
                "recipients": row["recipients"],
                "author": row["author"],
                "created_at": iso(row["created_at"]),
                "scheduled_at": iso(row["scheduled_at"]),
                "series": row["series"],
            }
            for row in rows
        ]
    if json:
        json_line(found)
    else:
        columns = ("reference", "name", "state", "recipients", "author", "created_at", "scheduled_at")
        table(columns, [[row[column] for column in columns] for row in found])


@app.command()
def show(
    reference: Reference,
    results: Annotated[bool, typer.Option("--results", help="Also by region and reason.")] = False,
    left_out: Annotated[bool, typer.Option("--left-out", help="Also who was excluded, and why.")] = False,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """The state of a broadcast, and the outcomes of its texts."""
    from smsgw.store import engine as opening

    with working(config) as (settings, engine), opening.reading(engine).connect() as connection:
        found = standing.standing(connection, settings, reference, results=results, left_out=left_out)
    if json:
        json_line(found)
    else:
        pairs(found)


@app.command()
def approve(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Approve a draft: the second person that it needs above the limits."""
    from smsgw.business.broadcasts.books import broadcasts

    _step(
        config, json, reference, lambda c, s: broadcasts.approve(c, reference, who(by), now(), s.broadcast.allowance())
    )


@app.command()
def start(
    reference: Reference,
    at_once: Annotated[bool, typer.Option("--now", help="Do not wait for its time.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show its progress until it is done.")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Send it: approves a draft where one person may, and releases it at once, or at its time."""
    from smsgw.business.broadcasts.books import broadcasts

    def started(connection: Connection, settings: Settings) -> str:
        return broadcasts.start(connection, reference, who(by), now(), settings.broadcast.allowance(), early=at_once)

    _step(config, json, reference, started)
    if not json:
        with working(config) as (settings, engine), engine.connect() as connection:
            row = broadcasts.find(connection, reference)
            closed = settings.broadcast.calendar(settings.gateway.timezone, row["window"])
            if row["state"] == "running" and not closed.is_open(now() / 1000):
                local = datetime.fromtimestamp(closed.opening(now() / 1000), ZoneInfo(settings.gateway.timezone))
                print(f"quiet hours in {settings.gateway.timezone}: it begins there at {local:%H:%M on %d %b}")
    if watch:
        standing.follow(config, reference)


@app.command()
def pause(
    reference: Reference,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the trail.")] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Submit nothing more until it is resumed; what is being submitted is finished."""
    from smsgw.business.broadcasts.books import broadcasts

    _step(config, json, reference, lambda c, s: broadcasts.pause(c, reference, who(by), now(), why))


@app.command()
def resume(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Continue where it was paused."""
    from smsgw.business.broadcasts.books import broadcasts

    _step(config, json, reference, lambda c, s: broadcasts.resume(c, reference, who(by), now()))


@app.command()
def cancel(
    reference: Reference,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the trail.")] = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """End it: nothing more is ever submitted."""
    from smsgw.business.broadcasts.books import broadcasts

    _step(config, json, reference, lambda c, s: broadcasts.cancel(c, reference, who(by), now(), why))


@app.command()
def retry(
    reference: Reference,
    reason: Annotated[
        list[str] | None,
        typer.Option(metavar="REASON", help="Only what failed for this, as --results shows it; repeatable."),
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Also texts with unknown outcome.")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Send again what failed or expired."""
    from smsgw.business.broadcasts.books import broadcasts

    def again(connection: Connection, settings: Settings) -> str:
        broadcasts.retry(connection, reference, who(by), now(), reasons=reason or (), unknown=unknown)
        return "running"

    _step(config, json, reference, again)


def _step(config: Path | None, json: bool, reference: str, step: Callable[[Connection, Settings], str]) -> None:
    with working(config) as (settings, engine), engine.begin() as connection:
        state = step(connection, settings)
    if json:
        json_line({"reference": reference.upper(), "state": state})
    else:
        print(f"{reference.upper()} is {state}")


@app.command()
def test(
    reference: Reference,
    to: Annotated[list[str], typer.Option(metavar="PHONE", help="To this phone; repeatable.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Send the text to chosen phones at once, filled in as for its first recipient."""
    from smsgw.business.broadcasts.books import broadcasts
    from smsgw.business.broadcasts.books import test_sends as trials
    from smsgw.cli.phones import e164

    with working(config) as (settings, engine):
        phones = [e164(said, settings.gateway.country) for said in to]
        with engine.begin() as connection:
            row = broadcasts.find(connection, reference)
            sent = trials.send(connection, row, phones, who(by), now(), settings.gateway.timezone)
    if json:
        json_line({"reference": row["reference"], "messages": sent})
    else:
        print(f"{row['reference']} goes to {', '.join(phones)}")


@app.command()
def watch(reference: Reference, config: options.Config = None) -> None:
    """Show its progress, its rate and when it will be done, until it is."""
    standing.follow(config, reference)
