"""What was seen at the market: prices by brand, model, region, dealer or day; and one note as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select

from smsgw.business.core.reporting import (
    FROM_DAY,
    MONEY,
    NAME,
    REGION,
    TO_DAY,
    Column,
    Findings,
    Question,
    Report,
    per,
)
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.directory.tables import dealer
from smsgw.business.market.tables import market_note
from smsgw.store.instants import iso
from smsgw.values.money import decimal

PER = ("brand", "model", "region", "dealer", "day")
_PRICES = ("lowest", "latest", "highest")


def seen(connection: Connection, asked: Question) -> Findings:
    """The notes of each brand, model, region, dealer or day that stand, with the prices in them, a row a currency.

    Notes of a region at large belong to no dealer, those of a shop to its region too.
    """
    note = market_note.c
    region = func.coalesce(note.region, dealer.c.region)
    group = {
        "brand": note.brand,
        "model": note.brand + " " + note.model,
        "region": region,
        "dealer": note.dealer,
        "day": note.noted_on,
    }[asked.per]
    newest = func.row_number().over(
        partition_by=(group, note.currency), order_by=(note.noted_at.desc(), note.reference.desc())
    )
    wanted = select(group.label("name"), note.currency, note.price, newest.label("place"))
    wanted = wanted.select_from(market_note.outerjoin(dealer, dealer.c.code == note.dealer))
    wanted = wanted.where(note.reversed_at.is_(None))
    if asked.first is not None:
        wanted = wanted.where(note.noted_on >= asked.first.isoformat())
    if asked.last is not None:
        wanted = wanted.where(note.noted_on <= asked.last.isoformat())
    if asked.regions is not None:
        wanted = wanted.where(region.in_(asked.regions))
    row = wanted.subquery().c
    found = connection.execute(
        select(
            row.name,
            row.currency,
            func.count(),
            func.min(row.price),
            func.max(case((row.place == 1, row.price))),
            func.max(row.price),
        )
        .group_by(row.name, row.currency)
        .order_by(row.name.is_(None), row.name, row.currency)
    )
    rows = [
        {asked.per: name, "notes": notes}
        | {column: decimal(price, currency) for column, price in zip(_PRICES, prices, strict=True)}
        | {"currency": currency}
        for name, currency, notes, *prices in found
    ]
    columns = (Column("notes"), *(Column(name, MONEY) for name in _PRICES), Column("currency", NAME))
    total = {"notes": sum(row["notes"] for row in rows)} | dict.fromkeys((*_PRICES, "currency"))
    return Findings((Column(asked.per, NAME), *columns), rows, total, nothing="nothing was noted then")


def show_note(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    """A note by its reference, undone or not; None where there is none."""
    found = connection.execute(select(market_note).where(market_note.c.reference == asked.key.upper())).first()
    if found is None:
        return None
    return {
        "reference": found.reference,
        "phone": found.phone,
        "dealer": found.dealer,
        "region": found.region,
        "words": found.words,
        "brand": found.brand,
        "model": found.model,
        "price": decimal(found.price, found.currency),
        "currency": found.currency,
        "on": found.noted_on,
        "at": iso(found.noted_at),
        "undone_at": iso(found.reversed_at),
    }


REPORTS = {"market": Report("Prices seen at the market.", (FROM_DAY, TO_DAY, REGION, per(*PER)), seen)}
SHOWN = {
    "market": Shown("A note of the market: who saw which price where.", "REF", show_note, noun="market note"),
}
