"""What a report is made of: its parameters, its query, its columns with their units, and how it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from smsgw.errors import Faults
from smsgw.store.instants import from_ms, to_ms
from smsgw.values.moments import read_day, read_end, read_moment, spelled_out
from smsgw.values.unreadable import Unreadable

Row = dict[str, Any]

# Units of columns: a share is between 0 and 1, money a decimal beside the column of its currency.
COUNT, SHARE, HOURS, MONEY, NAME = "count", "share", "hours", "money", "name"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name in JSON and CSV; `title` is what people see, where it is another."""

    name: str
    unit: str = COUNT
    title: str = ""

    @property
    def shown(self) -> str:
        return self.title or self.name


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a report can be narrowed by, or must be. `choices` are all that may be said, the first where nothing is."""

    name: str
    meaning: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = False


FROM = Parameter("from", "From this time or day on.", "T")
TO = Parameter("to", "Up to this time or the end of this day.", "T")
FROM_DAY = Parameter("from", "Periods from this day on.", "DAY")
TO_DAY = Parameter("to", "Periods up to this day.", "DAY")
DEALER = Parameter("dealer", "Only this dealer.", "CODE")
OF_DEALER = Parameter("dealer", "Of this dealer; it must be named.", "CODE", needed=True)
REGION = Parameter("region", "Dealers of this region and what lies in it.", "CODE")


def per(*choices: str, meaning: str = "What a row is of.") -> Parameter:
    """The parameter that says what each row of a report is of."""
    return Parameter("per", meaning, choices=choices)


@dataclass(frozen=True, slots=True)
class Question:
    """A report as it was asked for. Times are in milliseconds since the epoch, `until` does not count; days do."""

    now: int
    since: int | None = None
    until: int | None = None
    first: date | None = None
    last: date | None = None
    regions: frozenset[str] | None = None  # the one asked for and all that lie in it
    dealer: str | None = None
    timezone: str = "UTC"  # the deployment's
    per: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a report that has several: its key in JSON, its title for people, its columns and rows.

    `summary`: JSON has it as facts and people as the headline, so that only lines (CSV, XLSX) have it as a table.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report found: rows and their total, or sections. `facts` stand beside them; `headline` says them.

    `nothing` is what people are told where there is no row.
    """

    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    total: Row | None = None
    sections: Sequence[Section] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    headline: str = ""
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A named query. A subject offers its own as `reports.REPORTS`: name → report. `about` is one sentence."""

    about: str
    parameters: tuple[Parameter, ...]
    query: Callable[[Connection, Question], Findings]


def read_question(
    report: Report,
    given: Mapping[str, str | None],
    *,
    within: Callable[[str], frozenset[str]],
    dealer: Callable[[str], str],
    timezone: str,
    now: int,
) -> Question:
    """What was given for the parameters, read; raises Refused with everything that is wrong, each at its parameter.

    `within` gives a region and all that lie in it by its code, `dealer` a dealer's code as it is kept; both raise
    Unreadable for one that is not there.
    """
    found: dict[str, Any] = {"now": now, "timezone": timezone}
    places: dict[str, tuple[str, Callable[[str], Any]]] = {
        REGION.name: ("regions", within),
        DEALER.name: ("dealer", dealer),
    }
    faults = Faults()
    for name in given.keys() - {each.name for each in report.parameters}:
        faults.add(name, "this report has no such parameter")
    for parameter in report.parameters:
        said = given.get(parameter.name)
        if parameter.choices:
            found["per"] = said or parameter.choices[0]
            if found["per"] not in parameter.choices:
                faults.add(parameter.name, f"'{said}' is not one of {', '.join(parameter.choices)}")
        elif said is not None:
            try:
                if parameter.name in places:
                    name, read = places[parameter.name]
                    found[name] = read(said)
                else:
                    found |= _read(parameter, said, timezone, from_ms(now))
            except Unreadable as error:
                faults.add(parameter.name, f"'{said}' {error}")
        elif parameter.needed:
            faults.add(parameter.name, "must be named")
    question = Question(**found)
    if _backwards(question):
        faults.add("to", f"'{given['to']}' is before '{given['from']}', where it begins; turn them round")
    faults.settle()
    return question


def _read(parameter: Parameter, said: str, timezone: str, now: datetime) -> dict[str, Any]:
    named = spelled_out(said, timezone, now)
    if parameter is FROM:
        return {"since": to_ms(read_moment(named, timezone))}
    if parameter is TO:
        return {"until": to_ms(read_end(named, timezone))}
    return {"first" if parameter is FROM_DAY else "last": read_day(named)}


def _backwards(question: Question) -> bool:
    if question.since is not None and question.until is not None:
        return question.until <= question.since
    return question.first is not None and question.last is not None and question.last < question.first
