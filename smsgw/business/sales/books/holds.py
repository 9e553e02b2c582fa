"""The books of sales on hold: each with its sets, from the text that began it to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.sales.rules.holds import (
    OPEN,
    HoldBegun,
    HoldLine,
    HoldReasoned,
    HoldReminded,
    HoldSettled,
    SaleHold,
)
from smsgw.business.sales.tables import sale_hold, sale_hold_line
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace
from smsgw.values.storable import storable

_HOLD = (
    "SELECT reference, dealer, holder, sold_on, state, asked_at, expires_at, phone, reason, words, customer "
    "FROM sale_hold WHERE reference = ?"
)


@dataclass(frozen=True, slots=True)
class Held:
    """A sale on hold as people are told of it: its sets by model, and the last four digits of the first."""

    reference: str
    dealer: str
    holder: str
    state: str
    reason: int | None
    words: str
    why: str
    sets: Mapping[str, int]
    last: str


def hold_of(connection: Connection, reference: str) -> Held | None:
    """A sale on hold as it stands; None where there is none."""
    row, line = sale_hold.c, sale_hold_line.c
    found = connection.execute(
        select(row.dealer, row.holder, row.state, row.reason, row.words, row.why).where(row.reference == reference)
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(line.imei, line.model).where(line.reference == reference).order_by(line.imei)
    ).all()
    return Held(
        reference,
        found.dealer,
        found.holder,
        found.state,
        found.reason,
        found.words or "",
        found.why or "",
        Counter(each.model for each in lines),
        lines[0].imei[-4:],
    )


class StoredHolds:
    """See `smsgw.business.sales.rules.holds.Holds`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

    def find(self, reference: str) -> SaleHold | None:
        work = self._work
        for (code,) in work.ask("SELECT dealer FROM sale_hold WHERE reference = ?", reference):
            self._directory.lock([code])  # whoever asks may settle it
        for named, dealer, holder, day, state, asked_at, expires_at, phone, reason, words, customer in work.ask(
            _HOLD, reference
        ):
            lines = work.ask(
                "SELECT imei, model, fills FROM sale_hold_line WHERE reference = ? ORDER BY imei", reference
            )
            return SaleHold(
                named,
                dealer,
                holder,
                date.fromisoformat(day),
                state,
                tuple(HoldLine(*line) for line in lines),
                from_ms(asked_at),
                from_ms(expires_at),
                phone,
                reason,
                words or "",
                customer,
            )
        return None

    def open_of(self, imei: str, dealer: str) -> str | None:
        found = self._work.ask(
            "SELECT h.reference FROM sale_hold_line l JOIN sale_hold h ON h.reference = l.reference "
            f"WHERE l.imei = ? AND h.dealer = ? AND h.state = '{OPEN}' LIMIT 1",
            imei,
            dealer,
        )
        return found[0][0] if found else None

    def waiting(self, region: str | None) -> Sequence[str]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT h.reference FROM sale_hold h JOIN dealer d ON d.code = h.holder "
            f"WHERE h.state = '{OPEN}'{place} ORDER BY h.asked_at, length(h.reference), h.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    def silent(self, until: datetime, limit: int) -> Sequence[str]:
        rows = self._work.ask(
            f"SELECT reference FROM sale_hold WHERE state = '{OPEN}' AND expires_at <= ? AND reminded_at IS NULL "
            "ORDER BY expires_at, reference LIMIT ?",
            to_ms(until),
            limit,
        )
        return [reference for (reference,) in rows]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        rows = self._work.ask(
            f"SELECT reference FROM sale_hold WHERE state = '{OPEN}' AND expires_at <= ? "
            "ORDER BY expires_at, reference LIMIT ?",
            to_ms(now),
            limit,
        )
        return [reference for (reference,) in rows]

    # ---- booking

    def begin(self, record: HoldBegun) -> None:
        hold, work = record.hold, self._work
        entry = work.entries.get(hold.reference)
        work.say(
            "INSERT INTO sale_hold (reference, dealer, holder, sold_on, state, asked_at, expires_at, phone, customer, "
            "journal) VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT))",
            hold.reference,
            hold.dealer,
            hold.holder,
            hold.on.isoformat(),
            hold.state,
            to_ms(hold.asked_at),
            to_ms(hold.expires_at),
            hold.phone,
            hold.customer,
            entry,
        )
        for line in hold.lines:
            work.say(
                "INSERT INTO sale_hold_line (reference, imei, model, fills, journal) "
                "VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS BIGINT))",
                hold.reference,
                line.imei,
                line.model,
                line.fills,
                entry,
            )

    def reason(self, record: HoldReasoned) -> None:
        self._work.say(
            "UPDATE sale_hold SET reason = ?, words = ?, expires_at = ?, reminded_at = NULL WHERE reference = ?",
            record.reason,
            storable(record.words),
            to_ms(record.expires_at),
            record.reference,
        )

    def remind(self, record: HoldReminded) -> None:
        work = self._work
        work.say("UPDATE sale_hold SET reminded_at = ? WHERE reference = ?", work.at, record.reference)

    def settle(self, record: HoldSettled) -> None:
        work = self._work
        changed = work.say(
            "UPDATE sale_hold SET state = ?, settled_at = ?, settled_by = ?, why = CAST(? AS TEXT) "
            "WHERE reference = ? AND state = ?",
            record.state,
            work.at,
            record.by,
            storable(record.why) if record.why else None,
            record.reference,
            record.was,
        )
        if not changed:
            raise RecordError(f"there is no hold {record.reference} that is {record.was}, to become {record.state}")


def tell_settled(work: Workspace, record: HoldSettled) -> Fact:
    return "sale", f"hold {record.state}", record.reference, {"why": record.why} if record.why else None


def tell_reason(work: Workspace, record: HoldReasoned) -> Fact:
    return "sale", "hold reasoned", record.reference, {"reason": record.reason}
