"""Hints: what was expected where a text could not be read, as names of argument types, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable

from smsgw.commands.command import Problem
from smsgw.language import imei, phones
from smsgw.language.automaton import END
from smsgw.language.fold import Folded
from smsgw.language.grammar import Grammar
from smsgw.language.lexicon import Lexicon
from smsgw.language.readings import Option
from smsgw.language.search import Fault, Step
from smsgw.language.tokens import AT, COUNT, DATE, DIGITS, HANZI, NAME, NUMBER, SIGNED, WORD, Tok

# The terminals of arguments, in the order in which a hint names them.
TYPES = {
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
    "OPTION": "option",
    "BRAND": "brand",
    "MONEY": "money",
    "TEXT": "text",
    "MESSAGE": "text",
}
# What is put in for a missing argument, the likeliest first.
_FILLING = (
    "IMEI",
    "QUANTITY",
    "MODEL",
    "GROUP",
    "REFERENCE",
    "ORDER_NUMBER",
    "DEALER",
    "PHONE",
    "SECRET",
    "LANGUAGE",
    "BRAND",
    "TEXT",
    "MESSAGE",
    "MONEY",
)
_SHAPED = frozenset((DIGITS, NAME, COUNT, NUMBER, SIGNED, DATE, AT))
_PLACEHOLDER = "PLACEHOLDER_"


def expected(accepts: Iterable[str], keywords: frozenset[str]) -> tuple[str, ...]:
    """The argument types that terminals stand for, in a fixed order; `verb` where a command may begin."""
    accepted = frozenset(accepts)
    named = list(dict.fromkeys(name for terminal, name in TYPES.items() if terminal in accepted))
    if len(accepted & keywords) > 5:
        return ("verb",)
    return tuple(named)


class Teaching:
    """The wrong ways past a token (search.Faults), each with the problem that tells the sender what was expected."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon, folded: Folded) -> None:
        self._grammar = grammar
        self._lexicon = lexicon
        self._folded = folded

    def wrong(self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> list[Fault]:
        tok = toks[at]
        found: list[Fault] = []
        names = expected(accepts, self._grammar.keywords)

        def add(terminal: str | None, cost: int, code: str, detail: str = "", suggestion: str | None = None) -> None:
            if terminal is None or terminal in accepts:
                problem = Problem(code, self._typed(tok), at, names, suggestion, detail)
                found.append(Fault(terminal, cost, problem))

        for word in tok.words:
            if word.terminal.startswith(_PLACEHOLDER):
                add(word.terminal.removeprefix(_PLACEHOLDER), 100, "example_text")
                add(None, 120, "example_text")
        digits = tok.text.replace("-", "")
        numeric = digits.isdigit()
        some = any(c.isdigit() for c in tok.text)
        if "IMEI" in accepts:
            self._no_imei(add, tok, digits, numeric, some, accepts)
        if "QUANTITY" in accepts:
            if tok.kind in (SIGNED, NUMBER, DATE) or (
                tok.kind == DIGITS and (len(digits) > 4 or not digits.strip("0"))
            ):
                long = tok.kind == DIGITS and len(digits) >= 10 and "IMEI" in accepts
                add("QUANTITY", 105 if long else 90, "bad_quantity")
            elif tok.kind == WORD and not tok.words and some and tok.text[:1].isdigit():
                add("QUANTITY", 125, "bad_quantity")
        if "MODEL" in accepts and tok.kind in (WORD, HANZI) and not self._spoken(tok):
            code_like = some and len(tok.text) <= 12
            cost = 100 if code_like or "IMEI" not in accepts else 180
            add("MODEL", cost, "unknown_model", suggestion=self._nearest_model(tok.text))
        elif "MODEL" in accepts and tok.kind == DIGITS and len(digits) < 10 and not accepts & {"QUANTITY", "NUMBER"}:
            add("MODEL", 100, "unknown_model")
        if "DEALER" in accepts:
            near = self._nearest_dealer(tok.text) if tok.kind in (AT, WORD, DIGITS) and not tok.words else None
            if tok.kind == AT:
                add("DEALER", 70, "unknown_word", "dealer", near)
            elif near is not None:
                add("DEALER", 80, "unknown_word", "dealer", near)
            elif tok.kind == WORD and not tok.words:
                add("DEALER", 140, "unknown_word", "dealer")
        self._others(add, tok, digits, numeric, some)
        self._left_out(add, toks, at, last)
        if last is not None and last.option is not None and at > 0:
            # The verb once more (`S imei S imei`) says nothing new.
            first = toks[0].words
            if first and tok.words and first[0].terminal in self._grammar.leading and tok.is_a(first[0].terminal):
                found.append(Fault(None, 5, None))
        return found

    def missing(self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> Fault | None:
        """A quantity left out after its model."""
        if "QUANTITY" not in accepts or last is None or last.option is None or last.option.terminal != "MODEL":
            return None
        if last.option.value is None:
            return Fault("QUANTITY", 5, None)
        problem = Problem("missing_quantity", self._typed(toks[last.at]), last.at, ("quantity",))
        return Fault("QUANTITY", 110, problem)

    def incomplete(self, toks: list[Tok], accepts: frozenset[str], last: Step | None, told: bool) -> Fault:
        """An argument left out at the end."""
        filling = next((terminal for terminal in _FILLING if terminal in accepts), None)
        if told:
            return Fault(filling, 1, None)
        names = expected(accepts, self._grammar.keywords)
        return Fault(filling, 120, Problem("incomplete", self._typed(toks[0]) if toks else "", 0, names))

    def _typed(self, tok: Tok) -> str:
        return self._folded.typed(tok.start, tok.end)

    def _no_imei(self, add: object, tok: Tok, digits: str, numeric: bool, some: bool, accepts: frozenset[str]) -> None:
        assert callable(add)
        whole = imei.read(tok.text) if tok.kind in (DIGITS, WORD) and len(digits) >= 14 else None
        if whole is not None and whole.example:
            add("IMEI", 80, "example_text")
        elif tok.kind == DIGITS or (tok.kind == WORD and numeric):
            detail = imei.fault(tok.text)
            if len(digits) <= 13 and phones.read(digits, self._lexicon.country):
                detail = "phone"
            short = len(digits) < 5
            add("IMEI", (150 if "QUANTITY" in accepts else 130) if short else 92, "bad_imei", detail)
        elif tok.kind == WORD and some and not tok.words:
            add("IMEI", 95 if sum(c.isdigit() for c in tok.text) >= 5 else 140, "bad_imei", imei.fault(tok.text))
        elif tok.kind in (NUMBER, COUNT, SIGNED, DATE):
            add("IMEI", 160, "bad_imei", "length")

    def _others(self, add: object, tok: Tok, digits: str, numeric: bool, some: bool) -> None:
        """Arguments of which the token is no right one: all are unknown words, with the type as their detail."""
        assert callable(add)
        plain = not tok.words
        if plain:
            for terminal in ("REGION", "GROUP", "LANGUAGE", "TOPIC"):
                add(terminal, 100, "unknown_word", TYPES[terminal])
            add("PERIOD", 120, "unknown_word", "period")
        if numeric:
            add("PHONE", 112, "unknown_word", "phone")
            add("SECRET", 110, "unknown_word", "pin")
            add("REASON", 110, "unknown_word", "reason")
        if some and (plain or tok.kind == DIGITS):
            for terminal in ("ORDER_NUMBER", "REFERENCE"):
                add(terminal, 111, "unknown_word", TYPES[terminal])
        if tok.kind == DATE or (tok.kind == DIGITS and len(digits) == 8):
            add("DATE", 94, "unknown_word", "date")

    def _left_out(self, add: object, toks: list[Tok], at: int, last: Step | None) -> None:
        assert callable(add)
        tok = toks[at]
        shaped = tok.kind in _SHAPED or tok.text in self._lexicon.dealers or tok.text in self._lexicon.regions
        add(None, 200, "not_allowed" if shaped else "unknown_word", "left_out")

    def _spoken(self, tok: Tok) -> bool:
        """Whether a word is one of ours and so no name of a model."""
        return any(not w.terminal.startswith("PLACEHOLDER") for w in tok.words)

    def _nearest_model(self, text: str) -> str | None:
        return self._lexicon.nearest_model(text)

    def _nearest_dealer(self, text: str) -> str | None:
        return self._lexicon.nearest_dealer(text)


class Story:
    """The way past tokens of a story (search.Faults): what does not read is left out, nothing is put in."""

    def wrong(self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> list[Fault]:
        return [Fault(None, 10, None)] if at else []

    def missing(self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> Fault | None:
        return None

    def incomplete(self, toks: list[Tok], accepts: frozenset[str], last: Step | None, told: bool) -> Fault:
        return Fault(None, 0, None)


def at_end(accepts: frozenset[str]) -> bool:
    """Whether a command may end here."""
    return END in accepts


def hole(option: Option | None) -> bool:
    """Whether a step stands for something missing or unreadable."""
    return option is not None and option.value is None
