"""The books of stock-takes: the open list of a shop, counts with their sets, and what was decided of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.counts.rules import (
    OPEN,
    UNDECIDED,
    UNDONE,
    Count,
    CountDecided,
    Counted,
    CountedSet,
    CountList,
    Listed,
    ListEnded,
    ListOpened,
    SetsListed,
)
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.stock.rules import CountLineBooked
from smsgw.store.driver import Row
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.names import Names
from smsgw.store.workspace import Workspace
from smsgw.values.storable import storable

_UNDECIDED = ", ".join(f"'{state}'" for state in UNDECIDED)
_LIST = (
    "SELECT l.reference, l.dealer, l.phone, l.state, l.opened_at, l.expires_at, l.result, "
    "(SELECT count(*) FROM count_list_set s WHERE s.reference = l.reference) FROM count_list l "
)


class StoredCounts:
    """See `smsgw.business.counts.rules.Counts`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._phones: set[str] = set()  # whose texts are of this batch, and of whom it is not known yet
        self._counting: dict[str, bool] = {}  # by phone: whether it may have a list open

    def know(self, names: Names) -> None:
        """Keep whom the batch is of: the first text of IMEIs alone asks about all of them at once."""
        self._phones.update(names["phones"])

    # ---- lists

    def open_list(self, dealer: str) -> CountList | None:
        self._directory.lock([dealer])  # whoever asks may open one, or end it
        return self._one(f"WHERE l.dealer = ? AND l.state = '{OPEN}'", dealer)

    def open_list_of(self, phone: str) -> CountList | None:
        if phone not in self._counting:
            self._phones.add(phone)
            driver = self._work.driver
            listed = driver.listed(sorted(self._phones - self._counting.keys()))
            # Lists are written at once, so nothing that waits need be written before it is asked.
            rows = driver.ask(
                f"SELECT phone FROM count_list WHERE {driver.among('phone')} AND state = '{OPEN}'", listed
            )
            self._counting |= dict.fromkeys(self._phones - self._counting.keys(), False)
            self._counting |= {found: True for (found,) in rows}
        if not self._counting[phone]:
            return None
        return self._one(f"WHERE l.phone = ? AND l.state = '{OPEN}' ORDER BY l.opened_at DESC LIMIT 1", phone)

    def list(self, reference: str) -> CountList | None:
        return self._one("WHERE l.reference = ?", reference)

    def _one(self, condition: str, value: str) -> CountList | None:
        for reference, dealer, phone, state, opened_at, expires_at, result, sets in self._work.ask(
            _LIST + condition, value
        ):
            return CountList(
                reference, dealer, phone, state, from_ms(opened_at), from_ms(expires_at), int(sets), result
            )
        return None

    def listed(self, reference: str, imeis: Iterable[str] | None = None) -> Sequence[Listed]:
        question = "SELECT imei, listed_at FROM count_list_set WHERE reference = ?"
        rows: list[Row]
        if imeis is None:
            rows = self._work.ask(f"{question} ORDER BY imei", reference)
        else:
            rows = [row for imei in imeis for row in self._work.ask(f"{question} AND imei = ?", reference, imei)]
        return [Listed(imei, from_ms(at)) for imei, at in rows]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        rows = self._work.ask(
            f"SELECT reference FROM count_list WHERE state = '{OPEN}' AND expires_at <= ? "
            "ORDER BY expires_at, reference LIMIT ?",
            to_ms(now),
            limit,
        )
        return [reference for (reference,) in rows]

    def open(self, record: ListOpened) -> None:
        work = self._work
        work.say(
            "INSERT INTO count_list (reference, dealer, phone, state, opened_at, expires_at, journal) "
            f"VALUES (?, ?, ?, '{OPEN}', ?, ?, CAST(? AS BIGINT))",
            record.reference,
            record.dealer,
            work.phone,
            work.at,
            to_ms(record.expires_at),
            work.entries.get(record.reference),
        )
        if work.phone is not None:
            self._counting[work.phone] = True

    def enlist(self, record: SetsListed) -> None:
        work = self._work
        entry = work.entries.get(record.reference)
        for imei in record.imeis:
            work.say(
                "INSERT INTO count_list_set (reference, imei, listed_at, journal) VALUES (?, ?, ?, CAST(? AS BIGINT)) "
                "ON CONFLICT (reference, imei) DO NOTHING",
                record.reference,
                imei,
                work.at,
                entry,
            )
        work.say("UPDATE count_list SET expires_at = ? WHERE reference = ?", to_ms(record.expires_at), record.reference)

    def end(self, record: ListEnded) -> None:
        changed = self._work.say(
            "UPDATE count_list SET state = ?, ended_at = ?, result = CAST(? AS TEXT) "
            f"WHERE reference = ? AND state = '{OPEN}'",
            record.state,
            self._work.at,
            record.result,
            record.reference,
        )
        if not changed:
            raise RecordError(f"there is no open list {record.reference} to become {record.state}")

    # ---- counts

    def find(self, reference: str) -> Count | None:
        work = self._work
        for (code,) in work.ask("SELECT dealer FROM stock_count WHERE reference = ?", reference):
            self._directory.lock([code])  # whoever asks may decide it
        for found, dealer, state, why in work.ask(
            "SELECT reference, dealer, state, why FROM stock_count WHERE reference = ?", reference
        ):
            lines = work.ask(
                "SELECT reference, dealer, model, counted, book FROM stock_count_line WHERE reference = ? "
                "ORDER BY line",
                reference,
            )
            sets = work.ask(
                "SELECT imei, model, finding FROM stock_count_set WHERE reference = ? ORDER BY imei", reference
            )
            return Count(
                found,
                dealer,
                state,
                tuple(CountLineBooked(*line) for line in lines),
                tuple(CountedSet(*one) for one in sets),
                why or "",
            )
        return None

    def undecided(self, region: str | None) -> Sequence[str]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT c.reference FROM stock_count c JOIN dealer d ON d.code = c.dealer "
            f"WHERE c.state IN ({_UNDECIDED}){place} ORDER BY length(c.reference), c.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    def count(self, record: Counted) -> None:
        work = self._work
        entry = work.entries.get(record.reference)
        work.say(
            "INSERT INTO stock_count (reference, dealer, state, list, journal) "
            "VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS BIGINT))",
            record.reference,
            record.dealer,
            record.state,
            record.list,
            entry,
        )
        for one in record.sets:
            work.say(
                "INSERT INTO stock_count_set (reference, imei, model, finding, journal) "
                "VALUES (?, ?, ?, ?, CAST(? AS BIGINT))",
                record.reference,
                one.imei,
                one.model,
                one.finding,
                entry,
            )

    def decide(self, record: CountDecided) -> None:
        work = self._work
        changed = work.say(
            "UPDATE stock_count SET state = ?, decided_at = ?, decided_by = ?, why = ? "
            f"WHERE reference = ? AND state IN ({_UNDECIDED})",
            record.state,
            work.at,
            storable(record.who),
            storable(record.why),
            record.reference,
        )
        if not changed:
            raise RecordError(f"there is no undecided count {record.reference} to become {record.state}")

    def undo(self, record: Undone) -> None:
        """Mark the count of a booking; its movements are reversed by movements of their own."""
        self._work.say(f"UPDATE stock_count SET state = '{UNDONE}' WHERE reference = ?", record.reference)


def _tell_end(work: Workspace, record: ListEnded) -> Fact:
    return "count list", record.state, record.reference, None


def _tell_decision(work: Workspace, record: CountDecided) -> Fact:
    return "count", record.state, record.reference, {"why": record.why} if record.why else None


BOOKS = StoredCounts
RECORDS = {
    ListOpened: Effect(StoredCounts.open),
    SetsListed: Effect(StoredCounts.enlist),
    ListEnded: Effect(StoredCounts.end, tells=_tell_end),
    Counted: Effect(StoredCounts.count),
    CountDecided: Effect(StoredCounts.decide, tells=_tell_decision),
    Undone: Effect(StoredCounts.undo),
}
