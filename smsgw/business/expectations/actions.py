"""Days on which a dealer, a region or everybody need not report: exempted and expected again, also days past."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.expectations.books import expectations
from smsgw.errors import Faults

ALL = "all"


@dataclass(frozen=True, slots=True)
class Exempted:
    """What was changed: whom it is for (a code, or `all`), on which days, and how many reports count otherwise now."""

    whom: str
    days: tuple[date, ...]
    reports: int


@action(Right.EXEMPT_REPORTS)
def exempt(session: Session, whom: str, days: Collection[date], why: str) -> Exempted:
    """Exempt days for a reason; reports that were missing on them count as excused from now on.

    Raises Refused with everything that is wrong.
    """
    faults = Faults()
    code = ""
    with faults.at("whom"):
        code = expectations.whom(session.connection, whom)
    if not why.strip():
        faults.add("why", "say why; whoever reads the rates will ask")
    faults.settle()
    named = tuple(sorted(set(days)))
    expectations.claim(session.connection, session.now, wait=True)
    trade = session.trade
    changed = expectations.exempt(
        session.connection, trade.expected, code, named, why.strip(), session.now, trade.timezone, trade.holidays
    )
    done = Exempted(code or ALL, named, changed)
    _record(session, "days exempted", done, why.strip())
    return done


@action(Right.EXEMPT_REPORTS)
def expect_again(session: Session, whom: str, days: Collection[date]) -> Exempted:
    """Expect the reports of exempted days again. Raises Refused with everything that is wrong."""
    faults = Faults()
    code, named = "", tuple(sorted(set(days)))
    with faults.at("whom"):
        code = expectations.whom(session.connection, whom)
        expectations.claim(session.connection, session.now, wait=True)
        there = {day for _, day, _ in expectations.exempted(session.connection, code, named[0], named[-1])}
        for day in (day for day in named if day not in there):
            advice = "`smsgw exempt list` shows what is"
            faults.add("days", f"{day.isoformat()} is not exempted for {code or ALL}; {advice}")
    faults.settle()
    trade = session.trade
    changed = expectations.expect_again(
        session.connection, trade.expected, code, named, session.now, trade.timezone, trade.holidays
    )
    done = Exempted(code or ALL, named, changed)
    _record(session, "days expected again", done, None)
    return done


@action(Right.READ_REPORTS)
def list_exempted(
    session: Session, whom: str | None = None, first: date | None = None, last: date | None = None
) -> list[tuple[str, date, str]]:
    """The exempted days in their order, each with whom (a code, or `all`) and why. Raises Refused."""
    faults = Faults()
    code = None
    if whom is not None:
        with faults.at("whom"):
            code = expectations.whom(session.connection, whom)
    faults.settle()
    return [(each or ALL, on, why) for each, on, why in expectations.exempted(session.connection, code, first, last)]


def _record(session: Session, what: str, done: Exempted, why: str | None) -> None:
    detail = {"days": [day.isoformat() for day in done.days], "reports": done.reports}
    session.record(what, done.whom, detail | ({"why": why} if why is not None else {}))
