"""smsgw run: the daemon."""

from __future__ import annotations

import typer

from smsgw.cli import options

app = options.app()


@app.command()
def run(config: options.Config = None) -> None:
    """Bind to the SMSCs and serve until SIGTERM; SIGHUP reloads words, answers, catalogue and limits."""
    settings = options.settings_of(config)
    from smsgw.gateway.main import run as serve

    raise typer.Exit(serve(settings))
