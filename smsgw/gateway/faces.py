"""What stands between a daemon and its faces: what a face is given, and what it gives.

The gateway knows no face. Whoever starts it hands it a function for each; see `smsgw.cli.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from twisted.application.service import Service
from twisted.web.resource import Resource
from twisted.web.server import Request

from smsgw.gateway.counters import ProgramCounters
from smsgw.settings.sections import Settings
from smsgw.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Place:
    """What a face works with. `queued` is to be called, in the reactor, when it has put something into the outbox."""

    settings: Callable[[], Settings]
    engine: Engine
    writer: Writer
    reactor: Any
    queued: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a daemon, which starts and stops its services, and the pages it adds to the daemon's site by path.

    service   what it does; stopped with the links: it takes nothing new from then on
    threads   where it does that; stopped when the writer has ended, so that what is under way can be finished
    look      called every second while it runs
    request   what reads requests for the pages; None: Twisted's own
    """

    service: Service
    threads: Service
    look: Callable[[], None] = lambda: None
    pages: Mapping[str, Resource] = field(default_factory=dict)
    counters: ProgramCounters | None = None
    request: type[Request] | None = None


MakeFace = Callable[[Place], Face]
