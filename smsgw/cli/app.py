"""The command `smsgw`: finds the subcommand, imports only that, and turns refusals into one sentence and a status."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from smsgw import __version__
from smsgw.cli.common.output import print_error, print_line
from smsgw.errors import DONE, REFUSED, ConfigError, Refused, SmsgwError

# In the order in which a newcomer needs them; the module is smsgw.cli.<value>.
COMMANDS: dict[str, str] = {
    "demo": "demo.command",
    "help": "help",
    "init": "init",
    "run": "run",
    "check": "check",
    "db": "database",
    "backup": "backup",
    "restore": "restore",
    "import": "importing",
    "parse": "parse",
    "try": "trying",
    "show": "show",
    "messages": "messages",
    "stats": "stats",
    "links": "links",
    "unknown": "unknown",
    "broadcast": "broadcast",
    "audience": "audience",
    "consent": "consent",
    "audit": "audit",
    "token": "token",
    "order": "order",
    "payment": "payment",
    "credit": "credit",
    "receipt": "receipt",
    "unit": "unit",
    "ticket": "ticket",
    "count": "count",
    "return": "returns",
    "protection": "protection",
    "price": "price",
    "sale": "sale",
    "undo": "undo",
    "report": "report",
    "exempt": "exempt",
    "export": "export",
    "replay": "replay",
    "card": "card",
    "corpus": "corpus",
    "smsc": "smsc",
    "version": "version",
}


class Lazily(TyperGroup):
    """A group that imports a subcommand's file when it is named."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(importlib.import_module(f"smsgw.cli.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Lazily, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True
)


def _version(asked: bool) -> None:
    if asked:
        print_line(f"smsgw {__version__}")
        raise typer.Exit


@app.callback()
def smsgw(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """An SMS gateway for a dealer network: texts become bookings, bookings become answers."""


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit status of a command line (None: that of the process). What it writes is its owner's to read alone."""
    _fill_standard_streams()
    before = os.umask(0o077)
    try:
        return _status(arguments)
    finally:
        os.umask(before)


def _status(arguments: Sequence[str] | None) -> int:
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="smsgw")
    except ConfigError as error:
        for fault in error.faults:
            print_error(f"smsgw: {fault}")
        return REFUSED
    except Refused as refused:
        for wrong in refused.faults:
            print_error(f"smsgw: {wrong}")
        return REFUSED
    except SmsgwError as error:
        for fault in getattr(error, "faults", ()):  # every bad line of a file
            print_error(fault)
        print_error(f"smsgw: {error}")
        return error.exit_status
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE if end.code is None else REFUSED
    return DONE


def _fill_standard_streams() -> None:
    """Open what the process was started without, so that no file of ours gets a number that others write to."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
