"""Who may be told unasked: the people of shops and regions by their role, but for those who said stop."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import Connection

from smsgw.business.consent.rules import Consent, has_stopped
from smsgw.business.consent.tables import consent
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import contact, phone

OWNER, CLERK, FIELD, MANAGER = "owner", "clerk", "field", "manager"
_CHUNK = 500
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with an active phone; `phones` are E.164, the one that is texted first."""

    contact: int
    language: str
    phones: tuple[str, ...]

    @property
    def phone(self) -> str:
        return self.phones[0]


def of_shops(connection: Connection, dealers: Collection[str], *roles: str) -> dict[str, list[Person]]:
    """By dealer, its people of the first of the roles that it has anybody of."""
    found: dict[str, dict[str, list[Person]]] = {}
    for some in _chunks(dealers):
        for place, role, person in _people(connection, contact.c.dealer, contact.c.dealer.in_(some), roles):
            found.setdefault(place, {}).setdefault(role, []).append(person)
    return {place: next((by_role[role] for role in roles if role in by_role), []) for place, by_role in found.items()}


class Overseers:
    """Field workers and managers: those of a region, or of the nearest above it that has any."""

    def __init__(self, connection: Connection, tree: Regions) -> None:
        self._tree = tree
        self._known: dict[tuple[str, str], list[Person]] = {}
        self._nearest: dict[tuple[str, str], list[Person]] = {}
        roles = (FIELD, MANAGER)
        for place, role, person in _people(connection, contact.c.region, contact.c.region.is_not(None), roles):
            self._known.setdefault((place, role), []).append(person)
        named = {place.manager: place.code for place in tree.places.values() if place.manager}
        for some in _chunks(sorted(named)):
            for number, _, person in _people(connection, phone.c.number, phone.c.number.in_(some), ()):
                people = self._known.setdefault((named[number], MANAGER), [])
                if all(person.contact != other.contact for other in people):
                    people.append(person)

    def of(self, region: str, role: str) -> list[Person]:
        """The people of a role (`field` or `manager`) who see to a region."""
        if (region, role) not in self._nearest:
            found = (self._known.get((step, role)) for step in self._tree.above(region))
            self._nearest[region, role] = next((people for people in found if people), [])
        return self._nearest[region, role]

    def regions(self, role: str) -> dict[str, list[Person]]:
        """By region, the people of a role who are its own."""
        return {place: people for (place, known), people in self._known.items() if known == role}


def hearing(connection: Connection, shop: str, topic: str) -> list[str]:
    """The phones, one for each, of the owners of a shop who may be told of a topic."""
    owners = of_shops(connection, [shop], OWNER).get(shop, [])
    allowed = willing(connection, owners, topic)
    return [person.phone for person in owners if person.contact in allowed]


def of_role(connection: Connection, role: str) -> list[Person]:
    """The people of a role, wherever they are."""
    return [person for _, _, person in _people(connection, contact.c.role, contact.c.role == role, ())]


def of_contacts(connection: Connection, contacts: Collection[int]) -> dict[int, Person]:
    """By contact, those among these who are there and have a phone."""
    found: dict[int, Person] = {}
    for some in _chunks(sorted(contacts)):
        for _, _, person in _people(connection, contact.c.role, contact.c.id.in_(some), ()):
            found[person.contact] = person
    return found


def willing(connection: Connection, people: Iterable[Person], topic: str) -> set[int]:
    """The contacts among these that may be told of a topic: none of their phones said stop."""
    by_phone = {number: person.contact for person in people for number in person.phones}
    words: dict[str, list[Consent]] = {}
    for some in _chunks(sorted(by_phone)):
        said = select(consent.c.phone, consent.c.topic, consent.c.granted).where(consent.c.phone.in_(some))
        for number, about, granted in connection.execute(said.order_by(consent.c.id)):
            words.setdefault(number, []).append(Consent(about, bool(granted)))
    gone = {by_phone[number] for number, heard in words.items() if has_stopped(heard, topic)}
    return set(by_phone.values()) - gone


def _people(
    connection: Connection, place: ColumnElement[Any], where: ColumnElement[bool], roles: Collection[str]
) -> Iterator[tuple[str, str, Person]]:
    """Active people with their active phones, in order of their numbers; all roles where none are named."""
    rows = connection.execute(
        select(place.label("place"), contact.c.role, contact.c.id, contact.c.language, phone.c.number)
        .join(phone, phone.c.contact == contact.c.id)
        .where(contact.c.active, phone.c.active, where, contact.c.role.in_(roles) if roles else contact.c.active)
        .order_by(contact.c.id, phone.c.number)
    ).all()
    numbers: dict[tuple[Any, ...], list[str]] = {}
    for where_from, role, number, language, text in rows:
        numbers.setdefault((where_from, role, number, language), []).append(text)
    for (where_from, role, number, language), texts in numbers.items():
        yield where_from, role, Person(number, language, tuple(texts))


def _chunks(values: Collection[_Value]) -> Iterator[list[_Value]]:
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]
