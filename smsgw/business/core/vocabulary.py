"""Every verb of the language, gathered from the subjects: asked for when it is needed, never on import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.reply import Reply
from smsgw.business.core.verb import Verb
from smsgw.business.registry import gather


@cache
def verbs() -> tuple[Verb, ...]:
    """The verbs in the order of the manual."""
    return tuple(sorted((verb for offered in gather("verbs", "VERBS") for verb in offered), key=lambda v: v.place))


@cache
def by_name() -> dict[str, Verb]:
    return {verb.name: verb for verb in verbs()}


@cache
def by_letter() -> dict[str, Verb]:
    """The verbs that issue references, by the letter of those: of several with one letter the first of the manual."""
    return {verb.letter: verb for verb in reversed(verbs()) if verb.letter}


@cache
def reporting() -> tuple[str, ...]:
    """The names of the verbs whose bookings count as a report of the shop."""
    return tuple(verb.name for verb in verbs() if verb.reports)


@cache
def listeners() -> tuple[Callable[[Any, str, Any], Decision | None], ...]:
    """What may take a whole message of a phone before it is read as commands; None: it says nothing to it."""
    return tuple(one for offered in gather("verbs", "LISTENERS") for one in offered)


@cache
def reversals() -> tuple[Callable[[str, Any], list[Record] | Reply], ...]:
    """What takes back the rows that a reference wrote, subject by subject; a Reply says why it cannot be."""
    return tuple(one for offered in gather("verbs", "REVERSALS") for one in offered)


@cache
def swaps() -> tuple[Callable[[str, Any], Mapping[str, str]], ...]:
    """What names, by reference, the sets that a set was swapped for, the old one or the new: of IMEI and books."""
    return tuple(one for offered in gather("verbs", "SWAPS") for one in offered)


@cache
def awaited() -> tuple[Callable[[str, str, Any], int], ...]:
    """What counts the sets of a model that a shop waits for: of its code, the model and the books."""
    return tuple(one for offered in gather("verbs", "AWAITED") for one in offered)
