"""Two shops that text each other and headquarters, on a real database: what is said, told, held and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, select, text

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.showing import Asked
from smsgw.business.dialogue import answer
from smsgw.business.messages.rules import Inbound
from smsgw.business.messages.tables import message_out
from smsgw.business.showing import show
from smsgw.business.verify import verify
from smsgw.gateway.scheduled.reminders import queue_notices
from smsgw.gateway.understanding import understanding_of
from smsgw.settings.sections import Settings
from tests.business.dict_ledger import OWNER, START, imei, sample
from tests.business.said import settle

SETS = [imei("86012345", n) for n in range(1, 9)]


class Shops:
    """The shop D1001 holds four A350 by IMEI; `count` is `[trade] count`."""

    def __init__(self, engine: Engine, count: str = "book") -> None:
        self.engine = engine
        settle(engine, sample())
        self.at = START
        self.seen = 0
        self.trade = replace(Settings().trade_rules(), count=count)
        self.keeper = Bookkeeper(engine, self.trade, clock=START.timestamp)
        with engine.connect() as connection:
            self.words = understanding_of(Settings(), lexicon_rows(connection))
        self.text(OWNER, "REG " + " ".join(SETS[:4]))

    def text(self, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
        """Send a text; the answer to it."""
        self.at += after
        reading = self.words.read(said, self.at.timestamp(), phone)
        inbound = Inbound("operator-a", 1, phone, "1069", said, reading.folded, said.encode(), 0, self.at)
        with self.keeper.transaction(self.at) as books:
            books.receive(inbound)
            decision = answer(reading, phone, books)
            said = self.words.word(decision.replies, decision.language)
        self.sound()
        return said

    def sound(self) -> None:
        with self.engine.connect() as connection:
            assert verify(connection) == []

    def told(self, after: timedelta = timedelta(0)) -> list[tuple[str, str]]:
        """What the daemon tells unasked when it looks now: phone and text."""
        self.at += after
        with self.keeper.transaction(self.at) as books:
            queue_notices(Settings(), self.words, self.at.timestamp(), books)
        self.sound()
        row = message_out.c
        with self.engine.connect() as connection:
            found = connection.execute(
                select(row.id, row.recipient, row.text).where(row.id > self.seen).order_by(row.id)
            ).all()
        self.seen = max([self.seen, *(one.id for one in found)])
        return [(one.recipient, one.text) for one in found]

    def stock(self, dealer: str = "D1001") -> dict[str, tuple[int, int]]:
        """By model, how many sets the book has, and how many of them by IMEI."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT model, quantity, units FROM stock_level WHERE dealer = :dealer"), {"dealer": dealer}
            )
            return {model: (quantity, units) for model, quantity, units in rows if quantity or units}

    def unit(self, number: str) -> tuple[str, str | None]:
        with self.engine.connect() as connection:
            row = connection.execute(text("SELECT state, holder FROM unit WHERE imei = :imei"), {"imei": number}).one()
            return row.state, row.holder

    def count(self, reference: str) -> dict[str, object]:
        with self.engine.connect() as connection:
            shown = show(connection, "count", Asked(reference, self.at, "Asia/Shanghai"))
        assert shown is not None
        return shown
