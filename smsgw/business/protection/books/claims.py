"""The books of price protection: claims, each with its sets, and who planned a cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.protection.rules.claims import Claim, ClaimFiled, ClaimSettled
from smsgw.business.protection.rules.states import APPROVED, LIVE, OPEN, REJECTED
from smsgw.business.protection.tables import protection_claim, protection_line
from smsgw.business.units.rules.states import IN_A_SHOP, RETURNED
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace
from smsgw.values.storable import storable

_DISPOSABLE = ", ".join(repr(state) for state in IN_A_SHOP)


@dataclass(frozen=True, slots=True)
class Settled:
    """A claim that was decided: how many sets of which model, and what was credited (minor units)."""

    reference: str
    dealer: str
    state: str
    why: str
    model: str
    sets: int
    total: int
    currency: str


def claim_of(connection: Connection, reference: str) -> Settled | None:
    """A claim as it was decided; None where there is none, or nothing to tell of it."""
    row, line = protection_claim.c, protection_line.c
    found = connection.execute(
        select(protection_claim).where(row.reference == reference, row.state.in_((APPROVED, REJECTED)))
    ).first()
    if found is None:
        return None
    sets, total = connection.execute(
        select(func.count(), func.sum(line.amount)).where(line.reference == reference)
    ).one()
    return Settled(
        reference, found.dealer, found.state, found.why or "", found.model, sets, int(total or 0), found.currency
    )


class StoredProtection:
    """See `smsgw.business.protection.rules.claims.Protection`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._hours = opening.trade.transfer_hours

    def find(self, reference: str) -> Claim | None:
        work = self._work
        for (code,) in work.ask("SELECT dealer FROM protection_claim WHERE reference = ?", reference):
            self._directory.lock([code])  # whoever asks may settle it
        for found, shop, model, cut_on, old, new, currency, state, filed_at, filed_by in work.ask(
            "SELECT reference, dealer, model, cut_on, old_price, new_price, currency, state, filed_at, filed_by "
            "FROM protection_claim WHERE reference = ?",
            reference,
        ):
            lines = work.ask("SELECT imei FROM protection_line WHERE reference = ? ORDER BY imei", reference)
            return Claim(
                found,
                shop,
                model,
                date.fromisoformat(cut_on),
                int(old),
                int(new),
                currency,
                state,
                tuple(imei for (imei,) in lines),
                from_ms(filed_at),
                filed_by,
            )
        return None

    def claimed(self, imei: str, cut_on: date) -> str | None:
        found = self._work.ask(
            "SELECT reference FROM protection_line WHERE imei = ? AND cut_on = ? AND released_at IS NULL",
            imei,
            cut_on.isoformat(),
        )
        return found[0][0] if found else None

    def sold_on(self, imei: str, references: Sequence[str]) -> Mapping[str, date]:
        found: dict[str, date] = {}
        for reference in references:
            for (day,) in self._work.ask(
                "SELECT sold_on FROM sale_line WHERE reference = ? AND imei = ?", reference, imei
            ):
                found[reference] = date.fromisoformat(day)
        return found

    def candidates(self, dealer: str, since: datetime) -> Mapping[str, str]:
        at = to_ms(since)
        # Day by day: an index that begins with the day stays together as sales come in, one with the shop scatters.
        until = (self._work.now + timedelta(days=1)).date()
        days = [
            (since.date() + timedelta(days=day)).isoformat() for day in range(max(0, (until - since.date()).days) + 1)
        ]
        given = at - self._hours * 3_600_000  # a transfer that waited then may have been taken since
        rows = self._work.ask(
            f"SELECT imei, model FROM unit WHERE holder = ? AND state IN ({_DISPOSABLE}) "
            f"UNION SELECT imei, model FROM unit WHERE holder = ? AND state = '{RETURNED}' "
            f"UNION SELECT imei, model FROM sale_line WHERE {self._work.driver.among('sold_on')} AND dealer = ? "
            "AND imei IS NOT NULL "
            "UNION SELECT l.imei, l.model FROM return_case c JOIN return_line l ON l.reference = c.reference "
            "WHERE c.dealer = ? AND c.asked_at >= ? "
            "UNION SELECT u.imei, u.model FROM transfer t JOIN unit_event e ON e.reference = t.reference "
            "JOIN unit u ON u.imei = e.imei WHERE t.giver = ? AND t.asked_at >= ?",
            dealer,
            dealer,
            self._work.driver.listed(days),
            dealer,
            dealer,
            at,
            dealer,
            given,
        )
        return dict(rows)

    def planned_by(self, model: str, on: date) -> Sequence[str]:
        rows = self._work.ask(
            "SELECT planned_by FROM price_plan WHERE model = ? AND valid_from = ?", model, on.isoformat()
        )
        return [who for (who,) in rows]

    def waiting(self, region: str | None) -> Sequence[str]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT c.reference FROM protection_claim c JOIN dealer d ON d.code = c.dealer "
            f"WHERE c.state = '{OPEN}'{place} ORDER BY c.filed_at, length(c.reference), c.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    # ---- booking

    def file(self, record: ClaimFiled) -> None:
        claim, work = record.claim, self._work
        entry = work.entries.get(claim.reference)
        work.say(
            "INSERT INTO protection_claim (reference, dealer, model, cut_on, old_price, new_price, currency, state, "
            "filed_at, filed_by, journal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS BIGINT))",
            claim.reference,
            claim.dealer,
            claim.model,
            claim.cut_on.isoformat(),
            claim.old,
            claim.new,
            claim.currency,
            claim.state,
            to_ms(claim.filed_at),
            claim.filed_by,
            entry,
        )
        for imei in claim.imeis:
            work.say(
                "INSERT INTO protection_line (reference, imei, cut_on, amount, journal) "
                "VALUES (?, ?, ?, ?, CAST(? AS BIGINT))",
                claim.reference,
                imei,
                claim.cut_on.isoformat(),
                claim.off,
                entry,
            )

    def settle(self, record: ClaimSettled) -> None:
        work = self._work
        changed = work.say(
            "UPDATE protection_claim SET state = ?, settled_at = ?, settled_by = ?, why = CAST(? AS TEXT) "
            f"WHERE reference = ? AND state = '{OPEN}'",
            record.state,
            work.at,
            record.by,
            storable(record.why) if record.why else None,
            record.reference,
        )
        if not changed:
            raise RecordError(f"there is no open claim {record.reference} to become {record.state}")
        if record.state not in LIVE:
            work.say("UPDATE protection_line SET released_at = ? WHERE reference = ?", work.at, record.reference)


def _tell(work: Workspace, record: ClaimSettled) -> Fact:
    return "protection", record.state, record.reference, {"why": record.why} if record.why else None


BOOKS = StoredProtection
RECORDS = {ClaimFiled: Effect(StoredProtection.file), ClaimSettled: Effect(StoredProtection.settle, tells=_tell)}
