"""Texts said to the store through the dialogue, and pictures of the whole database to compare."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from smsgw.business.books import StoreBooks
from smsgw.business.catalogue.books import ProductRow, put_products
from smsgw.business.core.command import Command, Reading
from smsgw.business.dialogue import answer
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
from smsgw.business.schema import metadata
from smsgw.store.names import Names
from tests.business.dict_ledger import DictLedger

_SURROGATE = {"stock_entry", "ledger_entry", "consent", "delivery_receipt", "contact", "run"}


class Crash(Exception):
    """What a text that fails raises."""


@dataclass
class Said:
    """A text of some commands, as the gateway puts it; `crash` raises after everything was booked."""

    phone: str
    commands: tuple[Command, ...]
    folded: str
    at: datetime
    crash: bool = False
    outcome: str = "accepted"
    answers: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    runs: int = 0

    def __post_init__(self) -> None:
        self.inbound = Inbound(
            "operator-a", 1, self.phone, "1069", self.folded, self.folded, self.folded.encode(), 0, self.at
        )

    def names(self) -> Names:
        imeis = tuple(imei for command in self.commands for imei in command.imeis)
        return Names(phones=(self.phone,), imeis=imeis, repeats=(self.inbound.repeat_key,))

    def run(self, books: StoreBooks) -> str | None:
        self.runs += 1
        received = books.receive(self.inbound)
        assert not received.redelivery
        said = told(Reading(self.folded, self.folded, self.outcome, self.commands), self.phone, books)
        if said is not None:
            books.reply(said, link="operator-a")
        if self.crash:
            raise Crash(self.folded)
        return said

    def on_failed(self, books: StoreBooks, error: Exception) -> str:
        assert isinstance(error, Crash), error
        books.receive(self.inbound)
        books.inbox.outcome("failed", str(error))
        books.reply("Sorry, nothing was saved")
        return "Sorry, nothing was saved"

    def on_done(self, result: str | None) -> None:
        self.answers.append(result or "")

    def on_unavailable(self, error: Exception) -> None:
        self.errors.append(error)


def told(reading: Reading, phone: str, books: Any) -> str | None:
    """What the dialogue answers, before it is put into words."""
    decision = answer(reading, phone, books)
    if not decision.replies:
        return None
    return f"{decision.language}: {decision.replies!r}"


def settle(engine: Engine, books: DictLedger) -> None:
    """Give the store the same network as the ledger of dictionaries."""
    with engine.begin() as connection:
        put_regions(
            connection, [RegionRow(c, c, p) for c, p in sorted(books.parents.items(), key=lambda r: r[1] or "")]
        )
        put_dealers(
            connection,
            [
                DealerRow(
                    d.code,
                    d.name,
                    d.region,
                    d.tier,
                    d.parent,
                    d.credit_limit,
                    d.currency,
                    d.language,
                    d.terms_days,
                    d.timezone,
                )
                for d in books.dealers.values()
            ],
        )
        put_contacts(
            connection,
            [ContactRow(a.phone, a.name, a.role, a.dealer, a.region, a.language) for a in books.actors.values()],
        )
        put_products(
            connection,
            [
                ProductRow(p.code, p.name, (), tuple(tac for tac, code in books.tacs.items() if code == p.code))
                for p in books.products.values()
            ],
        )
        put_prices(
            connection,
            [
                PriceRow(p.model, tier, p.dealer_price, p.retail_price, p.currency, p.valid_from)
                for tier, p in books.prices
            ],
        )


def picture(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; of rows that only count themselves, the order and not the number."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in metadata.sorted_tables:
        columns = [c for c in table.c if not (table.name in _SURROGATE and c.name == "id")]
        rows = connection.execute(select(*columns).order_by(*table.primary_key.columns))
        found[table.name] = [tuple(row) for row in rows]
    return found
