"""What people and programs do with audiences: saved by a name, listed, measured, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smsgw.business.audiences.books import people
from smsgw.business.audiences.books.people import parse_expression
from smsgw.business.audiences.books.reading import read_audience, regions_of
from smsgw.business.audiences.books.size import AudienceSize, measure_audience
from smsgw.business.audiences.rules import expression as language
from smsgw.business.audiences.rules.expression import AudienceFault
from smsgw.business.consent.rules import read_topic
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.errors import Faults
from smsgw.store.instants import iso


@action(Right.READ_BROADCASTS)
def list_saved(session: Session) -> list[dict[str, str | None]]:
    """The saved expressions by name, as the JSON of `smsgw audience list` has them."""
    return [
        {
            "name": row["name"],
            "expression": row["expression"],
            "author": row["author"],
            "saved_at": iso(row["saved_at"]),
        }
        for row in people.list_audiences(session.connection)
    ]


@dataclass(frozen=True, slots=True)
class Measured:
    """An expression as it is kept, and whom it means today. `name` is '' where it is not saved."""

    expression: str
    size: AudienceSize
    name: str = ""


@action(Right.READ_BROADCASTS)
def measure(session: Session, expression: str, topic: str = "", most_excluded: int = 0) -> Measured:
    """Count whom an expression means, and who of them is excluded from notices of a topic ('': any).

    Up to `most_excluded` people who are excluded are named. Raises Refused with all faults.
    """
    faults = Faults()
    node = None
    with faults.at("audience"):
        node = read_audience(session, expression)
    with faults.at("topic"):
        topic = read_topic(topic, session.trade.topics)
    faults.settle()
    assert node is not None
    size = measure_audience(session.connection, node, regions_of(session), topic, session.now, most_excluded)
    return Measured(language.expression(node), size)


@action(Right.WRITE_BROADCASTS)
def save(session: Session, name: str, expression: str) -> str:
    """Save an expression that means somebody under a name, in place of one that is there; the name as it is kept.

    Saved names in it stay names. Raises Refused with all faults.
    """
    faults = Faults()
    kept = expression.strip()
    with faults.at("audience"):
        read_audience(session, expression)
    with faults.at("name"):
        if not language.NAME.match(name) or name.casefold() in ("all", "and", "or", "not") or set(name) & set("且或非"):
            raise AudienceFault(
                f"'{name}' is not a name for an audience; write letters and digits, such as north-owners"
            )
    faults.settle()
    named = people.save(session.connection, name, kept, session.who, session.now)
    with faults.at("audience"):
        parse_expression(session.connection, named, session.today)  # which finds one that leads back to itself
    faults.settle()
    session.record("audience saved", named, {"expression": kept})
    return named


@action(Right.WRITE_BROADCASTS)
def delete(session: Session, name: str) -> str:
    """Delete a saved expression; its name. Raises AudienceFault where there is none, or another one is made of it."""
    before = people.read_saved(session.connection)
    people.delete_saved(session.connection, name)
    left = people.read_saved(session.connection)
    for other, expression in left.items():
        if _reads(session, expression, before) and not _reads(session, expression, left):
            raise AudienceFault(f"the saved audience {other} is made of {name}; save {other} without it first")
    (gone,) = set(before) - set(left)
    session.record("audience deleted", gone, {"expression": before[gone]})
    return gone


def _reads(session: Session, expression: str, names: Mapping[str, str]) -> bool:
    try:
        language.parse(expression, names, today=session.today)
    except AudienceFault:
        return False
    return True
