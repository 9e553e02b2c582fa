"""The veto: whether anything in a text speaks against a booking, whatever else was read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from smsgw.business.core.command import ACCEPTED, REJECTED, Command
from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.cues import Cues
from smsgw.language.sentences.frames import MOODS
from smsgw.language.sentences.marks import BREAK, STOP, Mark

# What asks for something else, or tells of a time that is no day.
_ASKING = frozenset(
    (
        *(
            "MANYASK",
            "WHENASK",
            "WHEREASK",
            "WHOASK",
            "MODELASK",
            "RANKASK",
            "LATEASK",
            "TRACEASK",
            "SUMASK",
            "PERSONASK",
        ),
        *("HELPASK", "PRICEASK", "BONUSASK", "STATUSASK", "LASTASK", "PERIODWEEK", "PERIODMONTH"),
    )
)
# What says that a set was not sold although it is named, and other makers' names.
_AGAINST = (
    MOODS | {"DAMAGE", "LOSS", "DEMO", "SOLDOUT", "RIVAL", "RETURN", "PAID", "NOTHING", "UNSURE", "TOUS"} | _ASKING
)
# Behind what was counted: the same may be counted once more, or be put right.
_COUNTS_AGAIN = frozenset(("TOTAL", "SELFFIX"))
# What tells of something that a verb is itself about speaks not against it.
_OF_EVENT = {"RETURN": "return", "DAMAGE": "return", "SOLDOUT": "count", "NOTHING": "nil", "TOUS": "order"}
_GOODS = frozenset(("imeis", "items", "model"))
# Verbs that book goods, a report or an order's approval.
BOOKING = frozenset(
    verb.name
    for verb in VERBS
    if not verb.reads_only and (verb.reports or _GOODS & set(verb.arguments) or verb.arguments == ("order",))
)
_LATIN = re.compile(r"[A-Z]+")
_BOUNDS = frozenset("+＋~～><＞＜≈≥≤±")
# What one of several commands in a line may be about without speaking against the others.
_OF_OTHERS = frozenset(("NOTHING", "ROUGHLY", "PERIODWEEK", "PERIODMONTH"))


# Verbs that may speak of the command before them in a line (`S A350 2; ?`, `…；报错了`).
_OF_ONE_BEFORE = frozenset(verb.name for verb in VERBS if verb.of_one_before)


class Veto:
    """Looks for danger in two steps: a glance that costs little, and a look at the marks where it sees something."""

    def __init__(self, cues: Cues) -> None:
        self._latin: dict[str, list[frozenset[str]]] = {}
        self._others: dict[str, list[str]] = {"?": ["?"]}
        for phrase in cues.words(_AGAINST | _COUNTS_AGAIN):
            words = _LATIN.findall(phrase)
            if words:
                self._latin.setdefault(words[0], []).append(frozenset(words))
            else:
                self._others.setdefault(phrase[0], []).append(phrase)
        self._ascii = [phrase for phrases in self._others.values() for phrase in phrases if phrase.isascii()]

    def glance(self, clean: str, typed: str) -> bool:
        """Whether a folded text has the words of a phrase that may speak against a booking, or, as typed, a sign of a
        bound."""
        found = _LATIN.findall(clean)
        if not self._latin.keys().isdisjoint(found):
            words = frozenset(found)
            if any(all_ <= words for word in words & self._latin.keys() for all_ in self._latin[word]):
                return True
        if not _BOUNDS.isdisjoint(typed):
            return True
        if clean.isascii():
            return any(phrase in clean for phrase in self._ascii)
        return any(phrase in clean for head in self._others.keys() & clean for phrase in self._others[head])


def books(commands: Iterable[Command]) -> bool:
    """Whether one of the commands would book goods or money, at once or after a YES."""
    return any(c.verb in BOOKING and c.outcome != REJECTED for c in (*commands, *_choices(commands)))


def _choices(commands: Iterable[Command]) -> list[Command]:
    return [choice for command in commands for choice in command.choices]


def dangerous(marks: Sequence[Mark], commands: Iterable[Command]) -> bool:
    """Whether the marks of a text deny, ask, wish, postpone or tell of damage, beside what its commands are about.

    The word that is a command's verb says what is meant, whatever else it may say (a verb of a deployment's own).
    """
    commands = tuple(commands)
    against = _AGAINST
    verbs = {command.verb for command in commands}
    if len(commands) > 1 and all(command.outcome == ACCEPTED and command.word for command in commands):
        cut = any(m.kind == STOP and m.value == ";" for m in marks) and not verbs & _OF_ONE_BEFORE
        cut &= not any(repair.rule == "verb" for command in commands for repair in command.repairs)
        if cut or any(m.kind == BREAK and m.value == "\n" for m in marks):
            return False  # a line a command, every word taken: a word is that of its own command
        against = _AGAINST - _OF_OTHERS
    words = {command.word for command in commands if command.word and command.outcome == ACCEPTED}
    about = frozenset(event for event, of in _OF_EVENT.items() if of in verbs)
    return any(
        (m.cues & (against - about) and m.value not in words)
        or (m.kind == STOP and m.value == "?" and not (m is marks[0] and "?" in words))  # there it is the word of HELP
        for m in marks
    )
