"""Several references behind a verb that takes one (`UNDO 1001 1002`, `CH S1001、S1002`): one command for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from smsgw.business.core.command import ACCEPTED, Command
from smsgw.business.vocabulary import BY_NAME, LETTERS

_MOST = 20  # references: what three parts hold
_ONE = rf"(?:(?<![A-Z])[{LETTERS}] ?)?\d{{4,9}}"
_BETWEEN = r"(?:\s*[,;、/&+和与]\s*|\s+(?:AND\s+)?)"
_SEVERAL = re.compile(rf"(?P<verb>[^\d\n]*?[^\d\s])\s*(?P<all>{_ONE}(?:{_BETWEEN}{_ONE}){{1,{_MOST - 1}}})[\s.。!]*")
_NAMED = re.compile(_ONE)


def one_for_each(clean: str, read: Callable[[str], Sequence[Command]]) -> list[Command] | None:
    """The commands of a folded text that is a verb and several references, each once; None of every other text.

    `read` gives the commands of a text.
    """
    found = _SEVERAL.fullmatch(clean)
    if found is None:
        return None
    word = found["verb"].strip(" :").upper()
    commands: list[Command] = []
    for reference in dict.fromkeys(_NAMED.findall(found["all"])):
        said = read(f"{word} {reference}")
        verb = BY_NAME[said[0].verb] if len(said) == 1 and said[0].verb else None
        if verb is None or not verb.one_each or said[0].outcome != ACCEPTED or said[0].word != word:
            return None
        commands += said
    return commands
