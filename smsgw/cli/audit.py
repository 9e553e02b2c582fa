"""smsgw audit: who did what, everything that concerns one phone, and the proof that the trail is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line
from smsgw.errors import SmsgwError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = options.app()

_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{4,}\Z")
_REFERENCE = re.compile(r"[A-Za-z][0-9]+\Z")


@app.command()
def audit(
    subject: Annotated[
        str | None,
        typer.Argument(help="A broadcast such as B1001, a phone, a saved audience, or token:NAME; else everything."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHO", help="Only what this person or token did.")] = None,
    since: Annotated[str | None, typer.Option(metavar="T", help="From this time or day on.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most the latest N.")] = 1_000,
    verify: Annotated[bool, typer.Option("--verify", help="Prove that no row was changed or removed.")] = False,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print who did what, oldest first; of a phone, all that it said and was sent and what it was excluded from."""
    settings = options.settings_of(config)
    from smsgw.cli.common.arguments import moment
    from smsgw.cli.common.opening import reading
    from smsgw.store.instants import to_ms

    if verify and (subject or by or since):
        raise UsageError("--verify proves the whole trail; leave out what it is narrowed to")
    start = to_ms(moment(since, "--since", settings.gateway.timezone)) if since else 0
    with reading(settings, in_order=verify) as connection:
        if verify:
            _prove(connection, json)
            return
        if subject is not None and _PHONE.match(subject):
            found = _of_phone(connection, subject, settings.gateway.country, by, start)[-limit:]
        else:
            found = _entries(connection, subject, by, start, limit)
    if json:
        json_line(found)
        return
    for event in found:
        print(_line(event))


def _of_phone(connection: Connection, said: str, country: str, by: str | None, since: int) -> list[dict[str, Any]]:
    from smsgw.business.figures.reports.trail import of_phone
    from smsgw.cli.common.arguments import e164

    found = of_phone(connection, e164(said, country), since)
    return [event for event in found if by is None or event.get("who") == by]


def _entries(
    connection: Connection, subject: str | None, by: str | None, since: int, limit: int
) -> list[dict[str, Any]]:
    from smsgw.store import audit as trail
    from smsgw.store.instants import iso

    about = subject.upper() if subject is not None and _REFERENCE.match(subject) else subject
    return [
        {
            "at": iso(entry.at),
            "who": entry.who,
            "what": entry.what,
            "subject": entry.subject,
            "detail": entry.detail,
            "sealed": entry.sealed,
        }
        for entry in trail.entries(connection, subject=about, who=by, since=since, limit=limit)
    ]


def _prove(connection: Connection, json: bool) -> None:
    from smsgw.cli.common.opening import now
    from smsgw.store import audit as trail

    rows, waiting, seal, at = 0, 0, None, now()
    faults = []
    for row in trail.proof(connection):
        rows += 1
        if row.waits:
            waiting += 1
        else:
            seal = row.kept
        fault = trail.fault_of(row, at)
        if fault is not None:
            faults.append(fault)
    if json:
        json_line({"rows": rows, "seal": seal, "unsealed": waiting, "faults": faults})
    else:
        for fault in faults:
            print(fault)
    if faults:
        raise SmsgwError("the trail is not as it was written; keep a copy of the database")
    if not json:
        just_written = f", {waiting} of them just written and not sealed yet" if waiting else ""
        print(f"the trail is whole: {rows} rows{just_written}" + (f", sealed {seal}" if seal else ""))


def _line(event: dict[str, Any]) -> str:
    """An event for people: when, what, and the rest by name; the words of a text at the end."""
    rest = {name: value for name, value in event.items() if name not in ("at", "what", "text", "detail", "sealed")}
    told = [event["at"], event["what"]]
    told += [f"{name} {', '.join(value) if isinstance(value, list) else value}" for name, value in rest.items()]
    detail = event.get("detail")
    if isinstance(detail, dict):
        told += [f"{name} {value}" for name, value in detail.items() if value not in (None, "")]
    elif detail:
        told.append(str(detail))
    if not event.get("sealed", True):
        told.append("not sealed yet")
    return "  ".join(told) + (f"  {event['text']}" if event.get("text") else "")
