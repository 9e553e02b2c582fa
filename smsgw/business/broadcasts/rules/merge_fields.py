"""The words of a notice with fields such as `{dealer}` or `{model_stock:A350}`, checked before anything is queued."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from smsgw.errors import SmsgwError
from smsgw.values import harmless
from smsgw.values.nearest import did_you_mean


class WordingFault(SmsgwError):
    """Words that cannot be filled in: one sentence with the field or brace, and what would be right."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field says of the recipient, how long it can get, and whether it is asked of a model."""

    description: str
    longest: str
    of_model: bool = False


FIELDS: dict[str, Kind] = {
    "dealer": Kind("code of the dealer", "D1000000"),
    "dealer_name": Kind("name of the dealer", "W" * 30),
    "name": Kind("name of the person", "W" * 20),
    "region": Kind("name of the dealer's region", "W" * 20),
    "balance": Kind("what the dealer owes", "9999999.99 CNY"),
    "free": Kind("credit that is left", "9999999.99 CNY"),
    "overdue": Kind("what is overdue", "9999999.99 CNY"),
    "stock": Kind("sets in stock, of all models", "99999"),
    "model_stock": Kind("sets of a model in stock: {model_stock:A350}", "9999", of_model=True),
    "sold_today": Kind("sets sold today", "999"),
    "sold_week": Kind("sets sold this week, from Monday", "9999"),
    "sold_month": Kind("sets sold this month", "99999"),
    "model_sold": Kind("sets of a model sold this month: {model_sold:A350}", "9999", of_model=True),
    "protected": Kind("sets that a planned price cut is made good for: {protected:A350}", "9999", of_model=True),
    "protection": Kind("what that comes to: {protection:A350}", "9999999.99 CNY", of_model=True),
    "last_report": Kind("day of the last sale, nil report or count", "2026-12-31"),
}

_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_WIDE = re.compile("\uff5b([^\uff5b\uff5d{}]*)\uff5d")  # full-width braces
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+\-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """`model` only for a field that is asked of one, in capitals."""

    name: str
    model: str | None = None

    @property
    def key(self) -> str:
        """Under what `render` looks for its value: `dealer`, `model_stock:A350`."""
        return self.name if self.model is None else f"{self.name}:{self.model}"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words and fields in their order."""

    pieces: tuple[str | Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Each field once, in order."""
        return tuple(dict.fromkeys(piece for piece in self.pieces if isinstance(piece, Field)))

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are asked about, which the catalogue must have."""
        return tuple(dict.fromkeys(field.model for field in self.fields if field.model is not None))


def parse(text: str) -> Wording:
    """The words of a text. `{{` and `}}` are braces.

    Raises WordingFault for an empty text, an unknown field, a brace alone, a model that is missing or not wanted.
    """
    if not text.strip():
        raise WordingFault("a text cannot be empty")
    pieces: list[str | Field] = []
    narrow = _WIDE.sub(lambda found: "{" + found[1].replace("\uff1a", ":") + "}", harmless.send(text))
    for piece in _PIECE.findall(narrow):
        if piece in ("{", "}"):
            raise WordingFault(f"a '{piece}' stands alone; a field is {{dealer}}, and {piece * 2} is one brace")
        if piece in ("{{", "}}"):
            found: str | Field = piece[0]
        elif piece.startswith("{"):
            found = _field(piece)
        else:
            found = piece
        if isinstance(found, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += found
        else:
            pieces.append(found)
    return Wording(tuple(pieces))


def plain(text: str) -> str:
    """The wording that says a text as it stands: its braces are no fields (full-width ones become plain ones)."""
    narrow = harmless.send(text).replace("\uff5b", "{").replace("\uff5d", "}")
    return narrow.replace("{", "{{").replace("}", "}}")


def render(wording: Wording, facts: Mapping[str, str]) -> str:
    """The text for one recipient. `facts` has a value for the `key` of every field; KeyError where not."""
    return "".join(piece if isinstance(piece, str) else facts[piece.key] for piece in wording.pieces)


def longest(wording: Wording) -> str:
    """The text with the longest value that each field can reasonably have, to be measured in advance."""
    return "".join(piece if isinstance(piece, str) else FIELDS[piece.name].longest for piece in wording.pieces)


def _field(piece: str) -> Field:
    name, colon, model = (part.strip() for part in piece[1:-1].partition(":"))
    kind = FIELDS.get(name.casefold())
    if kind is None:
        advice = did_you_mean(name, FIELDS, f"there are {', '.join(FIELDS)}", form="{{{}}}")
        raise WordingFault(f"there is no field {piece}: {advice}")
    name = name.casefold()
    if not kind.of_model:
        if colon:
            raise WordingFault(f"{piece} is asked of no model; write {{{name}}}")
        return Field(name)
    if not _MODEL.match(model):
        raise WordingFault(f"{piece} does not say which model; write {{{name}:A350}}")
    return Field(name, model.upper())
