"""Pieces of answers that several commands share: sets of a model, one IMEI of a list, a command written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from smsgw.business.core.books import Books
from smsgw.business.core.command import Command
from smsgw.business.core.reply import Reply, TruncatableList, Word


def date_refused(on: date, today: date, books: Books) -> Reply | None:
    """The answer to a date that nothing can be booked for: one to come, or one long gone."""
    if on > today:
        return Reply("date_future", {"on": on})
    days = books.trade.back_days
    if (today - on).days > days:
        return Reply("date_old", {"on": on, "days": days})
    return None


_CLAUSE_LIMIT = 32


def sets(models: Mapping[str, int]) -> TruncatableList:
    """`A350 x2, B200 x1`."""
    return TruncatableList(
        tuple([Reply("sets", {"model": model, "quantity": quantity}) for model, quantity in models.items()])
    )


def summary(models: Iterable[tuple[str, int]]) -> str:
    """What a booking holds, in no language: `A350 x2, B200 x1`, at most three models."""
    pieces = [f"{model} x{quantity}" for model, quantity in models]
    if len(pieces) == 1:
        return pieces[0]
    return ", ".join(pieces[:3]) + (f" +{len(pieces) - 3}" if len(pieces) > 3 else "")


def where(imei: str, position: int, alone: bool) -> Reply:
    """One IMEI of the sender's list by its place and last digits, or in full when it is the only one."""
    if alone:
        return Reply("whole", {"token": imei})
    return Reply("at", {"position": position, "last": imei[-4:]})


def arguments(command: Command, today: date | None = None) -> str:
    """The arguments of a command as one would type them, at most 32 characters: a list is cut with `+6`."""
    pieces: list[str] = []
    listed = [f"{item.model} {item.quantity}" for item in command.items] + [*command.imeis, *command.dealers]
    tail: list[str] = []
    if command.dealer:
        tail.append(f"@{command.dealer}")
    if command.on is not None and command.on != today:
        tail.append(_day(command.on, today))
    if command.option is not None:
        tail.append(str(command.option))
    for field in ("imei", "model", "order", "reference", "quantity", "reason", "period", "phone", "topic", "language"):
        value = getattr(command, field)
        if value is not None:
            tail.append(str(value))
    for field in ("name", "content", "text", "group", "region"):
        value = getattr(command, field)
        if value is not None:
            tail.append(str(value))
    room = _CLAUSE_LIMIT - sum(len(piece) + 1 for piece in tail) - 4
    for number, piece in enumerate(listed):
        room -= len(piece) + 1
        if room < 0 and number > 0:
            pieces.append(f"+{len(listed) - number}")
            break
        pieces.append(piece)
    return " ".join(pieces + tail)[:_CLAUSE_LIMIT]


def _day(on: date, today: date | None) -> str:
    if today is not None and on == today - timedelta(days=1):
        return "-1"
    return f"{on.month}/{on.day}"


def clause(command: Command, today: date | None = None) -> Reply:
    """A command written out, its verb in the language of the answer: `SALE A350 3 @D1001`."""
    return typed(command.verb or "", arguments(command, today))


def typed(verb: str, words: str) -> Reply:
    """A verb with what follows it, if anything does."""
    if not words:
        return Reply("verb_alone", {"verb": Word(verb)})
    return Reply("clause", {"verb": Word(verb), "arguments": words})


def digits(reference: str) -> str:
    """The digits of a reference, as one types them after YES or ORD."""
    return reference[1:]
