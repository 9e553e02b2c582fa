"""The file of contacts: whose phone it is, and what it may do where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.core.principal import ROLES
from smsgw.business.directory.books.network import ContactRow, all_contacts, create_named_regions, put_contacts
from smsgw.business.directory.imports.regions import CODE as REGION_CODE
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row

COLUMNS = columns(("phone", "name", "role", "dealer", "region", "language"))
NAME = 40
OF_A_DEALER = ("owner", "clerk", "promoter")
OF_A_REGION = ("field", "manager")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person behind a phone. Those of a shop have a dealer, field staff and managers a region, HQ neither.

    `language` is None where the file does not say.
    """

    phone: str
    name: str
    role: str
    dealer: str | None
    region: str | None
    language: str | None


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[Contact]:
    """The contacts of a file. The column `region` counts for field staff and managers: a shop's people have its own."""
    found: dict[str, tuple[int, Contact]] = {}
    dealers = Known("dealer", known.dealers)
    for row in rows:
        cells = Cells(row, faults)
        phone = cells.phone("phone", known.country)
        name = cells.text("name", NAME)
        role = cells.one_of("role", ROLES)
        dealer = cells.read("dealer", dealers.find, needed=False)
        region = cells.code("region", REGION_CODE, needed=False)
        language = cells.one_of("language", known.languages, needed=False)
        if role in OF_A_DEALER and not cells.has("dealer"):
            cells.fault("dealer", f"must not be empty for role {role}")
        if role in OF_A_REGION and not cells.has("region"):
            cells.fault("region", f"must not be empty for role {role}")
        if phone and phone in found:
            cells.fault("phone", f"stands on line {found[phone][0]} already")
        if cells.good and phone and name and role:
            contact = Contact(
                phone,
                name,
                role,
                dealer if role in OF_A_DEALER else None,
                region if role in OF_A_REGION else None,
                language,
            )
            found[phone] = cells.line, contact
    return [contact for _, contact in found.values()]


def foresee(books: ImportBooks, found: Sequence[Contact], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """What would be new, and what would change."""
    return _compare(books, found, known)[0]


def write(books: ImportBooks, found: Sequence[Contact], known: Snapshot, now: datetime) -> Changes:
    """Contacts by phone; a language that the file does not give stays as chosen, else is the deployment's."""
    create_named_regions(books.connection, (contact.region for contact in found if contact.region))
    changes, rows = _compare(books, found, known)
    put_contacts(books.connection, rows)
    return changes


def _compare(books: ImportBooks, found: Sequence[Contact], known: Snapshot) -> tuple[Changes, list[ContactRow]]:
    kept = all_contacts(books.connection, [contact.phone for contact in found])
    changes = Changes()
    rows = []
    for contact in found:
        was = kept.get(contact.phone)
        spoken = contact.language or (was.language if was else known.language)
        row = ContactRow(contact.phone, contact.name, contact.role, contact.dealer, contact.region, spoken)
        if changes.differs((contact.phone,), was, row):
            rows.append(row)
    return changes, rows


CONTACTS = ImportKind(COLUMNS, check, write, foresee=foresee)
