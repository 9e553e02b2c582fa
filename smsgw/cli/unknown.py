"""smsgw unknown: messages with unknown outcome; sending them again, or closing them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.opening import reading_session, working, writing_session
from smsgw.cli.common.options import By
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app(help="Messages whose submit was never answered: list them, send them again, or close them.")

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Of `smsgw unknown list`.", show_default=False)]


class Outcome(StrEnum):
    SENT = "sent"
    FAILED = "failed"


@app.command("list")
def list_(
    show: Annotated[bool, typer.Option("--show", help="The texts themselves, too.")] = False,
    limit: options.Newest = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print texts of unknown outcome, oldest first, without what they say; with --json one object a line."""
    from smsgw.business.messages.actions import list_unknown

    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = list_unknown(session, limit)
    for text in found:
        if not show:
            text["text"] = f"[{len(text['text'])} characters]"
        if json:
            json_line(text)
        else:
            link = text["link"] or "-"
            since = on_clock(text["since"], settings.gateway.timezone)
            head = f"{since:<19} {text['id']:>6} > {text['phone']:<15} {text['kind']:<9} {link:<12}"
            print_line(head, text["text"])


@app.command()
def resend(ids: Ids, by: By = None, config: options.Config = None, json: options.Json = False) -> None:
    """Send texts once more, all of those named or none; whoever had the first one gets it twice."""
    from smsgw.business.broadcasts.books.unwanted import unwanted
    from smsgw.business.messages import actions

    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        actions.resend(session, ids, unwanted)
    _say(json, ids, "queued", "will be sent again")


@app.command()
def close(
    ids: Ids,
    as_: Annotated[Outcome, typer.Option("--as", help="What became of them.", show_default=False)],
    by: By = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Close texts as sent or failed, all of those named or none."""
    from smsgw.business.messages.actions import set_outcome

    with working(config) as (settings, engine), writing_session(settings, engine, by) as session:
        set_outcome(session, ids, as_.value)
    _say(json, ids, as_.value, f"closed as {as_.value}")


def _say(json: bool, ids: list[int], state: str, done: str) -> None:
    for number in dict.fromkeys(ids):
        if json:
            json_line({"id": number, "state": state})
        else:
            print_line(f"text {number}: {done}")
