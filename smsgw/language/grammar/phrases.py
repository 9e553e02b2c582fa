"""Phrases of a list as they stand in a text: the longest one from a place, found without trying them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

V = TypeVar("V")


class Phrases(Generic[V]):
    """Phrases as they are spelled, folded; `at` finds the longest from a place. Latin words end where letters do."""

    def __init__(self, values: Mapping[str, V]) -> None:
        self.values = dict(values)
        self._lengths = _by_head(self.values, 1)

    def at(self, clean: str, start: int) -> tuple[int, V] | None:
        """Where the longest phrase from `start` ends and what it stands for; None where none begins."""
        for length in self._lengths.get(clean[start : start + 1], ()):
            end = start + length
            value = self.values.get(clean[start:end])
            if value is not None and end <= len(clean) and ends_here(clean, end):
                return end, value
        return None


class Names(Generic[V]):
    """Names by their keys (see `key_of`): spaces and hyphens inside them do not count."""

    def __init__(self, values: Mapping[str, V]) -> None:
        self.values = {key: value for key, value in values.items() if len(key) > 1}
        self._lengths = _by_head(self.values, 2)

    def at(self, clean: str, start: int) -> tuple[int, V] | None:
        """Where the longest name from `start` ends and what it stands for; None where none begins."""
        lengths = self._lengths.get(clean[start : start + 2])
        if lengths is None:
            return None
        key: list[str] = []
        ends: list[int] = []
        for at in range(start, min(len(clean), start + 2 * lengths[0])):
            c = clean[at]
            if c == "\n":
                break
            if c not in " .-":
                key.append(c)
                ends.append(at + 1)
        for length in lengths:
            value = self.values.get("".join(key[:length])) if length <= len(key) else None
            if value is not None and ends_here(clean, ends[length - 1]):
                return ends[length - 1], value
        return None


def _by_head(values: Mapping[str, object], head: int) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for key in values:
        lengths.setdefault(key[:head], set()).add(len(key))
    return {first: tuple(sorted(all_, reverse=True)) for first, all_ in lengths.items()}


def starts_here(clean: str, at: int) -> bool:
    """Whether a word may begin at a place: no Latin letter or digit is cut in two."""
    before = clean[at - 1 : at] if at else ""
    return not (before.isascii() and before.isalnum() and clean[at].isascii() and clean[at].isalnum())


def ends_here(clean: str, end: int) -> bool:
    """Whether a word may end at a place: no Latin letter or digit is cut in two; hanzi may go on."""
    last, following = clean[end - 1], clean[end : end + 1]
    return not (last.isascii() and last.isalnum() and following.isascii() and following.isalnum())


__all__ = ["Names", "Phrases", "ends_here", "starts_here"]
