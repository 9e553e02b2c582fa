"""The options that subcommands share: the configuration file, JSON, who acts; and the settings they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from smsgw.settings.sections import Settings

DEFAULT = Path("smsgw.toml")

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="SMSGW_CONFIG",
        metavar="FILE",
        help="The configuration; else smsgw.toml in this directory.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON, and nothing else, on standard output.")]
Newest = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="At most the newest N.", show_default=False)
]
AtMost = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most N.")]
OfDealer = Annotated[str | None, typer.Option("--dealer", metavar="CODE", help="Of this dealer.", show_default=False)]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="WHO", help="Who does it, for the trail; else the user of this machine."),
]

At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="When it is sent: 2026-04-15T10:32:00Z, or a day of the gateway's zone; else now.",
        show_default=False,
    ),
]


def app(help: str | None = None, cls: type[TyperGroup] | None = None) -> typer.Typer:
    """An empty application for a subcommand's file."""
    return typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=help, cls=cls)


def settings_of(config: Path | None, *, places: bool = True) -> Settings:
    """The settings of FILE; raises ConfigError with every fault. `places`: the directories in it must be there."""
    from smsgw.settings.loading import load

    return load(config or DEFAULT, places=places)
