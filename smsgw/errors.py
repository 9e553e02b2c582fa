"""Errors that a person may see: one sentence saying what is wrong and what to do, and the exit status they end with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class SmsgwError(Exception):
    """Something the person at the keyboard can put right. `str()` is the sentence; there is nothing else to read."""

    exit_status = REFUSED


class UsageError(SmsgwError):
    """The command line itself is wrong."""

    exit_status = WRONG_USAGE


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the configuration.

    `place` is the file, or the environment variable; `key` the dotted key in it (empty: the file itself);
    `wrong` says what is wrong; `advice` what would be right (empty: nothing near).
    """

    place: str
    key: str
    wrong: str
    advice: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: {self.key}" if self.key else self.place
        return f"{where}: {self.wrong}" + (f" ({self.advice})" if self.advice else "")


class ConfigError(SmsgwError):
    """The configuration has faults; `faults` lists every one of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))
