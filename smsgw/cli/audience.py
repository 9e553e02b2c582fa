"""smsgw audience: saved expressions, and whom an expression means today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli import options
from smsgw.cli.desk import By, now, office_of, who
from smsgw.cli.opened import working
from smsgw.cli.output import json_line, table

if TYPE_CHECKING:
    from smsgw.business.broadcasts.books.audience_size import Headcount

app = options.app(help="Audiences: saved by name, and who is in one today.")

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
Expression = Annotated[
    str, typer.Argument(metavar="EXPR", help="To whom: 'region:EAST and not tier:C'", show_default=False)
]
Topic = Annotated[str, typer.Option(metavar="TOPIC", help="Count those who take notices about this; else about any.")]

LEFT_OUT = 10_000  # people at most who are listed


@app.command(name="list")
def list_(config: options.Config = None, json: options.Json = False) -> None:
    """The saved audiences, each with its expression."""
    from smsgw.business.audiences.books import people as audiences
    from smsgw.store import engine as opening
    from smsgw.store.instants import iso

    with working(config) as (_, engine), opening.reading(engine).connect() as connection:
        found = [
            {
                "name": row["name"],
                "expression": row["expression"],
                "author": row["author"],
                "saved_at": iso(row["saved_at"]),
            }
            for row in audiences.listing(connection)
        ]
    if json:
        json_line(found)
    else:
        columns = ("name", "expression", "author", "saved_at")
        table(columns, [[row[column] for column in columns] for row in found])


@app.command()
def save(
    name: Name, expression: Expression, by: By = None, config: options.Config = None, json: options.Json = False
) -> None:
    """Save an expression under a name, for broadcasts and texts; an existing one is replaced."""
    with working(config) as (settings, engine):
        named, kept, counted = office_of(settings, engine).keep_audience(name, expression, who(by), now())
    if json:
        json_line({"name": named, "expression": kept} | _told(counted))
    else:
        print(f"{named} is {kept}")
        _print(counted)


@app.command()
def show(
    expression: Annotated[str, typer.Argument(metavar="NAME|EXPR", help="A saved audience or an expression.")],
    left_out: Annotated[bool, typer.Option("--left-out", help="Also who is excluded, and why.")] = False,
    topic: Topic = "",
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Who is in a saved audience today: how many, in which languages, the first of them, who is excluded."""
    _show(config, expression, topic, json, LEFT_OUT if left_out else 0)


@app.command()
def preview(
    expression: Expression, topic: Topic = "", config: options.Config = None, json: options.Json = False
) -> None:
    """Who is in an audience today. Nothing is kept except the numbers of a file that it names."""
    _show(config, expression, topic, json, 0)


@app.command()
def forget(name: Name, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Remove a saved audience; broadcasts that were made with it stay as they are."""
    with working(config) as (settings, engine):
        office_of(settings, engine).forget_audience(name, who(by), now())
    if json:
        json_line({"name": name})
    else:
        print(f"{name} is forgotten")


def _show(config: Path | None, said: str, topic: str, json: bool, most_left_out: int) -> None:
    from smsgw.business.audiences.rules.expression import expression

    with working(config) as (settings, engine):
        office = office_of(settings, engine)
        node = office.audience(said, now())
        counted = office.headcount(node, topic, now(), most_left_out)
    if json:
        json_line({"expression": expression(node)} | _told(counted))
    else:
        print(expression(node))
        _print(counted)


def _told(counted: Headcount) -> dict[str, Any]:
    return {
        "recipients": counted.recipients,
        "languages": dict(counted.languages),
        "skipped": dict(counted.skipped),
        "people": [
            {
                "phone": person.phone,
                "name": person.name,
                "dealer": person.dealer,
                "region": person.region,
                "language": person.language,
            }
            for person in counted.people
        ],
        "left_out": [{"subject": one.subject, "reason": one.reason, "detail": one.detail} for one in counted.left_out],
    }


def _print(counted: Headcount) -> None:
    spoken = ", ".join(f"{language or 'unknown'} {number:,}" for language, number in counted.languages.items())
    skipped = ", ".join(f"{reason} {number:,}" for reason, number in counted.skipped.items())
    print(f"  {counted.recipients:,} people" + (f" ({spoken})" if spoken else ""))
    if skipped:
        print(f"  left out: {skipped}")
    for person in counted.people:
        print("  " + "  ".join(str(each) for each in (person.phone, person.name, person.dealer, person.region) if each))
    for one in counted.left_out:
        print(f"  left out {one.subject}: {one.reason}" + (f" ({one.detail})" if one.detail else ""))
