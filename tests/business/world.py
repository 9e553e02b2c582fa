"""A small network to trade in, and jobs as the gateway would put them, for the tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.consent.actions import record_consent
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.decision import Record
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.directory.books.network import (
    ContactRow,
    DealerRow,
    RegionRow,
    put_contacts,
    put_dealers,
    put_regions,
)
from smsgw.business.messages.rules import Inbound
from smsgw.business.prices.books import PriceRow, put_prices
from smsgw.business.sales.rules.lines import SaleLineBooked
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules.states import UnitMoved
from smsgw.store.instants import to_ms
from smsgw.store.names import Names

NOON = datetime(2026, 4, 15, 4, 0, tzinfo=UTC)  # noon in Shanghai
TODAY = date(2026, 4, 15)
OWNER, CLERK, FIELD, STRANGER = "+8613900000001", "+8613900000002", "+8613900000003", "+8613900000099"
OTHER_OWNER = "+8613900000011"


def imei(number: int, tac: str = "86012345") -> str:
    """The 15-digit IMEI with a serial number and its check digit (3GPP TS 23.003, annex B)."""
    body = f"{tac}{number:06d}"
    total = 0
    for place, digit in enumerate(body):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def furnish(engine: Engine) -> None:
    """Two regions, three dealers, their people, two models with prices."""
    with engine.begin() as connection:
        put_regions(
            connection,
            [
                RegionRow("CN", "China", timezone="Asia/Shanghai"),
                RegionRow("EAST", "East", "CN"),
                RegionRow("WEST", "West", "CN"),
            ],
        )
        put_dealers(
            connection,
            [
                DealerRow("D1001", "Sunny", "EAST", "A", None, 100_000_00, "CNY", "en"),
                DealerRow("D1002", "Moon", "EAST", "B", None, 0, "CNY", "zh", 14, "Asia/Urumqi"),
                DealerRow("D2001", "Star", "WEST", "A", "D1001", 50_000_00, "CNY", "en"),
            ],
        )
        put_contacts(
            connection,
            [
                ContactRow(OWNER, "Wang", "owner", "D1001", None, "en"),
                ContactRow(CLERK, "Li", "clerk", "D1001", None, "zh"),
                ContactRow(FIELD, "Zhao", "field", None, "EAST", "en"),
                ContactRow(OTHER_OWNER, "Chen", "owner", "D1002", None, "zh"),
            ],
        )
        put_products(
            connection,
            [
                ProductRow("A350", "Aurora 350", ("a-350", "曙光350"), ("86012345",)),
                ProductRow("B200", "Breeze 200", (), ("86012346", "35690100")),
            ],
        )
        put_prices(
            connection,
            [
                PriceRow("A350", "", 1000_00, 1299_00, "CNY", date(2026, 1, 1)),
                PriceRow("A350", "A", 950_00, 1299_00, "CNY", date(2026, 1, 1)),
                PriceRow("A350", "A", 900_00, 1199_00, "CNY", date(2026, 4, 1)),
                PriceRow("B200", "", 500_00, 699_00, "CNY", date(2026, 1, 1)),
            ],
        )


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def bookkeeper(engine: Engine, clock: FixedClock | None = None, **more: Any) -> Bookkeeper:
    return Bookkeeper(engine, more.pop("trade", Trade()), clock=clock or FixedClock(), **more)


def inbound(text: str, sender: str = OWNER, at: datetime = NOON, **more: Any) -> Inbound:
    values: dict[str, Any] = {
        "link": "operator-a",
        "session": 1,
        "sender": sender,
        "recipient": "1069",
        "text": text,
        "folded": text.upper(),
        "payload": text.encode("utf-8", "surrogatepass"),
        "data_coding": 0,
        "received_at": at,
    }
    return Inbound(**{**values, **more})


@dataclass
class Text:
    """A job like the gateway's: a text, what it books, and what it answers."""

    inbound: Inbound
    decide: Callable[[StoreBooks], tuple[Sequence[Record], str | None]]
    imeis: tuple[str, ...] = ()
    results: list[Any] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def names(self) -> Names:
        return Names(phones=(self.inbound.sender,), imeis=self.imeis, repeats=(self.inbound.repeat_key,))

    def run(self, books: StoreBooks) -> Any:
        received = books.receive(self.inbound)
        if received.redelivery:
            return "again"
        records, answer = self.decide(books)
        books.apply(records)
        return books.reply(answer, link="operator-a") if answer else None

    def on_failed(self, books: StoreBooks, error: Exception) -> Any:
        if books.receive(self.inbound).redelivery:
            return "again"
        books.inbox.outcome("failed", f"{type(error).__name__}: {error}")
        return books.reply("Sorry", link="operator-a")

    def on_done(self, result: Any) -> None:
        self.results.append(result)

    def on_unavailable(self, error: Exception) -> None:
        self.errors.append(error)


def sale(number: str, sender: str = OWNER, at: datetime = NOON, **more: Any) -> Text:
    """A text that sells a set at the sender's shop, unless it is sold."""

    def decide(books: StoreBooks) -> tuple[list[Record], str]:
        actor = books.directory.actor(sender)
        assert actor is not None and actor.dealer is not None
        books.conversation.booked_before(sender, message.folded, at - timedelta(hours=12))
        books.conversation.questions(sender)
        unit = books.units.find(number)
        if unit is not None and unit.state == "sold":
            first = books.units.sale_of(number)
            assert first is not None
            return [], f"{number} sold: {first.reference}"
        model = unit.model if unit else books.catalogue.model_of(number)
        assert model is not None
        reference = books.reference("S")
        known = unit is not None and unit.holder == actor.dealer
        records: list[Record] = [
            Booked(reference, "sale", actor.dealer, TODAY, "1 sold"),
            UnitMoved(
                number, model, "sold", actor.dealer, "sold", actor.dealer, unit.origin if unit else "unknown", reference
            ),
            SaleLineBooked(reference, actor.dealer, TODAY, model, 1, number),
        ]
        if known:
            records.append(StockMoved(actor.dealer, model, -1, -1, "sold", reference))
        today = sum(books.sales.sold(actor.dealer, TODAY, TODAY).values()) + 1
        week = sum(books.sales.sold(actor.dealer, TODAY - timedelta(days=6), TODAY).values()) + 1
        return records, f"OK {reference}: {today} today, {week} this week"

    message = inbound(f"S {number}", sender, at, **more)
    return Text(message, decide, (number,))


def shipped(number: str, dealer: str = "D1001", model: str = "A350") -> list[Record]:
    """The records of a set shipped to a shop."""
    return [
        UnitMoved(number, model, "shipped", dealer, "shipped", dealer, "shipped", "SH1"),
        StockMoved(dealer, model, 1, 1, "shipped", "SH1"),
    ]


def record(books: StoreBooks, number: str, topic: str, granted: bool, why: str) -> bool:
    """An operator, li, says START or STOP for a phone; whether that says anything new."""
    session = Session(Person("li"), to_ms(books.now), books.transaction, books.trade)
    return record_consent(session, books.consent, number, topic, granted, why)[1]
