"""What tickets come to: how many were opened where, how they stand, and how long a shop waited for its first answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from statistics import median
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from smsgw.business.core.reporting import FROM, HOURS, NAME, REGION, TO, Column, Findings, Question, Report, per
from smsgw.business.directory.tables import contact, dealer
from smsgw.business.tickets.rules import CLOSED, DISAGREED, OPEN, SETTLED
from smsgw.business.tickets.tables import ticket, ticket_note

NOBODY = "-"  # the group of tickets that nobody has but headquarters itself
HOUR = 3_600_000


def figures(
    connection: Connection,
    *,
    by: str,
    now: int,
    since: int | None = None,
    until: int | None = None,
    regions: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """A row for each region, dealer or assignee (`by`) of the tickets opened in a time (milliseconds since the epoch).

    `opened` of them are `open` (of which `late` are due), `settled` or `closed`; `again` were not settled when the shop
    was asked; `answered` got an answer, after `hours` as the median.
    """
    back = exists().where(ticket_note.c.ticket == ticket.c.reference, ticket_note.c.happening == DISAGREED)
    group = {"region": dealer.c.region, "dealer": ticket.c.dealer, "assignee": contact.c.name}[by]
    columns = (ticket.c.state, ticket.c.due_at, ticket.c.opened_at, ticket.c.answered_at)
    wanted = (
        select(group.label("group"), *columns, back.label("again"))
        .join(dealer, dealer.c.code == ticket.c.dealer)
        .outerjoin(contact, contact.c.id == ticket.c.keeper)
    )
    if since is not None:
        wanted = wanted.where(ticket.c.opened_at >= since)
    if until is not None:
        wanted = wanted.where(ticket.c.opened_at < until)
    if regions is not None:
        wanted = wanted.where(dealer.c.region.in_(regions))
    rows: dict[str, list[Any]] = {}
    for row in connection.execute(wanted):
        rows.setdefault(row.group or NOBODY, []).append(row)
    everything = [each for group_rows in rows.values() for each in group_rows]
    found = [_row(by, name, rows[name], now) for name in sorted(rows)]
    return [*found, _row(by, "all", everything, now)] if found else []


def _tickets(connection: Connection, asked: Question) -> Findings:
    rows = figures(connection, by=asked.per, now=asked.now, since=asked.since, until=asked.until, regions=asked.regions)
    total = {name: value for name, value in rows[-1].items() if name != asked.per} if rows else None
    columns = (Column(asked.per, NAME), *_COLUMNS)
    return Findings(columns, rows[:-1], total, nothing="no ticket was opened then")


def _row(by: str, name: str, rows: Iterable[Any], now: int) -> dict[str, Any]:
    listed = list(rows)
    states = [row.state for row in listed]
    waits = [row.answered_at - row.opened_at for row in listed if row.answered_at is not None]
    return {
        by: name,
        "opened": len(listed),
        "open": states.count(OPEN),
        "late": sum(row.state == OPEN and row.due_at <= now for row in listed),
        "settled": states.count(SETTLED),
        "closed": states.count(CLOSED),
        "again": sum(bool(row.again) for row in listed),
        "answered": len(waits),
        "hours": round(median(waits) / HOUR, 1) if waits else None,
    }


_COLUMNS = (
    *(Column(name) for name in ("opened", "open", "late", "settled", "closed")),
    Column("again", title="not settled after all"),
    Column("answered"),
    Column("hours", HOURS, "hours to the first answer"),
)
REPORTS = {
    "tickets": Report(
        "Tickets: opened, open, late, settled, closed, not settled after all, hours to the first answer.",
        (
            FROM,
            TO,
            REGION,
            per("region", "dealer", "assignee"),
        ),
        _tickets,
    )
}
