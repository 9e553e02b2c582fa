"""The books of sales: every line sold, days without sales, and the sums of each day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from smsgw.business.conversation.books import StoredConversation
from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.books.regions import regions
from smsgw.business.sales import tables
from smsgw.business.sales.rules.ledger import Sold
from smsgw.business.sales.rules.lines import NilBooked, SaleLine, SaleLineBooked
from smsgw.store.instants import from_ms
from smsgw.store.names import Names
from smsgw.store.statements import added, insert

SALE_LINE = insert(tables.sale_line, "reference line dealer sold_on model quantity imei journal")
NIL_REPORT = insert(tables.nil_report, "reference dealer reported_on journal")
SALES_DAY = added(tables.sales_day, "dealer sold_on model", "quantity")

FETCHED_DAYS = 8  # that are fetched with a shop: the totals of today and of this week stand in every reply

_Days: TypeAlias = dict[tuple[str, str], int]  # (day, model): units sold


class StoredSales:
    """See `smsgw.business.sales.rules.ledger.Sales`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._conversation = opening.books(StoredConversation)
        self._days: dict[str, _Days] = {}  # by shop, from `_from` on
        self._from = (from_ms(int(self._work.clock() * 1000)) - timedelta(days=FETCHED_DAYS)).date().isoformat()
        self._lines = self._work.rows(SALE_LINE)
        self._nils = self._work.rows(NIL_REPORT)
        self._changes = self._work.sums(SALES_DAY)

    def know(self, names: Names) -> None:
        """Fetch the latest days of the shops that the directory was asked for."""
        fresh = [code for code in self._directory.shops if code not in self._days]
        if fresh:
            self._fetch(fresh)

    def _fetch(self, dealers: Collection[str]) -> None:
        for dealer in dealers:
            self._days[dealer] = {}
        driver = self._work.driver
        for dealer, day, model, quantity in driver.ask(
            f"SELECT dealer, sold_on, model, quantity FROM sales_day WHERE {driver.among('dealer')} AND sold_on >= ?",
            driver.listed(dealers),
            self._from,
        ):
            self._days[dealer][day, model] = quantity

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
        within: list[str] = []
        place = ""
        if region is not None:
            within = sorted(regions(self._work.connection, self._directory.timezone).within(region)) or [""]
            place = f"AND d.region IN ({', '.join('?' for _ in within)}) "
        found: list[dict[str, int]] = [
            {
                code: int(quantity)
                for code, quantity in self._work.ask(
                    f"SELECT s.{of}, sum(s.quantity) FROM sales_day s JOIN dealer d ON d.code = s.dealer "
                    f"WHERE s.sold_on >= ? AND s.sold_on <= ? {place}GROUP BY s.{of} HAVING sum(s.quantity) <> 0",
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
            SaleLine(ref, dealer, date.fromisoformat(on), model, quantity, imei)
            for ref, dealer, on, model, quantity, imei in self._work.ask(
                "SELECT reference, dealer, sold_on, model, quantity, imei FROM sale_line "
                "WHERE reference = ? AND reversed_at IS NULL ORDER BY line",
                reference,
            )
        )

    def book_line(self, record: SaleLineBooked) -> None:
        reference, day = record.reference, record.on.isoformat()
        line = self._conversation.next_line("sale_line", reference)
        entry = self._work.entries.get(reference)
        self._lines.append((reference, line, record.dealer, day, record.model, record.quantity, record.imei, entry))
        self._add(record.dealer, day, record.model, record.quantity)

    def _add(self, dealer: str, day: str, model: str, quantity: int) -> None:
        days = self._shop(dealer)
        if day >= self._from:
            days[day, model] = days.get((day, model), 0) + quantity
        self._changes.add((dealer, day, model), quantity)

    def book_nil(self, record: NilBooked) -> None:
        entry = self._work.entries.get(record.reference)
        self._nils.append((record.reference, record.dealer, record.on.isoformat(), entry))

    def undo(self, record: Undone) -> None:
        """Take the lines of a booking out of the sums, and mark them and its nil report as reversed."""
        for line in self.lines(record.reference):
            self._add(line.dealer, line.on.isoformat(), line.model, -line.quantity)
        for table in ("sale_line", "nil_report"):
            self._work.say(
                f"UPDATE {table} SET reversed_at = ?, reversed_by = ? WHERE reference = ? AND reversed_at IS NULL",
                self._work.at,
                self._work.message,
                record.reference,
            )


BOOKS = StoredSales
RECORDS = {
    SaleLineBooked: Effect(StoredSales.book_line),
    NilBooked: Effect(StoredSales.book_nil),
    Undone: Effect(StoredSales.undo),
}
