"""Returns by reason and model, dealer, region or day; and one return as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select

from smsgw.business.conversation.tables import booking
from smsgw.business.core.reporting import FROM_DAY, NAME, REGION, TO_DAY, Column, Findings, Question, Report, per
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.directory.tables import dealer
from smsgw.business.returns.books import reason_rows
from smsgw.business.returns.rules import states
from smsgw.business.returns.rules.reasons import Reason, reasons
from smsgw.business.returns.tables import return_case, return_line
from smsgw.store.instants import from_ms, iso
from smsgw.values.money import decimal

PER = ("model", "dealer", "region", "day")
_FIGURES = ("sets", "open", "overdue", "credited", "replaced", "rejected")


def returned(connection: Connection, asked: Question) -> Findings:
    """The sets that came back for each reason, by model, dealer, region or day, what was undone left out; and what
    came of them. Overdue are those whose day of the answer is over.
    """
    row, line = return_case.c, return_line.c
    group = {"region": dealer.c.region, "dealer": row.dealer, "model": line.model, "day": booking.c.booked_on}[
        asked.per
    ]
    today = from_ms(asked.now).date().isoformat()
    counted = {
        "sets": func.count(),
        "overdue": func.sum(case(((row.state == states.OPEN) & (row.due_on < today), 1), else_=0)),
        **{
            state: func.sum(case((row.state == state, 1), else_=0))
            for state in (states.OPEN, states.CREDITED, states.REPLACED, states.REJECTED)
        },
    }
    wanted = (
        select(group.label("name"), row.reason, *(counted[name].label(name) for name in _FIGURES))
        .select_from(return_line)
        .join(return_case, row.reference == line.reference)
        .join(booking, booking.c.reference == row.reference)
        .join(dealer, dealer.c.code == row.dealer)
        .where(row.state != states.UNDONE)
    )
    if asked.first is not None:
        wanted = wanted.where(booking.c.booked_on >= asked.first.isoformat())
    if asked.last is not None:
        wanted = wanted.where(booking.c.booked_on <= asked.last.isoformat())
    if asked.regions is not None:
        wanted = wanted.where(dealer.c.region.in_(asked.regions))
    known = reasons(reason_rows(connection))
    rows = [
        {asked.per: found.name, "reason": found.reason, "words": said(found.reason, known)}
        | {name: int(getattr(found, name)) for name in _FIGURES}
        for found in connection.execute(wanted.group_by(group, row.reason).order_by(group, row.reason))
    ]
    columns = (Column(asked.per, NAME), Column("reason"), Column("words", NAME), *map(Column, _FIGURES))
    total = {"reason": None, "words": None} | {name: sum(row[name] for row in rows) for name in _FIGURES}
    return Findings(columns, rows, total, nothing="nothing came back then")


def said(number: int, known: dict[int, Reason], language: str = "en") -> str:
    """The words of a reason; its number where it is one no more."""
    return known[number].said(language) if number in known else str(number)


def show_return(connection: Connection, reference: str) -> dict[str, Any] | None:
    """A return with its sets and what came of them; None where there is none."""
    row = return_case.c
    found = connection.execute(
        select(return_case, dealer.c.currency)
        .join(dealer, dealer.c.code == row.dealer)
        .where(row.reference == reference)
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(return_line).where(return_line.c.reference == reference).order_by(return_line.c.imei)
    ).all()
    return {
        "reference": found.reference,
        "dealer": found.dealer,
        "state": found.state,
        "reason": {"number": found.reason, "words": said(found.reason, reasons(reason_rows(connection)))},
        "at": iso(found.asked_at),
        "due_on": found.due_on,
        "settled_at": iso(found.settled_at),
        "settled_by": found.settled_by,
        "why": found.why,
        "credit": decimal(sum(each.credit or 0 for each in lines), found.currency),
        "currency": found.currency,
        "sets": [
            {
                "imei": each.imei,
                "model": each.model,
                "sale": each.sale,
                "depot": each.depot,
                "arrived_at": iso(each.arrived_at),
                "credit": decimal(each.credit, found.currency) if each.credit is not None else None,
                "replaced_by": each.replaced_by,
            }
            for each in lines
        ],
    }


def of_unit(connection: Connection, shown: dict[str, Any]) -> dict[str, Any]:
    """What `smsgw show unit` says besides: the newest return of a set, and the set that it replaces."""
    unit = shown["imei"]
    row, line = return_case.c, return_line.c
    newest = connection.execute(
        select(row.reference, row.state, row.reason, line.replaced_by)
        .join(return_case, row.reference == line.reference)
        .where(line.imei == unit, row.state != states.UNDONE)
        .order_by(row.asked_at.desc(), func.length(row.reference).desc(), row.reference.desc())
    ).first()
    replaces = connection.scalar(select(line.imei).where(line.replaced_by == unit))
    return {
        "return": dict(newest._mapping) if newest is not None else None,
        "replaces": replaces,
    }


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_return(connection, asked.key.upper())


REPORTS = {"returns": Report("Sets that came back, by reason.", (FROM_DAY, TO_DAY, REGION, per(*PER)), returned)}
SHOWN = {"return": Shown("A return: its sets, its reason, and what came of it.", "REF", _find)}
ADDED = {"unit": of_unit}
