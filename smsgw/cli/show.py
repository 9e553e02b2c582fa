"""smsgw show: one unit, dealer, order or message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, pairs
from smsgw.errors import SmsgwError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smsgw.settings.sections import Settings

app = options.app(help="One unit, dealer, order or message.")

Imei = Annotated[str, typer.Argument(metavar="IMEI", show_default=False)]
Code = Annotated[str, typer.Argument(metavar="CODE", show_default=False)]
Reference = Annotated[str, typer.Argument(metavar="REF", show_default=False)]
Number = Annotated[int, typer.Argument(metavar="ID", show_default=False)]


@app.command()
def unit(imei: Imei, config: options.Config = None, json: options.Json = False) -> None:
    """A set: its model, state, holder, origin and trail."""
    from smsgw.business.units.reports import show_unit

    _show(config, json, lambda connection, settings: show_unit(connection, imei), f"unit {imei}")


@app.command()
def dealer(code: Code, config: options.Config = None, json: options.Json = False) -> None:
    """A dealer: stock, sales, balance."""
    from datetime import UTC, datetime

    from smsgw.business.figures.reports.dealers import show_dealer

    def ask(connection: Connection, settings: Settings) -> dict[str, Any] | None:
        return show_dealer(connection, code.upper(), datetime.now(UTC), settings.gateway.timezone)

    _show(config, json, ask, f"dealer {code}")


@app.command()
def order(reference: Reference, config: options.Config = None, json: options.Json = False) -> None:
    """An order: its lines, total and state."""
    from smsgw.business.orders.reports import show_order

    _show(
        config,
        json,
        lambda connection, settings: show_order(connection, reference.upper()),
        f"order {reference}",
    )


@app.command()
def message(id: Number, config: options.Config = None, json: options.Json = False) -> None:
    """A text, in or out, with what it was read as and what became of it."""
    from smsgw.business.messages.reports import show_message

    _show(config, json, lambda connection, settings: show_message(connection, id), f"message {id}")


def _show(
    config: Path | None, json: bool, ask: Callable[[Connection, Settings], dict[str, Any] | None], what: str
) -> None:
    from smsgw.cli.common.opening import reading

    settings = options.settings_of(config)
    with reading(settings) as connection:
        found = ask(connection, settings)
    if found is None:
        raise SmsgwError(f"there is no {what}; check it for a slip")
    if json:
        json_line(found)
    else:
        pairs(found)
