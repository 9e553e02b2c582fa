"""What a Decision tells the journal: one row for each thing that its records are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from smsgw.business.broadcasts.rules.broadcasts import SurveyAnswered
from smsgw.business.consent.rules import ConsentGiven
from smsgw.business.conversation.rules.records import Booked, LanguageChosen, Undone
from smsgw.business.core.decision import Record
from smsgw.business.money.rules import Posted
from smsgw.business.orders.rules import OrderMoved, OrderShipped
from smsgw.business.stock.rules import StockMoved
from smsgw.business.tickets.rules import TicketMoved
from smsgw.business.units.rules.states import UnitMoved
from smsgw.business.workspace import Workspace

# Subject, kind, reference, detail (see `journal.Entry`).
Fact: TypeAlias = tuple[str, str, str | None, Mapping[str, Any] | None]

BOOKED = "booked"
# What a verb books is called by the verb's name, and booked, but for these.
_OTHERWISE = {"feedback": ("ticket", "opened"), "order": ("order", "drafted")}
_ON_THE_TRAIL = frozenset({"broadcast"})  # verbs whose effects the audit trail tells the journal of, step by step


def tell(work: Workspace, records: Sequence[Record]) -> None:
    """Add what the records of a Decision are about; `work.entries` are then what its rows carry, by reference."""
    work.entries = {}
    for record in records:
        if type(record) is Booked:
            if record.verb not in _ON_THE_TRAIL:
                _append(work, *_booked(record))
            return  # whatever else is booked belongs to it
    things: dict[tuple[str, str | None], Fact] = {}
    for record in records:
        telling = _TELLS.get(type(record))
        if telling is not None:
            fact = telling(work, record)
            things.setdefault((fact[0], fact[2]), fact)
    if not things:
        for record in records:
            moving = _MOVES.get(type(record))
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


def _booked(record: Booked) -> Fact:
    subject, kind = _OTHERWISE.get(record.verb, (record.verb, BOOKED))
    detail = {"dealer": record.dealer, "on": record.on.isoformat(), "summary": record.summary}
    return subject, kind, record.reference, detail


def _undone(work: Workspace, record: Undone) -> Fact:
    found = work.ask("SELECT verb, dealer FROM booking WHERE reference = ?", record.reference)
    verb, dealer = found[0] if found else ("booking", None)
    return _OTHERWISE.get(verb, (verb,))[0], "undone", record.reference, {"dealer": dealer}


def _ordered(work: Workspace, record: OrderMoved) -> Fact:
    return "order", record.state, record.reference, {"why": record.why} if record.why else None


def _shipped(work: Workspace, record: OrderShipped) -> Fact:
    return "order", record.state, record.reference, {"model": record.model, "sets": record.sets}


def _ticket(work: Workspace, record: TicketMoved) -> Fact:
    return "ticket", record.happening, record.reference, None


def _consent(work: Workspace, record: ConsentGiven) -> Fact:
    return "consent", "given" if record.granted else "withdrawn", record.phone, {"topic": record.topic}


def _language(work: Workspace, record: LanguageChosen) -> Fact:
    return "contact", "language chosen", work.phone, {"language": record.language}


def _survey(work: Workspace, record: SurveyAnswered) -> Fact:
    return "survey", "answered", record.survey, {"option": record.option}


def _unit(record: UnitMoved) -> Fact:
    return "unit", record.kind, record.reference, {"dealer": record.dealer}


def _stock(record: StockMoved) -> Fact:
    return "stock", record.kind, record.reference, {"dealer": record.dealer}


def _posted(record: Posted) -> Fact:
    amount = {"dealer": record.dealer, "amount": record.amount, "currency": record.currency}
    return "ledger", record.kind, record.reference, amount


_TELLS: dict[type, Callable[[Workspace, Any], Fact]] = {
    Undone: _undone,
    OrderMoved: _ordered,
    OrderShipped: _shipped,
    TicketMoved: _ticket,
    ConsentGiven: _consent,
    LanguageChosen: _language,
    SurveyAnswered: _survey,
}

# Of imports, which book by shipment, opening and payment: the first movement of a reference tells of it.
_MOVES: dict[type, Callable[[Any], Fact]] = {UnitMoved: _unit, StockMoved: _stock, Posted: _posted}
