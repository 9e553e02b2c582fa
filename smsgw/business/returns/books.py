"""The books of returns: each with its sets, from the text that began it to its end; and the reasons there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.tables import dealer
from smsgw.business.returns.rules.cases import (
    ReturnArrived,
    ReturnBegun,
    ReturnCase,
    ReturnLine,
    ReturnReasoned,
    ReturnSettled,
)
from smsgw.business.returns.rules.reasons import Reason, ReasonRow, reasons
from smsgw.business.returns.rules.states import OPEN, REJECTED, SETTLED, UNDONE
from smsgw.business.returns.tables import return_case, return_line, return_reason
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.workspace import Workspace
from smsgw.values.storable import storable


def reason_rows(connection: Connection) -> list[ReasonRow]:
    """The reasons that a deployment imported; none where it uses those that every one begins with."""
    row = return_reason.c
    wanted = select(row.number, row.used_for, row.language, row.words).order_by(row.number, row.language)
    return [ReasonRow(*found) for found in connection.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that was decided: its sets by model; what was credited (minor units), or the set in their place."""

    reference: str
    dealer: str
    state: str
    why: str
    sets: Mapping[str, int]
    credit: int
    currency: str
    replaced_by: str


def return_of(connection: Connection, reference: str) -> Returned | None:
    """A return as it was decided; None where there is none, or nothing to tell of it."""
    row, line = return_case.c, return_line.c
    found = connection.execute(
        select(row.dealer, row.state, row.why, dealer.c.currency)
        .join(dealer, dealer.c.code == row.dealer)
        .where(row.reference == reference, row.state.in_((*SETTLED, REJECTED)))
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(line.model, line.credit, line.replaced_by).where(line.reference == reference).order_by(line.imei)
    ).all()
    replaced = next((each.replaced_by for each in lines if each.replaced_by), "")
    return Returned(
        reference,
        found.dealer,
        found.state,
        found.why or "",
        Counter(each.model for each in lines),
        sum(each.credit or 0 for each in lines),
        found.currency,
        replaced,
    )


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """A return that waits for a decision: since when (milliseconds), promised by which day."""

    reference: str
    dealer: str
    region: str
    asked_at: int
    due_on: date


def open_returns(connection: Connection) -> list[OpenReturn]:
    """The returns that wait for a decision, the one that is due first first."""
    row = return_case.c
    rows = connection.execute(
        select(row.reference, row.dealer, dealer.c.region, row.asked_at, row.due_on)
        .join(dealer, dealer.c.code == row.dealer)
        .where(row.state == OPEN)
        .order_by(row.due_on, row.reference)
    )
    return [
        OpenReturn(reference, code, region, asked_at, date.fromisoformat(due_on))
        for reference, code, region, asked_at, due_on in rows
    ]


class StoredReturns:
    """See `smsgw.business.returns.rules.cases.Returns`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

    def find(self, reference: str) -> ReturnCase | None:
        work = self._work
        for (code,) in work.ask("SELECT dealer FROM return_case WHERE reference = ?", reference):
            self._directory.lock([code])  # whoever asks may settle it
        for found, shop, reason, state, asked_at, due_on in work.ask(
            "SELECT reference, dealer, reason, state, asked_at, due_on FROM return_case WHERE reference = ?",
            reference,
        ):
            lines = work.ask(
                "SELECT imei, model, sale, depot, replaced_by FROM return_line WHERE reference = ? ORDER BY imei",
                reference,
            )
            listed = tuple(ReturnLine(*line) for line in lines)
            return ReturnCase(found, shop, reason, state, listed, from_ms(asked_at), date.fromisoformat(due_on))
        return None

    def of_unit(self, imei: str) -> str | None:
        found = self._work.ask(
            "SELECT l.reference FROM return_line l JOIN return_case c ON c.reference = l.reference "
            f"WHERE l.imei = ? AND c.state <> '{UNDONE}' ORDER BY c.asked_at DESC, l.reference DESC LIMIT 1",
            imei,
        )
        return found[0][0] if found else None

    def replaced(self, imei: str) -> str | None:
        found = self._work.ask("SELECT imei FROM return_line WHERE replaced_by = ?", imei)
        return found[0][0] if found else None

    def swaps(self, imei: str) -> Mapping[str, str]:
        return dict(
            self._work.ask(
                "SELECT reference, replaced_by FROM return_line WHERE imei = ? AND replaced_by IS NOT NULL UNION ALL "
                "SELECT reference, imei FROM return_line WHERE replaced_by = ?",
                imei,
                imei,
            )
        )

    def shipped(self, shipment: str, dealer: str) -> Mapping[str, int]:
        rows = self._work.ask(
            "SELECT u.model, count(*) FROM unit_event e JOIN unit u ON u.imei = e.imei "
            "WHERE e.reference = ? AND e.dealer = ? AND e.kind = 'shipped' GROUP BY u.model",
            shipment,
            dealer,
        )
        return {model: int(count) for model, count in rows}

    def ordered_price(self, shipment: str, dealer: str, model: str) -> int | None:
        rows = self._work.ask(
            "SELECT min(l.price) FROM shipment s JOIN order_line l ON l.order_reference = s.order_reference "
            "WHERE s.dealer = ? AND s.shipment = ? AND l.model = ?",
            dealer,
            shipment,
            model,
        )
        return int(rows[0][0]) if rows and rows[0][0] is not None else None

    def waiting(self, region: str | None) -> Sequence[str]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT c.reference FROM return_case c JOIN dealer d ON d.code = c.dealer "
            f"WHERE c.state = '{OPEN}'{place} ORDER BY c.due_on, length(c.reference), c.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    def reasons(self) -> Mapping[int, Reason]:
        return reasons(reason_rows(self._work.connection))

    # ---- booking

    def begin(self, record: ReturnBegun) -> None:
        case, work = record.case, self._work
        entry = work.entries.get(case.reference)
        work.say(
            "INSERT INTO return_case (reference, dealer, reason, state, asked_at, due_on, journal) "
            "VALUES (?, ?, ?, ?, ?, ?, CAST(? AS BIGINT))",
            case.reference,
            case.dealer,
            case.reason,
            case.state,
            to_ms(case.asked_at),
            case.due_on.isoformat(),
            entry,
        )
        for line in case.lines:
            work.say(
                "INSERT INTO return_line (reference, imei, model, sale, journal) "
                "VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS BIGINT))",
                case.reference,
                line.imei,
                line.model,
                line.sale,
                entry,
            )

    def settle(self, record: ReturnSettled) -> None:
        work = self._work
        changed = work.say(
            "UPDATE return_case SET state = ?, settled_at = ?, settled_by = ?, why = CAST(? AS TEXT) "
            f"WHERE reference = ? AND state = '{OPEN}'",
            record.state,
            work.at,
            record.by,
            storable(record.why) if record.why else None,
            record.reference,
        )
        if not changed:
            raise RecordError(f"there is no open return {record.reference} to become {record.state}")
        for column, of_sets in (("credit", record.credits), ("replaced_by", record.replacements)):
            for imei, found in of_sets:
                work.say(
                    f"UPDATE return_line SET {column} = ? WHERE reference = ? AND imei = ?",
                    found,
                    record.reference,
                    imei,
                )

    def reason(self, record: ReturnReasoned) -> None:
        self._work.say("UPDATE return_case SET reason = ? WHERE reference = ?", record.reason, record.reference)

    def arrive(self, record: ReturnArrived) -> None:
        for imei in record.imeis:
            self._work.say(
                "UPDATE return_line SET depot = ?, arrived_at = ? WHERE reference = ? AND imei = ?",
                record.depot,
                self._work.at,
                record.reference,
                imei,
            )


def _tell(work: Workspace, record: ReturnSettled) -> Fact:
    return "return", record.state, record.reference, {"why": record.why} if record.why else None


def _tell_reason(work: Workspace, record: ReturnReasoned) -> Fact:
    return "return", "reasoned", record.reference, {"reason": record.reason}


def _tell_arrival(work: Workspace, record: ReturnArrived) -> Fact:
    return "return", "arrived", record.reference, {"depot": record.depot, "sets": len(record.imeis)}


BOOKS = StoredReturns
RECORDS = {
    ReturnBegun: Effect(StoredReturns.begin),
    ReturnSettled: Effect(StoredReturns.settle, tells=_tell),
    ReturnReasoned: Effect(StoredReturns.reason, tells=_tell_reason),
    ReturnArrived: Effect(StoredReturns.arrive, tells=_tell_arrival),
}
