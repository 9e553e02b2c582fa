"""Who is meant: one readable expression, such as `region:EAST and not tier:C`, as a tree of values and back as text.

Terms: `all`, `region:EAST` (and what lies in it), `tier:A`, `role:owner`, `dealer:D1001,D1002`, `lang:zh`,
`phone:+8613900000001`, `file:numbers.csv` (a column `phone`), `list:DIGEST` (a file as it was stored), `holds:A350`,
`stock:A350>10`, `sold:A350/30d`, `sold:any/2026-10-01..2026-10-31`, `silent:7d` (no sale, nil or count since),
`failed:B1001`, `delivered:B1001`, `answered:B1001=2`, and names of saved expressions. They are joined by `and`, `or`,
`not`, 且, 或, 非 and brackets; `not` binds closest, then `and`. Capitals and full-width signs make no difference, so
that codes are compared with those of the books without regard to capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from smsgw.business.audiences.rules.terms import (
    EXAMPLE,
    Answered,
    AudienceFault,
    Dealers,
    Delivered,
    Everybody,
    Failed,
    File,
    Holds,
    Language,
    Phones,
    Region,
    Role,
    Silent,
    Sold,
    Stock,
    Stored,
    Term,
    Tier,
    read,
)
from smsgw.values.nearest import nearest

__all__ = [
    "NAME",
    "And",
    "Answered",
    "AudienceFault",
    "Dealers",
    "Delivered",
    "Everybody",
    "Failed",
    "File",
    "Holds",
    "Language",
    "Node",
    "Not",
    "Or",
    "Phones",
    "Region",
    "Role",
    "Silent",
    "Sold",
    "Stock",
    "Stored",
    "Term",
    "Tier",
    "both",
    "either",
    "expression",
    "parse",
    "replaced",
    "terms",
]

MOST_DEEP = 50  # brackets and saved names inside one another


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]  # two at least, none of them an And


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]  # two at least, none of them an Or


Node = Term | Not | And | Or

_WORDS = {"and": "and", "or": "or", "not": "not", "且": "and", "或": "or", "非": "not"}
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x3001: ","}  # full width
_TOKEN = re.compile(r"[()]|[且或非]|(?:\"[^\"]*\"|[^\s()且或非\",]|,\s*)+")
NAME = re.compile(r"[^\W\d][\w.\-]{0,39}\Z")  # what an expression may be saved as


def parse(expression: str, names: Mapping[str, str], *, today: date) -> Node:
    """The tree of an expression. `names` are the saved ones; `today` is the day that `30d` counts back from.

    Raises AudienceFault: one sentence with the word that was not understood, the nearest right one, and an example.
    """
    saved = {name.casefold(): said for name, said in names.items()}
    return _Reader(expression, saved, today, ()).read()


def expression(node: Node) -> str:
    """The one text of a tree; `parse` makes the same tree of it."""
    match node:
        case Not(Not() | And() | Or() as inner):
            return f"not ({expression(inner)})"
        case Not(inner):
            return f"not {expression(inner)}"
        case And(nodes):
            return " and ".join(f"({expression(n)})" if isinstance(n, And | Or) else expression(n) for n in nodes)
        case Or(nodes):
            return " or ".join(f"({expression(n)})" if isinstance(n, Or) else expression(n) for n in nodes)
        case _:
            return str(node)


def both(nodes: Iterable[Node]) -> Node:
    """Those who are in each of the audiences, at least one."""
    return _joined(And, nodes)


def either(nodes: Iterable[Node]) -> Node:
    """Those who are in any of the audiences, at least one."""
    return _joined(Or, nodes)


def terms(node: Node) -> tuple[Term, ...]:
    """The terms of a tree, from left to right."""
    match node:
        case Not(inner):
            return terms(inner)
        case And(nodes) | Or(nodes):
            return tuple(term for inner in nodes for term in terms(inner))
        case _:
            return (node,)


def replaced(node: Node, files: Mapping[str, str]) -> Node:
    """The tree with each file that is in `files` (path to digest) in its stored form."""
    match node:
        case File(path) if path in files:
            return Stored(files[path])
        case Not(inner):
            return Not(replaced(inner, files))
        case And(nodes):
            return And(tuple(replaced(inner, files) for inner in nodes))
        case Or(nodes):
            return Or(tuple(replaced(inner, files) for inner in nodes))
        case _:
            return node


def _joined(kind: type[And] | type[Or], nodes: Iterable[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else (node,))
    return kind(tuple(flat)) if len(flat) > 1 else flat[0]


class _Reader:
    """Reads one expression; `inside` are the saved names that it is part of."""

    def __init__(self, said: str, saved: Mapping[str, str], today: date, inside: tuple[str, ...]) -> None:
        self._saved = saved
        self._today = today
        self._inside = inside
        self._deep = 0
        self._tokens = _tokens(said)
        self._place = 0

    def read(self) -> Node:
        if not self._tokens:
            raise AudienceFault(f"an audience cannot be empty; write all, or terms {EXAMPLE}")
        node = self._any()
        if (extra := self._next()) is not None:
            if extra == ")":
                raise AudienceFault(f"a bracket is closed that was not opened, before {self._before()}; {EXAMPLE}")
            raise AudienceFault(f"'{extra}' stands beside another term; put and, or, not between them, {EXAMPLE}")
        return node

    def _before(self) -> str:
        rest = " ".join(self._tokens[self._place + 1 :])
        return f"'{rest}'" if rest else "the end"

    def _next(self) -> str | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, word: str) -> bool:
        found = self._next()
        if found is not None and _WORDS.get(found.casefold()) == word:
            self._place += 1
            return True
        return False

    def _any(self) -> Node:
        nodes = [self._each()]
        while self._take("or"):
            nodes.append(self._each())
        return either(nodes)

    def _each(self) -> Node:
        nodes = [self._one()]
        while self._take("and"):
            nodes.append(self._one())
        return both(nodes)

    def _one(self) -> Node:
        if len(self._inside) + self._deep > MOST_DEEP:
            raise AudienceFault(f"brackets lie more than {MOST_DEEP} deep; save a part of them under a name")
        if self._take("not"):
            self._deep += 1
            node: Node = Not(self._one())
            self._deep -= 1
            return node
        token = self._next()
        if token is None:
            raise AudienceFault(f"a term is missing after '{self._tokens[-1]}'; {EXAMPLE}")
        if token == ")" or token.casefold() in _WORDS:
            raise AudienceFault(f"a term is missing before '{token}'; {EXAMPLE}")
        self._place += 1
        if token == "(":
            self._deep += 1
            node = self._any()
            self._deep -= 1
            if self._next() != ")":
                raise AudienceFault(f"a bracket is not closed; {EXAMPLE}")
            self._place += 1
            return node
        return self._term(token)

    def _term(self, token: str) -> Node:
        return read(token, self._today) if ":" in token else self._name(token)

    def _name(self, token: str) -> Node:
        """`all`, or what is saved under the name."""
        name = token.replace('"', "").casefold()
        if name == "all":
            return Everybody()
        if name in self._inside:
            raise AudienceFault(f"the saved audience {token} leads back to itself; save it again without {token}")
        if name in self._saved:
            reader = _Reader(self._saved[name], self._saved, self._today, (*self._inside, name))
            reader._deep = self._deep
            return reader.read()
        near = nearest(name, ["all", "and", "or", "not", *self._saved])
        advice = f"did you mean {near}? " if near else ""
        raise AudienceFault(f"there is no saved audience '{token}': {advice}A term has a colon, {EXAMPLE}")


def _tokens(said: str) -> list[str]:
    """The words and brackets of an expression. What is in quotes is left as it is."""
    pieces = re.split(r'("[^"]*")', said.replace("“", '"').replace("”", '"'))
    plain = "".join(piece if piece.startswith('"') and len(piece) > 1 else piece.translate(_NARROW) for piece in pieces)
    found = _TOKEN.findall(plain)
    if plain.count('"') % 2:
        raise AudienceFault('a quotation mark is not closed; write file:"my numbers.csv"')
    return [re.sub(r",\s+", ",", token).strip(",") or "," for token in found]
