"""The books of transfers: each with its lines, from the question to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.transfers.rules import (
    OPEN,
    TAKEN,
    Transfer,
    TransferBegun,
    TransferLine,
    TransferSettled,
)
from smsgw.business.transfers.tables import transfer, transfer_line
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace

_TRANSFER = "SELECT reference, giver, receiver, state, asked_at, expires_at FROM transfer "


@dataclass(frozen=True, slots=True)
class Given:
    """A transfer: sets by model that `giver` hands to `receiver`, until when (milliseconds) that may answer."""

    reference: str
    giver: str
    receiver: str
    open: bool
    taken: bool
    sets: Mapping[str, int]
    until: int


def transfer_of(connection: Connection, reference: str) -> Given | None:
    """A transfer as it stands; None where there is none."""
    row, line = transfer.c, transfer_line.c
    found = connection.execute(
        select(row.giver, row.receiver, row.state, row.expires_at).where(row.reference == reference)
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(line.model, line.quantity).where(line.reference == reference).order_by(line.model)
    )
    sets = {row.model: row.quantity for row in lines}
    return Given(
        reference, found.giver, found.receiver, found.state == OPEN, found.state == TAKEN, sets, found.expires_at
    )


class StoredTransfers:
    """See `smsgw.business.transfers.rules.Transfers`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work

    def find(self, reference: str) -> Transfer | None:
        lock = "" if self._work.driver.sqlite else " FOR UPDATE"  # whoever asks may settle it
        for found, giver, receiver, state, asked_at, expires_at in self._work.ask(
            f"{_TRANSFER}WHERE reference = ?{lock}", reference
        ):
            lines = self._work.ask(
                "SELECT model, quantity, units FROM transfer_line WHERE reference = ? ORDER BY model", reference
            )
            return Transfer(
                found,
                giver,
                receiver,
                state,
                tuple(TransferLine(*line) for line in lines),
                from_ms(asked_at),
                from_ms(expires_at),
            )
        return None

    def waiting(self, receiver: str, now: datetime) -> Sequence[str]:
        rows = self._work.ask(
            f"SELECT reference FROM transfer WHERE receiver = ? AND state = '{OPEN}' AND expires_at > ? "
            "ORDER BY length(reference), reference",
            receiver,
            to_ms(now),
        )
        return [reference for (reference,) in rows]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        rows = self._work.ask(
            f"SELECT reference FROM transfer WHERE state = '{OPEN}' AND expires_at <= ? "
            "ORDER BY expires_at, reference LIMIT ?",
            to_ms(now),
            limit,
        )
        return [reference for (reference,) in rows]

    def begin(self, record: TransferBegun) -> None:
        begun, work = record.transfer, self._work
        entry = work.entries.get(begun.reference)
        work.say(
            "INSERT INTO transfer (reference, giver, receiver, state, asked_at, expires_at, journal) "
            "VALUES (?, ?, ?, ?, ?, ?, CAST(? AS BIGINT))",
            begun.reference,
            begun.giver,
            begun.receiver,
            begun.state,
            to_ms(begun.asked_at),
            to_ms(begun.expires_at),
            entry,
        )
        for line in begun.lines:
            work.say(
                "INSERT INTO transfer_line (reference, model, quantity, units, journal) "
                "VALUES (?, ?, ?, ?, CAST(? AS BIGINT))",
                begun.reference,
                line.model,
                line.quantity,
                line.units,
                entry,
            )

    def settle(self, record: TransferSettled) -> None:
        work = self._work
        changed = work.say(
            "UPDATE transfer SET state = ?, settled_at = ?, settled_by = CAST(? AS BIGINT) "
            f"WHERE reference = ? AND state = '{OPEN}'",
            record.state,
            work.at,
            work.message,
            record.reference,
        )
        if not changed:
            raise RecordError(f"there is no open transfer {record.reference} to become {record.state}")


def _tell(work: Workspace, record: TransferSettled) -> Fact:
    return "transfer", record.state, record.reference, None


BOOKS = StoredTransfers
RECORDS = {
    TransferBegun: Effect(StoredTransfers.begin),
    TransferSettled: Effect(StoredTransfers.settle, tells=_tell),
}
