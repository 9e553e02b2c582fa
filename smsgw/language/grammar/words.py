"""Words for people: the keyword of a verb in a language and how a verb is sent, read off the grammar."""

from __future__ import annotations

from dataclasses import dataclass, replace

from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.language.grammar.automaton import END, Stack
from smsgw.language.grammar.grammar import Grammar

# The terminals of arguments, in the order in which a hint names them.
ARGUMENTS = {
    "IMEI": "imei",
    "MODEL": "model",
    "QUANTITY": "quantity",
    "ZERO": "quantity",
    "REFERENCE": "reference",
    "LONG_NUMBER": "reference",
    "ORDER_NUMBER": "order",
    "NUMBER": "order",
    "DEALER": "dealer",
    "GROUP": "group",
    "REGION": "region",
    "PERIOD": "period",
    "MONTH": "month",
    "DATE": "date",
    "REASON": "reason",
    "PHONE": "phone",
    "SECRET": "pin",
    "LANGUAGE": "language",
    "TOPIC": "verb",
    "SUBJECT": "topic",
    "ABOUT": "topic",
    "OPTION": "option",
    "BRAND": "brand",
    "MONEY": "money",
    "AMOUNT": "money",
    "SLIP_NUMBER": "reference",
    "TEXT": "text",
    "MESSAGE": "text",
}
# The same argument under another terminal; a format shows it once.
_SHOWN_AS = {
    "MESSAGE": "TEXT",
    "NUMBER": "ORDER_NUMBER",
    "LONG_NUMBER": "REFERENCE",
    "ZERO": "QUANTITY",
}
# What a shop's own format leaves out: it speaks for one dealer.
_OF_OTHERS = "dealer"
_FALLBACK = "en"
_LONGEST = 5  # terminals after the verb in the shortest complete command


@dataclass(frozen=True, slots=True)
class _Format:
    """The shortest complete run of arguments of a verb, and what may follow it, as (terminal, field).

    `other` is the shortest run that has none of these fields, where there is one: sets by model and not by IMEI.
    """

    needed: tuple[tuple[str, str], ...]
    optional: tuple[tuple[str, str], ...]
    other: tuple[tuple[str, str], ...] = ()


class Words:
    """The vocabulary of the language, for help, refusals and the pocket card. Languages are those of the word lists."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._formats = {verb.name: self._shortest(verb.name) for verb in VERBS}

    def languages(self) -> tuple[str, ...]:
        """Every language that the grammar has words of; `pinyin` counts as one."""
        return tuple(sorted({name.rpartition("_")[2].lower() for name in self._grammar.lists}))

    def word(self, verb: str, language: str) -> str:
        """The keyword of a verb: its first own word in that language, else in English; else one that it shares."""
        for words in (self.own_aliases, self.aliases):
            found = words(verb, language) or words(verb, _FALLBACK)
            if found:
                return found[0]
        return verb.upper()

    def own_aliases(self, verb: str, language: str) -> tuple[str, ...]:
        """The words of one language that mean a verb whatever follows: not `SALE`, though `SALE 0` is a nil."""
        lists, suffix = self._grammar.lists, "_" + language.upper()
        leads = (lead for lead in self._grammar.openings(verb) if self._grammar.verb_of(lead) == verb)
        return tuple(word for lead in leads for word in lists.get(lead + suffix, ()))

    def aliases(self, verb: str, language: str) -> tuple[str, ...]:
        """All words that a verb may begin with in one language, the preferred one first."""
        lists, suffix = self._grammar.lists, "_" + language.upper()
        return tuple(word for terminal in self._grammar.openings(verb) for word in lists.get(terminal + suffix, ()))

    def syntax(self, verb: str, language: str) -> str:
        """How a verb is sent at its shortest: `ORD model qty`, or `STOCK [model]` where nothing is needed.

        Both ways, where there are two: `SALE imei / SALE model qty`.
        """
        known = self._formats[verb]
        optional = () if known.needed else tuple(o for o in known.optional if o[1] != _OF_OTHERS)[:1]
        shortest = self._write_format(verb, language, known.needed, optional)
        return f"{shortest} / {self._write_format(verb, language, known.other, ())}" if known.other else shortest

    def full_syntax(self, verb: str, language: str, *, dealer: bool = True) -> str:
        """How a verb is sent with everything that may follow: `COUNT model qty [dealer]`; or without the dealer."""
        known = self._formats[verb]
        optional = tuple(o for o in known.optional if dealer or o[1] != _OF_OTHERS)
        return self._write_format(verb, language, known.needed, optional)

    def example(self, verb: str, language: str) -> str:
        """One right text of a verb."""
        return self.examples(verb, language)[0]

    def examples(self, verb: str, language: str) -> tuple[str, ...]:
        """Right texts of a verb; in a language of an installation the English ones with that language's keyword."""
        known = BY_NAME[verb]
        if language == "zh":
            return known.examples_zh
        if language == _FALLBACK or not self.aliases(verb, language):
            return known.examples
        english, word = self.aliases(verb, _FALLBACK), self.word(verb, language)
        found = []
        for text in known.examples:
            said = max((each for each in english if f"{text} ".startswith(f"{each} ")), key=len, default="")
            found.append(word + text.removeprefix(said) if said else text)
        return tuple(found)

    def argument(self, terminal: str, field: str, language: str) -> str:
        """What a format calls an argument: by its field where that has a name of its own, else by its type."""
        lists = self._grammar.lists
        for suffix in (language.upper(), _FALLBACK.upper()):
            own = () if field.upper() in ARGUMENTS else (field.upper(),)
            for key in (*own, _SHOWN_AS.get(terminal, terminal)):
                names = lists.get(f"PLACEHOLDER_{key}_{suffix}")
                if names:
                    return names[0].lower()
        return terminal.lower()

    def _write_format(
        self, verb: str, language: str, needed: tuple[tuple[str, str], ...], optional: tuple[tuple[str, str], ...]
    ) -> str:
        pieces = [self.word(verb, language)]
        pieces.extend(self.argument(terminal, field, language) for terminal, field in needed)
        pieces.extend(f"[{self.argument(terminal, field, language)}]" for terminal, field in optional)
        return " ".join(pieces)

    def _shortest(self, verb: str) -> _Format:
        """Of the shortest complete commands the one whose arguments come in the order that the verb lists them."""
        automaton = self._grammar.automaton
        order = BY_NAME[verb].arguments
        for lead in self._grammar.openings(verb):
            start = automaton.advance(automaton.start, lead)
            paths: list[tuple[Stack, tuple[str, ...]]] = [(start, ())] if start is not None else []
            first: _Format | None = None
            for length in range(_LONGEST):
                whole = [p for s, p in paths if END in automaton.accepts(s) and self._means(verb, lead, p)]
                whole.sort(key=lambda p: self._places(lead, p, order))
                if first is None and whole:
                    first = self._with_options(verb, lead, whole[0])
                    if not first.needed:
                        return first
                elif first is not None:
                    fields = {field for _, field in first.needed}
                    other = next((p for p in whole if fields.isdisjoint(self._fields(lead, p).values())), None)
                    if other is not None or length > len(first.needed):
                        return first if other is None else replace(first, other=self._with_fields(lead, other))
                paths = [
                    (following, (*path, terminal))
                    for stack, path in paths
                    for terminal in ARGUMENTS
                    if terminal == "MESSAGE" or terminal not in _SHOWN_AS
                    if (following := automaton.advance(stack, terminal)) is not None
                ]
            if first is not None:
                return first
        raise AssertionError(f"{verb}: no complete command of {_LONGEST} arguments or fewer")

    def _means(self, verb: str, lead: str, path: tuple[str, ...]) -> bool:
        return self._grammar.shape((lead, *path)).verb == verb

    def _places(self, lead: str, path: tuple[str, ...], order: tuple[str, ...]) -> tuple[int, ...]:
        """Where the fields of a command stand in the verb's list of arguments."""
        return tuple(order.index(name) for name, _ in self._grammar.shape((lead, *path)).fields)

    def _fields(self, lead: str, path: tuple[str, ...]) -> dict[int, str]:
        shape = self._grammar.shape((lead, *path))
        return {leaf: name for name, leaves in shape.fields for leaf in leaves}

    def _with_fields(self, lead: str, path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        named = self._fields(lead, path)
        return tuple((terminal, named[place]) for place, terminal in enumerate(path, 1))

    def _with_options(self, verb: str, lead: str, path: tuple[str, ...]) -> _Format:
        automaton = self._grammar.automaton
        stack = automaton.start
        for terminal in (lead, *path):
            following = automaton.advance(stack, terminal)
            assert following is not None
            stack = following
        needed = self._with_fields(lead, path)
        known = {_SHOWN_AS.get(terminal, terminal) for terminal in path}
        optional: list[tuple[str, str]] = []
        for terminal in ARGUMENTS:
            name = _SHOWN_AS.get(terminal, terminal)
            following = automaton.advance(stack, terminal)
            if following is None or name in known or END not in automaton.accepts(following):
                continue
            if self._means(verb, lead, (*path, terminal)):
                known.add(name)
                optional.append((terminal, self._fields(lead, (*path, terminal))[len(path) + 1]))
        order = BY_NAME[verb].arguments
        optional.sort(key=lambda o: (o[1] == _OF_OTHERS, order.index(o[1]) if o[1] in order else len(order)))
        return _Format(needed, tuple(optional))
