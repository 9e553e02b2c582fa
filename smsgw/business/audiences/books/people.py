"""Who an audience is: an expression as a question to the books, and its people one by one.

A person is one recipient however many phones they have. It is asked page by page, each going on where the one before
ended, so that a million people are nobody's long wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    true,
)
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.terms import condition, people, rows_of, shops
from smsgw.business.audiences.rules import expression as language
from smsgw.business.audiences.rules.expression import And, AudienceFault, Node, Not, Or, Phones, Stored, Term
from smsgw.business.audiences.rules.terms import Need
from smsgw.business.audiences.tables import audience, audience_number
from smsgw.business.catalogue.tables import product
from smsgw.business.core.versions import DIRECTORY
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import contact, dealer, phone, tier
from smsgw.business.messages.tables import broadcast
from smsgw.store.versions import bump
from smsgw.values.nearest import nearest, or_near

PAGE = 2_000  # people that are looked at in one question

_Stream = Callable[[str, int], "tuple[list[Found], str | None]"]  # after a key: who is meant, and the last key or None


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody the audience means. `phone` is None where no active phone is known; `contact` None for a bare number.

    `subject` stands for them where there is no phone; `blocked`: they, or their shop, no longer take part.
    """

    phone: str | None
    contact: int | None
    name: str
    dealer: str | None
    region: str | None
    language: str | None
    zone: str | None
    blocked: bool = False
    duplicate: bool = False

    @property
    def subject(self) -> str:
        if self.phone is not None:
            return self.phone
        return self.dealer if self.contact is None and self.dealer else f"contact {self.contact}"


class Audience:
    """One expression over the books of a connection. `tree` are the regions as they are now.

    Raises AudienceFault for a region, tier, dealer, model or broadcast that is not there, naming the nearest.
    """

    def __init__(self, connection: Connection, node: Node, tree: Regions) -> None:
        self._connection = connection
        self._tree = tree
        self.node = node
        self._terms = language.terms(node)
        self._require([need for term in self._terms for need in term.needs()])
        self._streams: dict[str, _Stream] = {"c": self._people, "d": self._shops, "n": self._numbers}

    def page(self, after: str, most: int) -> tuple[list[Found], str]:
        """Those of the next stretch after a place ('': the beginning), and where the next begins ('': there is none).

        A stretch looks at `most` people, shops or numbers, however few of them are meant.
        """
        kinds = list(self._streams)
        kind = after[:1] or kinds[0]
        found, last = self._streams[kind](after[1:], most)
        if last is not None:
            return found, f"{kind}{last}"
        following = kinds.index(kind) + 1
        return found, kinds[following] if following < len(kinds) else ""

    # ---- people of the directory

    def _people(self, after: str, most: int) -> tuple[list[Found], str | None]:
        first = int(after or 0)
        last, over = self._last(contact.c.id, first, most)
        rows = self._connection.execute(
            select(
                contact.c.id,
                contact.c.name,
                contact.c.dealer,
                func.coalesce(dealer.c.region, contact.c.region),
                contact.c.language,
                dealer.c.timezone,
                and_(contact.c.active, func.coalesce(dealer.c.active, true())),
            )
            .select_from(contact.outerjoin(dealer, dealer.c.code == contact.c.dealer))
            .where(contact.c.id > first, contact.c.id <= last, condition(self.node, people(self._tree.within)))
            .order_by(contact.c.id)
        )
        some = rows.all()
        phones = self._phones(phone.c.contact > first, phone.c.contact <= last) if some else {}
        found = [
            Found(phones.get(number), number, name, shop, region, spoken, zone, blocked=not active)
            for number, name, shop, region, spoken, zone, active in some
        ]
        return found, None if over else str(last)

    def _phones(self, *which: ColumnElement[bool]) -> dict[int, str]:
        """The phone that each of some people is texted on: one that the audience names, else the first."""
        rows = self._connection.execute(
            select(phone.c.contact, phone.c.number).where(phone.c.active, *which).order_by(phone.c.number.desc())
        ).all()
        named = self._listed([row.number for row in rows])
        found: dict[int, str] = {}
        for who, number in rows:
            if who not in found or number in named or found[who] not in named:
                found[who] = number
        return found

    def _last(self, key: Any, after: Any, most: int) -> tuple[Any, bool]:
        """The key with which a stretch of so many rows ends, and whether there are no more."""
        some = select(key.label("key")).where(key > after).order_by(key).limit(most).subquery()
        last, number = self._connection.execute(select(func.max(some.c.key), func.count())).one()
        return (after if last is None else last), number < most

    # ---- shops that have nobody

    def _shops(self, after: str, most: int) -> tuple[list[Found], str | None]:
        last, over = self._last(dealer.c.code, after, most)
        nobody = not_(exists().where(contact.c.dealer == dealer.c.code, contact.c.active))
        rows = self._connection.execute(
            select(dealer.c.code, dealer.c.name, dealer.c.region, dealer.c.language, dealer.c.timezone)
            .where(dealer.c.code > after, dealer.c.code <= last)
            .where(dealer.c.active, nobody, condition(self.node, shops(self._tree.within)))
            .order_by(dealer.c.code)
        )
        found = [Found(None, None, name, code, region, spoken, zone) for code, name, region, spoken, zone in rows]
        return found, None if over else str(last)

    # ---- numbers that the expression names

    def _numbers(self, after: str, most: int) -> tuple[list[Found], str | None]:
        """Bare numbers, and second phones of people who are texted on another one."""
        numbers, over = self._looked_at(after, most)
        if not numbers:
            return [], None
        listed = self._listed(numbers)
        owners = {
            row.number: row
            for row in self._connection.execute(
                select(
                    phone.c.number,
                    phone.c.active,
                    contact.c.id,
                    condition(self.node, people(self._tree.within)).label("meant"),
                )
                .select_from(
                    phone.join(contact, contact.c.id == phone.c.contact).outerjoin(
                        dealer, dealer.c.code == contact.c.dealer
                    )
                )
                .where(phone.c.number.in_(numbers))
            )
        }
        ids = sorted({who.id for who in owners.values()})
        first = self._phones(phone.c.contact.in_(ids)) if ids else {}
        bare = frozenset(number for number in numbers if number not in owners)
        meant = self._meant(self.node, bare)
        found = []
        for number in numbers:
            who = owners.get(number)
            if number in meant:
                found.append(Found(number, None, "", None, None, None, None))
            elif who is not None and number in listed and who.active and who.meant and first[who.id] != number:
                found.append(Found(number, who.id, "", None, None, None, None, duplicate=True))
        return found, None if over else numbers[-1]

    def _looked_at(self, after: str, most: int) -> tuple[list[str], bool]:
        """The next numbers that lists, `phone:` and earlier broadcasts name, and whether they are the last."""
        found: set[str] = set()
        over = True
        for term in self._terms:
            if isinstance(term, Phones):
                found.update(number for number in term.numbers if number > after)
            elif (rows := rows_of(term)) is not None:
                number = rows.listed.selected_columns.number
                wanted = rows.listed.where(number > after).order_by(number).limit(most)
                some = self._connection.scalars(wanted).all()
                found.update(some)
                over = over and len(some) < most
        numbers = sorted(found)
        return numbers[:most], over and len(numbers) <= most

    def _listed(self, numbers: Sequence[str]) -> frozenset[str]:
        terms = [term for term in self._terms if isinstance(term, Phones | Stored)]
        return frozenset().union(*(self._satisfied(term, frozenset(numbers)) for term in terms))

    def _meant(self, node: Node, numbers: frozenset[str]) -> frozenset[str]:
        """Those of some bare numbers that the expression means: nothing is known of them but where they stand."""
        match node:
            case Not(inner):
                return numbers - self._meant(inner, numbers)
            case And(nodes):
                return frozenset.intersection(*(self._meant(inner, numbers) for inner in nodes))
            case Or(nodes):
                return frozenset().union(*(self._meant(inner, numbers) for inner in nodes))
            case _:
                return self._satisfied(node, numbers) if node.of_phones else frozenset()

    def _satisfied(self, term: Term, numbers: frozenset[str]) -> frozenset[str]:
        """Those of some numbers that a term about phones names."""
        if not numbers:
            return numbers
        if isinstance(term, Phones):
            return numbers & frozenset(term.numbers)
        rows = rows_of(term)
        assert rows is not None, term
        wanted = select(rows.number).where(*rows.where, rows.number.in_(numbers))
        return frozenset(self._connection.scalars(wanted))

    # ---- what must be there

    def _require(self, needs: Sequence[Need]) -> None:
        there: dict[str, set[str]] = {}
        for kind, column in _CODES.items():
            if names := [need.name for need in needs if need.kind == kind]:
                there[kind] = set(self._connection.scalars(select(column).where(column.in_(names))))
        for need in needs:
            if need.kind in there:
                if need.name not in there[need.kind]:
                    column = _CODES[need.kind]
                    near = self._connection.scalars(select(column).where(column.like(need.name[:1] + "%")).limit(5_000))
                    _must_be_known(need, near)
            elif need.kind == "region":
                _must_be_known(need, self._tree.places)
            elif need.kind == "list":
                some = select(audience_number.c.number).where(audience_number.c.list == need.name).limit(1)
                if self._connection.scalar(some) is None:
                    raise AudienceFault(f"there is no stored list '{need.name}'; write file:numbers.csv")
            else:
                raise AudienceFault(f"the file {need.name} must be read first")


_CODES = {"tier": tier.c.code, "dealer": dealer.c.code, "model": product.c.code, "broadcast": broadcast.c.reference}


def _must_be_known(need: Need, known: Iterable[str]) -> None:
    names = list(known)
    if need.name not in names:
        near = nearest(need.name, names)
        advice = f": did you mean {need.form.format(near)}?" if near else ""
        raise AudienceFault(f"there is no {need.kind} '{need.name}'{advice}")


# ---- saved expressions and lists


def read_saved(connection: Connection) -> dict[str, str]:
    """The saved expressions by name."""
    return {
        row[0]: row[1]
        for row in connection.execute(select(audience.c.name, audience.c.expression).order_by(audience.c.name))
    }


def list_audiences(connection: Connection) -> list[RowMapping]:
    """The rows of the saved expressions, by name."""
    return list(connection.execute(select(audience).order_by(audience.c.name)).mappings())


def parse_expression(
    connection: Connection, expression: str, today: date, names: Mapping[str, str] | None = None
) -> Node:
    """The tree of an expression with the saved names put in. Raises AudienceFault."""
    return language.parse(expression, read_saved(connection) if names is None else names, today=today)


def save(connection: Connection, name: str, expression: str, author: str, now: int) -> str:
    """Keep an expression under a name, in place of the one that was there; the name as it is kept."""
    named = next((one for one in read_saved(connection) if one.casefold() == name.casefold()), name)
    connection.execute(delete(audience).where(audience.c.name == named))
    connection.execute(insert(audience).values(name=named, expression=expression, author=author, saved_at=now))
    bump(connection, DIRECTORY)  # texts may name it
    return named


def delete_saved(connection: Connection, name: str) -> None:
    """Delete a saved expression. Raises AudienceFault where there is none."""
    names = list(read_saved(connection))
    named = next((one for one in names if one.casefold() == name.casefold()), None)
    if named is None:
        raise AudienceFault(f"there is no saved audience '{name}'{or_near(name, names)}")
    connection.execute(delete(audience).where(audience.c.name == named))
    bump(connection, DIRECTORY)
