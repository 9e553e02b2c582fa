"""How a broadcast progresses, and what one would come to: the same for `smsgw broadcast` and for programs."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from smsgw.business.broadcasts.books import broadcasts, surveys
from smsgw.business.broadcasts.rules.draft import Estimate
from smsgw.business.core.trade import Trade
from smsgw.store.instants import iso
from smsgw.values.money import decimal


def progress(
    connection: Connection,
    trade: Trade,
    reference: str,
    now: int,
    *,
    results: bool = False,
    excluded: bool = False,
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
    found["opens_at"] = iso(opens_at(connection, trade, row, now))
    if row["options"]:
        found["answers"] = {
            str(option): count for option, count in surveys.results(connection, row["reference"]).items()
        }
    if results:
        found["results"] = broadcasts.results(connection, row["reference"])
    if excluded:
        found["excluded"] = broadcasts.excluded(connection, row["reference"])
    return found


def opens_at(connection: Connection, trade: Trade, row: RowMapping, now: int) -> int | None:
    """When a running job sends on (milliseconds), where all who are left are in quiet hours; else None."""
    if row["state"] != "running":
        return None
    zones = broadcasts.waiting(connection, row["reference"])
    calendars = [trade.hours(zone, row["window"]) for zone in zones]
    opening = min((calendar.opening(now / 1000) for calendar in calendars), default=now / 1000)
    return int(opening * 1000) if opening > now / 1000 else None


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """What a draft would come to, alike for `smsgw broadcast create --json` and for programs."""
    return {
        "recipients": estimate.recipients,
        "skipped": dict(estimate.excluded),
        "parts": estimate.parts,
        "cost": decimal(estimate.cost, estimate.currency),
        "currency": estimate.currency,
        "links": {
            cost.link: {
                "alphabets": list(cost.alphabets),
                "longest": cost.longest,
                "average": cost.average,
                "parts": cost.parts,
                "cost": decimal(cost.cost, estimate.currency),
            }
            for cost in estimate.links
        },
    }
