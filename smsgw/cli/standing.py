"""How a broadcast stands, for people who look: once, or as a bar until it is done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsgw.cli.opened import working
from smsgw.store.instants import iso

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from smsgw.settings.sections import Settings


def standing(
    connection: Connection, settings: Settings, reference: str, *, results: bool = False, left_out: bool = False
) -> dict[str, Any]:
    """What `show` tells."""
    from smsgw.business.broadcasts import reports as found

    return found.standing(connection, settings, reference, int(time.time() * 1000), results=results, left_out=left_out)


def opens_at(connection: Connection, settings: Settings, row: Mapping[str, Any]) -> int | None:
    """When a running job sends on (milliseconds), where all who are left are in quiet hours; else None."""
    from smsgw.business.broadcasts import reports as found

    return found.opens_at(connection, settings, row, int(time.time() * 1000))


def follow(config: Path | None, reference: str) -> None:
    """A bar until the job is done, paused or cancelled; an interrupt ends the bar, not the job."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from smsgw.business.broadcasts.books import broadcasts
    from smsgw.store import engine as opening

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
    )
    with working(config) as (settings, engine), Progress(*columns) as progress:
        task = progress.add_task(reference, total=None, figures="")
        began: tuple[float, int] | None = None
        while True:
            with opening.reading(engine).connect() as connection:
                found = broadcasts.counts(connection, reference)
                opens = opens_at(connection, settings, dict(broadcasts.find(connection, reference)))
            through = sum(found[state] for state in broadcasts.COUNTED if state != "queued")
            began = began or (time.monotonic(), through)
            passed = time.monotonic() - began[0]
            rate = (through - began[1]) / passed if passed > 1 else 0.0
            quiet = f"  quiet hours until {iso(opens)}" if opens is not None else ""
            progress.update(
                task,
                description=f"{found['reference']} {found['state']}",
                total=found["recipients"] or None,
                completed=through,
                figures=f"{through:,} of {found['recipients']:,}  {rate:,.0f}/s  failed {found['failed']:,}{quiet}",
            )
            if found["state"] != "running":
                return
            time.sleep(1.0)
