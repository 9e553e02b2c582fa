"""Writing the network: regions, dealers, and the people whose phones we know, each by code or phone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from smsgw.business.core.versions import CONTACTS, DIRECTORY
from smsgw.business.directory import tables as directory_tables
from smsgw.store.versions import bump


@dataclass(frozen=True, slots=True)
class RegionRow:
    """`manager` is an E.164 phone."""

    code: str
    name: str
    parent: str | None = None
    manager: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class DealerRow:
    """The credit limit is in minor units of the currency."""

    code: str
    name: str
    region: str
    tier: str
    parent: str | None
    credit_limit: int
    currency: str
    language: str
    terms_days: int = 30
    timezone: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person by one phone. Another row with the same phone replaces what is known of that person."""

    phone: str
    name: str
    role: str
    dealer: str | None
    region: str | None
    language: str


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
    """Insert rows, or change those with the same keys; all rows have the same columns."""
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    others = [name for name in rows[0] if name not in keys]
    if others:
        statement = statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in others}
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    connection.execute(statement, rows)


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
    """Insert rows, and leave those that are there with the same keys as they are."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), 1000):
        statement = make(table).on_conflict_do_nothing(index_elements=list(keys))
        connection.execute(statement, rows[start : start + 1000])


def put_regions(connection: Connection, rows: Iterable[RegionRow]) -> None:
    """Create or change regions; parents come before what lies in them, or are there already."""
    values = [
        {"code": r.code, "name": r.name, "parent": r.parent, "manager": r.manager, "timezone": r.timezone} for r in rows
    ]
    if values:
        upsert(connection, directory_tables.region, values, ("code",))
        bump(connection, DIRECTORY)


def put_dealers(connection: Connection, rows: Iterable[DealerRow]) -> None:
    """Create or change dealers, and the tiers they are first to name. Regions and parents are there already."""
    found = list(rows)
    if not found:
        return
    upsert(
        connection, directory_tables.tier, [{"code": code} for code in sorted({row.tier for row in found})], ("code",)
    )
    upsert(
        connection,
        directory_tables.dealer,
        [{name: getattr(row, name) for name in _DEALER} for row in found],
        ("code",),
    )
    bump(connection, DIRECTORY)


_DEALER = tuple(DealerRow.__dataclass_fields__)


def put_contacts(connection: Connection, rows: Iterable[ContactRow]) -> None:
    """Create or change people by their phones; dealers and regions are there already."""
    found = list(rows)
    if not found:
        return
    numbers = [row.phone for row in found]
    known: dict[str, int] = {}
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        known.update(
            (number, contact)
            for number, contact in connection.execute(
                select(directory_tables.phone.c.number, directory_tables.phone.c.contact).where(
                    directory_tables.phone.c.number.in_(some)
                )
            )
        )
    changed = [
        {
            "contact": known[row.phone],
            "name": row.name,
            "role": row.role,
            "dealer": row.dealer,
            "region": row.region,
            "language": row.language,
            "active": True,
        }
        for row in found
        if row.phone in known
    ]
    if changed:
        connection.execute(
            update(directory_tables.contact)
            .where(directory_tables.contact.c.id == bindparam("contact"))
            .values({name: bindparam(name) for name in changed[0] if name != "contact"}),
            changed,
        )
    fresh = [row for row in found if row.phone not in known]
    for start in range(0, len(fresh), 500):
        some_rows = fresh[start : start + 500]
        ids = connection.scalars(
            insert(directory_tables.contact).returning(directory_tables.contact.c.id, sort_by_parameter_order=True),
            [
                {
                    "name": row.name,
                    "role": row.role,
                    "dealer": row.dealer,
                    "region": row.region,
                    "language": row.language,
                }
                for row in some_rows
            ],
        ).all()
        connection.execute(
            insert(directory_tables.phone),
            [{"number": row.phone, "contact": contact} for row, contact in zip(some_rows, ids, strict=True)],
        )
    bump(connection, CONTACTS)
