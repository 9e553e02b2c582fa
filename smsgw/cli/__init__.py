"""The command line: `smsgw` and its subcommands, each in a file of its own that is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line (None: that of the process) and exit with its status: 0 done, 1 refused, 2 wrong usage."""
    from smsgw.cli.app import run

    raise SystemExit(run(arguments))
