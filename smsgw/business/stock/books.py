"""The books of stock: what each shop holds of each model, every movement of it, and what was counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from smsgw.business.conversation.books import StoredConversation
from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.stock import tables
from smsgw.business.stock.rules import CountLineBooked, Level, StockMoved
from smsgw.store.names import Names
from smsgw.store.statements import added, insert

COUNT_LINE = insert(tables.stock_count_line, "reference line dealer model counted book journal")
STOCK_ENTRY = insert(tables.stock_entry, "dealer model quantity units kind reference message happened_at journal")
STOCK_LEVEL = added(tables.stock_level, "dealer model", "quantity units")


class StoredStock:
    """See `smsgw.business.stock.rules.Stock`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._conversation = opening.books(StoredConversation)
        self._levels: dict[str, dict[str, Level]] = {}
        self._count_lines = self._work.rows(COUNT_LINE)
        self._entries = self._work.rows(STOCK_ENTRY)
        self._changes = self._work.sums(STOCK_LEVEL)

    def know(self, names: Names) -> None:
        """Fetch what the shops hold that the directory was asked for."""
        fresh = [code for code in self._directory.shops if code not in self._levels]
        if fresh:
            self._fetch(fresh)

    def _fetch(self, dealers: Collection[str]) -> None:
        for dealer in dealers:
            self._levels[dealer] = {}
        driver = self._work.driver
        if self._changes:
            self._work.flush()
        for dealer, model, quantity, units in driver.ask(
            f"SELECT dealer, model, quantity, units FROM stock_level WHERE {driver.among('dealer')}",
            driver.listed(dealers),
        ):
            self._levels[dealer][model] = Level(quantity, units)

    def levels(self, dealer: str) -> Mapping[str, Level]:
        return self._shop(dealer)

    def _shop(self, dealer: str) -> dict[str, Level]:
        if dealer not in self._levels:
            self._directory.lock([dealer])
            self._fetch([dealer])
        return self._levels[dealer]

    def entries(self, reference: str) -> Sequence[StockMoved]:
        return tuple(
            StockMoved(*row)
            for row in self._work.ask(
                "SELECT dealer, model, quantity, units, kind, reference FROM stock_entry WHERE reference = ? "
                "ORDER BY id",
                reference,
            )
        )

    def move(self, record: StockMoved) -> None:
        dealer, model, quantity, units = record.dealer, record.model, record.quantity, record.units
        shop = self._levels.get(dealer)  # of another shop nobody asks the level: it is not locked for a sum
        if shop is not None:
            level = shop.get(model)
            if level is None:
                shop[model] = Level(quantity, units)
            else:
                shop[model] = Level(level.quantity + quantity, level.units + units)
        self._changes.add((dealer, model), quantity, units)
        work, reference = self._work, record.reference
        entry = work.entries.get(reference)
        self._entries.append((dealer, model, quantity, units, record.kind, reference, work.message, work.at, entry))

    def count(self, record: CountLineBooked) -> None:
        line = self._conversation.next_line("stock_count_line", record.reference)
        entry = self._work.entries.get(record.reference)
        self._count_lines.append(
            (record.reference, line, record.dealer, record.model, record.counted, record.book, entry)
        )

    def undo(self, record: Undone) -> None:
        """Mark the count lines of a booking as reversed; its movements are reversed by movements of their own."""
        self._work.say(
            "UPDATE stock_count_line SET reversed_at = ?, reversed_by = ? WHERE reference = ? AND reversed_at IS NULL",
            self._work.at,
            self._work.message,
            record.reference,
        )


def _tell(record: StockMoved) -> Fact:
    return "stock", record.kind, record.reference, {"dealer": record.dealer}


BOOKS = StoredStock
RECORDS = {
    StockMoved: Effect(StoredStock.move, moves=_tell),
    CountLineBooked: Effect(StoredStock.count),
    Undone: Effect(StoredStock.undo),
}
