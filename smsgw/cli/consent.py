"""smsgw consent: who takes notices, what each phone said of it, and a word for somebody who said it otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import booking_session, working
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smsgw.business.consent.reports import Word
    from smsgw.settings.sections import Settings

app = options.app(help="STOP and START: what phones said, and saying it for those who did not text it.")

Phone = Annotated[str, typer.Argument(metavar="PHONE", show_default=False)]
Topic = Annotated[str, typer.Option(metavar="TOPIC", help="Of notices about this; else of all.")]
Why = Annotated[
    str, typer.Option(metavar="TEXT", help="What was said or agreed to, for the trail.", show_default=False)
]


@app.command()
def show(phone: Phone, config: options.Config = None, json: options.Json = False) -> None:
    """What a phone said about notices: when, by which text or by whom for it, and what holds now."""
    from smsgw.cli.common.arguments import e164
    from smsgw.store import engine as opening

    with working(config) as (settings, engine), opening.reading(engine).connect() as connection:
        found = _told(connection, settings, e164(phone, settings.gateway.country))
    if json:
        json_line(found)
        return
    about = found["person"]
    print_line(found["phone"] + (f" ({about['name'] or 'no name'}, {about['role']})" if about else ""))
    for word in found["words"]:
        by = f"{word['author']}: {word['why']}" if word["author"] is not None else ""
        if word["message"] is not None:
            by = f"text {word['message']}: {word['text']}"
        at = on_clock(word["at"], settings.gateway.timezone)
        print_line(f"  {at} {word['word']}{' ' + word['topic'] if word['topic'] else ''}  {by}".rstrip())
    for topic, takes in found["notices"].items():
        print_line(f"  {'takes' if takes else 'takes no'} notices" + (f" of {topic}" if topic else ""))
    for number, topics in found["held_back_by"].items():
        print_line(f"  {number} of the same person said stop: {', '.join(topic or 'all notices' for topic in topics)}")


@app.command()
def stop(
    phone: Phone, why: Why, topic: Topic = "", by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Say STOP for a phone; what waits to be sent to it unasked is cancelled."""
    _decide(config, phone, topic, False, why, by, json)


@app.command()
def start(
    phone: Phone, why: Why, topic: Topic = "", by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Say START for a phone: whoever asked for it, and how, stands in --why."""
    _decide(config, phone, topic, True, why, by, json)


@app.command(name="list")
def list_(
    stopped: Annotated[bool, typer.Option("--stopped", help="Only phones that take none of these notices.")] = False,
    topic: Topic = "",
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """The phones that ever said STOP or START, and what holds now."""
    from smsgw.business.consent.actions import topic_of
    from smsgw.business.consent.reports import list_phones
    from smsgw.store import engine as opening
    from smsgw.store.instants import iso

    with working(config) as (settings, engine), opening.reading(engine).connect() as connection:
        about = topic_of(topic, settings.broadcast.topics)
        found = [
            {"phone": number, "topic": about, "takes": takes, "at": iso(at)}
            for number, takes, at in list_phones(connection, about, only_stopped=stopped)
        ]
    if json:
        json_line(found)
    else:
        told = on_clock(found, settings.gateway.timezone)
        rows = [[row["phone"], "takes" if row["takes"] else "stopped", row["at"]] for row in told]
        table(("phone", f"notices of {about}" if about else "notices", "since"), rows)


def _decide(config: Path | None, phone: str, topic: str, granted: bool, why: str, by: str | None, json: bool) -> None:
    from smsgw.business.consent.actions import record_consent
    from smsgw.business.messages.books.withdrawals import in_flight
    from smsgw.cli.common.arguments import e164

    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        number = e164(phone, settings.gateway.country)
        about, new = record_consent(session, books.consent, number, topic, granted, why)
        flying = [] if granted else in_flight(books.work, number, about)
    if json:
        json_line({"phone": number, "topic": about, "takes": granted, "changed": new, "in_flight": flying})
        return
    of = f" of {about}" if about else ""
    print_line(f"{number} takes {'' if granted else 'no '}notices{of}" + ("" if new else " already"))
    if flying:
        print_line(f"in flight and not sent any more, unless under way: {', '.join(map(str, flying))}")


def _told(connection: Connection, settings: Settings, number: str) -> dict[str, Any]:
    from smsgw.business.consent import reports as willingness

    words = willingness.list_words(connection, number)
    owner = willingness.find_person(connection, number)
    topics = settings.broadcast.topics
    held: dict[str, list[str]] = {}
    for other in owner.others if owner else ():
        takes = willingness.find_notices_taken(willingness.list_words(connection, other), topics)
        if gone := [topic for topic, taken in takes.items() if not taken]:
            held[other] = gone
    return {
        "phone": number,
        "person": {"contact": owner.contact, "name": owner.name, "role": owner.role, "dealer": owner.dealer}
        if owner
        else None,
        "words": [_word(word) for word in words],
        "notices": willingness.find_notices_taken(words, topics),
        "held_back_by": held,
    }


def _word(word: Word) -> dict[str, Any]:
    from smsgw.store.instants import iso

    return {
        "at": iso(word.at),
        "word": "START" if word.granted else "STOP",
        "topic": word.topic,
        "message": word.message,
        "text": word.text,
        "author": word.author,
        "why": word.wording,
    }
