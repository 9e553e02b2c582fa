"""The progress of a broadcast as a bar, for people who watch it until it is done."""

from __future__ import annotations

import time
from pathlib import Path

from smsgw.cli.common.opening import reading_session, working
from smsgw.cli.common.output import on_clock


def follow(config: Path | None, reference: str) -> None:
    """A bar until the job is done, paused or cancelled; an interrupt ends the bar, not the job."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from smsgw.business.broadcasts import actions
    from smsgw.business.broadcasts.books.broadcasts import COUNTED

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
    )
    with working(config) as (settings, engine), Progress(*columns) as progress:
        zone = settings.gateway.timezone
        task = progress.add_task(reference, total=None, figures="")
        began: tuple[float, int] | None = None
        while True:
            with reading_session(settings, engine) as session:
                found = actions.show(session, reference)
            through = sum(found[state] for state in COUNTED if state != "queued")
            began = began or (time.monotonic(), through)
            passed = time.monotonic() - began[0]
            rate = (through - began[1]) / passed if passed > 1 else 0.0
            quiet = f"  quiet hours until {on_clock(found['opens_at'], zone)}" if found["opens_at"] is not None else ""
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
