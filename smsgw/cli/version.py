"""smsgw version: which version this is."""

from __future__ import annotations

import platform

from smsgw import __version__
from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_line

app = options.app()


@app.command()
def version(config: options.Config = None, json: options.Json = False) -> None:
    """Print the version of smsgw and of Python."""
    if json:
        json_line({"smsgw": __version__, "python": platform.python_version()})
    else:
        print_line(f"smsgw {__version__} on Python {platform.python_version()}")
