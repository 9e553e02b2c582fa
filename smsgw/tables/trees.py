"""Trees of regions and of dealers: whoever is its own ancestor is found before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar


class Node(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def parent(self) -> str | None: ...


N = TypeVar("N", bound=Node)


def loop(parents: Mapping[str, str | None], start: str) -> tuple[str, ...]:
    """The way from `start` up and back to itself, or () where it ends at a root."""
    way = [start]
    while (parent := parents.get(way[-1])) is not None:
        if parent == start:
            return (*way, start)
        if parent in way:
            return ()  # a loop further up, which is told at its own lines
        way.append(parent)
    return ()


def parents_first(nodes: Iterable[N]) -> list[N]:
    """The nodes with every parent before its children, as foreign keys want them; else in the order given."""
    left = {node.code: node for node in nodes}
    done: list[N] = []
    for code in list(left):
        way = []
        at: str | None = code
        while at is not None and (node := left.pop(at, None)) is not None:
            way.append(node)
            at = node.parent
        done += reversed(way)
    return done
