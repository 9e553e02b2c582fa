"""smsgw audit: who did what, everything that concerns one phone, and the proof that the trail is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, on_clock, print_line
from smsgw.errors import SmsgwError, UsageError

if TYPE_CHECKING:
    from smsgw.business.core.session import Session

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
    from smsgw.business.figures.actions import list_trail, list_trail_of_phone
    from smsgw.cli.common.arguments import e164, moment
    from smsgw.cli.common.opening import reading_session, working
    from smsgw.store.instants import to_ms

    if verify and (subject or by or since):
        raise UsageError("--verify proves the whole trail; leave out what it is narrowed to")
    with working(config) as (settings, engine), reading_session(settings, engine, in_order=verify) as session:
        if verify:
            _prove(session, json)
            return
        start = to_ms(moment(since, "--since", settings.gateway.timezone)) if since else 0
        if subject is not None and _PHONE.match(subject):
            number = e164(subject, settings.gateway.country)
            found = list_trail_of_phone(session, number, who=by, since=start, limit=limit)
        else:
            about = subject.upper() if subject is not None and _REFERENCE.match(subject) else subject
            found = list_trail(session, subject=about, who=by, since=start, limit=limit)
    if json:
        json_line(found)
        return
    for event in found:
        print_line(_line(on_clock(event, settings.gateway.timezone)))


def _prove(session: Session, json: bool) -> None:
    from smsgw.business.figures.actions import prove_trail

    proof = prove_trail(session)
    if json:
        json_line({"rows": proof.rows, "seal": proof.seal, "unsealed": proof.unsealed, "faults": list(proof.faults)})
    else:
        for fault in proof.faults:
            print_line(fault)
    if proof.faults:
        raise SmsgwError("the trail is not as it was written; keep a copy of the database")
    if not json:
        just_written = f", {proof.unsealed} of them just written and not sealed yet" if proof.unsealed else ""
        sealed = f", sealed {proof.seal}" if proof.seal else ""
        print_line(f"the trail is whole: {proof.rows} rows{just_written}{sealed}")


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
