"""Cases at the desk, which wait until somebody decides: those of a state listed, one decided, how it ended told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsgw.cli.common.opening import booking_session, reading_session, working
from smsgw.cli.common.output import json_line, on_clock, print_line, table

if TYPE_CHECKING:
    from smsgw.business.books import StoreBooks
    from smsgw.business.core.session import Session

ALL = "all"  # the state of a command's choice that stands for every state

# The title of a column, and what stands in it of a case: a field by its name, or what a function makes of the case.
Columns = Sequence[tuple[str, str | Callable[[Mapping[str, Any]], Any]]]


def list_cases(
    find: Callable[[Session, tuple[str, ...], str | None], list[dict[str, Any]]],
    columns: Columns,
    *,
    state: StrEnum,
    dealer: str | None,
    config: Path | None,
    json: bool,
) -> None:
    """Print the cases that `find` gives for states and the code of a dealer: a table, or one object a line."""
    chosen = () if state == ALL else (state.value,)
    with working(config) as (settings, engine), reading_session(settings, engine) as session:
        found = find(session, chosen, dealer.upper() if dealer is not None else None)
    if json:
        for each in found:
            json_line(each)
        return
    table(
        [title for title, _ in columns],
        [
            [case[what] if isinstance(what, str) else what(case) for _, what in columns]
            for case in on_clock(found, settings.gateway.timezone)
        ],
    )


def decide(
    act: Callable[[Session, StoreBooks], dict[str, Any]],
    told: Callable[[dict[str, Any]], str],
    *,
    by: str | None,
    config: Path | None,
    json: bool,
) -> None:
    """Do `act` as whoever is at the keyboard; print what it gives as JSON, or what `told` says of that."""
    with working(config) as (settings, engine), booking_session(settings, engine, by) as (session, books):
        done = act(session, books)
    if json:
        json_line(done)
    else:
        print_line(told(done))


def print_end(state: str, at: str | None, by: str | None, why: str | None, *, as_what: str | None = None) -> bool:
    """Print how a case ended: when, how, by whom, and as what or why. Whether it has."""
    if not at:
        return False
    print_line(f"  {at} {state} by {by}" + (f" as {as_what}" if as_what else f": {why}" if why else ""))
    return True
