"""Shops that text, and headquarters that decides: what tests of returns stand on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.showing import Asked
from smsgw.business.dialogue import answer
from smsgw.business.messages.rules import Inbound
from smsgw.business.messages.tables import message_out
from smsgw.business.shipping import rules as shipping
from smsgw.business.shipping.rules import ShipmentLine
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from tests.business.dict_ledger import START, imei, sample
from tests.business.said import settle

A350 = [imei("86012345", n) for n in range(1, 9)]
B200 = [imei("86012347", n) for n in range(1, 5)]
SPARE = [imei("86012345", n) for n in range(101, 105)]  # in the depot
PRICE = 100_000  # of an A350 on tier A


class Shops:
    """D1001 was sent six A350 and two B200 by shipment; the depot has four more A350."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        settle(engine, sample())
        self.at = START
        self.seen = 0
        self.keeper = Bookkeeper(engine, Settings().trade_rules(), clock=START.timestamp)
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO depot (code, name, region) VALUES ('DEPOT-E', 'East depot', 'EAST')"))
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))
        self.ship([(each, "A350") for each in A350[:6]] + [(each, "B200") for each in B200[:2]])

    def ship(self, sets: Sequence[tuple[str, str]], shipment: str = "shipment SH1", dealer: str = "D1001") -> None:
        lines = [ShipmentLine(shipment, dealer, number, model, date(2026, 4, 14)) for number, model in sets]
        with self.books() as books:
            books.fetch(dealers=[dealer], imeis=[number for number, _ in sets])
            books.apply(shipping.merged([record for line in lines for record in shipping.ship(line, books)]))

    @contextmanager
    def books(self) -> Any:
        with self.keeper.transaction(self.at) as books:
            yield books
        self.verified()

    def verified(self) -> None:
        with self.engine.connect() as connection:
            assert verify(connection) == []

    @contextmanager
    def desk(self, who: Person | None = None) -> Any:
        """A person at the desk, with the books of the transaction."""
        self.at += timedelta(minutes=1)
        with self.books() as books:
            assert isinstance(books, StoreBooks)
            person = who or Person("li")
            books.work.author = person.who
            yield Session(person, int(self.at.timestamp() * 1000), books.transaction, books.trade), books

    def text(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
        """Send a text; the answer to it."""
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.books() as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            return self.words.word(decision.replies, decision.language)

    def told(self) -> list[tuple[str, str]]:
        """What the daemon tells unasked when it looks now: phone and text."""
        with self.books() as books:
            queue_notices(Settings(), self.words, self.at.timestamp(), books)
        row = message_out.c
        with self.engine.connect() as connection:
            found = connection.execute(
                select(row.id, row.recipient, row.text).where(row.id > self.seen).order_by(row.id)
            ).all()
        self.seen = max([self.seen, *(one.id for one in found)])
        return [(one.recipient, one.text) for one in found]

    def stock(self, dealer: str = "D1001") -> dict[str, tuple[int, int]]:
        with self.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT model, quantity, units FROM stock_level WHERE dealer = :dealer"), {"dealer": dealer}
            )
            return {model: (quantity, units) for model, quantity, units in rows if quantity or units}

    def owed(self, dealer: str = "D1001") -> int:
        with self.engine.connect() as connection:
            return int(
                connection.execute(
                    text("SELECT amount FROM account_balance WHERE dealer = :dealer AND account = 'receivable'"),
                    {"dealer": dealer},
                ).scalar()
                or 0
            )

    def sold(self, dealer: str = "D1001") -> int:
        with self.engine.connect() as connection:
            wanted = text("SELECT coalesce(sum(quantity), 0) FROM sales_day WHERE dealer = :dealer")
            return int(connection.execute(wanted, {"dealer": dealer}).scalar() or 0)

    def unit(self, number: str) -> tuple[str, str | None]:
        shown = self.show("unit", number)
        return shown["state"], shown["holder"]

    def show(self, kind: str, key: str) -> dict[str, Any]:
        with self.engine.connect() as connection:
            shown = show(connection, kind, Asked(key, self.at, "Asia/Shanghai"))
        assert shown is not None
        return shown
