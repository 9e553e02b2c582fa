"""What a Decision tells the journal: one row for each thing that its records are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.core.decision import Record
from smsgw.business.core.opening import Fact
from smsgw.business.core.verb import NOT_TOLD
from smsgw.business.core.vocabulary import by_name
from smsgw.store.workspace import Workspace

Tells: TypeAlias = Mapping[type, Callable[[Workspace, Any], Fact]]
Moves: TypeAlias = Mapping[type, Callable[[Any], Fact]]

BOOKED = "booked"


def tell(work: Workspace, records: Sequence[Record], tells: Tells, moves: Moves) -> None:
    """Add what the records of a Decision are about; `work.entries` are then what its rows carry, by reference.

    `tells` and `moves` are what the subjects say of their records (see `Effect`). Of imports, which book by shipment,
    opening and payment, the first movement of a reference tells.
    """
    work.entries = {}
    for record in records:
        if type(record) is Booked:
            fact = _booked(record)
            if fact is not None:
                _append(work, *fact)
            return  # whatever else is booked belongs to it
    things: dict[tuple[str, str | None], Fact] = {}
    for record in records:
        if type(record) is Undone:
            fact = _undone(work, record)
            things.setdefault((fact[0], fact[2]), fact)
        tell = tells.get(type(record))
        if tell is not None:
            fact = tell(work, record)
            things.setdefault((fact[0], fact[2]), fact)
    if not things:
        for record in records:
            moving = moves.get(type(record))
            if moving is not None:
                fact = moving(record)
                things.setdefault(("", fact[2]), fact)
    for fact in things.values():
        _append(work, *fact)


def _append(work: Workspace, subject: str, kind: str, reference: str | None, detail: Mapping[str, Any] | None) -> None:
    if work.phone is not None:
        at, who = work.at, work.phone
    else:
        # What no text has caused is often booked as of another day, such as that of a payment.
        at, who = int(work.clock() * 1000), work.author
    work.entries[reference] = work.journal.append(at, who, subject, kind, reference, work.message, detail)


def _called(verb: str) -> tuple[str, str]:
    """What the journal calls the bookings of a verb: subject and kind."""
    known = by_name().get(verb)
    return (known.told_as if known is not None else None) or (verb, BOOKED)


def _booked(record: Booked) -> Fact | None:
    subject, kind = called = _called(record.verb)
    if called == NOT_TOLD:
        return None
    detail = {"dealer": record.dealer, "on": record.on.isoformat(), "summary": record.summary}
    return subject, kind, record.reference, detail


def _undone(work: Workspace, record: Undone) -> Fact:
    found = work.ask("SELECT verb, dealer FROM booking WHERE reference = ?", record.reference)
    verb, dealer = found[0] if found else ("booking", None)
    return _called(verb)[0] or verb, "undone", record.reference, {"dealer": dealer}
