"""How a broadcast stands, for people who look: once, or as a bar until it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsgw.cli.opened import working
from smsgw.store.instants import iso

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from smsgw.settings import Settings


def standing(
    connection: Connection, settings: Settings, reference: str, *, results: bool = False, left_out: bool = False
) -> dict[str, Any]:
    """What `show` tells."""
    from smsgw.retail.money import decimal
    from smsgw.store import broadcasts, surveys

    row = broadcasts.find(connection, reference)
    found: dict[str, Any] = broadcasts.counts(connection, row["reference"])
    found |= {
        "name": row["name"],
        "audience": row["audience"],
        "topic": row["topic"],
        "texts": json.loads(row["texts"]),
        "parts": row["parts"],
        "cost": decimal(row["cost"], row["currency"]),
        "currency": row["currency"],
        "author": row["author"],
        "approver": row["approver"],
        "why": row["why"],
        "frozen": row["frozen_at"] is not None,
        "series": row["series"],
        "cron": row["cron"],
    }
    for moment in ("created_at", "scheduled_at", "released_at", "ended_at"):
        found[moment] = iso(row[moment])
    found["opens_at"] = iso(opens_at(connection, settings, row))
    if row["options"]:
        found["answers"] = {
            str(option): count for option, count in surveys.results(connection, row["reference"]).items()
        }
    if results:
        found["results"] = broadcasts.results(connection, row["reference"])
    if left_out:
        found["left_out"] = broadcasts.left_out(connection, row["reference"])
    return found


def opens_at(connection: Connection, settings: Settings, row: Mapping[str, Any]) -> int | None:
    """When a running job sends on (milliseconds), where all who are left are in quiet hours; else None."""
    from smsgw.store import broadcasts

    if row["state"] != "running":
        return None
    moment = time.time()
    zones = broadcasts.waiting(connection, row["reference"])
    calendars = [settings.broadcast.calendar(zone, row["window"]) for zone in zones]
    opening = min((calendar.opening(moment) for calendar in calendars), default=moment)
    return int(opening * 1000) if opening > moment else None


def follow(config: Path | None, reference: str) -> None:
    """A bar until the job is done, paused or cancelled; an interrupt ends the bar, not the job."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from smsgw.store import broadcasts
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
                opens = opens_at(connection, settings, broadcasts.find(connection, reference))
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
