"""smsgw unknown: texts of which nobody can tell whether the operator took them; sending them again, or closing them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli import options
from smsgw.cli.output import json_line

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = options.app(help="Texts whose submit was never answered: list them, send them again, or close them.")

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Of `smsgw unknown list`.", show_default=False)]


class Outcome(StrEnum):
    SENT = "sent"
    FAILED = "failed"


@app.command("list")
def list_(
    show: Annotated[bool, typer.Option("--show", help="The texts themselves, too.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most the newest N.", show_default=False)
    ] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print texts of unknown outcome, oldest first, without what they say; with --json one object a line."""
    from smsgw.business.messages import actions as unknown
    from smsgw.cli.opened import reading

    with reading(options.settings_of(config)) as connection:
        found = unknown.listed(connection, limit)
    for text in found:
        if not show:
            text["text"] = f"[{len(text['text'])} characters]"
        if json:
            json_line(text)
        else:
            link = text["link"] or "-"
            print(f"{text['since']} {text['id']:>6} > {text['phone']:<15} {text['kind']:<9} {link:<12} {text['text']}")


@app.command()
def resend(ids: Ids, config: options.Config = None, json: options.Json = False) -> None:
    """Send texts once more, all of those named or none; whoever had the first one gets it twice."""
    from smsgw.business.broadcasts.books.unwanted import unwanted
    from smsgw.business.messages import actions as unknown

    _decide(config, lambda connection, now: unknown.resend(connection, ids, now, unwanted))
    _say(json, ids, "queued", "will be sent again")


@app.command()
def settle(
    ids: Ids,
    as_: Annotated[Outcome, typer.Option("--as", help="What became of them.", show_default=False)],
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Close texts as sent or failed, all of those named or none."""
    from smsgw.business.messages import actions as unknown

    _decide(config, lambda connection, now: unknown.settle(connection, ids, as_.value, now))
    _say(json, ids, as_.value, f"closed as {as_.value}")


def _decide(config: Path | None, decision: Callable[[Connection, int], Any]) -> None:
    """Carry a decision out in a transaction of its own."""
    import time

    from sqlalchemy.exc import SQLAlchemyError

    from smsgw.cli.opened import migrated
    from smsgw.store.engine import DatabaseUnavailable, explain

    engine = migrated(options.settings_of(config))
    try:
        with engine.begin() as connection:
            decision(connection, int(time.time() * 1000))
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
    finally:
        engine.dispose()


def _say(json: bool, ids: list[int], state: str, done: str) -> None:
    for number in dict.fromkeys(ids):
        if json:
            json_line({"id": number, "state": state})
        else:
            print(f"text {number}: {done}")
