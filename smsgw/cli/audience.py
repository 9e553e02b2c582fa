"""smsgw audience: saved expressions, and whom an expression means today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import reading_session, with_files_stored, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line, table

if TYPE_CHECKING:
    from smsgw.business.audiences.books.size import AudienceSize

app = options.app(help="Audiences: saved by name, and who is in one today.")

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
Expression = Annotated[
    str, typer.Argument(metavar="EXPR", help="To whom: 'region:EAST and not tier:C'", show_default=False)
]
Topic = Annotated[str, typer.Option(metavar="TOPIC", help="Count those who take notices about this; else about any.")]

MOST_EXCLUDED = 10_000  # people at most who are listed


@app.command(name="list")
def list_(config: options.Config = None, json: options.Json = False) -> None:
    """The saved audiences, each with its expression."""
    from smsgw.business.audiences import actions

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = actions.list_saved(session)
    if json:
        json_line(found)
    else:
        told = on_clock(found, settings.gateway.timezone)
        columns = ("name", "expression", "author", "saved_at")
        table(("name", "expression", "author", "saved"), [[row[column] for column in columns] for row in told])


@app.command()
def save(
    name: Name, expression: Expression, by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Save an expression under a name, for broadcasts and texts; one that is there is replaced."""
    from smsgw.business.audiences import actions

    with working(config) as (settings, engine):
        kept = with_files_stored(settings, engine, expression).strip()
        with reading_session(settings, engine) as session:
            size = actions.measure(session, kept).size
        with writing_session(settings, engine, by) as session:
            named = actions.save(session, name, kept)
    if json:
        json_line({"name": named, "expression": kept} | _size_json(size))
    else:
        print_line(f"{named} is {kept}")
        _print(size)


@app.command()
def show(
    expression: Annotated[str, typer.Argument(metavar="NAME|EXPR", help="A saved audience or an expression.")],
    excluded: Annotated[bool, typer.Option("--excluded", help="Also who is excluded, and why.")] = False,
    topic: Topic = "",
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Whom a saved audience means today: how many, in which languages, the first of them, who is excluded."""
    _show(config, expression, topic, json, MOST_EXCLUDED if excluded else 0)


@app.command()
def preview(
    expression: Expression, topic: Topic = "", config: options.Config = None, json: options.Json = False
) -> None:
    """Whom an expression means today. Nothing is kept but the numbers of a file that it names."""
    _show(config, expression, topic, json, 0)


@app.command()
def delete(name: Name, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Delete a saved audience; broadcasts that were made with it stay as they are."""
    from smsgw.business.audiences import actions

    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        deleted = actions.delete(session, name)
    if json:
        json_line({"name": deleted})
    else:
        print_line(f"{deleted} is deleted")


def _show(config: Path | None, expression: str, topic: str, json: bool, most_excluded: int) -> None:
    from smsgw.business.audiences import actions

    with working(config) as (settings, engine):
        stored = with_files_stored(settings, engine, expression)
        with reading_session(settings, engine) as session:
            measured = actions.measure(session, stored, topic, most_excluded)
    if json:
        json_line({"expression": measured.expression} | _size_json(measured.size))
    else:
        print_line(measured.expression)
        _print(measured.size)


def _size_json(size: AudienceSize) -> dict[str, Any]:
    return {
        "recipients": size.recipients,
        "languages": dict(size.languages),
        "skipped": dict(size.skipped),
        "people": [
            {
                "phone": person.phone,
                "name": person.name,
                "dealer": person.dealer,
                "region": person.region,
                "language": person.language,
            }
            for person in size.people
        ],
        "excluded": [{"subject": one.subject, "reason": one.reason, "detail": one.detail} for one in size.excluded],
    }


def _print(size: AudienceSize) -> None:
    spoken = ", ".join(f"{language or 'unknown'} {number:,}" for language, number in size.languages.items())
    skipped = ", ".join(f"{reason} {number:,}" for reason, number in size.skipped.items())
    print_line(f"  {size.recipients:,} people" + (f" ({spoken})" if spoken else ""))
    if skipped:
        print_line(f"  excluded: {skipped}")
    for person in size.people:
        about = (person.phone, person.name, person.dealer, person.region)
        print_line("  " + "  ".join(str(each) for each in about if each))
    for one in size.excluded:
        print_line(f"  excluded {one.subject}: {one.reason}" + (f" ({one.detail})" if one.detail else ""))
