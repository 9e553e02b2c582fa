"""Hints: what was expected where a text could not be read, as names of argument types, and what went wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from smsgw.business.core.command import Problem
from smsgw.business.vocabulary import LETTERS
from smsgw.language.characters.fold import Folded, fold
from smsgw.language.grammar.automaton import END
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import ARGUMENTS
from smsgw.language.names import imei, phones
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.search import Fault, Step
from smsgw.language.reading.tokens import AT, COUNT, DATE, DIGITS, HANZI, NAME, NUMBER, SIGNED, WORD, Tok

_SHAPED = frozenset((DIGITS, NAME, COUNT, NUMBER, SIGNED, DATE, AT))
_PLACEHOLDER = "PLACEHOLDER_"
_OTHERS = frozenset(
    (
        *("REGION", "GROUP", "LANGUAGE", "TOPIC", "PERIOD", "PHONE", "SECRET", "REASON"),
        *("ORDER_NUMBER", "REFERENCE", "DATE"),
    )
)
_REFERENCE = re.compile(rf"[{LETTERS}]\d{{1,9}}")


@lru_cache(maxsize=1024)
def expected_types(accepts: frozenset[str], keywords: frozenset[str]) -> tuple[str, ...]:
    """The argument types that terminals stand for, in a fixed order; `verb` where a command may begin."""
    if len(accepts & keywords) > 5:
        return ("verb",)
    return tuple(dict.fromkeys(name for terminal, name in ARGUMENTS.items() if terminal in accepts))


class Teaching:
    """The wrong ways past a token (search.Faults), each with the problem that tells the sender what was expected."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon, folded: Folded) -> None:
        self._grammar = grammar
        self._lexicon = lexicon
        self._folded = folded

    def wrong(
        self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None, readable: bool
    ) -> list[Fault]:
        tok = toks[at]
        found: list[Fault] = []
        if "HELP" in accepts and tok.words and any(w.terminal in self._grammar.leading for w in tok.words):
            return found  # a line is never read without the verb it begins with
        names = self._names(accepts)
        typed = self._text_of(tok)
        after_model = last is not None and last.option is not None and last.option.terminal == "MODEL"

        def add(terminal: str | None, cost: int, code: str, detail: str = "") -> None:
            if terminal is None or terminal in accepts:
                found.append(Fault(terminal, cost, Problem(code, typed, at, names, None, detail)))

        if readable:  # it is right where it stands: what is wrong is elsewhere, unless it is the end of an IMEI
            if "IMEI" in accepts and tok.kind == DIGITS and (len(tok.text) == 4 or "PHONE" in accepts):
                add("IMEI", 115, "bad_imei", "short" if len(tok.text) == 4 else "phone")
            if "QUANTITY" in accepts and tok.kind == SIGNED:
                add("QUANTITY", 90, "bad_quantity")
            self._left_out(add, toks, at, last)
            return found
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
                unit = tok.kind == DIGITS and "IMEI" in accepts
                if not unit or len(digits) < 10:
                    add("QUANTITY", 105 if unit and not after_model else 90, "bad_quantity")
            elif tok.kind == WORD and not tok.words and some and tok.text[:1].isdigit():
                add("QUANTITY", 125, "bad_quantity")
        if "MODEL" in accepts and tok.kind in (WORD, HANZI) and not self._is_own_word(tok):
            code_like = some and len(tok.text) <= (8 if "IMEI" in accepts else 12)
            if not code_like and not self._stands_for_model(toks, at, accepts, last):
                cost = 100 if "IMEI" not in accepts and len(toks) <= at + 1 and at <= 1 else 210
            else:
                cost = 100 if code_like or "IMEI" not in accepts else 180
            add("MODEL", cost, "unknown_model")
        elif (
            "MODEL" in accepts
            and tok.kind == DIGITS
            and len(digits) < 10
            and not accepts & {"QUANTITY", "NUMBER", "IMEI"}
        ):
            add("MODEL", 100, "unknown_model")
        if "DEALER" in accepts:
            if tok.kind == AT:
                add("DEALER", 70, "unknown_word", "dealer")
            elif tok.kind == WORD and not tok.words and self._lexicon.like_a_dealer(tok.text):
                add("DEALER", 80, "unknown_word", "dealer")
            elif tok.kind == WORD and not tok.words and (some or not accepts & {"IMEI", "MODEL", END}):
                add("DEALER", 140, "unknown_word", "dealer")
        self._others(add, tok, digits, numeric, some, accepts)
        if tok.kind == COUNT and tok.ask and at and toks[at - 1].end == tok.start:
            whole = self._folded.typed(toks[at - 1].start, tok.end)
            found.append(Fault(None, 90, Problem("unknown_model", whole, at, ("model",))))
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
        problem = Problem("missing_quantity", self._text_of(toks[last.at]), last.at, ("quantity",))
        return Fault("QUANTITY", 110, problem)

    def incomplete(self, toks: list[Tok], accepts: frozenset[str], needed: str, told: bool) -> Fault | None:
        """Arguments left out at the end; the one that is needed is named first."""
        if told:
            return Fault(needed, 1, None)
        names = self._names(accepts)
        first = ARGUMENTS[needed]
        ordered = (first, *(name for name in names if name != first)) if len(toks) > 1 else names
        return Fault(needed, 120, Problem("incomplete", self._text_of(toks[0]) if toks else "", 0, ordered))

    def too_long(self, toks: list[Tok], at: int) -> Problem:
        """More that cannot be read than is worth explaining."""
        return Problem("too_long", self._text_of(toks[at]), at)

    def suggest(self, problem: Problem) -> Problem:
        """The problem with what was probably meant, where one code is a slip away."""
        near: str | None = None
        token = "".join(fold(problem.token).clean.split())
        if problem.code == "unknown_model":
            near = self._lexicon.nearest_model(token)
        elif problem.detail == "dealer":
            near = self._lexicon.nearest_dealer(token.lstrip("@"))
        elif problem.detail in ("region", "group"):
            near = self._lexicon.nearest_place(token, audiences=problem.detail == "group")
        return problem if near is None else replace(problem, suggestion=near)

    def _names(self, accepts: frozenset[str]) -> tuple[str, ...]:
        return expected_types(accepts, self._grammar.keywords)

    def _text_of(self, tok: Tok) -> str:
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
            likely = 92 if len(digits) > 4 else 115 if len(digits) == 4 else 130
            add("IMEI", likely + 20 * ("QUANTITY" in accepts and len(digits) < 4), "bad_imei", detail)
        elif tok.kind == WORD and some and not tok.words:
            serial = len(tok.text) > 8 or sum(c.isdigit() for c in tok.text) >= 5
            add("IMEI", 95 if serial else 140, "bad_imei", imei.fault(tok.text))
        elif tok.kind in (NUMBER, COUNT, SIGNED, DATE):
            add("IMEI", 160, "bad_imei", "length")

    def _others(self, add: object, tok: Tok, digits: str, numeric: bool, some: bool, accepts: frozenset[str]) -> None:
        """Arguments of which the token is no right one: all are unknown words, with the type as their detail."""
        if accepts.isdisjoint(_OTHERS):
            return
        assert callable(add)
        plain = not tok.words
        if plain:
            for terminal in ("REGION", "GROUP", "LANGUAGE", "TOPIC"):
                add(terminal, 100, "unknown_word", ARGUMENTS[terminal])
            add("PERIOD", 120, "unknown_word", "period")
        if numeric:
            if "IMEI" not in accepts:
                add("PHONE", 112, "unknown_word", "phone")
            add("SECRET", 110, "unknown_word", "pin")
            add("REASON", 110, "unknown_word", "reason")
        if some and (plain or tok.kind == DIGITS):
            for terminal in ("ORDER_NUMBER", "REFERENCE"):
                add(terminal, 111, "unknown_word", ARGUMENTS[terminal])
        if tok.kind == DATE or (tok.kind == DIGITS and len(digits) == 8):
            add("DATE", 94, "unknown_word", "date")

    def _left_out(self, add: object, toks: list[Tok], at: int, last: Step | None) -> None:
        assert callable(add)
        tok = toks[at]
        shaped = (
            tok.kind in _SHAPED
            or tok.text in self._lexicon.dealers
            or tok.text in self._lexicon.regions
            or any(w.terminal in ARGUMENTS for w in tok.words)
            or (not tok.words and _REFERENCE.fullmatch(tok.text) is not None)
        )
        add(None, 250 if shaped else 200, "not_allowed" if shaped else "unknown_word", "left_out")

    @staticmethod
    def _stands_for_model(toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> bool:
        """Whether a token is meant as a model: a quantity follows it, or stands before it and waits for its model."""
        if last is not None and last.option is not None and last.option.terminal == "QUANTITY" and END not in accepts:
            return True
        return any(
            t.kind == COUNT or (t.kind == DIGITS and len(t.text) <= 4) or t.is_a("QUANTITY")
            for t in toks[at + 1 : at + 2]
        )

    def _is_own_word(self, tok: Tok) -> bool:
        """Whether a word is one of ours and so no name of a model."""
        return any(not w.terminal.startswith("PLACEHOLDER") for w in tok.words)


class LeaveOut:
    """The way past tokens of a story (search.Faults): what does not read is left out, the last first."""

    def wrong(
        self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None, readable: bool
    ) -> list[Fault]:
        return [Fault(None, 10_000 - at, None)] if at else []

    def missing(self, toks: list[Tok], at: int, accepts: frozenset[str], last: Step | None) -> Fault | None:
        return None

    def incomplete(self, toks: list[Tok], accepts: frozenset[str], needed: str, told: bool) -> Fault | None:
        return None

    def too_long(self, toks: list[Tok], at: int) -> Problem:
        return Problem("too_long", toks[at].text, at)
