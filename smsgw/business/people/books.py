"""The books of people: which phones may speak."""

from __future__ import annotations

from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.core.versions import CONTACTS
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.people.rules import PhoneBlocked, PhoneUnblocked
from smsgw.store.versions import bump
from smsgw.store.workspace import Workspace


class StoredPeople:
    """Writes what becomes of a phone; everything about people is asked of the directory."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)

    def block(self, record: PhoneBlocked) -> None:
        self._set(record.phone, active=False)

    def unblock(self, record: PhoneUnblocked) -> None:
        self._set(record.phone, active=True)

    def _set(self, phone: str, *, active: bool) -> None:
        self._work.say("UPDATE phone SET active = ? WHERE number = ?", active, phone)
        bump(self._work.connection, CONTACTS)
        self._directory.phone_changed(phone)


def _tell_blocked(work: Workspace, record: PhoneBlocked) -> Fact:
    return "phone", "blocked", record.phone, {"dealer": record.dealer, "why": record.why}


def _tell_unblocked(work: Workspace, record: PhoneUnblocked) -> Fact:
    return "phone", "unblocked", record.phone, {"dealer": record.dealer, "why": record.why}


BOOKS = StoredPeople
RECORDS = {
    PhoneBlocked: Effect(StoredPeople.block, tells=_tell_blocked),
    PhoneUnblocked: Effect(StoredPeople.unblock, tells=_tell_unblocked),
}
