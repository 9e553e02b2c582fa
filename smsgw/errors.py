"""Errors that a person may see: one sentence saying what is wrong and what to do, and the exit status they end with.

There are two kinds of errors: those of whoever asks, which are SmsgwErrors and are answered; and ours, which are any
other exception and belong in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

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


# ---- what an action refuses

INVALID = "invalid"  # it can be read, and is not as it should be
FORBIDDEN = "forbidden"  # whoever asks may not
NOT_FOUND = "not_found"
CONFLICT = "refused"  # the state of things does not allow it
NEEDS_APPROVAL = "needs_approval"  # it is more than one person alone may do


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with what is asked for. `field` is its place, such as `to.0`; '' where it has none."""

    field: str
    message: str

    def __str__(self) -> str:
        return self.message


class Refused(SmsgwError):
    """An action is not done and nothing of it kept. `faults` are everything that is wrong; `code` says of what kind."""

    def __init__(self, faults: Iterable[Wrong], code: str = INVALID) -> None:
        self.faults = tuple(faults)
        self.code = code
        super().__init__("; ".join(str(fault) for fault in self.faults))


def refuse(message: str, code: str = CONFLICT) -> NoReturn:
    """Refuse an action for one reason that has no place in what was asked."""
    raise Refused([Wrong("", message)], code)


class Faults:
    """Collects what is wrong, so that everything is told at once."""

    def __init__(self) -> None:
        self.found: list[Wrong] = []

    def add(self, field: str, message: str) -> None:
        self.found.append(Wrong(field, message))

    @contextmanager
    def at(self, field: str) -> Iterator[None]:
        """What a check refuses inside is a fault of this place, and the next check follows."""
        try:
            yield
        except SmsgwError as error:
            self.add(field, str(error))

    def settle(self) -> None:
        """Raises Refused where anything was found."""
        if self.found:
            raise Refused(self.found)


class CannotBook(Exception):
    """A line of goods or money that the books cannot take; the text is one sentence for whoever brought it."""
