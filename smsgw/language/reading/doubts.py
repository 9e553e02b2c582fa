"""Doubts: what becomes of a command that is asked back, or refused for what is missing in it."""

from __future__ import annotations

from dataclasses import replace

from smsgw.business.core.command import CONFIRM, PARTIAL, REJECTED, Command, Problem, Repair
from smsgw.business.vocabulary import BY_NAME


def first_difference(one: Command, other: Command) -> str:
    """The first thing that two readings do not share, as the token of the problem."""
    for a, b in zip(one.items, other.items, strict=False):
        if a != b:
            return a.model
    return one.model or ""


def ask_between(command: Command, problems: tuple[Problem, ...], choices: tuple[Command, ...]) -> Command:
    """A command as a question between readings."""
    return replace(command, outcome=CONFIRM, problems=problems, choices=choices)


def left_out_problem(token: str) -> Problem:
    """The problem of a token that may be stock or money and is not in what is asked."""
    return Problem("not_allowed", token, 0, (), None, "left_out")


def refuse_for(command: Command, lost: list[str]) -> Command:
    """A proposal that would be another without what was lost: nothing of it is asked."""
    return replace(command, outcome=REJECTED, problems=(*map(left_out_problem, lost), *command.problems), choices=())


def ask_back(command: Command, repairs: tuple[Repair, ...]) -> Command:
    """A command whose verb was put in other words: asked back where it books."""
    if command.verb is None or command.outcome == REJECTED or BY_NAME[command.verb].reads_only:
        return replace(command, repairs=(*repairs, *command.repairs))
    return replace(command, outcome=CONFIRM, repairs=(*repairs, *command.repairs))


def ask_if_partial(command: Command) -> Command:
    """A misspelt verb that books never books in part: what is good is proposed."""
    if command.outcome == PARTIAL and not BY_NAME[command.verb or ""].reads_only:
        return replace(command, outcome=CONFIRM)
    return command
