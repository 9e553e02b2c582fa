"""What may stand where: the parser's own table, walked without building anything, each step remembered."""

from __future__ import annotations

from typing import Any

from lark.parsers.lalr_analysis import Shift

Stack = tuple[int, ...]
END = "$END"
_LONGEST = 4  # arguments that may be missing


class Automaton:
    """An LALR table as a function from a stack of states and a terminal to the next stack.

    Stacks are tuples, so a reader may go two ways from one of them. The grammar is left-recursive: there are few
    different stacks, and each step is computed once.
    """

    def __init__(self, table: Any) -> None:
        self._states: dict[int, dict[str, tuple[Any, Any]]] = table.states
        (self._end,) = table.end_states.values()
        (first,) = table.start_states.values()
        self.start: Stack = (first,)
        self._steps: dict[tuple[Stack, str], Stack | None] = {}
        self._completions: dict[Stack, tuple[str, ...]] = {}
        self._accepts: dict[Stack, frozenset[str]] = {}

    def advance(self, stack: Stack, terminal: str) -> Stack | None:
        """The stack after a terminal; None when it may not stand there."""
        try:
            return self._steps[stack, terminal]
        except KeyError:
            found = self._steps[stack, terminal] = self._walk(stack, terminal)
            return found

    def accepts(self, stack: Stack) -> frozenset[str]:
        """Exactly the terminals that may follow, END among them when the command is complete."""
        try:
            return self._accepts[stack]
        except KeyError:
            choices = (t for t in self._states[stack[-1]] if t.isupper())
            found = self._accepts[stack] = frozenset(t for t in choices if self.advance(stack, t) is not None)
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

    def _walk(self, stack: Stack, terminal: str) -> Stack | None:
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
