"""A shop that texts with the gateway's reader, dialogue and store, and what the books hold of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.core.command import Reading
from smsgw.business.core.trade import Trade
from smsgw.business.dialogue import answer
from smsgw.business.directory.books.network import (
    ContactRow,
    DealerRow,
    RegionRow,
    put_contacts,
    put_dealers,
    put_regions,
)
from smsgw.business.prices.books import PriceRow, put_prices
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.business.stock.rules import StockMoved
from smsgw.business.verify import verify
from smsgw.gateway.inbound.texts import imeis_of
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import Words
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.language.replies.replies import Replies
from smsgw.store.engine import open_engine
from smsgw.store.names import Names
from smsgw.store.sequencer import put_in_order
from smsgw.store.writer import Inline
from tests.business.dict_ledger import imei
from tests.business.world import inbound

NOON = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)  # Monday noon in Shanghai
TODAY = date(2026, 11, 30)
MODELS = {
    "A350": ("Aurora 3.5", "曙光3.5", "86012345", 1040_00),
    "A380": ("Aurora 3.8", "曙光3.8", "86012346", 1320_00),
    "B200": ("Borealis 200", "北极光200", "86012347", 620_00),
    "C100": ("Comet 100", "彗星100", "86012348", 299_00),
    "N60P": ("Nova 60 Pro", "新星60Pro", "86012349", 3980_00),
    "3310": ("Classic 3310", "经典3310", "86012350", 199_00),
}
GRAMMAR = Grammar()
REPLIES = Replies.load(vocabulary=Words(GRAMMAR))
LEXICON = Lexicon.build(
    [(code, name, [zh]) for code, (name, zh, _, _) in MODELS.items()], ["V0001", "V0002"], ["EAST"], country="CN"
)
READER = Reader(LEXICON, own_reply=REPLIES.own_reply, grammar=GRAMMAR)
SETS = [imei("86012345", number) for number in range(1, 7)]
PHONES = ("+8613810000001", "+8613810000002")


@dataclass
class Books:
    """What the books of a shop hold, read with statements of its own."""

    sales: dict[str, dict[str, int]] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    stopped: bool = False


class _Text:
    """A text on its way through the writer, as the gateway puts it."""

    def __init__(self, said: str, phone: str, at: datetime) -> None:
        self.reading: Reading = READER.understand(said, today=TODAY)
        self.inbound = inbound(said, phone, at)
        self.answer = ""
        self.error: Exception | None = None

    def names(self) -> Names:
        return Names(phones=(self.inbound.sender,), imeis=imeis_of(self.reading), repeats=(self.inbound.repeat_key,))

    def run(self, books: StoreBooks) -> str:
        assert not books.receive(self.inbound).redelivery
        decision = answer(self.reading, self.inbound.sender, books)
        return REPLIES.render(decision.replies, decision.language)

    def on_failed(self, books: StoreBooks, error: Exception) -> str:
        self.error = error
        books.receive(self.inbound)
        return ""

    def on_done(self, result: str) -> None:
        self.answer = result

    def on_unavailable(self, error: Exception) -> None:
        self.error = error


class Talk:
    """A fresh network of two shops on a database; what one of them texts, a minute after the text before."""

    def __init__(self, engine: Engine, language: str = "en", **trade: int) -> None:
        self.engine = engine
        self.now = NOON
        self.language = language
        furnish(engine, language)
        # The texts are minutes apart, and none of them is a redelivery.
        keeper = Bookkeeper(engine, Trade(**trade), clock=self._clock, redelivery_after=1e6)  # type: ignore[arg-type]
        with keeper.transaction(NOON - timedelta(days=10)) as books:
            for shop, sets in (("V0001", SETS), ("V0002", SETS[5:5])):
                for number in sets:
                    books.apply(ship(ShipmentLine("SH1", shop, number, "A350", date(2026, 11, 20)), books))
                for model in MODELS:
                    books.apply([StockMoved(shop, model, 20, 0, "opening", "OPEN")])
        self._writer = Inline(keeper)

    def _clock(self) -> float:
        return self.now.timestamp()

    def say(self, said: str, phone: str = PHONES[0], minutes: float = 1) -> str:
        """What a text is answered."""
        self.now += timedelta(minutes=minutes)
        job = _Text(said, phone, self.now)
        self._writer.put(job)
        self._writer.close()  # nothing of it is left open when the test has ended
        if job.error is not None:
            raise job.error
        return job.answer

    def books(self, phone: str = PHONES[0]) -> Books:
        """What the books hold of the shop of a phone, with the proof that they agree with themselves."""
        shop = f"V{phone[-4:]}"
        put_in_order(self.engine)
        found = Books()
        with self.engine.connect() as connection:
            assert verify(connection) == []
            for on, model, quantity in connection.execute(
                text("SELECT sold_on, model, quantity FROM sale_line WHERE dealer = :shop AND reversed_at IS NULL"),
                {"shop": shop},
            ):
                day = found.sales.setdefault(str(on), {})
                day[model] = day.get(model, 0) + quantity
            for model, quantity in connection.execute(
                text(
                    "SELECT l.model, l.quantity FROM order_line l "
                    "JOIN sales_order o ON o.reference = l.order_reference "
                    "WHERE o.dealer = :shop AND o.state NOT IN ('draft', 'cancelled', 'expired', 'rejected')"
                ),
                {"shop": shop},
            ):
                found.orders[model] = found.orders.get(model, 0) + quantity
            last = connection.execute(
                text("SELECT granted FROM consent WHERE phone = :phone ORDER BY id DESC LIMIT 1"), {"phone": phone}
            ).first()
            found.stopped = last is not None and not last[0]
        return found


def furnish(engine: Engine, language: str) -> None:
    """Two shops with an owner each, six models with one price for all."""
    with engine.begin() as connection:
        put_regions(connection, [RegionRow("EAST", "East", None, timezone="Asia/Shanghai")])
        put_dealers(
            connection,
            [DealerRow(f"V{p[-4:]}", "Shop", "EAST", "B", None, 9_000_000_00, "CNY", language) for p in PHONES],
        )
        put_contacts(connection, [ContactRow(p, "Owner", "owner", f"V{p[-4:]}", None, language) for p in PHONES])
        put_products(connection, [ProductRow(code, name, (zh,), (tac,)) for code, (name, zh, tac, _) in MODELS.items()])
        put_prices(
            connection,
            [
                PriceRow(code, "", price, price * 6 // 5, "CNY", date(2026, 1, 1))
                for code, (*_, price) in MODELS.items()
            ],
        )


__all__ = ["NOON", "PHONES", "SETS", "TODAY", "Books", "Talk", "open_engine"]
