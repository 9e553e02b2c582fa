"""A command: what one clause of a text asks for, as a frozen value; the JSON of `smsgw parse` is its picture."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

from smsgw.values.value import value

ACCEPTED = "accepted"  # would run now
CONFIRM = "confirm"  # the sender is asked; the fields hold the proposed reading
REJECTED = "rejected"  # nothing is saved; `problems` says why
PARTIAL = "partial"  # good IMEIs in `imeis`, bad ones in `problems`
GREETING = "greeting"  # the detail of a problem: a text that only greets
IGNORED = "ignored"  # of a message only: no answer is due


@value
class Repair:
    """One thing that was read other than it was typed."""

    rule: str  # letter, complete, cut, repeat, verb, model, run, join …
    token: str  # as typed
    result: str  # as read


@value
class Problem:
    """Why a token, or the whole command, could not be read.

    `code` is one of unknown_word, incomplete, bad_imei, unknown_model, missing_quantity, bad_quantity, ambiguous,
    too_long, example_text, not_allowed, unreadable. `position` counts IMEIs (or arguments) from 1 within the command;
    0 where it means nothing. `expected` holds argument type names (imei, model, quantity, dealer, reference, date …).
    `detail` refines the code for the reply (bad_imei: length, check_digit, phone, serial, repeated_digit, letters …;
    bad_quantity: the code of its model).
    """

    code: str
    token: str = ""
    position: int = 0
    expected: tuple[str, ...] = ()
    suggestion: str | None = None
    detail: str = ""


@value
class Item:
    """So many sets of a model: `model` is a catalogue code."""

    model: str
    quantity: int


ACKNOWLEDGED = (
    "acknowledged"  # the detail of the problem of a text that only thanks, or says that ours was read: nothing is due
)
# What is missing of what was understood.
VERB, MODEL, QUANTITY, SERIES, AGAINST = "verb", "model", "quantity", "series", "against"
STORY, DESK, BOXES, RIVAL = "story", "desk", "boxes", "rival"
UNSAID = -1  # the quantity of an Item of a correction that names none


@value
class Correction:
    """What a sender says of something sent before: what is right, what was wrong, on which day it was.

    An Item's model is '' where none is named, its quantity UNSAID; a quantity of 0 takes the model out. `of`: the day
    of what is meant. `more`: what is right comes on top; `whole`: it is all that there is. `dated`: only the day `on`
    is other, of what `right` names; `otherwise` is what the text says where nothing that was sent has that. `place`:
    the model of `right` is that of one set alone, by its place among those that were sent.
    """

    right: tuple[Item, ...] = ()
    wrong: tuple[Item, ...] = ()
    imeis: tuple[str, ...] = ()
    on: date | None = None
    of: date | None = None
    dealer: str | None = None
    more: bool = False
    whole: bool = False
    dated: bool = False
    otherwise: Command | None = None
    place: int = 0


@value
class Understood:
    """What was understood of a text of which nothing may come.

    `missing` names what it lacks: VERB, MODEL, QUANTITY, or which model of a series (SERIES: `models` are its models);
    or `token` is the word that speaks against it (AGAINST), counts no set (BOXES) or names another maker (RIVAL); or
    nobody can tell what is meant (STORY), or it is done at the desk (DESK: `token` says what). `verb` is that which it
    speaks of, '' where that is not plain. `numbers` are those of which one may be the quantity, `on` is the day that
    it names. `plain`: nothing else is said, so that the answer to what is missing makes it whole.
    """

    missing: str
    verb: str = ""
    token: str = ""
    items: tuple[Item, ...] = ()
    imeis: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    quantity: int | None = None
    dealer: str | None = None
    on: date | None = None
    plain: bool = False
    numbers: tuple[int, ...] = ()


@value
class Bare:
    """What a text says that names goods, a number, a shop, a day, a period or what is to be done, and no more.

    It answers what was asked, or goes on with what was said before. `models` have no number; of several that one word
    may mean (`one_of`) it is one. `goes_on`: it says that it goes on (`and b200`, `b260呢`). `doubtful`: it was read
    with a guess, or puts itself right (`3 no 4`): what it makes whole is asked. `theirs`: a question, whole but for the
    shop, that it names by a pronoun (`how much did they sell`). `agrees`: it tells us to go ahead (`好的下单`).
    """

    verb: str = ""
    items: tuple[Item, ...] = ()
    models: tuple[str, ...] = ()
    quantity: int | None = None
    dealer: str | None = None
    on: date | None = None
    period: str | None = None
    one_of: bool = False
    goes_on: bool = False
    doubtful: bool = False
    theirs: bool = False
    agrees: bool = False


@value
class Command:
    """One command as read. A field that the text does not give is None (imeis, items and dealers: empty)."""

    verb: str | None
    outcome: str = ACCEPTED
    imeis: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    dealers: tuple[str, ...] = ()
    imei: str | None = None
    model: str | None = None
    dealer: str | None = None
    on: date | None = None
    customer: str | None = None
    repeat: bool = False
    order: str | None = None
    reference: str | None = None
    option: int | None = None
    quantity: int | None = None
    reason: str | None = None
    period: str | None = None
    month: str | None = None
    region: str | None = None
    group: str | None = None
    name: str | None = None
    phone: str | None = None
    pin: str | None = None
    old: str | None = None
    new: str | None = None
    language: str | None = None
    topic: str | None = None
    brand: str | None = None
    price: str | None = None
    slip: str | None = None
    content: str | None = None
    text: str | None = None
    # For an IMEI that was repaired, completed or cut: it is booked at once only when the unit is known.
    doubtful: tuple[str, ...] = ()
    # Of a question that was answered with YES: the reference to book under. Nothing in it is doubtful any more.
    asked: str | None = None
    # And the bookings that it takes back, as the question said.
    undoes: tuple[str, ...] = ()
    # The verb as typed, in upper case: a bare CANCEL stops notices only when no order of the sender is open.
    word: str = ""
    # Of a confirm with the problem `ambiguous`: the readings to choose from, the likeliest first.
    choices: tuple[Command, ...] = ()
    # The positions (from 1) that the good IMEIs had in the text, parallel to `imeis`.
    positions: tuple[int, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()
    # Of a FIX: what the sender says is right; and, once that is known, what is booked in place of the reference.
    correction: Correction | None = None
    instead: Command | None = None
    understood: Understood | None = None  # of a refusal
    bare: Bare | None = None  # of a text that may answer or go on with what was said before

    @property
    def problem(self) -> Problem | None:
        return self.problems[0] if self.problems else None


@value
class Reading:
    """What a whole message says: its commands, and whether an answer is due at all.

    `folded` is the text as the rules of reading fold it (for the duplicate rule and for logs). `own_reply` is true when
    the text is one of our own replies sent back. `outcome` is that of the commands when they agree, else partial.
    """

    text: str
    folded: str
    outcome: str
    commands: tuple[Command, ...] = ()
    why: str = ""  # for ignored: own_reply, empty …

    def as_json(self) -> dict[str, Any]:
        """The object that `smsgw parse --json` prints for this message."""
        return {"text": self.text, "outcome": self.outcome, "commands": [command_json(c) for c in self.commands]}


_INTERNAL = {
    "doubtful",
    "asked",
    "undoes",
    "word",
    "choices",
    "positions",
    "repairs",
    "problems",
    "correction",
    "instead",
    "understood",
    "bare",
}
_PLAIN = [f.name for f in fields(Command) if f.name not in _INTERNAL]
_ARGUMENTS = _PLAIN[2:]
_arguments_of = attrgetter(*_ARGUMENTS)


def command_json(command: Command) -> dict[str, Any]:
    """A command as JSON: fields that the text does not give are left out; verb, outcome, repairs, problem stay."""
    out: dict[str, Any] = {"verb": command.verb, "outcome": command.outcome}
    for name, given in zip(_ARGUMENTS, _arguments_of(command), strict=True):
        if given is None or given is False or given == ():
            continue
        if name == "items":
            out[name] = [{"model": i.model, "quantity": i.quantity} for i in given]
        elif isinstance(given, tuple):
            out[name] = list(given)
        elif isinstance(given, date):
            out[name] = given.isoformat()
        else:
            out[name] = given
    out["repairs"] = [{"rule": r.rule, "token": r.token, "result": r.result} for r in command.repairs]
    out["problem"] = problem_json(command.problems[0]) if command.problems else None
    out["problems"] = [problem_json(p) for p in command.problems]
    if command.choices:
        out["choices"] = [command_json(choice) for choice in command.choices]
    if command.undoes:
        out["undoes"] = list(command.undoes)
    if command.instead is not None:
        out["instead"] = command_json(command.instead)
    return out


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON, with the five fields of the language's definition."""
    return {
        "code": problem.code,
        "token": problem.token,
        "position": problem.position,
        "expected": list(problem.expected),
        "suggestion": problem.suggestion,
    }


def command_from_json(data: dict[str, Any]) -> Command:
    """The command that `command_json` was given; for pending questions, which wait in the database as JSON."""
    values: dict[str, Any] = {k: v for k, v in data.items() if k in _PLAIN}
    if "items" in values:
        values["items"] = tuple(Item(i["model"], i["quantity"]) for i in values["items"])
    for name in ("imeis", "dealers"):
        if name in values:
            values[name] = tuple(values[name])
    if "on" in values:
        values["on"] = date.fromisoformat(values["on"])
    return Command(
        **values,
        choices=tuple(command_from_json(choice) for choice in data.get("choices", ())),
        undoes=tuple(data.get("undoes", ())),
        instead=command_from_json(data["instead"]) if "instead" in data else None,
        repairs=tuple(Repair(**r) for r in data.get("repairs", ())),
        problems=tuple(
            Problem(p["code"], p["token"], p["position"], tuple(p["expected"]), p["suggestion"])
            for p in data.get("problems", ())
        ),
    )
