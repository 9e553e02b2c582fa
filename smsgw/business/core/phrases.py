"""Pieces of answers that several commands share: sets of a model, one IMEI of a list, a command written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def contents(command: Command, today: date, *, dated: bool = False) -> TruncatableList:
    """The sets of a command by model or IMEI, and its day where it is not today or `dated`: `A350 x2, Sat 28Nov`."""
    told = [Reply("sets", {"model": item.model, "quantity": item.quantity}) for item in command.items]
    told += [Reply("whole", {"token": imei}) for imei in command.imeis]
    on = command.on or today
    if dated or on != today:
        told.append(day_in_words(on, today))
    return TruncatableList(tuple(told))


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
    listed, others = _pieces(command)
    shop = 1 if command.dealer else 0
    tail = [*others[:shop], *_typed_day(command.on, today), *others[shop:]]
    room = _CLAUSE_LIMIT - sum(len(piece) + 1 for piece in tail) - 4
    for number, piece in enumerate(listed):
        room -= len(piece) + 1
        if room < 0 and number > 0:
            pieces.append(f"+{len(listed) - number}")
            break
        pieces.append(piece)
    return " ".join(pieces + tail)[:_CLAUSE_LIMIT]


def _pieces(command: Command) -> tuple[list[str], list[str]]:
    """The arguments of a command as one would type them, its day aside: what it lists, and the others."""
    listed = [f"{item.model} {item.quantity}" for item in command.items] + [*command.imeis, *command.dealers]
    others = [f"@{command.dealer}"] if command.dealer else []
    if command.option is not None:
        others.append(str(command.option))
    for field in _ARGUMENTS:
        value = getattr(command, field)
        if value is not None:
            others.append(str(value))
    return listed, others


_ARGUMENTS = (
    *("imei", "model", "order", "reference", "quantity", "reason", "period", "phone", "topic", "language"),
    *("name", "content", "brand", "text", "price", "slip", "group", "region"),
)


def _typed_day(on: date | None, today: date | None) -> list[str]:
    if on is None or on == today:
        return []
    return ["-1" if today is not None and on == today - timedelta(days=1) else f"{on.month}/{on.day}"]


def day_in_words(on: date, today: date) -> Reply:
    """A day as people name it, with its date: `yesterday 29Nov`, `Sat 28Nov`."""
    if on == today:
        return Reply("day_today", {"on": on})
    if on == today - timedelta(days=1):
        return Reply("day_yesterday", {"on": on})
    return Reply(f"day_{on.weekday()}", {"on": on})


def in_full(commands: Sequence[Command], today: date) -> TruncatableList:
    """All that commands would do, for a question: `SALE A350 3 B200 1, yesterday 29Nov; SALE C100 2, today 30Nov`.

    A day is said where it is not today, and of every command where they are of several days.
    """
    told: list[Reply] = []
    several = len({command.on or today for command in commands}) > 1
    for number, command in enumerate(commands):
        listed, others = _pieces(command)
        first, *rest = [*listed, *others] or [""]
        opening = typed(command.verb or "", first)
        told.append(Reply("clause_next", {"clause": opening}) if number else opening)
        told += [Reply("piece", {"piece": piece}) for piece in rest]
        if command.on is not None and (several or command.on != today):
            told.append(Reply("piece_day", {"day": day_in_words(command.on, today)}))
    return TruncatableList(tuple(told), "")


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
