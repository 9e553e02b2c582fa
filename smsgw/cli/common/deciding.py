"""Commands that decide something at the desk: one action in a transaction, and what came of it shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsgw.cli.common.opening import booking_session, working
from smsgw.cli.common.output import json_line, print_line

if TYPE_CHECKING:
    from smsgw.business.books import StoreBooks
    from smsgw.business.core.session import Session


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
