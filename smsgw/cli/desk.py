"""What the commands of headquarters share: who does it, what time it is, and the office that does it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smsgw.business.core.principal import Person
    from smsgw.gateway.notices.office import Office
    from smsgw.settings.sections import Settings

By = Annotated[
    str | None,
    typer.Option("--by", metavar="WHO", help="Who does it, for the trail; else the user of this machine."),
]


def who(by: str | None) -> str:
    """The person at the keyboard."""
    import getpass

    return by or getpass.getuser()


def person(by: str | None) -> Person:
    """Whoever is at the keyboard, as the one who acts."""
    from smsgw.business.core.principal import Person

    return Person(who(by))


def now() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


def office_of(settings: Settings, engine: Engine) -> Office:
    """The office of a deployment, which may read files of numbers."""
    from smsgw.business.audiences.imports import numbers
    from smsgw.gateway.notices.office import Office

    return Office(settings, engine, numbers)
