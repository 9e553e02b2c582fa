"""What people read of the audit trail: who did what, all that concerns one phone, and the proof that it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.figures.reports.trail import of_phone
from smsgw.store import audit
from smsgw.store.instants import iso


@action(Right.READ_TRAIL)
def list_trail(
    session: Session, *, subject: str | None = None, who: str | None = None, since: int = 0, limit: int = 1_000
) -> list[dict[str, Any]]:
    """The latest rows about a subject, or by somebody, oldest first. `since` is in milliseconds."""
    return [
        {
            "at": iso(entry.at),
            "who": entry.who,
            "what": entry.what,
            "subject": entry.subject,
            "detail": entry.detail,
            "sealed": entry.sealed,
        }
        for entry in audit.entries(session.connection, subject=subject, who=who, since=since, limit=limit)
    ]


@action(Right.READ_TRAIL)
def list_trail_of_phone(
    session: Session, number: str, *, who: str | None = None, since: int = 0, limit: int = 1_000
) -> list[dict[str, Any]]:
    """The latest events of a phone (E.164), oldest first; see `reports.trail.of_phone`."""
    found = of_phone(session.connection, number, since)
    return [event for event in found if who is None or event.get("who") == who][-limit:]


@dataclass(frozen=True, slots=True)
class Proof:
    """How many rows there are, the seal of the last sealed one, how many wait for theirs, and what is wrong."""

    rows: int
    seal: str | None
    unsealed: int
    faults: tuple[str, ...]


@action(Right.READ_TRAIL)
def prove_trail(session: Session) -> Proof:
    """Read the whole trail, and compare every seal with what it must be."""
    rows, unsealed, seal = 0, 0, None
    faults = []
    for row in audit.proof(session.connection):
        rows += 1
        if row.waits:
            unsealed += 1
        else:
            seal = row.kept
        fault = audit.fault_of(row, session.now)
        if fault is not None:
            faults.append(fault)
    return Proof(rows, seal, unsealed, tuple(faults))
