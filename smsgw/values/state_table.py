"""A table of states: what may happen to a thing in each of its states, and what it is then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class IllegalMove(Exception):
    """Something that cannot happen to a thing in its state."""


class StateTable:
    """The one law of the states of a thing.

    `what` is the thing with its article, `states` are in the order of its life, and `moves` say by the state before
    and what happens the state after; what is not there is not legal. `sentence` is how it is said that something cannot
    happen, such as "cannot be {}".
    """

    def __init__(
        self, what: str, states: tuple[str, ...], moves: Mapping[tuple[str, str], str], sentence: str = "cannot {}"
    ) -> None:
        self.what = what
        self.states = states
        self.moves = moves
        self._sentence = sentence

    def move(self, state: str, event: str) -> str:
        """The state after. Raises IllegalMove."""
        after = self.moves.get((state, event))
        if after is None:
            raise IllegalMove(f"{self.what} that is {state} {self._sentence.format(event)}")
        return after

    def can(self, state: str, event: str) -> bool:
        """Whether something can happen in a state."""
        return (state, event) in self.moves

    def replay(self, state: str, events: Iterable[str]) -> str:
        """The state that all of these lead to from a first one, in their order. Raises IllegalMove."""
        for event in events:
            state = self.move(state, event)
        return state

    def ends(self, event: str) -> frozenset[str]:
        """The states that something may lead to."""
        return frozenset(after for (_, happened), after in self.moves.items() if happened == event)
