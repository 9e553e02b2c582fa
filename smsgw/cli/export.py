"""smsgw export: what other systems take over, a JSON object a line, from where they left off."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_text

if TYPE_CHECKING:
    from sqlalchemy import Engine

app = options.app(help="What other systems take over, a JSON object a line.")

_AT_ONCE = 1_000  # rows read in one go
_LOOK_EVERY = 1.0  # seconds between looks with --follow


@app.callback()
def export() -> None:
    """What other systems take over, a JSON object a line."""


@app.command()
def journal(
    after: Annotated[int, typer.Option(min=0, metavar="ID", help="Rows after this id; 0: from the beginning.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for more, until SIGINT or SIGTERM.")] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="N rows at most, then leave.", show_default=False)
    ] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Print what was booked, in order; go on with --after and the id of the last row that you have kept."""
    import os
    import signal
    import sys

    from smsgw.cli.common.opening import working

    ended = Event()
    if follow:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
    with working(config) as (_, engine):
        try:
            for rows in _read(engine, after, limit, ended if follow else None):
                sys.stdout.write("".join(json_text(row) + "\n" for row in rows))
                sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has enough; what is left in the buffer goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _read(engine: Engine, after: int, limit: int | None, ended: Event | None) -> Iterator[list[dict[str, Any]]]:
    """Rows after an id, `limit` at most; with `ended`, endlessly more of them until it is set."""
    from smsgw.store import journal as entries
    from smsgw.store.engine import reading
    from smsgw.store.sequencer import put_in_order

    while limit is None or limit > 0:
        put_in_order(engine)
        with reading(engine).connect() as connection:
            found = entries.after(connection, after, min(_AT_ONCE, limit or _AT_ONCE))
        if found:
            yield [entries.as_json(entry) for entry in found]
            after = found[-1].id
            limit = None if limit is None else limit - len(found)
        elif ended is None or ended.wait(_LOOK_EVERY):
            return
        if ended is not None and ended.is_set():
            return
