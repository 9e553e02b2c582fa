"""What may stand where: the parser's own table, walked without building anything, each step remembered."""

from __future__ import annotations

from typing import Any

from lark.parsers.lalr_analysis import Shift

END = "$END"
_LONGEST = 4  # arguments that may be missing


class Stack:
    """A stack of states, of which there is one object each; `steps` are the stacks behind terminals tried so far."""

    __slots__ = ("accepts", "states", "steps")

    def __init__(self, states: tuple[int, ...]) -> None:
        self.states = states
        self.steps: dict[str, Stack | None] = {}
        self.accepts: frozenset[str] | None = None  # once it was asked for


class Automaton:
    """An LALR table as a function from a stack of states and a terminal to the next stack.

    Stacks never change, so a reader may go two ways from one of them. The grammar is left-recursive: there are few
    different stacks, and each step is computed once.
    """

    def __init__(self, table: Any) -> None:
        self._states: dict[int, dict[str, tuple[Any, Any]]] = table.states
        (self._end,) = table.end_states.values()
        (first,) = table.start_states.values()
        self._stacks: dict[tuple[int, ...], Stack] = {}
        self._completions: dict[Stack, tuple[str, ...]] = {}
        self.start = self._stack((first,))

    def advance(self, stack: Stack, terminal: str) -> Stack | None:
        """The stack after a terminal; None when it may not stand there."""
        try:
            return stack.steps[terminal]
        except KeyError:
            states = self._walk(stack.states, terminal)
            found = stack.steps[terminal] = None if states is None else self._stack(states)
            return found

    def accepts(self, stack: Stack) -> frozenset[str]:
        """Exactly the terminals that may follow, END among them when the command is complete."""
        found = stack.accepts
        if found is None:
            choices = (t for t in self._states[stack.states[-1]] if t.isupper())
            found = stack.accepts = frozenset(t for t in choices if self.advance(stack, t) is not None)
        return found

    def completion(self, stack: Stack, terminals: tuple[str, ...]) -> tuple[str, ...]:
        """The shortest run of these terminals that completes a command, earlier ones preferred; () if none does."""
        try:
            return self._completions[stack]
        except KeyError:
            found = self._completions[stack] = self._shortest(stack, terminals)
            return found

    def _shortest(self, stack: Stack, terminals: tuple[str, ...]) -> tuple[str, ...]:
        front: list[tuple[Stack, tuple[str, ...]]] = [(stack, ())]
        for _ in range(_LONGEST):
            longer: list[tuple[Stack, tuple[str, ...]]] = []
            for reached, path in front:
                for terminal in terminals:
                    following = self.advance(reached, terminal)
                    if following is not None:
                        if END in self.accepts(following):
                            return (*path, terminal)
                        longer.append((following, (*path, terminal)))
            front = longer
        return ()

    def _stack(self, states: tuple[int, ...]) -> Stack:
        found = self._stacks.get(states)
        if found is None:
            found = self._stacks[states] = Stack(states)
        return found

    def _walk(self, stack: tuple[int, ...], terminal: str) -> tuple[int, ...] | None:
        while True:
            action = self._states[stack[-1]].get(terminal)
            if action is None:
                return None
            if action[0] is Shift:
                return (*stack, action[1])
            rule = action[1]
            if rule.expansion:
                stack = stack[: -len(rule.expansion)]
            stack = (*stack, self._states[stack[-1]][rule.origin.name][1])
            if terminal == END and stack[-1] == self._end:
                return stack
