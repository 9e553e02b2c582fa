"""What could not be read, told so that the next try is right: the token, what was expected there, one right example."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

from smsgw.business.core.command import GREETING, Command, Item, Problem
from smsgw.business.core.examples import at_a_shop, example_of, first_verb
from smsgw.business.core.field_kinds import TYPES
from smsgw.business.core.phrases import arguments, clause, typed, where
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply, Syntax, TruncatableList, Word
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.so_far import so_far
from smsgw.business.core.verb import Verb
from smsgw.business.core.vocabulary import by_name, verbs

# bad_imei by its detail: the phrase in a list, and the answer when it is the only one.
_BAD = {
    "length": ("bad_length", "refuse_imei_length"),
    "short": ("bad_length", "refuse_imei_length"),
    "phone": ("bad_phone", "refuse_imei_phone"),
    "serial": ("bad_serial", "refuse_imei_serial"),
    "box": ("bad_serial", "refuse_imei_serial"),
    "letters": ("bad_serial", "refuse_imei_serial"),
    "repeated_digit": ("bad_imei", "refuse_imei_repeated"),
}
# The IMEI of the examples, which no set has: sent back to us it is known for what it is.
EXAMPLE_IMEI = "356901001234565"
_SHOWN = 20


def digits_of(token: str) -> str:
    """The digits of a token, whatever their script."""
    return "".join([str(unicodedata.decimal(character)) for character in token if character.isdecimal()])


def bad_imei(problem: Problem) -> Reply:
    """A phrase for one IMEI of a list that is none."""
    key = _BAD.get(problem.detail, ("bad_imei", ""))[0]
    digits = digits_of(problem.token)
    place = where(digits or problem.token, problem.position, alone=False)
    if key == "bad_length":
        return Reply(key, {"where": place, "digits": len(digits)})
    return Reply(key, {"where": place})


def greeting(actor: Actor, books: Any) -> Reply:
    """The answer to a text that only greets, and to a word that means nothing by itself."""
    return Reply("greeting", {"example": _first_example(actor, books)})


def not_in_service(command: Command, verb: Verb, actor: Actor) -> Reply:
    """That a verb is not in service yet; and how the same words are told to a person, where the sender may."""
    words = arguments(command)
    if not verb.by_hand or not words or not any(v.takes_words and actor.role in v.roles for v in verbs()):
        return Reply("not_in_service", {"verb": Word(verb.name)})
    by_hand = Reply("by_hand", {"verb": Word(verb.name), "arguments": words})
    return Reply("not_in_service_instead", {"verb": Word(verb.name), "example": by_hand})


def refusal(command: Command, actor: Actor, books: Any) -> Reply:
    """The answer to a command that could not be read: the first of its problems, and what would have been right.

    Its examples are the sender's own words where they are enough, else of this deployment, and work when they are sent.
    """
    problem = command.problems[0] if command.problems else Problem("unknown_word")
    if command.understood is not None:
        return so_far(command.understood, actor, books)
    token = unicodedata.normalize("NFKC", problem.token).strip()[:_SHOWN]  # wide digits would make a wide answer
    verb = command.verb
    code = problem.code
    if code == "incomplete":
        if verb is None:
            return Reply("refuse_empty")
        example_now = example_of(by_name()[verb], actor, books)
        return Reply("refuse_incomplete", {"syntax": Syntax(verb), "example": example_now})
    if code == "bad_imei":
        return _imei(command, problem, token)
    if code == "unknown_model":
        if problem.suggestion:
            return Reply("refuse_model_near", {"token": token, "suggestion": problem.suggestion})
        return Reply("refuse_model", {"token": token})
    if code == "missing_quantity":
        example = _with_quantity(command, token, problem.position, actor=actor, books=books)
        return Reply("refuse_no_quantity", {"token": token, "example": example})
    if code == "bad_quantity":
        return Reply(
            "refuse_quantity",
            {"token": token, "example": _with_quantity(command, problem.detail, actor=actor, books=books)},
        )
    if code == "unreadable":
        return Reply("refuse_unreadable")
    if code == "too_long":
        return Reply("refuse_too_long")
    if code == "example_text" and verb is not None:
        return Reply("refuse_example", {"syntax": Syntax(verb)})
    if code == "not_allowed" and verb is not None and token:
        return Reply("refuse_not_allowed", {"token": token, "verb": Word(verb)})
    if code == "ambiguous":
        return Reply("refuse_ambiguous", {"token": token, "example": right(command, actor, books)})
    if not token:
        return Reply("refuse_empty")
    if verb is None:
        if problem.detail == GREETING:
            return greeting(actor, books)
        return _nothing_known(token, problem, actor, books)
    if problem.detail == "dealer" and problem.suggestion:
        return Reply("refuse_dealer_near", {"token": token, "suggestion": problem.suggestion})
    if problem.detail in ("region", "group") and problem.suggestion:
        return Reply("refuse_group_near", {"token": token, "suggestion": problem.suggestion})
    told = problem.detail in TYPES and not (problem.detail == "phone" and "imei" in problem.expected)
    names = (problem.detail,) if told else problem.expected
    expected = tuple(Reply(f"type_{name}") for name in names if name in TYPES)
    values = {
        "token": token,
        "verb": Word(verb),
        "expected": TruncatableList(expected, "/"),
        "example": right(command, actor, books),
    }
    return (
        Reply("refuse_in", values)
        if expected
        else Reply("refuse_unknown", {"token": token, "example": values["example"]})
    )


def _nothing_known(token: str, problem: Problem, actor: Actor, books: Any) -> Reply:
    """No verb: the word that was not understood, and as the example what IMEIs alone would mean, the own if any."""
    own = problem.suggestion if problem.suggestion and problem.suggestion.isdigit() else None
    if own is not None and actor.role in SHOP_ROLES:
        return Reply("refuse_unknown", {"token": token, "example": typed(_of_imeis(), own)})
    return Reply("refuse_unknown", {"token": token, "example": _first_example(actor, books)})


def _first_example(actor: Actor, books: Any) -> Reply:
    return Reply("example", {"example": example_of(first_verb(actor), actor, books)})


def _of_imeis() -> str:
    return next(verb.name for verb in verbs() if verb.by_imeis)


def _imei(command: Command, problem: Problem, token: str) -> Reply:
    if len(command.problems) > 1:
        return Reply(
            "none_saved", {"bad": TruncatableList(tuple(bad_imei(p) for p in command.problems if p.code == "bad_imei"))}
        )
    key = _BAD.get(problem.detail, ("", "refuse_imei"))[1]
    if key == "refuse_imei_length":
        return Reply(key, {"token": token, "digits": len(digits_of(problem.token))})
    return Reply(key, {"token": token})


def _with_quantity(command: Command, token: str, position: int = 0, *, actor: Actor, books: Any) -> Reply:
    """The sender's own text with a quantity where there was none: `ORD A350 5 B200 10`."""
    model = token if token and token.isascii() else ""
    if command.items:
        items = tuple(item if 0 < item.quantity < 10000 else Item(item.model, 5) for item in command.items)
        if model and all(item.model != model for item in items):
            first = position <= 2  # as they were sent: the first model and its quantity are arguments 1 and 2
            items = (Item(model, 5), *items) if first else (*items[:1], Item(model, 5))
        return _mine(replace(command, items=items[:2], imeis=(), problems=()), actor, books)
    if model:
        return _mine(replace(command, items=(Item(model, 5),), imeis=(), model=None, problems=()), actor, books)
    if command.model:
        return _mine(replace(command, items=(Item(command.model, 5),), imeis=(), model=None, problems=()), actor, books)
    return right(command, actor, books)


def right(command: Command, actor: Actor, books: Any) -> Reply:
    """One right text: of the sender's own parts where they are enough, else one that the sender could send now."""
    if command.imeis or command.items or command.imei or command.model or command.order or command.reference:
        return _mine(replace(command, imeis=command.imeis[:1], items=command.items[:2]), actor, books)
    verb = by_name()[command.verb or _of_imeis()]
    return Reply("example", {"example": example_of(verb, actor, books)})


def _mine(command: Command, actor: Actor, books: Any) -> Reply:
    """A command written out as its sender may send it."""
    return clause(at_a_shop(command, actor, books))
