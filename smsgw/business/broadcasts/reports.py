"""How a broadcast stands, alike for `smsgw broadcast show --json` and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from smsgw.business.broadcasts.books import broadcasts, surveys
from smsgw.business.broadcasts.rules.draft import Preview
from smsgw.settings.sections import Settings
from smsgw.store.instants import iso
from smsgw.values.money import decimal


def standing(
    connection: Connection,
    settings: Settings,
    reference: str,
    now: int,
    *,
    results: bool = False,
    left_out: bool = False,
) -> dict[str, Any]:
    """Its state, what became of its texts, and what it is; `now` is in milliseconds. Raises BroadcastRefused."""
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
    found["opens_at"] = iso(opens_at(connection, settings, dict(row), now))
    if row["options"]:
        found["answers"] = {
            str(option): count for option, count in surveys.results(connection, row["reference"]).items()
        }
    if results:
        found["results"] = broadcasts.results(connection, row["reference"])
    if left_out:
        found["left_out"] = broadcasts.left_out(connection, row["reference"])
    return found


def opens_at(connection: Connection, settings: Settings, row: Mapping[str, Any], now: int) -> int | None:
    """When a running job sends on (milliseconds), where all who are left are in quiet hours; else None."""
    if row["state"] != "running":
        return None
    zones = broadcasts.waiting(connection, row["reference"])
    calendars = [settings.broadcast.calendar(zone, row["window"]) for zone in zones]
    opening = min((calendar.opening(now / 1000) for calendar in calendars), default=now / 1000)
    return int(opening * 1000) if opening > now / 1000 else None


def outlook(expected: Preview) -> dict[str, Any]:
    """What a draft would come to, alike for `smsgw broadcast create --json` and for programs."""
    return {
        "recipients": expected.recipients,
        "skipped": dict(expected.skipped),
        "parts": expected.parts,
        "cost": decimal(expected.cost, expected.currency),
        "currency": expected.currency,
        "links": {
            cost.link: {
                "alphabets": list(cost.alphabets),
                "longest": cost.longest,
                "average": cost.average,
                "parts": cost.parts,
                "cost": decimal(cost.cost, expected.currency),
            }
            for cost in expected.links
        },
    }
