"""smsgw run: the daemon, with its face for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from smsgw.cli.common import options

if TYPE_CHECKING:
    from smsgw.gateway.faces import Face, Place

app = options.app()


@app.command()
def run(config: options.Config = None) -> None:
    """Bind to the SMSCs and serve until SIGTERM; SIGHUP reloads words, answers, catalogue and limits."""
    settings = options.settings_of(config)
    from smsgw.gateway.main import run as serve

    raise typer.Exit(serve(settings, [programs] if settings.http.endpoint is not None and settings.http.api else []))


def programs(place: Place) -> Face:
    """What programs ask over HTTP, and what they are called back with."""
    from smsgw.api.pages import BoundedRequest
    from smsgw.api.service import Programs
    from smsgw.gateway.faces import Face

    found = Programs(place.settings, place.engine, place.writer, place.reactor, place.queued)
    return Face(found, found.threads, found.look, found.pages, found.counters, BoundedRequest)
