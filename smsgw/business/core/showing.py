"""One thing that can be shown with all that is known of it: what its key is called, and how it is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a key was asked: `key` as it was typed, at what time, and the deployment's time zone."""

    key: str
    now: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind of thing. A subject offers its own as `reports.SHOWN`: what it is called → Shown.

    `about` is one sentence, `key` what its key is called. `number`: the key is a whole number. `find` gives what is
    shown, as JSON has it, and None where there is no such thing. `noun` is what one is called, where not by its name.
    """

    about: str
    key: str
    find: Callable[[Connection, Asked], dict[str, Any] | None]
    number: bool = False
    noun: str = ""
