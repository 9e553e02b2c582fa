"""smsgw parse: how texts read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_line

app = options.app()


@app.command()
def parse(
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...", help="Each a message; none: one a line on standard input.", show_default=False
        ),
    ] = None,
    at: options.At = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print how each message reads; it books nothing and knows no sender. \\n in a message is a new line."""
    settings = options.settings_of(config)
    from smsgw.business.audiences.books.lexicon import lexicon_rows
    from smsgw.cli.common.arguments import sent_at, unescaped
    from smsgw.cli.common.opening import reading
    from smsgw.cli.common.output import reading_lines
    from smsgw.gateway.understanding import understanding_of

    with reading(settings) as connection:
        understanding = understanding_of(settings, lexicon_rows(connection))
    now = sent_at(at, settings).timestamp()
    for line in texts or _typed():
        found = understanding.read(unescaped(line), now).as_json()
        if json:
            json_line(found)
        else:
            for told in reading_lines(found):
                print_line(told)


def _typed() -> Iterable[str]:
    """The lines of standard input as UTF-8, whatever the terminal's encoding."""
    for line in sys.stdin.buffer:
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="replace")
