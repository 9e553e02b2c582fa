"""Corrections: what a command comes to after the sender said what is right of it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smsgw.business.core.command import UNSAID, Command, Correction, Item


def contradicts(command: Command, said: Correction) -> bool:
    """Whether a correction speaks of something else: of a wrong quantity or model that the command does not have."""
    lines = {item.model: item.quantity for item in command.items}
    for at, wrong in enumerate(said.wrong):
        if wrong.model and wrong.model not in lines:
            return True
        right = said.right[at].model if at < len(said.right) else ""
        of = [wrong.model] if wrong.model else [right] if right in lines else [*lines]
        if wrong.quantity != UNSAID and not any(lines[model] == wrong.quantity for model in of):
            return True
    return False


def names_lines_of(command: Command, said: Correction) -> bool:
    """Whether every model that a correction names is one of the command's."""
    models = {item.model for item in command.items}
    return all(item.model in models for item in (*said.right, *said.wrong) if item.model)


def corrected(command: Command, said: Correction) -> Command | None:
    """The command with what is right in it; None where it cannot be told which part of it is meant."""
    found = command
    if said.imeis:
        if not said.whole and command.items and len(said.imeis) != sum(item.quantity for item in command.items):
            return None
        found = replace(found, items=(), imeis=said.imeis, positions=(), doubtful=())
    elif said.whole and said.right:
        found = replace(found, items=said.right, imeis=(), positions=(), doubtful=())
    elif said.place:
        items = _with_one_other(command.items, said)
        if items is None:
            return None
        found = replace(found, items=items)
    elif said.right or said.wrong:
        if not command.items or contradicts(command, said):
            return None
        items = _lines(command.items, said)
        if not items:
            return None
        found = replace(found, items=items)
    if said.on is not None:
        found = replace(found, on=said.on)
    if said.dealer is not None:
        found = replace(found, dealer=said.dealer)
    return found


def parted(command: Command, said: Correction) -> tuple[Command | None, Command] | None:
    """What stays of a command, and what of it is of the day `said.on`; None where it does not have what is named."""
    moved = replace(command, on=said.on)
    if not said.right:
        return None, moved
    if command.imeis:
        sets = [len(command.imeis) if item.quantity == UNSAID else item.quantity for item in said.right]
        return (None, moved) if sets == [len(command.imeis)] else None
    lines = {item.model: item.quantity for item in command.items}
    taken: dict[str, int] = {}
    for item in said.right:
        if not item.model and item.quantity == sum(lines.values()):
            return None, moved
        alike = [model for model, quantity in lines.items() if quantity == item.quantity or len(lines) == 1]
        model = item.model or (alike[0] if len(alike) == 1 else "")
        quantity = lines.get(model, 0) if item.quantity == UNSAID else item.quantity
        if not 0 < quantity <= lines.get(model, 0) - taken.get(model, 0):
            return None
        taken[model] = taken.get(model, 0) + quantity
    rest = _items({model: quantity - taken.get(model, 0) for model, quantity in lines.items()})
    return replace(command, items=rest) if rest else None, replace(moved, items=_items(taken))


def chained(command: Command) -> tuple[Command, ...]:
    """What is to be booked in the place of something: a command, and those that it leads in."""
    found = [command]
    while found[-1].instead is not None:
        found.append(found[-1].instead)
    return tuple(replace(each, instead=None) for each in found)


def chain(commands: Sequence[Command]) -> Command:
    """The first of some commands, with the others led in."""
    made = commands[-1]
    for command in reversed(commands[:-1]):
        made = replace(command, instead=made)
    return made


def _with_one_other(items: tuple[Item, ...], said: Correction) -> tuple[Item, ...] | None:
    """The lines with one set, the `place`-th of all, of another model; None where there are not so many sets."""
    sets = [item.model for item in items for _ in range(item.quantity)] if len(items) == 1 else []
    sets = sets or [item.model for item in items if item.quantity == 1]
    if len(sets) < said.place or len(items) > len(sets) or len(said.right) != 1:
        return None
    was, right = sets[said.place - 1], said.right[0].model
    if was == right or any(wrong.model not in ("", was) for wrong in said.wrong):
        return None
    lines = {item.model: item.quantity for item in items}
    lines[was] -= 1
    lines[right] = lines.get(right, 0) + 1
    return _items(lines)


def _lines(items: tuple[Item, ...], said: Correction) -> tuple[Item, ...] | None:
    lines = {item.model: item.quantity for item in items}
    if said.more:
        for more in said.right:
            model = more.model or (items[0].model if len(lines) == 1 else "")
            if not model or more.quantity == UNSAID:
                return None
            lines[model] = lines.get(model, 0) + more.quantity
        return _items(lines)
    settled: set[str] = set()
    for at, right in enumerate(said.right):
        wrong = said.wrong[at] if at < len(said.wrong) else None
        if right.model and right.model not in lines and lines and settled.issuperset(lines):
            if right.quantity > 0:
                lines[right.model] = right.quantity  # each line is right by now: another one
                settled.add(right.model)
                continue
            return None
        meant = right.model if right.model in lines else _meant(lines, right, wrong)
        if meant is None or (right.model in lines and right.quantity == UNSAID):
            return None
        quantity = lines[meant] if right.quantity == UNSAID else right.quantity
        lines = {(right.model or meant) if model == meant else model: lines[model] for model in lines}
        lines[right.model or meant] = quantity
        settled.add(right.model or meant)
    return _items(lines) if said.right else None


def _meant(lines: dict[str, int], right: Item, wrong: Item | None) -> str | None:
    """The line that a quantity without a model, or a model that is in no line, is meant for; None where it is open."""
    if wrong is not None and wrong.model:
        return wrong.model
    if wrong is not None and wrong.quantity != UNSAID:
        alike = [model for model, quantity in lines.items() if quantity == wrong.quantity]
    else:
        alike = [*lines]
    if right.model and right.quantity == 0:
        return None  # to take out what is not there
    return alike[0] if len(alike) == 1 else None


def _items(lines: dict[str, int]) -> tuple[Item, ...]:
    return tuple(Item(model, quantity) for model, quantity in lines.items() if quantity > 0)
