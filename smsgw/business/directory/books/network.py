"""The network as rows: regions, dealers, depots, and the people whose phones we know, read whole and written by key."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from smsgw.business.core.versions import CONTACTS, DIRECTORY
from smsgw.business.directory import tables as directory_tables
from smsgw.store.upserts import upsert
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
class DepotRow:
    code: str
    name: str
    region: str
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


def all_regions(connection: Connection, codes: Collection[str] | None = None) -> dict[str, RegionRow]:
    """Every region, or those of some codes, by code."""
    r = directory_tables.region.c
    wanted = select(r.code, r.name, r.parent, r.manager, r.timezone)
    rows = connection.execute(wanted if codes is None else wanted.where(r.code.in_(codes)))
    return {row.code: RegionRow(*row) for row in rows}


def all_dealers(connection: Connection, codes: Collection[str] | None = None) -> dict[str, DealerRow]:
    """Every dealer, or those of some codes, by code."""
    d = directory_tables.dealer.c
    wanted = select(*(d[name] for name in _DEALER))
    rows = connection.execute(wanted if codes is None else wanted.where(d.code.in_(codes)))
    return {row.code: DealerRow(*row) for row in rows}


def all_depots(connection: Connection) -> dict[str, DepotRow]:
    """Every depot, by code."""
    d = directory_tables.depot.c
    return {row.code: DepotRow(*row) for row in connection.execute(select(d.code, d.name, d.region, d.active))}


def all_contacts(connection: Connection, numbers: Collection[str] | None = None) -> dict[str, ContactRow]:
    """Everybody, or those of some phones, by phone."""
    p, c = directory_tables.phone.c, directory_tables.contact.c
    wanted = select(p.number, c.name, c.role, c.dealer, c.region, c.language).where(c.id == p.contact)
    rows = connection.execute(wanted if numbers is None else wanted.where(p.number.in_(numbers)))
    return {row.number: ContactRow(*row) for row in rows}


def create_named_regions(connection: Connection, codes: Iterable[str]) -> None:
    """Create the regions of these codes that are not there yet, with their code as their name."""
    named = set(codes)
    fresh = sorted(named - all_regions(connection, named).keys())
    put_regions(connection, [RegionRow(code, code) for code in fresh])


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


def put_depots(connection: Connection, rows: Iterable[DepotRow]) -> None:
    """Create or change depots; their regions are there already."""
    values = [{"code": r.code, "name": r.name, "region": r.region, "active": r.active} for r in rows]
    if values:
        upsert(connection, directory_tables.depot, values, ("code",))
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
