"""What a job will ask about, named in advance, so that a batch fetches each table once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any


class Names:
    """Names by kind, such as `Names(phones=("+86…",), imeis=(…))`; each subject says which kinds it fetches.

    Everything is only a hint: what is not named is fetched when asked for, and a kind that nobody knows is ignored.
    """

    __slots__ = ("_kinds",)

    def __init__(self, **kinds: tuple[Hashable, ...]) -> None:
        self._kinds: dict[str, tuple[Any, ...]] = kinds

    def __getitem__(self, kind: str) -> tuple[Any, ...]:
        """The names of a kind; none is fine."""
        return self._kinds.get(kind, ())

    def __bool__(self) -> bool:
        return bool(self._kinds)

    @classmethod
    def joined(cls, many: Iterable[Names]) -> Names:
        """The names of a batch, each once, in the order they came."""
        kinds: dict[str, dict[Any, None]] = {}
        for names in many:
            for kind, values in names._kinds.items():
                known = kinds.get(kind)
                if known is None:
                    kinds[kind] = dict.fromkeys(values)
                else:
                    for value in values:
                        known[value] = None
        return cls(**{kind: tuple(values) for kind, values in kinds.items()})
