"""smsgw show: one thing with all that is known of it, a command a kind, each as its subject offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smsgw.cli.common import options
from smsgw.cli.common.offered import Offered, as_command
from smsgw.cli.common.output import json_line, on_clock, pairs

if TYPE_CHECKING:
    from smsgw.business.core.showing import Shown


class Kinds(Offered):
    """The kinds of things that the subjects can show."""

    @staticmethod
    def offered() -> Mapping[str, Callable[..., None]]:
        from smsgw.business.showing import shown

        return {name: _command_of(name, kind) for name, kind in shown().items()}


app = options.app(help="One unit, dealer, order, message or the like, by its key.", cls=Kinds)


@app.callback()
def show() -> None:
    """One unit, dealer, order, message or the like, by its key."""


def _command_of(name: str, kind: Shown) -> Callable[..., None]:
    def run(**given: Any) -> None:
        _show(name, str(given["key"]), given["config"], json=given["json"])

    typed = int if kind.number else str
    key: Any = Annotated[typed, typer.Argument(metavar=kind.key, show_default=False)]
    return as_command(run, kind.about, {"key": (key, Parameter.empty)})


def _show(name: str, key: str, config: Any, *, json: bool) -> None:
    from smsgw.business.core.showing import Asked
    from smsgw.business.showing import show as find
    from smsgw.cli.common.opening import reading

    settings = options.settings_of(config)
    with reading(settings) as connection:
        found = find(connection, name, Asked(key, datetime.now(UTC), settings.gateway.timezone))
    if json:
        json_line(found)
    else:
        pairs(on_clock(found, settings.gateway.timezone))
