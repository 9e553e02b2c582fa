"""The grammar: fragments of `grammar/*.lark` composed into one LALR parser, and the words that they list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import LarkError
from lark.lexer import Lexer

from smsgw.commands.command import Command
from smsgw.commands.vocabulary import BY_NAME, VERBS
from smsgw.language.automaton import Automaton
from smsgw.language.fold import fold

# One fragment per file of smsgw/commands, in the order of the manual.
FRAGMENTS = (
    "sale",
    "nil",
    "register",
    "count",
    "stock",
    "price",
    "order",
    "receive",
    "give",
    "imei",
    "balance",
    "bonus",
    "summary",
    "last",
    "undo",
    "answer",
    "people",
    "language",
    "codes",
    "help",
    "feedback",
    "field",
    "consent",
    "broadcast",
)
# Word lists whose key names a type and the value of its words.
_VALUED = {"PERIOD": "PERIOD", "LANGUAGE": "LANGUAGE", "DAY": "DATE", "MONTH": "MONTHNAME", "QUANTITY": "QUANTITY"}
# Word lists that are no terminal of the grammar: the lexer alone uses them.
_LEXICAL = frozenset(("POLITE", "ASKING", "AND", "PARTICLE", "UNIT", "DOZEN", "SIGNATURE", "CURRENCY"))
_PLACEHOLDER = "PLACEHOLDER_"
# Terminals that the lexer types by their look.
TYPES = frozenset(
    (
        *("IMEI", "MODEL", "QUANTITY", "ZERO", "DEALER", "REFERENCE", "ORDER_NUMBER", "NUMBER", "LONG_NUMBER"),
        *("OPTION", "DATE", "MONTH", "MONEY", "PHONE", "SECRET", "REASON", "PERIOD", "REGION", "GROUP", "LANGUAGE"),
        *("TOPIC", "SUBJECT", "BRAND", "TEXT", "MESSAGE", "REPEAT"),
    )
)
_FIELDS = frozenset(field.name for field in fields(Command))


class GrammarConflict(ValueError):
    """Fragments that do not go together; the message names the two rules or word lists and what both claim."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the grammar: the terminal that it is, its value where the terminal has several, its language."""

    terminal: str
    value: str
    language: str
    text: str  # as the fragment spells it


@dataclass(frozen=True, slots=True)
class Shape:
    """What a sequence of terminals says: the verb, and which tokens (by index) fill which field of the command."""

    verb: str
    fields: tuple[tuple[str, tuple[int, ...]], ...]


class _Typed(Lexer):
    """Hands the parser terminals that the search has already chosen; a token's value is its index."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: str) -> Iterable[Token]:  # type: ignore[override]
        return [Token(terminal, str(index)) for index, terminal in enumerate(data.split())]


class Grammar:
    """The composed grammar. Built once (about 50 ms), then only read; safe to share between readers.

    `extra` are directories with `.lark` files of an installation. Raises GrammarConflict.
    """

    def __init__(self, extra: Iterable[str | Path] = ()) -> None:
        text = "\n".join([*_own_fragments(), *_extra_fragments(extra), _commands()])
        try:
            self.lark = Lark(text, parser="lalr", lexer=_Typed, start="command", maybe_placeholders=False)
        except LarkError as error:
            raise GrammarConflict(f"the grammar's fragments do not go together: {error}") from error
        table = self.lark.parse_interactive("").parser_state.parse_conf.parse_table
        self.automaton = Automaton(table)
        used = frozenset(symbol.name for rule in self.lark.rules for symbol in rule.expansion if symbol.is_term)
        lists = _word_lists(self.lark, used)
        self.keywords = used - TYPES
        self.leading = _leading(self.lark)
        self.messages = frozenset(t for t, verbs in self.leading.items() if _takes_message(self.lark, verbs))
        self.lists = lists
        self.words = self._collect(lists)
        self.shape = lru_cache(maxsize=8192)(self._shape)

    def openings(self, verb: str) -> tuple[str, ...]:
        """The keywords that begin a verb, those first that mean nothing else when they stand alone."""
        found = [terminal for terminal, verbs in self.leading.items() if verb in verbs]
        return tuple(sorted(found, key=lambda terminal: self.verb_of(terminal) != verb))

    def verb_of(self, terminal: str) -> str:
        """The verb that a keyword means when nothing else tells: the first in the order of the manual."""
        return self.leading[terminal][0]

    def _shape(self, terminals: tuple[str, ...]) -> Shape:
        """What an accepted sequence of terminals says, by Lark's own parse of it."""
        tree = self.lark.parse(" ".join(terminals))
        verb = ""
        filled: list[tuple[str, tuple[int, ...]]] = []
        for child in tree.children:
            if not isinstance(child, Tree):
                continue
            if child.data in BY_NAME and not verb:
                verb = str(child.data)
                filled.extend(_field(node) for node in child.children if isinstance(node, Tree))
            else:
                filled.append(_field(child))
        return Shape(verb, tuple(filled))

    def _collect(self, lists: dict[str, list[str]]) -> dict[str, tuple[Word, ...]]:
        """Every word by its folded spelling. Refuses a word that two verbs claim."""
        words: dict[str, list[Word]] = {}
        claimed: dict[str, str] = {}
        for name, literals in lists.items():
            key, _, language = name.rpartition("_")
            terminal, value = key, ""
            head, _, rest = key.partition("_")
            if head in _VALUED:
                terminal, value = _VALUED[head], rest
            for literal in literals:
                spelled = " ".join(fold(literal).clean.split())
                if not spelled:
                    raise GrammarConflict(f"{name}: {literal!r} folds to nothing and can never be read")
                if terminal in self.leading:
                    other = claimed.setdefault(spelled, name)
                    if other.rpartition("_")[0] != key:
                        raise GrammarConflict(f"{other} and {name} both claim the word {literal!r}")
                entry = Word(terminal, value.lower(), language.lower(), literal)
                if entry.terminal not in {w.terminal for w in words.get(spelled, ())}:
                    words.setdefault(spelled, []).append(entry)
        return {spelled: tuple(found) for spelled, found in words.items()}


def _own_fragments() -> list[str]:
    folder = files("smsgw.grammar")
    return [(folder / f"{name}.lark").read_text(encoding="utf-8") for name in ("base", "common", *FRAGMENTS)]


def _extra_fragments(directories: Iterable[str | Path]) -> list[str]:
    found: list[str] = []
    for directory in directories:
        for path in sorted(Path(directory).glob("*.lark")):
            found.append(path.read_text(encoding="utf-8"))
    return found


def _commands() -> str:
    """The rules over all verbs; RO may end whatever books."""
    booking = " | ".join(verb.name for verb in VERBS if not verb.reads_only)
    reading = " | ".join(verb.name for verb in VERBS if verb.reads_only)
    return f"command: _booking repeat? | _reading\n_booking: {booking}\n_reading: {reading}\n"


def _word_lists(lark: Lark, used: frozenset[str]) -> dict[str, list[str]]:
    """Every terminal that is a list of literals, by its name, KEY_LANGUAGE. Refuses a list that nothing uses."""
    lists: dict[str, list[str]] = {}
    for name, (tree, _priority) in lark.grammar.term_defs:
        if tree is None:
            continue
        literals = [str(leaf) for leaf in tree.scan_values(lambda leaf: isinstance(leaf, Token))]
        if not all(literal[:1] == '"' for literal in literals):
            raise GrammarConflict(f"{name}: a word list holds quoted words only")
        key = str(name).rpartition("_")[0]
        named = key.removeprefix(_PLACEHOLDER)
        known = key in used or key in _LEXICAL or (named != key and (named in TYPES or named.lower() in _FIELDS))
        if not known and key.partition("_")[0] not in _VALUED:
            raise GrammarConflict(f"{name}: no rule uses a word list {key or name}")
        lists[str(name)] = [literal.rstrip("i")[1:-1] for literal in literals]
    return lists


def _leading(lark: Lark) -> dict[str, tuple[str, ...]]:
    """Keyword → the verbs that it can begin, in the order of the manual."""
    found: dict[str, list[str]] = {}
    for verb in VERBS:
        for rule in lark.rules:
            if rule.origin.name == verb.name and rule.expansion and rule.expansion[0].is_term:
                terminal = rule.expansion[0].name
                if verb.name not in found.setdefault(terminal, []):
                    found[terminal].append(verb.name)
    return {terminal: tuple(verbs) for terminal, verbs in found.items()}


def _takes_message(lark: Lark, verbs: tuple[str, ...]) -> bool:
    """Whether the text of a verb runs to the end of the message: `body` stands in one of its rules."""
    return any(symbol.name == "body" for rule in lark.rules if rule.origin.name in verbs for symbol in rule.expansion)


def _field(node: Tree[Token]) -> tuple[str, tuple[int, ...]]:
    return str(node.data), tuple(int(leaf) for leaf in node.children if isinstance(leaf, Token))
