"""smsgw broadcast: what headquarters sends, from the draft to what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from smsgw.cli.common import options, progress
from smsgw.cli.common.opening import reading_session, with_files_stored, working, writing_session
from smsgw.cli.common.options import By, settings_of
from smsgw.cli.common.output import json_line, on_clock, pairs, print_line, table
from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from smsgw.business.broadcasts.actions import Moved
    from smsgw.business.broadcasts.rules.draft import Estimate
    from smsgw.business.core.session import Session
    from smsgw.settings.sections import Settings

_IN_A_LANGUAGE = re.compile(r"([a-z]{2,8})=(.*)\Z", re.DOTALL)

app = options.app(help="Broadcasts: write, approve, send and watch them.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The broadcast, such as B1001.", show_default=False)]
Why = Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the trail.")]


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
    valid_for: Annotated[
        str | None,
        typer.Option("--valid-for", metavar="SPAN", help="How long it is valid after its start: 30m, 4h, 2d."),
    ] = None,
    flash: Annotated[bool, typer.Option("--flash", help="Shown at once and not kept by the phone (class 0).")] = False,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Write a draft, and print who would get it and what it would cost. Nothing is sent."""
    from smsgw.business.broadcasts import actions
    from smsgw.business.broadcasts.rules.draft import Draft
    from smsgw.business.expectations.rules import span_of
    from smsgw.cli.common.arguments import moment

    with working(config) as (settings, engine):
        clock = settings.gateway.timezone
        moments = {
            name: int(moment(said, f"--{name}", clock).timestamp() * 1000) if said else None
            for name, said in (("at", at), ("answers-until", answers_until))
        }
        answers = _by_language(settings, option or ())
        draft = Draft(
            audience=with_files_stored(settings, engine, audience),
            texts=_by_language(settings, text),
            name=name,
            topic=topic,
            options={spoken: [each.strip() for each in said.split("|")] for spoken, said in answers.items()},
            answers_until=moments["answers-until"],
            message_class=0 if flash else None,
            link=link,
            pace=pace,
            window=window,
            valid_minutes=span_of(valid_for).rough // 60 if valid_for else None,
            at=moments["at"],
            cron=cron,
            zone=zone,
        )
        with reading_session(settings, engine, by) as session:
            estimated = actions.estimate(session, draft)
        with writing_session(settings, engine, by) as session:
            reference = actions.create(session, estimated)
    if json:
        from smsgw.business.broadcasts.reports import estimate_json

        json_line({"reference": reference, **estimate_json(estimated.estimate)})
        return
    print_line(f"{reference} is a draft")
    _print_estimate(estimated.estimate)
    print_line(f"send it with: smsgw broadcast start {reference}")


def _by_language(settings: Settings, texts: Iterable[str]) -> dict[str, str]:
    """`zh=…`, `en=…` or a text without a language, which is in the deployment's; that comes first.

    Raises SmsgwError for a language that is there twice.
    """
    from smsgw.language.replies.replies import languages_of

    own, languages = settings.gateway.language, languages_of(settings.reply_directories)
    found: dict[str, str] = {}
    for text in texts:
        named = _IN_A_LANGUAGE.match(text)
        spoken, words = (named[1], named[2]) if named and named[1] in languages else (own, text)
        if spoken in found:
            raise SmsgwError(f"there are two texts in {spoken}; write --text zh=… for another language")
        found[spoken] = words
    return dict(sorted(found.items(), key=lambda each: each[0] != own))


def _print_estimate(estimate: Estimate) -> None:
    from smsgw.values.money import decimal

    excluded = ", ".join(f"{reason} {number}" for reason, number in estimate.excluded.items())
    print_line(f"  to {estimate.recipients:,} people" + (f"; excluded: {excluded}" if excluded else ""))
    for cost in estimate.links:
        print_line(
            (f"  on {cost.link}: " if cost.link else "  ")
            + f"{cost.parts:,} parts ({', '.join(cost.alphabets) or 'none'}), {cost.average} on average and "
            f"{cost.longest} at most for one, {decimal(cost.cost, estimate.currency)} {estimate.currency}"
        )
    for sample in estimate.samples:
        print_line(f"  {sample.phone} ({sample.language}, {sample.alphabet}, {sample.parts}): {sample.text}")


@app.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many of the latest.")] = 50,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """The broadcasts, the newest first."""
    from smsgw.business.broadcasts import actions

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = actions.list_latest(session, limit)
    if json:
        json_line(found)
    else:
        columns = ("reference", "name", "state", "recipients", "author", "created_at", "scheduled_at")
        names = ("", "name", "state", "people", "author", "created", "scheduled")
        told = on_clock(found, settings.gateway.timezone)
        table(names, [[row[column] for column in columns] for row in told])


@app.command()
def show(
    reference: Reference,
    results: Annotated[bool, typer.Option("--results", help="Also by region and reason.")] = False,
    excluded: Annotated[bool, typer.Option("--excluded", help="Also who was excluded, and why.")] = False,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """How a broadcast progresses: its state, and what became of its texts."""
    from smsgw.business.broadcasts import actions

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = actions.show(session, reference, results=results, excluded=excluded)
    if json:
        json_line(found)
    else:
        pairs(on_clock(found, settings.gateway.timezone))


@app.command()
def approve(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Approve a draft: the second person that it needs above the limits."""
    from smsgw.business.broadcasts import actions

    _step(config, json, by, lambda session: actions.approve(session, reference))


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
    from smsgw.business.broadcasts import actions

    moved = _step(config, json, by, lambda session: actions.start(session, reference, early=at_once))
    if not json and moved.opens_at is not None:
        zone = settings_of(config).gateway.timezone
        opens = datetime.fromtimestamp(moved.opens_at / 1000, ZoneInfo(zone))
        print_line(f"quiet hours in {zone}: it begins there at {opens:%H:%M on %d %b}")
    if watch:
        progress.follow(config, reference)


@app.command()
def pause(
    reference: Reference,
    why: Why = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Submit nothing more until it is resumed; what is being submitted is finished."""
    from smsgw.business.broadcasts import actions

    _step(config, json, by, lambda session: actions.pause(session, reference, why))


@app.command()
def resume(reference: Reference, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Continue where it was paused."""
    from smsgw.business.broadcasts import actions

    _step(config, json, by, lambda session: actions.resume(session, reference))


@app.command()
def cancel(
    reference: Reference,
    why: Why = None,
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """End it: nothing more is ever submitted."""
    from smsgw.business.broadcasts import actions

    _step(config, json, by, lambda session: actions.cancel(session, reference, why))


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
    from smsgw.business.broadcasts import actions

    _step(config, json, by, lambda session: actions.retry(session, reference, reasons=reason or (), unknown=unknown))


def _step(config: Path | None, json: bool, by: str | None, step: Callable[[Session], Moved]) -> Moved:
    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        moved = step(session)
    if json:
        json_line({"reference": moved.reference, "state": moved.state})
    else:
        print_line(f"{moved.reference} is {moved.state}")
    return moved


@app.command()
def test(
    reference: Reference,
    to: Annotated[list[str], typer.Option(metavar="PHONE", help="To this phone; repeatable.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Send the text to chosen phones at once, filled in as for its first recipient."""
    from smsgw.business.broadcasts import actions
    from smsgw.cli.common.arguments import e164

    with working(config) as (settings, engine):
        phones = [e164(said, settings.gateway.country) for said in to]
        with writing_session(settings, engine, by) as session:
            sent = actions.send_test(session, reference, phones)
    if json:
        json_line({"reference": sent.reference, "messages": list(sent.messages)})
    else:
        print_line(f"{sent.reference} goes to {', '.join(phones)}")


@app.command()
def watch(reference: Reference, config: options.Config = None) -> None:
    """Show its progress, its rate and when it will be done, until it is."""
    progress.follow(config, reference)
