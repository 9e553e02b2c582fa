"""What one transaction knows and has yet to write: rows fetched once, changes seen at once, written table by table.

A question about a row that is kept by key (a unit, a level, a day's sales, an open question) is answered here, the
effects of earlier messages of the batch included. Any other question makes the pending rows be written first
and is then asked of the database, inside the same transaction: right without a second implementation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from smsgw.business import statements as sql
from smsgw.business.conversation.rules.records import Question
from smsgw.business.directory.books.memory import Directory
from smsgw.business.messages.rules import key_of
from smsgw.business.names import Names
from smsgw.business.stock.rules import Level
from smsgw.business.units.rules.states import Unit
from smsgw.store.driver import Driver, Row
from smsgw.store.instants import EPOCH, from_ms
from smsgw.store.journal import SMSGW, Pending
from smsgw.store.numbers import Numbers
from smsgw.store.statements import Write

Days = dict[tuple[str, str], int]  # (day, model): sets sold
HANDLED_AT = 16  # place in a pending row of message_in
SALES_DAYS = 8  # days of sales that are fetched with a shop: today's and this week's totals stand in every reply
UNIT_COLUMNS = "imei, imei2, model, state, holder, origin, events"


class Earlier(NamedTuple):
    """An earlier text with the same repeat key."""

    id: int
    sender: str
    content_key: int
    session: int | None
    received_at: int
    arrived_at: int
    handled_at: int | None  # None: in this very transaction
    late: bool


class Workspace:
    """The state of one transaction on one connection."""

    def __init__(
        self,
        driver: Driver,
        directory: Directory,
        numbers: Numbers,
        *,
        clock: Callable[[], float],
        repeats: int,
    ) -> None:
        self.driver = driver
        self.directory = directory
        self.numbers = numbers
        self.clock = clock
        self.repeats = repeats  # milliseconds back in which equal texts are looked for
        # The message at hand.
        self.now: datetime = EPOCH
        self.at = 0
        self.message: int | None = None
        self.phone: str | None = None
        self.contact: int | None = None
        self.bookings_of_message = 0
        # Who acts where no text does, and the entries of the journal for the Decision at hand, by reference.
        self.author = SMSGW
        self.entries: dict[str | None, int] = {}
        # Known by key.
        self.units: dict[str, Unit | None] = {}
        self.levels: dict[str, dict[str, Level]] = {}
        self.sales: dict[str, Days] = {}
        self.sales_from = (from_ms(int(clock() * 1000)) - timedelta(days=SALES_DAYS)).date().isoformat()
        self.open_questions: dict[str, list[Question]] = {}
        self.earlier: dict[int, list[Earlier]] = {}
        self.lines: dict[str, int] = {}  # the last line of each reference
        # To be written.
        self.changed_units: dict[str, None] = {}
        self.level_changes: dict[tuple[str, str], list[int]] = {}
        self.sales_changes: dict[tuple[str, str, str], int] = {}
        self.balance_changes: dict[tuple[str, str, str], int] = {}
        self.sessions: dict[int, tuple[int, str, int | None, int]] = {}
        self.messages: dict[int, list[Any]] = {}
        self.bookings: list[Row] = []
        self.events: list[Row] = []
        self.sale_lines: list[Row] = []
        self.nil_reports: list[Row] = []
        self.count_lines: list[Row] = []
        self.stock_entries: list[Row] = []
        self.postings: list[Row] = []
        self.drains: list[Callable[[], None]] = []  # of what others have pending
        self.journal = Pending(driver, numbers)
        self.pending = False

    def begin(self, at: int, message: int | None, phone: str | None, contact: int | None) -> None:
        """From now on everything is booked for this message, or for work that no message has caused."""
        self.at = at
        self.now = from_ms(at)
        self.message = message
        self.phone = phone
        self.contact = contact
        self.bookings_of_message = 0

    # ---- fetching

    def know(self, names: Names) -> None:
        """Fetch what is named and not yet known, one question a table."""
        shops = self.directory.know(self.driver, names.phones, names.dealers)
        self._know_shops([code for code in shops if code not in self.levels])
        if names.phones and not self.driver.sqlite:
            self._take_turns(names.phones)
        fresh = [imei for imei in names.imeis if imei not in self.units]
        if fresh:
            self._know_units(fresh)
        phones = [phone for phone in names.phones if phone not in self.open_questions]
        if phones:
            self._know_questions(phones)
        keys = [key for key in names.repeats if key not in self.earlier]
        if keys:
            self._know_repeats(keys)

    def _take_turns(self, phones: Sequence[str]) -> None:
        """Let no other daemon have texts of these phones in hand; who belongs to a shop waits for its row already."""
        actor, driver = self.directory.actor, self.driver
        alone = [phone for phone in phones if (who := actor(driver, phone)) is None or not who.dealer]
        if alone:
            keys = sorted({key_of(phone) for phone in alone})
            driver.ask("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", (keys,))

    def _know_shops(self, dealers: list[str]) -> None:
        if not dealers:
            return
        if not self.driver.sqlite:
            # Everything that belongs to a shop is changed under a lock of its row, taken in the order of codes, so that
            # several daemons neither lose each other's changes nor wait for one another in a circle.
            self.driver.ask(
                "SELECT code FROM dealer WHERE code = ANY(%s::text[]) ORDER BY code FOR NO KEY UPDATE", (dealers,)
            )
        named = (self.driver.listed(dealers),)
        for dealer in dealers:
            self.levels[dealer] = {}
            self.sales[dealer] = {}
        for dealer, model, quantity, units in self.driver.ask(
            f"SELECT dealer, model, quantity, units FROM stock_level WHERE {self.driver.among('dealer')}", named
        ):
            self.levels[dealer][model] = Level(quantity, units)
        for dealer, day, model, quantity in self.driver.ask(
            f"SELECT dealer, sold_on, model, quantity FROM sales_day WHERE {self.driver.among('dealer')} "
            f"AND sold_on >= {self.driver.mark}",
            (*named, self.sales_from),
        ):
            self.sales[dealer][day, model] = quantity

    def _know_units(self, imeis: list[str]) -> None:
        for imei in imeis:
            self.units[imei] = None
        named = self.driver.listed(imeis)
        if self.driver.sqlite:
            rows = self.driver.ask(
                f"SELECT {UNIT_COLUMNS} FROM unit WHERE imei IN (SELECT value FROM json_each(?1)) UNION ALL "
                f"SELECT {UNIT_COLUMNS} FROM unit WHERE imei2 IN (SELECT value FROM json_each(?1))",
                (named,),
            )
        else:
            # Two questions: with OR the planner would rather read the whole table than use two indexes.
            rows = []
            for column in ("imei", "imei2"):
                rows += self.driver.ask(
                    f"SELECT {UNIT_COLUMNS} FROM unit WHERE {column} = ANY(%s::text[]) AND {column} IS NOT NULL "
                    "ORDER BY imei FOR NO KEY UPDATE",
                    (named,),
                )
        for row in rows:
            unit = Unit(*row)
            self.units[unit.imei] = unit
            if unit.imei2:
                self.units[unit.imei2] = unit

    def _know_questions(self, phones: list[str]) -> None:
        for phone in phones:
            self.open_questions[phone] = []
        lock = "" if self.driver.sqlite else " FOR UPDATE"
        for reference, phone, kind, options, prompt, asked_at, expires_at in self.driver.ask(
            "SELECT reference, phone, kind, options, prompt, asked_at, expires_at FROM pending_question "
            f"WHERE {self.driver.among('phone')} AND answered_at IS NULL ORDER BY asked_at, reference{lock}",
            (self.driver.listed(phones),),
        ):
            question = Question(
                reference, phone, kind, tuple(json.loads(options)), from_ms(asked_at), from_ms(expires_at), prompt
            )
            self.open_questions[phone].insert(0, question)

    def _know_repeats(self, keys: list[int]) -> None:
        for key in keys:
            self.earlier[key] = []
        since = int(self.clock() * 1000) - self.repeats
        for key, *rest in self.driver.ask(
            "SELECT repeat_key, id, sender, content_key, session, received_at, arrived_at, handled_at, late "
            f"FROM message_in WHERE {self.driver.among('repeat_key', 'bigint')} AND received_at >= {self.driver.mark} "
            "AND state <> 'waiting' ORDER BY received_at, id",
            (self.driver.listed(keys), since),
        ):
            self.earlier[key].append(Earlier(*rest))

    # ---- answers by key

    def unit(self, imei: str) -> Unit | None:
        if imei not in self.units:
            self._know_units([imei])
        return self.units[imei]

    def shop(self, dealer: str) -> dict[str, Level]:
        if dealer not in self.levels:
            self._know_shops([dealer])
        return self.levels[dealer]

    def shop_sales(self, dealer: str) -> Days:
        if dealer not in self.sales:
            self._know_shops([dealer])
        return self.sales[dealer]

    def questions(self, phone: str) -> list[Question]:
        if phone not in self.open_questions:
            self._know_questions([phone])
        return self.open_questions[phone]

    def repeated(self, key: int) -> list[Earlier]:
        if key not in self.earlier:
            self._know_repeats([key])
        return self.earlier[key]

    # ---- changes

    def put_unit(self, unit: Unit) -> None:
        self.units[unit.imei] = unit
        if unit.imei2:
            self.units[unit.imei2] = unit
        self.changed_units[unit.imei] = None

    def move_stock(self, dealer: str, model: str, quantity: int, units: int) -> None:
        shop = self.shop(dealer)
        level = shop.get(model)
        if level is None:
            shop[model] = Level(quantity, units)
        else:
            shop[model] = Level(level.quantity + quantity, level.units + units)
        change = self.level_changes.get((dealer, model))
        if change is None:
            self.level_changes[dealer, model] = [quantity, units]
        else:
            change[0] += quantity
            change[1] += units

    def move_sales(self, dealer: str, day: str, model: str, quantity: int) -> None:
        days = self.shop_sales(dealer)
        if day >= self.sales_from:
            days[day, model] = days.get((day, model), 0) + quantity
        key = (dealer, day, model)
        self.sales_changes[key] = self.sales_changes.get(key, 0) + quantity

    def next_line(self, table: str, reference: str) -> int:
        """The number of the next line of a reference, in the table where its lines are."""
        last = self.lines.get(reference)
        if last is None:
            # Booked by an earlier transaction: its lines are in the database.
            found = self.ask(f"SELECT coalesce(max(line), 0) FROM {table} WHERE reference = ?", reference)
            last = found[0][0]
        self.lines[reference] = last + 1
        return last + 1

    # ---- writing

    def flush(self) -> None:
        """Write everything, each table once, parents before children."""
        driver = self.driver
        self.pending = False
        if self.sessions:
            sql.SESSION.many(driver, list(self.sessions.values()))
            self.sessions.clear()
        if self.messages:
            handled = int(self.clock() * 1000)
            rows = []
            for row in self.messages.values():
                row[HANDLED_AT] = handled
                rows.append(tuple(row))
            sql.MESSAGE_IN.many(driver, rows)
            self.messages.clear()
        self._drain(sql.BOOKING, self.bookings)
        if self.changed_units:
            units = self.units
            changed = [units[imei] for imei in sorted(self.changed_units)]
            sql.UNIT.many(
                driver,
                [(u.imei, u.imei2, u.model, u.state, u.holder, u.origin, u.events) for u in changed if u],
            )
            self.changed_units.clear()
        self._drain(sql.UNIT_EVENT, self.events)
        self._drain(sql.SALE_LINE, self.sale_lines)
        self._drain(sql.NIL_REPORT, self.nil_reports)
        self._drain(sql.COUNT_LINE, self.count_lines)
        self._drain(sql.STOCK_ENTRY, self.stock_entries)
        if self.level_changes:
            sql.STOCK_LEVEL.many(driver, [(*key, *change) for key, change in sorted(self.level_changes.items())])
            self.level_changes.clear()
        if self.sales_changes:
            sql.SALES_DAY.many(driver, [(*key, sets) for key, sets in sorted(self.sales_changes.items())])
            self.sales_changes.clear()
        self._drain(sql.LEDGER_ENTRY, self.postings)
        if self.balance_changes:
            changes = sorted(self.balance_changes.items())
            sql.ACCOUNT_BALANCE.many(driver, [(*key, amount) for key, amount in changes])
            self.balance_changes.clear()
        for drain in self.drains:
            drain()
        self.journal.flush()
        self.numbers.flush(driver)

    def _drain(self, write: Write, rows: list[Row]) -> None:
        if rows:
            write.many(self.driver, rows)
            rows.clear()

    def ask(self, question: str, *values: Any) -> list[Row]:
        """Write what is pending, then ask; `?` marks a value on either database."""
        if self.pending:
            self.flush()
        return self.driver.asked(question, *values)

    def say(self, statement: str, *values: Any) -> int:
        """Write what is pending, then run a statement that changes rows; how many it changed."""
        if self.pending:
            self.flush()
        return self.driver.change(statement if self.driver.sqlite else statement.replace("?", "%s"), values)
