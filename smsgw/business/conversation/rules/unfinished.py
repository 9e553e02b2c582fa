"""What a phone said last that its next text may make whole, or go on with: a report without all of it, a question."""

from __future__ import annotations

import json
from dataclasses import field, replace
from datetime import datetime
from typing import Any

from smsgw.business.core import vocabulary
from smsgw.business.core.command import (
    ACCEPTED,
    CONFIRM,
    MODEL,
    QUANTITY,
    REJECTED,
    SERIES,
    VERB,
    Bare,
    Command,
    Item,
    Problem,
    Understood,
    command_from_json,
    command_json,
)
from smsgw.values.value import value

SHOP, DAY = "shop", "day"  # it lacks the shop that it is about, the day
NOTHING = ""  # it was a question, and was answered

_OF_GOODS = ("missing_quantity", "incomplete")
_ASKED_ABOUT = frozenset(("model", "dealer", "period", "on"))


@value
class Unfinished:
    """A command that lacks something (VERB, MODEL, QUANTITY, which of a SERIES, SHOP, DAY), or NOTHING: a question that
    was answered, whose subject may change.

    `models` are those that want a number, or of which one is meant. `sure`: everything else of the text was understood.
    `message` is the text that said it.
    """

    command: Command
    lacks: str
    models: tuple[str, ...] = ()
    quantity: int | None = None
    sure: bool = True
    message: int = field(default=0, compare=False)
    at: datetime | None = field(default=None, compare=False)


def left_open(command: Command) -> Unfinished | None:
    """What a refused command lacks that its sender is asked for; None where the next text cannot make it whole."""
    known = command.understood
    if known is not None and known.missing in (VERB, MODEL, QUANTITY, SERIES):
        made = Command(known.verb or None, imeis=known.imeis, items=known.items, dealer=known.dealer, on=known.on)
        return Unfinished(made, known.missing, known.models, known.quantity, known.plain)
    said, problem = command.bare, command.problem
    if problem is not None and problem.expected == ("date",) and command.verb is not None:
        return Unfinished(replace(command, problems=(), bare=None), DAY)
    if known is not None or said is None or problem is None or command.verb is None or problem.code not in _OF_GOODS:
        return None
    if "items" not in vocabulary.by_name()[command.verb].arguments:
        return None
    lacks = (SERIES if said.one_of else QUANTITY) if said.models else MODEL
    made = Command(command.verb, items=said.items, dealer=said.dealer, on=said.on)
    return Unfinished(made, lacks, said.models, said.quantity, not said.doubtful)


def gone_on(was: Unfinished, said: Bare) -> Command | None:
    """The command that a bare text makes of what was said before: whole, asked where anything is doubtful, or refused
    with what it lacks yet; None where the text says nothing to it."""
    return _GOING_ON[was.lacks](was, said)


def _at_shop(was: Unfinished, said: Bare) -> Command | None:
    if said.dealer is None or said.items or said.models or said.quantity or said.verb or said.on or said.period:
        return None
    return _outcome(replace(was.command, dealer=said.dealer), was.sure and not said.doubtful)


def _on(was: Unfinished, said: Bare) -> Command | None:
    if said.on is None or said.items or said.models or said.quantity or said.verb or said.dealer or said.period:
        return None
    return _outcome(replace(was.command, on=said.on), was.sure)


def _counted(was: Unfinished, said: Bare) -> Command | None:
    """A number for the model that it was asked of, or numbers with their models."""
    if said.models or said.period or said.verb not in ("", was.command.verb or ""):
        return None
    fresh: tuple[Item, ...]
    if said.items:
        if not {item.model for item in said.items} <= set(was.models):
            return None
        fresh = said.items
    elif said.quantity is not None:
        fresh = (Item(was.models[0], said.quantity),)
    else:
        return None
    settled = {item.model for item in fresh}
    said = replace(said, doubtful=said.doubtful or bool(said.verb))  # or is it another report?
    return _of_goods(was, said, items=fresh, models=tuple(model for model in was.models if model not in settled))


def _named(was: Unfinished, said: Bare) -> Command | None:
    """A model for what was said of sets: alone, with its number, or by its place in the list that was shown."""
    if said.period or said.verb not in ("", was.command.verb or ""):
        return None
    among = was.models if was.lacks == SERIES else ()
    models, items, doubtful = said.models, said.items, bool(said.verb)
    if among and said.one_of:
        models = tuple(model for model in models if model in among)
    elif among and said.quantity is not None and not models and not items:
        if said.quantity > len(among):
            return None
        models, said, doubtful = (among[said.quantity - 1],), replace(said, quantity=None), True
    if not models and not items:
        return None
    if among and not {*models, *(item.model for item in items)} <= set(among):
        return None
    quantity = said.quantity if was.quantity is None else was.quantity
    if said.one_of and len(models) > 1:
        return _of_goods(was, said, models=models, quantity=quantity, lacks=SERIES)
    if items and was.quantity is not None:
        doubtful |= sum(item.quantity for item in items) != was.quantity
    if len(models) == 1 and not items and quantity is not None:
        items, models = (Item(models[0], quantity),), ()
    elif models and quantity is not None and was.quantity is not None:
        return None  # so many of which?
    settled = said.one_of and len(models) + len(items) == 1 and bool(among)
    said = replace(said, doubtful=(said.doubtful and not settled) or doubtful)
    return _of_goods(was, said, items=items, models=models)


def _told(was: Unfinished, said: Bare) -> Command | None:
    """What is to be done with sets that were named, or how many they are."""
    if said.period or said.models or said.items:
        return None
    if not said.verb:
        if said.quantity is None or len(was.models) != 1 or was.command.items:
            return None
        counted = (Item(was.models[0], said.quantity),)
        known = Understood(VERB, items=counted, on=was.command.on or said.on, plain=was.sure and not said.doubtful)
        return _lacking(replace(was.command, verb=None), known)
    takes = vocabulary.by_name()[said.verb].arguments
    made = replace(was.command, verb=said.verb)
    sure = was.sure and not said.doubtful
    if was.command.imeis:
        if "imeis" in takes:
            return _outcome(made, sure)
        one = len(was.command.imeis) == 1 and "imei" in takes
        return _outcome(replace(made, imeis=(), imei=was.command.imeis[0]), sure) if one else None
    if "items" in takes:
        items, models = was.command.items, was.models
        if said.quantity is not None:
            if items or len(models) != 1:
                return None
            items, models = (Item(models[0], said.quantity),), ()
        return _of_goods(replace(was, command=replace(made, items=())), said, items=items, models=models)
    named = tuple(dict.fromkeys((*(item.model for item in was.command.items), *was.models)))
    if "model" not in takes or len(named) != 1 or said.quantity is not None:
        return None
    return _outcome(replace(made, items=(), model=named[0]), sure)


def _asked_next(was: Unfinished, said: Bare) -> Command | None:
    """The question that was answered, of another model, shop or time; or an order of the model that it was about."""
    asked = was.command
    takes = vocabulary.by_name()[asked.verb or ""].arguments
    if said.verb:
        about = vocabulary.by_name()[said.verb]
        if about.reads_only and "model" in about.arguments and asked.model is not None and said.quantity is None:
            dealer = said.dealer or (asked.dealer if "dealer" in about.arguments else None)
            return Command(said.verb, model=asked.model, dealer=dealer)
        if about.reads_only or said.quantity is None or asked.model is None or said.models or said.items or said.dealer:
            return None
        if "items" not in vocabulary.by_name()[said.verb].arguments:
            return None
        return Command(said.verb, CONFIRM, items=(Item(asked.model, said.quantity),), dealer=asked.dealer, on=said.on)
    if said.items or said.quantity is not None or len(said.models) > 1:
        return None
    changes: dict[str, Any] = {"dealer": said.dealer, "period": said.period, "on": said.on}
    changes["model"] = said.models[0] if said.models else None
    changes = {name: given for name, given in changes.items() if given is not None}
    timed = {"on"} if "period" in takes else set()  # who takes a period takes a day
    if not changes or not changes.keys() <= {*takes, *timed}:
        return None
    if "dealer" in changes:
        changes["region"] = None
    if "on" in changes:
        changes["period"] = None
    elif "period" in changes:
        changes["on"] = None
    return _outcome(replace(asked, repairs=(), **changes), True)


_GOING_ON = {
    SHOP: _at_shop,
    DAY: _on,
    QUANTITY: _counted,
    MODEL: _named,
    SERIES: _named,
    VERB: _told,
    NOTHING: _asked_next,
}


# ---- what comes of it


def _of_goods(
    was: Unfinished,
    said: Bare,
    *,
    items: tuple[Item, ...] = (),
    models: tuple[str, ...] = (),
    quantity: int | None = None,
    lacks: str = QUANTITY,
) -> Command:
    """A command of sets by model and number, or what it lacks yet."""
    settled = {item.model for item in items}
    known = tuple(item for item in was.command.items if item.model not in settled)
    on, dealer = said.on or was.command.on, said.dealer or was.command.dealer
    sure = was.sure and not said.doubtful
    command = replace(was.command, items=(*known, *items), on=on, dealer=dealer)
    if models:
        verb = command.verb or ""
        told = Understood(lacks, verb, "/".join(models), command.items, (), models, quantity, dealer, on, sure)
        return _lacking(command, told)
    if command.verb is None:
        return _lacking(command, Understood(VERB, items=command.items, dealer=dealer, on=on, plain=sure))
    return _outcome(command, sure)


def _lacking(command: Command, known: Understood) -> Command:
    problem = Problem("unknown_word", known.token, 1, ("verb",))
    return Command(command.verb, REJECTED, problems=(problem,), understood=known)


def _outcome(command: Command, sure: bool) -> Command:
    reads_only = vocabulary.by_name()[command.verb or ""].reads_only
    return replace(command, outcome=ACCEPTED if sure or reads_only else CONFIRM, problems=(), understood=None)


def may_go_on(command: Command) -> bool:
    """Whether a command is a question whose subject may change."""
    verb = vocabulary.by_name()[command.verb or ""]
    return verb.reads_only and command.topic is None and bool(_ASKED_ABOUT & set(verb.arguments))


# ---- as it is kept


def write(one: Unfinished) -> str:
    """What was said as JSON, without its message and time."""
    plain = replace(one.command, pin=None, old=None, new=None, problems=(), choices=(), instead=None)
    kept = {"command": command_json(plain), "lacks": one.lacks, "models": one.models}
    return json.dumps({**kept, "quantity": one.quantity, "sure": one.sure}, ensure_ascii=False, separators=(",", ":"))


def read(text: str, message: int, at: datetime) -> Unfinished:
    """What was kept as `text`, of a message that came at a time."""
    kept = json.loads(text)
    command = command_from_json(kept["command"])
    return Unfinished(command, kept["lacks"], tuple(kept["models"]), kept["quantity"], kept["sure"], message, at)
