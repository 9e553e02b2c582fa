"""The books of what shops say they paid, and of the payments that may be those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.payments.rules import (
    MATCHED,
    OPEN,
    REJECTED,
    UNDONE,
    Advice,
    AdviceFiled,
    AdviceSettled,
    Received,
)
from smsgw.store.driver import Driver, Row
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace
from smsgw.values.money import decimal
from smsgw.values.storable import storable

_ADVICE = "SELECT reference, dealer, amount, currency, paid_on, slip, state, told_at, payment, why FROM payment_advice "
Ask = Callable[..., list[Row]]


def _advice(row: Row) -> Advice:
    reference, dealer, amount, currency, paid_on, slip, state, told_at, payment, why = row
    on = date.fromisoformat(paid_on)
    return Advice(reference, dealer, int(amount), currency, on, slip, state, from_ms(told_at), payment, why)


def advice_of(connection: Any, reference: str) -> Advice | None:
    """An advice as it stands; None where there is none."""
    found = Driver(connection).ask(f"{_ADVICE}WHERE reference = ?", reference)
    return _advice(found[0]) if found else None


def candidates(ask: Ask, advice: Advice, days: int) -> list[Received]:
    """See `smsgw.business.payments.rules.Payments.candidates`."""
    middle = to_ms(_noon(advice.paid_on))
    reach = int(timedelta(days=days, hours=14).total_seconds() * 1000)  # noon of UTC to any zone's day
    rows = ask(
        "SELECT e.reference, min(e.posted_at) FROM ledger_entry e WHERE e.dealer = ? AND e.account = 'cash' "
        "AND e.posted_at BETWEEN ? AND ? AND e.kind = 'payment' AND e.currency = ? AND NOT EXISTS (SELECT 1 FROM "
        f"payment_advice a WHERE a.dealer = e.dealer AND a.payment = e.reference AND a.state = '{MATCHED}') "
        "GROUP BY e.reference HAVING (SELECT sum(x.amount) FROM ledger_entry x WHERE x.reference = e.reference "
        "AND x.dealer = ? AND x.account = 'cash' AND x.kind = 'payment') = ?",
        advice.dealer,
        middle - reach,
        middle + reach,
        advice.currency,
        advice.dealer,
        advice.amount,
    )
    found = [Received(reference, from_ms(at)) for reference, at in rows]
    return sorted(found, key=lambda one: (abs(to_ms(one.at) - middle), one.reference))


def _noon(day: date) -> Any:
    return from_ms((day - date(1970, 1, 1)).days * 86_400_000 + 43_200_000)


@dataclass(frozen=True, slots=True)
class Proposed:
    """An advice that waits, its region, and the one payment in the books that may be it."""

    advice: Advice
    region: str
    payment: Received


def proposals(connection: Any, days: int, dealers: Sequence[str] | None = None) -> list[Proposed]:
    """The advices that wait (of some dealers) for which the books have exactly one payment, the oldest first."""
    ask = Driver(connection).ask
    rows = ask(
        f"SELECT a.reference, d.region FROM payment_advice a JOIN dealer d ON d.code = a.dealer "
        f"WHERE a.state = '{OPEN}' ORDER BY a.told_at, a.reference"
    )
    found: list[Proposed] = []
    for reference, region in rows:
        advice = advice_of(connection, reference)
        if advice is None or (dealers is not None and advice.dealer not in dealers):
            continue
        one = candidates(ask, advice, days)
        if len(one) == 1:
            found.append(Proposed(advice, region, one[0]))
    return found


class StoredPayments:
    """See `smsgw.business.payments.rules.Payments`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

    def find(self, reference: str) -> Advice | None:
        work = self._work
        for (code,) in work.ask("SELECT dealer FROM payment_advice WHERE reference = ?", reference):
            self._directory.lock([code])  # whoever asks may settle it
        found = work.ask(f"{_ADVICE}WHERE reference = ?", reference)
        return _advice(found[0]) if found else None

    def waiting(self, region: str | None) -> Sequence[str]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT a.reference FROM payment_advice a JOIN dealer d ON d.code = a.dealer "
            f"WHERE a.state = '{OPEN}'{place} ORDER BY a.told_at, length(a.reference), a.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    def same(self, dealer: str, amount: int, slip: str | None, paid_on: date) -> str | None:
        by, which = ("slip = ?", slip) if slip is not None else ("slip IS NULL AND paid_on = ?", paid_on.isoformat())
        found = self._work.ask(
            f"SELECT reference FROM payment_advice WHERE dealer = ? AND amount = ? AND {by} "
            f"AND state NOT IN ('{REJECTED}', '{UNDONE}') ORDER BY told_at LIMIT 1",
            dealer,
            amount,
            which,
        )
        return found[0][0] if found else None

    def matched_to(self, dealer: str, payment: str) -> str | None:
        found = self._work.ask(
            f"SELECT reference FROM payment_advice WHERE dealer = ? AND payment = ? AND state = '{MATCHED}'",
            dealer,
            payment,
        )
        return found[0][0] if found else None

    def candidates(self, advice: Advice, days: int) -> Sequence[Received]:
        return candidates(self._work.ask, advice, days)

    def file(self, record: AdviceFiled) -> None:
        told, work = record.advice, self._work
        work.say(
            "INSERT INTO payment_advice (reference, dealer, amount, currency, paid_on, slip, state, told_at, journal) "
            "VALUES (?, ?, ?, ?, ?, CAST(? AS VARCHAR), ?, ?, CAST(? AS BIGINT))",
            told.reference,
            told.dealer,
            told.amount,
            told.currency,
            told.paid_on.isoformat(),
            storable(told.slip) if told.slip is not None else None,
            told.state,
            to_ms(told.told_at),
            work.entries.get(told.reference),
        )

    def settle(self, record: AdviceSettled) -> None:
        changed = self._work.say(
            "UPDATE payment_advice SET state = ?, payment = CAST(? AS VARCHAR), settled_at = ?, settled_by = ?, "
            f"why = CAST(? AS TEXT) WHERE reference = ? AND state = '{OPEN}'",
            record.state,
            record.payment,
            self._work.at,
            record.by,
            storable(record.why) if record.why is not None else None,
            record.reference,
        )
        if not changed:
            raise RecordError(f"there is no open advice {record.reference} to become {record.state}")


def _tell(work: Workspace, record: AdviceSettled) -> Fact:
    detail = {name: said for name, said in (("payment", record.payment), ("why", record.why)) if said}
    return "payment", record.state, record.reference, detail or None


def said_amount(advice: Advice) -> str:
    """An amount with its currency, as desk and trail say it."""
    return f"{decimal(advice.amount, advice.currency)} {advice.currency}"


BOOKS = StoredPayments
RECORDS = {
    AdviceFiled: Effect(StoredPayments.file),
    AdviceSettled: Effect(StoredPayments.settle, tells=_tell),
}
