"""What was understood of a text so far, what is missing, and a text of the sender's own words that works when sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smsgw.business.core.command import (
    BOXES,
    DESK,
    MODEL,
    QUANTITY,
    RIVAL,
    SERIES,
    STORY,
    VERB,
    Command,
    Item,
    Understood,
)
from smsgw.business.core.examples import a_model, at_a_shop, example_of, first_verb
from smsgw.business.core.phrases import clause, summary, typed
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Reply, TruncatableList, Word
from smsgw.business.core.rights import allowed
from smsgw.business.core.verb import Verb
from smsgw.business.core.vocabulary import by_name, verbs

_SHOWN = 20
_SETS = 2  # in an example
_MOST_VERBS = 3
_TOLD = 24  # characters of a text to a person, to which the sender adds the rest
# What headquarters ask for by text that is done at the desk, and the command that does it.
_AT_THE_DESK = {
    "dealers": "smsgw import dealers FILE",
    "contacts": "smsgw import contacts FILE",
    "prices": "smsgw import prices FILE",
    "tickets": "smsgw ticket list",
    "broadcast": "smsgw broadcast create",
    "sales": "smsgw report sales",
}
_ANYTHING = "smsgw help"


def so_far(understood: Understood, actor: Actor, books: Any) -> Reply:
    """The answer to a text of which something was understood and that says too little, or something against it."""
    token = understood.token.strip()[:_SHOWN]
    verb = _usable(understood.verb, actor)
    if understood.missing == DESK:
        return at_the_desk(understood)
    if understood.missing == BOXES:
        example = _sent(verb or _ordering(actor), actor, books, (Item(understood.models[0], _SETS),), of=understood)
        return Reply("refuse_boxes", {"token": token, "model": understood.models[0], "example": example})
    if understood.missing == RIVAL:
        example = Reply("example", {"example": example_of(first_verb(actor), actor, books)})
        return Reply("refuse_rival", {"token": token, "example": example})
    if understood.missing == STORY:
        return _of_a_story(understood, actor, books)
    if understood.missing == MODEL:
        items: tuple[Item, ...] = (Item(a_model(books) or "", understood.quantity or _SETS),)
        return Reply(
            "refuse_which", {"verb": Word(understood.verb), "example": _sent(verb, actor, books, items, of=understood)}
        )
    if understood.missing == SERIES:
        items = (*understood.items[:1], Item(understood.models[0], understood.quantity or _SETS))
        models = TruncatableList(tuple(Reply("whole", {"token": model}) for model in understood.models), "/")
        example = _sent(verb or _asking(actor), actor, books, items, of=understood)
        return Reply("refuse_series", {"token": token, "models": models, "example": example})
    if understood.missing == QUANTITY:
        model = understood.models[0]
        first = understood.numbers[0] if understood.numbers else _SETS
        sets = (*understood.items[:1], Item(model, first))
        example = _sent(verb or _telling(actor), actor, books, sets, of=understood)
        if not understood.numbers:
            return Reply("refuse_no_quantity", {"token": model, "example": example})
        numbers = "/".join(map(str, understood.numbers))
        return Reply("refuse_which_number", {"token": model, "numbers": numbers, "example": example})
    sets = (*understood.items, *(Item(model, _SETS) for model in understood.models))
    if understood.missing == VERB:
        listed = _verbs_for(understood, actor)
        told = TruncatableList(tuple(Reply("verb_alone", {"verb": Word(each.name)}) for each in listed), "/")
        example = _sent(listed[0] if listed else None, actor, books, sets, understood.imeis, of=understood)
        return Reply("refuse_what", {"understood": _shown(understood), "verbs": told, "example": example})
    values: dict[str, object] = {"understood": _shown(understood), "token": token}
    if understood.verb:
        example = _sent(verb or _asking(actor), actor, books, sets, understood.imeis, of=understood)
        return Reply("refuse_strange", {**values, "example": example})
    person = next((each for each in verbs() if each.takes_words and allowed(actor.role, each)), None)
    if person is None or actor.role in ABOVE_SHOPS:
        example = _sent(_asking(actor), actor, books, sets, understood.imeis)
        return Reply("refuse_against_asks", {**values, "example": example})
    return Reply("refuse_against", {**values, "example": typed(person.name, f"{_shown(understood)} {token}"[:_TOLD])})


def at_the_desk(understood: Understood | None) -> Reply:
    """That something is not done by text, and the command that does it at the desk; without what it is, where to look.

    For those above shops alone: a shop that asks for the same is asked whether a person is to be told.
    """
    about = _ANYTHING if understood is None else _AT_THE_DESK.get(understood.token, _ANYTHING)
    return Reply("refuse_desk", {"command": about})


def _of_a_story(understood: Understood, actor: Actor, books: Any) -> Reply:
    """That nobody can tell what a story about sets asks for: how its sale is told, and how it is told to a person."""
    person = next((each for each in verbs() if each.takes_words and allowed(actor.role, each)), None)
    model = understood.models[-1]
    if person is None or actor.role in ABOVE_SHOPS:
        example = _sent(_asking(actor), actor, books, (Item(model, 1),))
        return Reply("refuse_against_asks", {"understood": _shown(understood), "token": "...", "example": example})
    told = _usable(understood.verb, actor)
    if told is not None and not (told.drafts or (told.reports and not told.by_imeis)):
        told = None  # an order and a count are told by their models
    example = _sent(told or _telling(actor), actor, books, (Item(model, understood.quantity or 1),))
    key = "refuse_story" if told is None else "refuse_story_of"
    return Reply(key, {"understood": model, "example": example})


def _shown(understood: Understood) -> str:
    """What is understood of a text, in no language: its sets, its IMEI, or its model."""
    if understood.items:
        return summary((item.model, item.quantity) for item in understood.items)
    return next(iter((*understood.imeis, *understood.models)), "")


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


def _ordering(actor: Actor) -> Verb | None:
    """The verb by which sets are ordered, where the sender may; else what they tell their sets with."""
    return next((verb for verb in _mine(actor) if verb.drafts and "items" in verb.arguments), _telling(actor))


def _asking(actor: Actor) -> Verb | None:
    return next((verb for verb in _mine(actor) if verb.reads_only and "model" in verb.arguments), None)


def _verbs_for(understood: Understood, actor: Actor) -> list[Verb]:
    """The verbs that may be meant with sets of which nothing is said."""
    above = actor.role in ABOVE_SHOPS
    fits = "imeis" if understood.imeis else "items" if understood.items else "model"
    telling = [verb for verb in _mine(actor) if fits in verb.arguments and not verb.reads_only and not above]
    asks = "imei" if understood.imeis else "model"
    asking = [verb for verb in _mine(actor) if verb.reads_only and asks in verb.arguments]
    found = [*asking, *telling] if fits == "model" else [*telling, *asking]
    return found[:_MOST_VERBS]


def _sent(
    verb: Verb | None,
    actor: Actor,
    books: Any,
    sets: tuple[Item, ...],
    imeis: tuple[str, ...] = (),
    *,
    of: Understood | None = None,
) -> Reply:
    """A text of a verb with what was understood; where the verb does not take it, one that the sender may send now."""
    if verb is None:
        return Reply("example", {"example": example_of(first_verb(actor), actor, books)})
    takes = set(verb.arguments)
    sets = tuple(item for item in sets if item.model)
    made = Command(verb.name)
    if of is not None:
        shop = of.dealer if "dealer" in takes and (actor.role in ABOVE_SHOPS or not verb.reports) else None
        made = Command(verb.name, on=of.on if "on" in takes else None, dealer=shop)
    if imeis and "imeis" in takes:
        made = replace(made, imeis=imeis[:1])
    elif imeis and "imei" in takes:
        made = replace(made, imei=imeis[0])
    elif sets and "items" in takes:
        made = replace(made, items=sets[:2])
    elif sets and "model" in takes:
        made = replace(made, model=sets[0].model)
    elif sets:
        return _told_by_hand(sets, actor, books)
    else:
        return Reply("example", {"example": example_of(verb, actor, books)})
    return clause(at_a_shop(made, actor, books))


def _told_by_hand(sets: tuple[Item, ...], actor: Actor, books: Any) -> Reply:
    """Sets that a verb takes by their IMEIs alone, told to a person where the sender may; else what they send first."""
    person = next((verb for verb in verbs() if verb.takes_words and allowed(actor.role, verb)), None)
    if person is None or actor.role in ABOVE_SHOPS:
        return Reply("example", {"example": example_of(first_verb(actor), actor, books)})
    return typed(person.name, " ".join(f"{item.model} {item.quantity}" for item in sets[:2]))
