"""Every report of every subject: listed, run by name, and as JSON, for the command line and the API alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from smsgw.business.core.reporting import Findings, Report, read_question
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.registry import gather
from smsgw.errors import NOT_FOUND, refuse
from smsgw.store.instants import iso
from smsgw.values.nearest import did_you_mean, or_near
from smsgw.values.unreadable import Unreadable


def reports() -> dict[str, Report]:
    """Every report by its name, in the order of the subjects."""
    return {name: report for offered in gather("reports", "REPORTS") for name, report in offered.items()}


def report_named(name: str) -> Report:
    """The report of a name; raises Refused (not found) with the names there are."""
    known = reports()
    if name not in known:
        advice = did_you_mean(name, known, f"there is {', '.join(known)}")
        refuse(f"there is no report '{name}'; {advice}", NOT_FOUND)
    return known[name]


def run_report(
    connection: Connection, name: str, given: Mapping[str, str | None], *, timezone: str, now: int
) -> tuple[Findings, dict[str, Any]]:
    """What a report found, and as JSON. `given` has its parameters as they were written; `now` is in milliseconds.

    Raises Refused with everything that is wrong with them.
    """
    report = report_named(name)

    def within(said: str) -> frozenset[str]:
        tree = regions(connection, timezone)
        code = next((code for code in tree.places if code.casefold() == said.casefold()), None)
        if code is None:
            raise Unreadable(f"is not a region{or_near(said, tree.places)}")
        return frozenset(tree.within(code))

    def dealer(said: str) -> str:
        code = said.upper()
        if connection.scalar(select(dealers.c.code).where(dealers.c.code == code)) is None:
            known = connection.scalars(select(dealers.c.code)).all()
            raise Unreadable(f"is not a dealer{or_near(code, known)}")
        return code

    question = read_question(report, given, within=within, dealer=dealer, timezone=timezone, now=now)
    found = report.query(connection, question)
    head: dict[str, Any] = {"report": name, "as_of": iso(now)}
    if question.per:
        head["per"] = question.per
    if found.sections:
        return found, head | dict(found.facts) | {
            section.key: list(section.rows) for section in found.sections if not section.summary
        }
    return found, head | dict(found.facts) | {"rows": list(found.rows), "total": found.total}
