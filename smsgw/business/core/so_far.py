"""What was understood of a text so far, what is missing, and a text of the sender's own words that works when sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smsgw.business.core.command import Command, Item, Problem
from smsgw.business.core.examples import a_model, at_a_shop, example_of, first_verb
from smsgw.business.core.phrases import clause, summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Reply, TruncatableList, Word
from smsgw.business.core.rights import allowed
from smsgw.business.core.verb import Verb
from smsgw.business.core.vocabulary import by_name, verbs

# Problems of a sentence of which something was understood.
UNDERSTOOD = frozenset(("missing_verb", "missing_model", "missing_quantity", "which_model", "spoken_against"))
_SHOWN = 20
_SETS = 2  # in an example
_MOST_VERBS = 3


def so_far(command: Command, problem: Problem, actor: Actor, books: Any) -> Reply:
    """The answer to a text of which something was understood and that says too little, or something against it."""
    token = problem.token.strip()[:_SHOWN]
    verb = _usable(problem.detail, actor)
    items: tuple[Item, ...]
    if problem.code == "missing_model":
        items = (Item(a_model(books) or "", command.quantity or _SETS),)
        example = _sent(verb, actor, books, items=items)
        return Reply("refuse_which", {"verb": Word(problem.detail), "example": example})
    if problem.code == "which_model":
        items = (Item(problem.expected[0], command.quantity or _SETS),)
        models = TruncatableList(tuple(Reply("whole", {"token": model}) for model in problem.expected), "/")
        example = _sent(verb or _asking(actor), actor, books, items=items)
        return Reply("refuse_series", {"token": token, "models": models, "example": example})
    if problem.code == "missing_quantity":
        items = (*command.items[:1], Item(command.model or "", _SETS))
        return Reply(
            "refuse_no_quantity", {"token": token, "example": _sent(verb or _telling(actor), actor, books, items=items)}
        )
    understood = _understood(command)
    if problem.code == "missing_verb":
        listed = _verbs_for(command, actor)
        told = TruncatableList(tuple(Reply("verb_alone", {"verb": Word(each.name)}) for each in listed), "/")
        example = _sent(listed[0] if listed else None, actor, books, command=command)
        return Reply("refuse_what", {"understood": understood, "verbs": told, "example": example})
    example = _sent(verb or _telling(actor), actor, books, command=command)
    return Reply("refuse_against", {"understood": understood, "token": token, "example": example})


def _understood(command: Command) -> str:
    """What is understood of a text, in no language: its sets, its IMEI, or its model."""
    if command.items:
        return summary((item.model, item.quantity) for item in command.items)
    return command.imeis[0] if command.imeis else command.model or ""


def _usable(name: str, actor: Actor) -> Verb | None:
    """The verb that a text speaks of, where it is in service and the sender's."""
    verb = by_name().get(name)
    return verb if verb is not None and verb.in_service and allowed(actor.role, verb) else None


def _mine(actor: Actor) -> list[Verb]:
    """The verbs of goods that a sender may use, in the order of HELP."""
    listed = sorted((verb for verb in verbs() if verb.help_place and verb.in_service), key=lambda verb: verb.help_place)
    return [verb for verb in listed if allowed(actor.role, verb) and {"items", "model", "imei"} & set(verb.arguments)]


def _telling(actor: Actor) -> Verb | None:
    """The verb by which a shop tells of its sets; those above shops ask."""
    if actor.role in ABOVE_SHOPS:
        return _asking(actor)
    return next((verb for verb in _mine(actor) if "items" in verb.arguments), None)


def _asking(actor: Actor) -> Verb | None:
    return next((verb for verb in _mine(actor) if verb.reads_only and "model" in verb.arguments), None)


def _verbs_for(command: Command, actor: Actor) -> list[Verb]:
    """The verbs that may be meant with sets of which nothing is said."""
    above = actor.role in ABOVE_SHOPS
    fits = "imeis" if command.imeis else "items" if command.items else "model"
    telling = [verb for verb in _mine(actor) if fits in verb.arguments and not verb.reads_only and not above]
    asks = "imei" if command.imeis else "model"
    asking = [verb for verb in _mine(actor) if verb.reads_only and asks in verb.arguments]
    found = [*asking, *telling] if fits == "model" else [*telling, *asking]
    return found[:_MOST_VERBS]


def _sent(
    verb: Verb | None, actor: Actor, books: Any, *, items: tuple[Item, ...] = (), command: Command | None = None
) -> Reply:
    """A text of a verb with what was understood; where the verb does not take it, one that the sender may send now."""
    if verb is None:
        return Reply("example", {"example": example_of(first_verb(actor), actor, books)})
    sets = tuple(item for item in (command.items if command is not None else items) if item.model)[:2]
    imeis = command.imeis[:1] if command is not None else ()
    takes = set(verb.arguments)
    made = Command(verb.name)
    if sets and "items" in takes:
        made = replace(made, items=sets)
    elif imeis and "imeis" in takes:
        made = replace(made, imeis=imeis)
    elif imeis and "imei" in takes:
        made = replace(made, imei=imeis[0])
    elif "model" in takes and (sets or (command is not None and command.model)):
        made = replace(made, model=sets[0].model if sets else command.model if command is not None else None)
    elif "items" in takes and command is not None and command.model:
        made = replace(made, items=(Item(command.model, _SETS),))
    else:
        return Reply("example", {"example": example_of(verb, actor, books)})
    return clause(at_a_shop(made, actor, books))
