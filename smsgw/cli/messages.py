"""smsgw messages: what was texted, in and out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, on_clock, print_line

app = options.app()


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@app.command()
def messages(
    phone: Annotated[str | None, typer.Option(metavar="P", help="Of or to this phone.", show_default=False)] = None,
    direction: Annotated[Direction | None, typer.Option(help="Only texts in, or out.", show_default=False)] = None,
    since: Annotated[
        str | None, typer.Option(metavar="T", help="From this time or day on.", show_default=False)
    ] = None,
    limit: options.Newest = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print texts with their states, oldest first; with --json one object a line."""
    settings = options.settings_of(config)
    from smsgw.business.messages.reports import messages
    from smsgw.cli.common.arguments import e164, moment
    from smsgw.cli.common.opening import reading

    number = e164(phone, settings.gateway.country) if phone else None
    start = moment(since, "--since", settings.gateway.timezone) if since else None
    with reading(settings) as connection:
        found = messages(connection, number, direction.value if direction else None, start, limit)
        for message in found:
            if json:
                json_line(message)
            else:
                at = on_clock(message["at"], settings.gateway.timezone)
                arrow = "<" if message["direction"] == "in" else ">"
                head = f"{at:<19} {message['id']:>6} {arrow} {message['phone']:<15} {message['state']:<9}"
                print_line(head, message["text"])
