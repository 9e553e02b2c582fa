"""The grammar: fragments of `grammar/*.lark` composed into one LALR parser, and the words that they list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import GrammarError, UnexpectedInput
from lark.lexer import Lexer

from smsgw.business.audiences.rules.groups import GROUPS
from smsgw.business.consent.rules import TOPICS
from smsgw.business.core.command import Command
from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.language.characters.fold import fold
from smsgw.language.grammar import fragments
from smsgw.language.grammar.automaton import Automaton
from smsgw.language.grammar.cues import cues
from smsgw.language.grammar.fragments import Fragment, Fragments, GrammarConflict

# Word lists whose key names a type and the value of its words.
_VALUED = {
    "PERIOD": "PERIOD",
    "LANGUAGE": "LANGUAGE",
    "DAY": "DATE",
    "MONTH": "MONTHNAME",
    "QUANTITY": "QUANTITY",
    "GROUP": "GROUP",
    "ABOUT": "ABOUT",
}
# Word lists that are no terminal of the grammar: the lexer alone uses them.
DROPPED = frozenset(("POLITE", "ASKING", "AND", "PARTICLE"))
_LEXICAL = DROPPED | {"UNIT", "DOZEN", "SIGNATURE", "CURRENCY"}
_VALUES = {
    "PERIOD": re.compile("DAY|WEEK|MONTH"),
    "LANGUAGE": re.compile("[A-Z]{2,8}"),
    "DAY": re.compile(r"\d{1,2}"),
    "MONTH": re.compile("[1-9]|1[0-2]"),
    "QUANTITY": re.compile(r"[1-9]\d{0,3}"),
    "GROUP": re.compile("|".join(GROUPS)),
    "ABOUT": re.compile("|".join(TOPICS).upper()),
}
_PLACEHOLDER = "PLACEHOLDER_"
# Word lists of what people say for a keyword: read as a misspelt one is.
NEARLY = "NEARLY_"
_SEPARATORS = frozenset(",、;:。./|#*+=_")  # of the rules of reading: a word with one of them would fall apart
_AT_LINE = re.compile(r"at line (\d+)")
# The rules and terminals that Lark's sentences name: `Rule 'sale'`, `<price : STOCK model>`, `extend rule sale`.
_NAMES = re.compile(r"(?:<|[Rr]ule '?|[Tt]erminal '?)([A-Za-z_]\w*)")
# The rules that Lark makes of `*` and `+`: named by the rule that needs one first, and numbered.
_NUMBERED = re.compile(r"__\w+_(star|plus)_\d+")
# Terminals that the lexer types by their look.
TYPES = frozenset(
    (
        *("IMEI", "MODEL", "QUANTITY", "ZERO", "DEALER", "REFERENCE", "ORDER_NUMBER"),
        *("NUMBER", "LONG_NUMBER"),
        *("OPTION", "DATE", "MONTH", "MONEY", "PHONE", "SECRET", "REASON", "PERIOD", "REGION", "GROUP", "LANGUAGE"),
        *("AMOUNT", "SLIP_NUMBER"),
        *("TOPIC", "SUBJECT", "ABOUT", "BRAND", "TEXT", "MESSAGE", "REPEAT"),
    )
)
_FIELDS = frozenset(field.name for field in fields(Command))
_FIELDS_OF = {verb.name: frozenset(verb.arguments) for verb in VERBS}


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

    def lex(self, data: str) -> Iterable[Token]:  # type: ignore[override]  # of one's own, lark calls it with the text
        return [Token(terminal, str(index)) for index, terminal in enumerate(data.split())]


class Grammar:
    """The composed grammar. Built once (about 0.2 s), then only read; safe to share between readers.

    `extra` are directories with `.lark` and `.cues` files of an installation; `languages` are the codes of the
    languages that there are answers in, each a word for itself. Raises GrammarConflict.
    """

    def __init__(self, extra: Iterable[str | Path] = (), languages: Iterable[str] = ()) -> None:
        extra = tuple(map(Path, extra))
        self.cues = cues(extra)
        self._fragments = Fragments([*fragments.own(), *fragments.read_added(extra), _commands()])
        self.lark = _compose(self._fragments)
        table = self.lark.parse_interactive("").parser_state.parse_conf.parse_table
        self.automaton = Automaton(table)
        used = frozenset(symbol.name for rule in self.lark.rules for symbol in rule.expansion if symbol.is_term)
        lists = _word_lists(self.lark, used, self._fragments)
        for language in languages:
            _name_itself(lists, language.upper())
        self.keywords = used - TYPES
        _sound(self.lark, self.keywords, lists, self._fragments)
        self.leading = _leading(self.lark)
        self.inner = self.keywords - frozenset(self.leading)  # keywords that no command begins with
        self.messages = frozenset(t for t, verbs in self.leading.items() if _takes_message(self.lark, verbs))
        self.lists = lists
        self.words = self._collect(lists)
        self.nearly = frozenset(
            s for s, known in self.words.items() if any(w.terminal.startswith(NEARLY) for w in known)
        )
        self.verb_words = _words_of(self.words, frozenset(self.leading))
        self.message_words = _words_of(self.words, self.messages)
        self.shape = lru_cache(maxsize=8192)(self._shape)

    @cached_property
    def version(self) -> str:
        """Eight letters and digits that change when a rule or a word does, not with a remark or the order of files."""
        rules = sorted(_NUMBERED.sub(r"\1", f"{rule} {rule.alias}") for rule in self.lark.rules)
        said = [*rules, *map(str, sorted(self.lists.items()))]
        return sha256("\n".join(said).encode()).hexdigest()[:8]

    @cached_property
    def by_imeis(self) -> str:
        """The word of the verb that IMEIs alone mean, as words are looked up."""
        return self.preferred_word(self.openings(next(verb.name for verb in VERBS if verb.by_imeis))[0], "en")

    @cached_property
    def by_asking(self) -> str:
        """The word of the verb that an IMEI behind a word of asking means."""
        return self.preferred_word(self.openings(next(verb.name for verb in VERBS if verb.by_asking))[0], "en")

    def said_by(self, name: str) -> str:
        """A rule or word list with the files that say it."""
        return self._fragments.with_files(name)

    def openings(self, verb: str) -> tuple[str, ...]:
        """The keywords that begin a verb, those first that mean nothing else when they stand alone."""
        found = [terminal for terminal, verbs in self.leading.items() if verb in verbs]
        return tuple(sorted(found, key=lambda terminal: self.verb_of(terminal) != verb))

    def preferred_word(self, terminal: str, language: str) -> str:
        """The first word of a keyword in a language, else in any, as the words are looked up."""
        words = self.lists.get(f"{terminal}_{language.upper()}")
        if words is None:
            words = next(found for name, found in self.lists.items() if name.rpartition("_")[0] == terminal)
        return " ".join(fold(words[0]).clean.split())

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
        """Every word by its folded spelling. Refuses a word that two verbs, or two values of one type, claim."""
        words: dict[str, list[Word]] = {}
        claimed: dict[tuple[str, str], str] = {}
        faults: list[str] = []
        for name, literals in lists.items():
            key, _, language = name.rpartition("_")
            terminal, value = key, ""
            head, _, rest = key.partition("_")
            if head in _VALUED:
                terminal, value = _VALUED[head], rest
            for literal in literals:
                spelled = " ".join(fold(literal).clean.split())
                if not spelled:
                    faults.append(f"{self.said_by(name)}: {literal!r} folds to nothing and can never be read")
                    continue
                if _SEPARATORS.intersection(spelled):
                    faults.append(f"{self.said_by(name)}: {literal!r} has a separator in it and can never be read")
                    continue
                if terminal in self.leading or value:
                    other = claimed.setdefault(("" if terminal in self.leading else terminal, spelled), name)
                    if other.rpartition("_")[0] != key:
                        faults.append(f"{self.said_by(other)} and {self.said_by(name)} both claim the word {literal!r}")
                        continue
                entry = Word(terminal, value.lower(), language.lower(), literal)
                if entry.terminal not in {w.terminal for w in words.get(spelled, ())}:
                    words.setdefault(spelled, []).append(entry)
        if faults:
            raise GrammarConflict(*faults)
        return {spelled: tuple(found) for spelled, found in words.items()}


def _words_of(words: dict[str, tuple[Word, ...]], terminals: frozenset[str]) -> frozenset[str]:
    """The words that are one of some terminals."""
    return frozenset(spelled for spelled, known in words.items() if any(word.terminal in terminals for word in known))


def _commands() -> Fragment:
    """The rules over all verbs; RO may end whatever books."""
    booking = " | ".join(verb.name for verb in VERBS if not verb.reads_only)
    reading = " | ".join(verb.name for verb in VERBS if verb.reads_only)
    text = f"command: _booking repeat? | _reading\n_booking: {booking}\n_reading: {reading}\n"
    return Fragment("the list of verbs", text)


@lru_cache(maxsize=2)  # settings read again, and an import, mostly find the same rules
def _parser(rules: str) -> Lark:
    # strict: a rule that Lark would prefer to another without a word is a conflict as well
    return Lark(rules, parser="lalr", lexer=_Typed, start="command", maybe_placeholders=False, strict=True)


def _compose(parts: Fragments) -> Lark:
    """One parser of all fragments; what Lark finds wrong is told with the files of the rules that it names."""
    try:
        return _parser(parts.text)
    except (UnexpectedInput, GrammarError) as error:
        line = getattr(error, "line", None) or (int(found[1]) if (found := _AT_LINE.search(str(error))) else None)
        said = _AT_LINE.split(str(error))[0].rstrip(", ") if line else " ".join(str(error).split())
        where = f"{parts.place(line)}: " if line else ""
        named = dict.fromkeys(name for name in _NAMES.findall(said) if parts.with_files(name) != name)
        files = f" ({', '.join(map(parts.with_files, named))})" if named else ""
        raise GrammarConflict(f"{where}{said}{files}") from error


def _sound(lark: Lark, keywords: frozenset[str], lists: dict[str, list[str]], parts: Fragments) -> None:
    """Refuses what would be read and then lost: rules of no verb, arguments that fill no field, keywords of no word."""
    faults = []
    origins = {str(rule.origin.name) for rule in lark.rules}
    unused = {name for name in parts.added if name.islower()} - origins
    faults += [f"{parts.with_files(name)}: no verb uses this rule" for name in sorted(unused)]
    for rule in lark.rules:
        typed = [symbol.name for symbol in rule.expansion if symbol.name in TYPES and symbol.name != "ZERO"]
        origin = parts.with_files(str(rule.origin.name))
        if rule.alias and str(rule.alias) not in _FIELDS:
            faults.append(f"{origin}: a command has no field {rule.alias}")
        elif typed and not rule.alias:
            faults.append(f"{origin}: {typed[0]} fills no field; write it in a rule of its own with -> and the field")
    for verb in VERBS:
        for field in sorted(_fields_filled_by(lark, verb.name) - _FIELDS_OF[verb.name]):
            faults.append(f"{parts.with_files(verb.name)}: this verb takes no {field}")
    worded = {name.rpartition("_")[0] for name in lists}
    faults += [f"no word list {name}_… says which words are {name}" for name in sorted(keywords - worded)]
    if faults:
        raise GrammarConflict(*dict.fromkeys(faults))


def _fields_filled_by(lark: Lark, verb: str) -> set[str]:
    """Every field that a rule and the rules in it may fill, whatever has no alias left out."""
    reached, waiting, fields = {verb}, [verb], set()
    while waiting:
        origin = waiting.pop()
        for rule in lark.rules:
            if rule.origin.name != origin:
                continue
            if rule.alias:
                fields.add(str(rule.alias))
            for symbol in rule.expansion:
                if not symbol.is_term and symbol.name not in reached:
                    reached.add(symbol.name)
                    waiting.append(symbol.name)
    return fields & _FIELDS


def _name_itself(lists: dict[str, list[str]], code: str) -> None:
    """A language is named by its code, whether or not a word list says so."""
    if not any(code in words for name, words in lists.items() if name.startswith(f"LANGUAGE_{code}_")):
        lists.setdefault(f"LANGUAGE_{code}_{code}", []).append(code)


def _word_lists(lark: Lark, used: frozenset[str], parts: Fragments) -> dict[str, list[str]]:
    """Every terminal that is a list of literals, by its name, KEY_LANGUAGE. Refuses a list that nothing uses."""
    lists: dict[str, list[str]] = {}
    faults: list[str] = []
    for name, (tree, _priority) in lark.grammar.term_defs:
        if tree is None:
            continue
        literals = [str(leaf) for leaf in tree.scan_values(lambda leaf: isinstance(leaf, Token))]
        plain = all(literal[:1] == '"' for literal in literals)
        one_each = all(len(choice.children) == 1 for choice in tree.find_data("expansion"))
        if not plain or not one_each or any(tree.find_data("range")):
            faults.append(f"{parts.with_files(name)}: a word list holds nothing but quoted words with | between them")
            continue
        key = str(name).rpartition("_")[0]
        named = key.removeprefix(_PLACEHOLDER)
        head, _, value = key.partition("_")
        known = (
            key.removeprefix(NEARLY) in used
            or key in _LEXICAL
            or (named != key and (named in TYPES or named.lower() in _FIELDS))
        )
        if not known and head not in _VALUED:
            faults.append(f"{parts.with_files(name)}: no rule uses a word list {key or name}")
        if not known and head in _VALUES and not _VALUES[head].fullmatch(value):
            faults.append(f"{parts.with_files(name)}: {value!r} is not a value of {head}")
        lists[str(name)] = [literal.rstrip("i")[1:-1] for literal in literals]
    if faults:
        raise GrammarConflict(*faults)
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
