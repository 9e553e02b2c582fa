"""The search: of all ways to type the tokens of a command, the cheapest that the grammar accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from smsgw.business.core.command import Problem
from smsgw.language.grammar.automaton import END, Automaton, Stack
from smsgw.language.grammar.grammar import DROPPED
from smsgw.language.reading.readings import Option, Readings
from smsgw.language.reading.tokens import Tok

_PLACEHOLDER = "PLACEHOLDER_"
# What is put in for a missing argument, the likeliest first.
FILLING = (
    *("IMEI", "MODEL", "QUANTITY", "GROUP", "REFERENCE", "ORDER_NUMBER", "DEALER", "PHONE", "SECRET", "LANGUAGE"),
    *("BRAND", "TEXT", "MESSAGE", "MONEY", "AMOUNT"),
)
# How many ways are followed at once. Without faults there are never this many; among wrong ways the cheapest count.
_BEAM = 6
# How much is spent on explaining what cannot be read; beyond it the rest of a command is given up as too long.
_PATIENCE = 500
_READABLE, _UNREADABLE = 1, 4
# An order's number has its letter or not.
_NAMED = {
    "ORDER_NUMBER": frozenset(("ORDER_NUMBER", "NUMBER")),
    "REFERENCE": frozenset(("REFERENCE", "LONG_NUMBER")),
}
_FREE_TEXT = frozenset(("TEXT", "MESSAGE", "BRAND"))


class Step:
    """What became of one token (or several): read as an option, or left out; with what is wrong about it, if anything.

    An option without value stands for something that is missing or cannot be read.
    """

    __slots__ = ("at", "option", "problem")

    def __init__(self, at: int, option: Option | None, problem: Problem | None = None) -> None:
        self.at = at
        self.option = option
        self.problem = problem


@dataclass(slots=True)
class Fault:
    """One wrong way to take a token: as a terminal (None: left out), at a price, with the problem to be told."""

    terminal: str | None
    cost: int
    problem: Problem | None
    width: int = 1


class Faults(Protocol):
    """Where the wrong ways come from; the clean search has none."""

    def wrong(
        self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None, readable: bool
    ) -> list[Fault]: ...

    def missing(self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> Fault | None: ...

    def incomplete(self, toks: list[Tok], accepts: frozenset[str], needed: str, told: bool) -> Fault | None: ...

    def too_long(self, toks: list[Tok], at: int) -> Problem: ...


class _Node(Step):
    """The cheapest way to a place and a stack, by its last step; the first node of a way is no step."""

    __slots__ = ("alternative", "cost", "previous", "told")

    def __init__(
        self, at: int, option: Option | None, problem: Problem | None, cost: int, previous: _Node | None, told: bool
    ) -> None:
        self.at = at
        self.option = option
        self.problem = problem
        self.cost = cost
        self.previous = previous
        self.told = told  # whether a problem has been told on the way
        self.alternative: _Node | None = None

    @property
    def last(self) -> Step | None:
        """The last step that read something."""
        node: _Node | None = self
        while node is not None and node.option is None:
            node = node.previous
        return node


@dataclass(slots=True)
class Found:
    """The cheapest way, step by step, and another of the same price that says something else, if there is one."""

    cost: int
    steps: list[Step]
    other: list[Step] | None = None


def search(
    automaton: Automaton, readings: Readings, toks: list[Tok], limit: int, faults: Faults | None = None
) -> Found | None:
    """The cheapest reading of `toks` as one command; None when, without faults, there is none.

    `limit` is where the command's text ends in the fold. Each token is looked at once for each stack that can be
    reached there, of which there are few: the time is linear in the number of tokens.
    """
    count = len(toks)
    first, stack, node = 0, automaton.start, _Node(0, None, None, 0, None, False)
    if faults is None:
        first, stack, node = _go_straight(automaton, readings, toks, limit, node)
        if first == count:
            return Found(node.cost, _steps(node, None)[0]) if END in automaton.accepts(stack) else None
        if first < 0:
            return None
    fronts: list[dict[Stack, _Node] | None] = [None] * (count + 1)
    fronts[first] = {stack: node}
    advance, accepts_of = automaton.advance, automaton.accepts
    patience = _PATIENCE
    for at in range(first, count):
        front = fronts[at]
        if front is None:
            continue
        if patience < 0 and faults is not None:
            _give_up(fronts, at, count, faults.too_long(toks, at))
            break
        if len(front) > _BEAM:
            front = fronts[at] = dict(sorted(front.items(), key=lambda entry: entry[1].cost)[:_BEAM])
        words = toks[at].words
        skipped = bool(words) and words[0].terminal in DROPPED
        skipped_times = not skipped and toks[at].text in ("X", "×") and 0 < at < count - 1
        skipped = skipped or skipped_times
        if faults is not None:
            _insert(automaton, front, toks, at, faults)
        for stack, node in front.items():
            accepts = accepts_of(stack)
            options = readings.options(toks, at, accepts, limit)
            for option in options:
                following = advance(stack, option.terminal)
                if following is not None:
                    _reach(fronts, at + option.width, following, node.cost + option.cost, node, at, option)
            if words and _labels(readings, toks, at, accepts, limit):
                _reach(fronts, at + 1, stack, node.cost + 1, node, at, None)
            if skipped and accepts.isdisjoint(_FREE_TEXT) and not (skipped_times and _names_a_booking(accepts)):
                _reach(fronts, at + 1, stack, node.cost, node, at, None)
            if faults is not None:
                patience -= _READABLE if options else _UNREADABLE
                _fail(automaton, fronts, toks, at, stack, node, faults, bool(options))
    final = fronts[count]
    if final is None:
        return None
    return _finish(automaton, final, toks, faults)


def _names_a_booking(accepts: frozenset[str]) -> bool:
    """Whether a lone X is rather the letter of a reference (`UNDO X 1001`) than a sign before a quantity."""
    return "REFERENCE" in accepts and "QUANTITY" not in accepts


def _go_straight(
    automaton: Automaton, readings: Readings, toks: list[Tok], limit: int, node: _Node
) -> tuple[int, Stack, _Node]:
    """How far the clean search goes with one way only for each token: that place, and how it is reached.

    The place is -1 where a token has no way at all.
    """
    at, stack, count = 0, automaton.start, len(toks)
    while at < count:
        tok = toks[at]
        if tok.text in ("X", "×"):
            break
        words = tok.words
        accepts = stack.accepts or automaton.accepts(stack)
        step: Option | None = None
        ways, behind = 0, stack
        for option in readings.options(toks, at, accepts, limit):
            following = automaton.advance(stack, option.terminal)
            if following is not None:
                step, behind, ways = option, following, ways + 1
        if words and words[0].terminal in DROPPED and accepts.isdisjoint(_FREE_TEXT):
            ways += 1
        if ways > 1 or (words and _labels(readings, toks, at, accepts, limit)):
            break
        if not ways:
            return -1, stack, node
        if step is None:
            node = _Node(at, None, None, node.cost, node, False)
            at += 1
        else:
            node = _Node(at, step, None, node.cost + step.cost, node, False)
            stack = behind
            at += step.width
    return at, stack, node


def _labels(readings: Readings, toks: list[Tok], at: int, accepts: frozenset[str], limit: int) -> bool:
    """Whether a word names the argument that follows it (`SALE IMEI 8601…`); never where a verb may stand."""
    if "HELP" in accepts or at + 1 == len(toks):
        return False
    for word in toks[at].words:
        if word.terminal.startswith(_PLACEHOLDER):
            named = word.terminal.removeprefix(_PLACEHOLDER)
            meant = _NAMED.get(named, frozenset((named,)))
            return not accepts.isdisjoint(meant) and any(
                option.terminal in meant for option in readings.options(toks, at + 1, accepts, limit)
            )
    return False


def _reach(
    fronts: list[dict[Stack, _Node] | None],
    to: int,
    stack: Stack,
    cost: int,
    previous: _Node,
    at: int,
    option: Option | None,
    problem: Problem | None = None,
) -> None:
    """Note a way that leads by one step, of the token at `at`, to the place `to`, where none as cheap is known."""
    front = fronts[to]
    told = previous.told or problem is not None
    if front is None:
        fronts[to] = {stack: _Node(at, option, problem, cost, previous, told)}
        return
    known = front.get(stack)
    if known is None or cost < known.cost:
        front[stack] = _Node(at, option, problem, cost, previous, told)
    elif cost == known.cost and known.alternative is None:
        known.alternative = _Node(at, option, problem, cost, previous, told)


def _give_up(fronts: list[dict[Stack, _Node] | None], at: int, count: int, problem: Problem) -> None:
    """Every way that has come this far (or a little farther) ends here."""
    for place in range(at, count):
        for stack, node in (fronts[place] or {}).items():
            _reach(fronts, count, stack, node.cost, node, place, None, problem)


def _insert(automaton: Automaton, front: dict[Stack, _Node], toks: list[Tok], at: int, faults: Faults) -> None:
    """Ways on from here with something missing put in."""
    for stack, node in list(front.items()):
        fault = faults.missing(toks, at, automaton.accepts(stack), node.last)
        if fault is None or fault.terminal is None:
            continue
        following = automaton.advance(stack, fault.terminal)
        if following is not None:
            cost = node.cost + fault.cost
            if following not in front or front[following].cost > cost:
                front[following] = _Node(at, Option(fault.terminal, None, 0), fault.problem, cost, node, True)


def _fail(
    automaton: Automaton,
    fronts: list[dict[Stack, _Node] | None],
    toks: list[Tok],
    at: int,
    stack: Stack,
    node: _Node,
    faults: Faults,
    readable: bool,
) -> None:
    """Ways past a token that cannot be read here."""
    for fault in faults.wrong(toks, at, automaton.accepts(stack), node.last, readable):
        following = stack if fault.terminal is None else automaton.advance(stack, fault.terminal)
        if following is not None:
            option = None if fault.terminal is None else Option(fault.terminal, None, fault.width)
            _reach(fronts, at + fault.width, following, node.cost + fault.cost, node, at, option, fault.problem)


def _finish(automaton: Automaton, final: dict[Stack, _Node], toks: list[Tok], faults: Faults | None) -> Found | None:
    best: _Node | None = None
    other: _Node | None = None
    for stack, reached in list(final.items()):
        node: _Node | None = reached
        if END not in automaton.accepts(stack):
            node = _complete(automaton, stack, reached, toks, faults) if faults is not None else None
        if node is None:
            continue
        if best is None or node.cost < best.cost:
            best, other = node, None
        elif node.cost == best.cost and other is None:
            other = node
    if best is None:
        return None
    steps, turned = _steps(best, None)
    if other is not None:
        return Found(best.cost, steps, _steps(other, None)[0])
    return Found(best.cost, steps, _steps(best, turned)[0] if turned is not None else None)


def _complete(automaton: Automaton, stack: Stack, node: _Node, toks: list[Tok], faults: Faults) -> _Node | None:
    """The node with what is missing at the end put in, so that the grammar can say what the command would be."""
    count = len(toks)
    fault = faults.missing(toks, count, automaton.accepts(stack), node.last)
    if fault is not None and fault.terminal is not None:
        following = automaton.advance(stack, fault.terminal)
        if following is None:
            return None
        node = _Node(count, Option(fault.terminal, None, 0), fault.problem, node.cost + fault.cost, node, True)
        stack = following
    if END in automaton.accepts(stack):
        return node
    filling = automaton.completion(stack, FILLING)
    if not filling:
        return None
    fault = faults.incomplete(toks, automaton.accepts(stack), filling[0], node.told)
    if fault is None:
        return None
    cost, problem = fault.cost, fault.problem
    for terminal in filling:
        node = _Node(count, Option(terminal, None, 0), problem, node.cost + cost, node, True)
        cost, problem = 0, None
    return node


def _steps(node: _Node, turn: _Node | None) -> tuple[list[Step], _Node | None]:
    """The steps that lead to a node, taking the alternative at `turn`; and the last node that has an alternative."""
    steps: list[Step] = []
    turned: _Node | None = None
    here: _Node | None = node
    while here is not None:
        if here is turn:
            here, turn = here.alternative, None
            continue
        if here.alternative is not None and turned is None:
            turned = here
        if here.previous is not None:
            steps.append(here)
        here = here.previous
    steps.reverse()
    return steps, turned
