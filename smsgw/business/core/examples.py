"""Examples that work when they are sent: of the deployment's own catalogue, for the sender's own role and shop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from smsgw.business.core.command import Command
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example
from smsgw.business.core.rights import allowed
from smsgw.business.core.verb import Verb
from smsgw.business.core.vocabulary import by_name, verbs

_SETS = "2"


def example_of(verb: Verb, actor: Actor, books: Any) -> Example:
    """One right text of a verb: what the verb itself offers the sender, else a model, a quantity and a shop of theirs.

    `books` are those of all subjects. Where nothing fits (an empty catalogue), the verb's own example of the manual.
    """
    if verb.example is not None:
        return verb.example(actor, books) or Example(verb.name)
    arguments = set(verb.arguments)
    pieces: list[str] = []
    if arguments & {"items", "model"}:
        model = a_model(books)
        if model is None:
            return Example(verb.name)
        pieces += [model, _SETS] if "items" in arguments else [model]
    elif not verb.alone:
        return Example(verb.name)
    if "dealer" in arguments and actor.role in ABOVE_SHOPS:
        dealer = books.directory.some_dealer(None if actor.role == "hq" else actor.region)
        if dealer is None:
            return Example(verb.name)
        pieces.append(f"@{dealer}")
    return Example(verb.name, " ".join(pieces))


def at_a_shop(command: Command, actor: Actor, books: Any) -> Command:
    """A command as its sender may send it: those above shops name one of theirs, where the verb takes a shop."""
    if command.verb is None or command.dealer is not None or actor.role not in ABOVE_SHOPS:
        return command
    if "dealer" not in by_name()[command.verb].arguments:
        return command
    return replace(command, dealer=books.directory.some_dealer(None if actor.role == "hq" else actor.region))


def a_model(books: Any) -> str | None:
    """A model of the catalogue to name in an example; None where there are none."""
    found: str | None = books.catalogue.some_model()
    return found


def first_verb(actor: Actor) -> Verb:
    """The verb that a sender is told of first: what a shop reports, what the others ask."""
    listed = sorted((verb for verb in verbs() if verb.help_place), key=lambda verb: verb.help_place)
    above = actor.role in ABOVE_SHOPS
    mine = [verb for verb in listed if allowed(actor.role, verb) and verb.in_service]
    return next((verb for verb in mine if verb.reads_only or not above), by_name()["help"])
