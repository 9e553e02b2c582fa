"""The books of sales: every line sold, days without sales, and the sums of each day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from smsgw.business.conversation.books import DAY, DAY_BOOKED, StoredConversation
from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.sales import tables
from smsgw.business.sales.books.holds import StoredHolds, tell_reason, tell_settled
from smsgw.business.sales.rules.holds import HoldBegun, HoldReasoned, HoldReminded, HoldSettled
from smsgw.business.sales.rules.ledger import Sold
from smsgw.business.sales.rules.lines import (
    NilBooked,
    SaleLine,
    SaleLineBooked,
    SaleLineRestored,
    SaleLineReturned,
    Wanting,
)
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.names import Names
from smsgw.store.statements import added, insert

SALE_LINE = insert(tables.sale_line, "reference line dealer sold_on model quantity imei journal")
# Of a line of which more is told.
NOTED_LINE = insert(tables.sale_line, "reference line dealer sold_on model quantity imei journal fills customer")
NIL_REPORT = insert(tables.nil_report, "reference dealer reported_on journal undid")
SALES_DAY = added(tables.sales_day, "dealer sold_on model", "quantity")

FETCHED_DAYS = 8  # that are fetched with a shop: the totals of today and of this week stand in every reply

_LINES = "SELECT l.reference, l.dealer, l.sold_on, l.model, l.quantity, l.imei, l.fills, l.customer FROM sale_line l"

_Days: TypeAlias = dict[tuple[str, str], int]  # (day, model): units sold


class StoredSales:
    """See `smsgw.business.sales.rules.ledger.Sales`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._conversation = opening.books(StoredConversation)
        self.holds = StoredHolds(opening)
        self._days: dict[str, _Days] = {}  # by shop, from `_from` on
        self._from = (from_ms(int(self._work.clock() * 1000)) - timedelta(days=FETCHED_DAYS)).date().isoformat()
        self._wanting: dict[str, list[Wanting]] = {}  # by shop, the oldest day first
        self._imei_days = timedelta(days=opening.trade.imei_days)
        self._lines = self._work.rows(SALE_LINE)
        self._noted = self._work.rows(NOTED_LINE)
        self._nils = self._work.rows(NIL_REPORT)
        self._changes = self._work.sums(SALES_DAY)
        self._nil: dict[tuple[str, str], str] = {}  # of those shops, by day from `_from` on: the newest report of none

    def know(self, names: Names) -> None:
        """Fetch the latest days of the shops that the directory was asked for."""
        fresh = [code for code in self._directory.shops if code not in self._days]
        if fresh:
            self._fetch(fresh)

    def _fetch(self, dealers: Collection[str]) -> None:
        for dealer in dealers:
            self._days[dealer] = {}
        driver = self._work.driver
        among, listed = driver.among("dealer"), driver.listed(dealers)
        for dealer, day, name, quantity in driver.ask(
            f"SELECT dealer, sold_on, model, quantity FROM sales_day WHERE {among} AND sold_on >= ? UNION ALL "
            f"SELECT dealer, reported_on, reference, NULL FROM nil_report WHERE {among} AND reported_on >= ? "
            "AND reversed_at IS NULL",
            *(listed, self._from, listed, self._from),
        ):
            if quantity is None:
                self._know_nil(dealer, day, name)
            else:
                self._days[dealer][day, name] = quantity
        self._fetch_wanting(dealers)

    def _know_nil(self, dealer: str, day: str, reference: str) -> None:
        known = self._nil.get((dealer, day))
        if known is None or (len(known), known) < (len(reference), reference):
            self._nil[dealer, day] = reference

    def _fetch_wanting(self, dealers: Collection[str]) -> None:
        for dealer in dealers:
            self._wanting[dealer] = []
        if not self._imei_days:
            return
        driver = self._work.driver
        since = from_ms(int(self._work.clock() * 1000)).date() - self._imei_days
        for dealer, reference, model, day, missing in driver.ask(
            "SELECT dealer, reference, model, sold_on, quantity FROM sale_line "
            f"WHERE {driver.among('dealer')} AND sold_on >= ? "
            "AND imei IS NULL AND reversed_at IS NULL ORDER BY sold_on, reference, line",
            driver.listed(dealers),
            since.isoformat(),
        ):
            self._wanting[dealer].append(Wanting(reference, model, date.fromisoformat(day), missing))

    def _shop(self, dealer: str) -> _Days:
        if dealer not in self._days:
            self._directory.lock([dealer])
            self._fetch([dealer])
        return self._days[dealer]

    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        first, last = since.isoformat(), until.isoformat()
        if first < self._from:
            return self._sold_before(dealer, first, last)
        sold: dict[str, int] = {}
        for (day, model), quantity in self._shop(dealer).items():
            if first <= day <= last and quantity:
                sold[model] = sold.get(model, 0) + quantity
        return sold

    def sold_this_week(self, dealer: str, today: date, monday: date) -> tuple[int, int]:
        last, first = today.isoformat(), monday.isoformat()
        if first < self._from:  # a clock that was set back
            return sum(self.sold(dealer, today, today).values()), sum(self.sold(dealer, monday, today).values())
        of_today = of_week = 0
        for (day, _), quantity in self._shop(dealer).items():
            if first <= day <= last:
                of_week += quantity
                if day == last:
                    of_today += quantity
        return of_today, of_week

    def _sold_before(self, dealer: str, first: str, last: str) -> dict[str, int]:
        return {
            model: int(quantity)
            for model, quantity in self._work.ask(
                "SELECT model, sum(quantity) FROM sales_day WHERE dealer = ? AND sold_on >= ? AND sold_on <= ? "
                "GROUP BY model HAVING sum(quantity) <> 0 ORDER BY model",
                dealer,
                first,
                last,
            )
        }

    def sold_in(self, region: str | None, since: date, until: date) -> Sold:
        place, within = self._directory.in_region(region)
        found: list[dict[str, int]] = [
            {
                code: int(quantity)
                for code, quantity in self._work.ask(
                    f"SELECT s.{of}, sum(s.quantity) FROM sales_day s JOIN dealer d ON d.code = s.dealer "
                    f"WHERE s.sold_on >= ? AND s.sold_on <= ?{place} GROUP BY s.{of} HAVING sum(s.quantity) <> 0",
                    since.isoformat(),
                    until.isoformat(),
                    *within,
                )
            }
            for of in ("dealer", "model")
        ]
        return Sold(*found)

    def last_sale_on(self, dealer: str) -> date | None:
        last = "SELECT max(sold_on) FROM sales_day WHERE dealer = ? AND quantity > 0"
        found = self._work.ask(last, dealer)[0][0]
        return date.fromisoformat(found) if found else None

    def lines(self, reference: str) -> Sequence[SaleLine]:
        return tuple(
            _line(row)
            for row in self._work.ask(
                f"{_LINES} WHERE l.reference = ? AND l.reversed_at IS NULL ORDER BY l.line", reference
            )
        )

    def undone_lines(self, reference: str) -> Sequence[SaleLine]:
        undone = (
            " JOIN booking b ON b.reference = l.reference WHERE l.reference = ? AND l.reversed_at = b.undone_at "
            "AND l.returned IS NULL AND l.filled = 0 ORDER BY l.line"
        )
        return tuple(_line(row) for row in self._work.ask(_LINES + undone, reference))

    def bookings_of(self, dealer: str, on: date, phones: Sequence[str], since: datetime) -> Sequence[str]:
        driver = self._work.driver
        rows = self._work.ask(
            f"SELECT DISTINCT b.reference, length(b.reference) FROM booking b JOIN sale_line l "
            f"ON l.reference = b.reference WHERE {driver.among(DAY_BOOKED, 'bigint')} AND {driver.among('b.phone')} "
            "AND b.booked_at >= ? "
            "AND b.undone_at IS NULL AND l.dealer = ? AND l.sold_on = ? AND l.reversed_at IS NULL "
            "ORDER BY length(b.reference), b.reference",
            driver.listed(range(to_ms(since) // DAY, self._work.at // DAY + 2)),  # and tomorrow's, by another clock
            driver.listed(phones),
            to_ms(since),
            dealer,
            on.isoformat(),
        )
        return [reference for reference, _ in rows]

    def nil_of(self, dealer: str, on: date) -> str | None:
        day = on.isoformat()
        self._shop(dealer)
        if day >= self._from:
            return self._nil.get((dealer, day))
        rows = self._work.ask(
            "SELECT reference FROM nil_report WHERE dealer = ? AND reported_on = ? AND reversed_at IS NULL "
            "ORDER BY length(reference) DESC, reference DESC LIMIT 1",
            dealer,
            day,
        )
        return rows[0][0] if rows else None

    def undone_by_nil(self, reference: str) -> Sequence[str]:
        rows = self._work.ask("SELECT undid FROM nil_report WHERE reference = ?", reference)
        return (rows[0][0] or "").split() if rows else ()

    def wanting(self, dealer: str) -> Sequence[Wanting]:
        self._shop(dealer)
        return self._wanting[dealer]

    def filled_by(self, reference: str) -> str | None:
        found = self._work.ask(
            "SELECT reference FROM sale_line WHERE fills = ? AND (reversed_at IS NULL OR returned IS NOT NULL) "
            "ORDER BY length(reference) DESC, reference DESC LIMIT 1",
            reference,
        )
        return found[0][0] if found else None

    def came_back(self, reference: str) -> bool:
        wanted = "SELECT 1 FROM sale_line WHERE reference = ? AND returned IS NOT NULL LIMIT 1"
        return bool(self._work.ask(wanted, reference))

    def book_line(self, record: SaleLineBooked) -> None:
        reference, day = record.reference, record.on.isoformat()
        line = self._conversation.next_line("sale_line", reference)
        entry = self._work.entries.get(reference)
        row = (reference, line, record.dealer, day, record.model, record.quantity, record.imei, entry)
        if record.fills is None and record.customer is None:
            self._lines.append(row)
        else:
            self._noted.append((*row, record.fills, record.customer))
        if record.fills is not None:  # a set that counts already
            self._fill(record.dealer, record.fills, record.model, record.quantity)
            return
        self._add(record.dealer, day, record.model, record.quantity)
        if record.imei is None and self._imei_days:
            self._wanting[record.dealer].append(Wanting(reference, record.model, record.on, record.quantity))

    def _fill(self, dealer: str, reference: str, model: str, quantity: int) -> None:
        """So many IMEIs of a sale by number came (or, below zero, are taken back): it is of so many sets fewer, and
        ends with the last."""
        work = self._work
        line = "WHERE reference = ? AND model = ? AND imei IS NULL"
        if quantity < 0:
            work.say(
                f"UPDATE sale_line SET filled = filled + ?, quantity = CASE WHEN reversed_at IS NULL THEN quantity "
                f"ELSE 0 END - ?, reversed_at = NULL, reversed_by = NULL {line}",
                quantity,
                quantity,
                reference,
                model,
            )
            self._fetch_wanting([dealer])
            return
        work.say(
            f"UPDATE sale_line SET filled = filled + ?, quantity = CASE WHEN quantity > ? THEN quantity - ? "
            f"ELSE quantity END, reversed_at = CASE WHEN quantity > ? THEN NULL ELSE CAST(? AS BIGINT) END, "
            f"reversed_by = CASE WHEN quantity > ? THEN NULL ELSE CAST(? AS BIGINT) END {line}",
            quantity,
            quantity,
            quantity,
            quantity,
            work.at,
            quantity,
            work.message,
            reference,
            model,
        )
        self._wanting[dealer] = [
            replace(line, missing=line.missing - quantity)
            if (line.reference, line.model) == (reference, model)
            else line
            for line in self._wanting[dealer]
        ]
        self._wanting[dealer] = [line for line in self._wanting[dealer] if line.missing > 0]

    def _add(self, dealer: str, day: str, model: str, quantity: int) -> None:
        days = self._shop(dealer)
        if day >= self._from:
            days[day, model] = days.get((day, model), 0) + quantity
        self._changes.add((dealer, day, model), quantity)

    def book_nil(self, record: NilBooked) -> None:
        entry = self._work.entries.get(record.reference)
        day = record.on.isoformat()
        self._nils.append((record.reference, record.dealer, day, entry, " ".join(record.undid) or None))
        self._shop(record.dealer)
        if day >= self._from:
            self._nil[record.dealer, day] = record.reference

    def take_back(self, record: SaleLineReturned) -> None:
        work = self._work
        for dealer, day, model, quantity in work.ask(
            "SELECT dealer, sold_on, model, quantity FROM sale_line "
            "WHERE reference = ? AND imei = ? AND reversed_at IS NULL",
            record.reference,
            record.imei,
        ):
            self._add(dealer, day, model, -quantity)
        changed = work.say(
            "UPDATE sale_line SET reversed_at = ?, reversed_by = CAST(? AS BIGINT), returned = ? "
            "WHERE reference = ? AND imei = ? AND reversed_at IS NULL",
            work.at,
            work.message,
            record.by,
            record.reference,
            record.imei,
        )
        if not changed:
            raise RecordError(f"{record.imei} is in no live line of {record.reference}")

    def restore(self, record: SaleLineRestored) -> None:
        work = self._work
        for dealer, day, model, quantity in work.ask(
            "SELECT dealer, sold_on, model, quantity FROM sale_line WHERE reference = ? AND imei = ? AND returned = ?",
            record.reference,
            record.imei,
            record.by,
        ):
            self._add(dealer, day, model, quantity)
        work.say(
            "UPDATE sale_line SET reversed_at = NULL, reversed_by = NULL, returned = NULL "
            "WHERE reference = ? AND imei = ? AND returned = ?",
            record.reference,
            record.imei,
            record.by,
        )

    def undo(self, record: Undone) -> None:
        """Take the lines of a booking out of the sums, and mark them and its nil report as reversed."""
        lines = self.lines(record.reference)
        for line in lines:
            if line.fills is not None:
                self._shop(line.dealer)
                self._fill(line.dealer, line.fills, line.model, -line.quantity)
            else:
                self._add(line.dealer, line.on.isoformat(), line.model, -line.quantity)
        for table in ("sale_line", "nil_report"):
            self._work.say(
                f"UPDATE {table} SET reversed_at = ?, reversed_by = ? WHERE reference = ? AND reversed_at IS NULL",
                self._work.at,
                self._work.message,
                record.reference,
            )
        for dealer in {line.dealer for line in lines if line.imei is None}:
            self._fetch_wanting([dealer])
        self._forget_nil(record.reference)

    def _forget_nil(self, reference: str) -> None:
        for (dealer, day), known in [*self._nil.items()]:
            if known == reference:
                del self._nil[dealer, day]
                for (found,) in self._work.ask(
                    "SELECT reference FROM nil_report WHERE dealer = ? AND reported_on = ? AND reversed_at IS NULL",
                    dealer,
                    day,
                ):
                    self._know_nil(dealer, day, found)


def _line(row: Sequence[Any]) -> SaleLine:
    reference, dealer, on, model, quantity, imei, fills, customer = row
    return SaleLine(reference, dealer, date.fromisoformat(on), model, quantity, imei, fills, customer)


BOOKS = StoredSales
RECORDS = {
    SaleLineBooked: Effect(StoredSales.book_line),
    SaleLineReturned: Effect(StoredSales.take_back),
    SaleLineRestored: Effect(StoredSales.restore),
    NilBooked: Effect(StoredSales.book_nil),
    Undone: Effect(StoredSales.undo),
    HoldBegun: Effect(lambda books, record: books.holds.begin(record)),
    HoldReasoned: Effect(lambda books, record: books.holds.reason(record), tells=tell_reason),
    HoldReminded: Effect(lambda books, record: books.holds.remind(record)),
    HoldSettled: Effect(lambda books, record: books.holds.settle(record), tells=tell_settled),
}
