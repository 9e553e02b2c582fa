"""Two readings of one text compared: what a change of grammar or catalogue would have made of it."""

from __future__ import annotations

from typing import Any

# Fields of a command that tell what was done to it, not what it says: `problem` is the first of `problems`.
_TOLD_ELSEWHERE = frozenset(("problem",))


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What differs between two readings as `smsgw parse` prints them, [] when nothing does.

    `outcome` and `commands` (their number) of the message; of a command its fields, in the order in which they print.
    """
    found: dict[str, None] = {}
    if old["outcome"] != new["outcome"]:
        found["outcome"] = None
    before, after = old["commands"], new["commands"]
    if len(before) != len(after):
        found["commands"] = None
    for was, now in zip(before, after, strict=False):
        for name in {**was, **now}:
            if name not in _TOLD_ELSEWHERE and was.get(name) != now.get(name):
                found[name] = None
    return list(found)
