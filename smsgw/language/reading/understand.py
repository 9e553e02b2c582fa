"""One folded text becomes commands: its lines, the verb of each, and what it may mean when no verb is plain."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import islice
from operator import methodcaller

from smsgw.business.core.command import CONFIRM, REJECTED, Command, Problem, Repair
from smsgw.business.core.verb import Verb
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.characters.fold import Folded
from smsgw.language.characters.hanzi import RANGES
from smsgw.language.grammar.grammar import NEARLY, Grammar
from smsgw.language.names import phones
from smsgw.language.reading import doubts, leftovers
from smsgw.language.reading.build import build
from smsgw.language.reading.clause import Clause
from smsgw.language.reading.hint import LeaveOut, Teaching
from smsgw.language.reading.readings import Readings
from smsgw.language.reading.repair import Near, Speller
from smsgw.language.reading.search import Faults, Found, search
from smsgw.language.reading.tokens import DIGITS, HANZI, MOST_TOKENS, WORD, Lexer, Tok

_MOST_COMMANDS = 40
_MOST_VERBS = 6  # that a story is searched for
# Tokens of a message, IMEIs aside, that are looked at for what is wrong; what is wrong beyond is refused with no hint.
_EXPLAINED = 150
_OPENING = 100  # characters of a message's free text that are looked at for a reference
_RUN = re.compile(f"[{RANGES}]+")
_LETTERS = re.compile(r"[A-Z]{3,}(?=\d{10})")
_LINE = re.compile(r"[^\n;]+")
_FREE = frozenset(("TEXT", "MESSAGE", "BRAND"))
_POLITE = methodcaller("is_a", "POLITE")
# Problems of arguments that a verb does not take: it was not meant.
_UNFIT = frozenset(("unknown_word", "not_allowed"))


def _lines(clean: str) -> list[tuple[int, int]]:
    """Where the lines of a text begin and end, up to one more than may be; those that are empty are none."""
    if "\n" not in clean and ";" not in clean:
        return [(0, len(clean))] if clean else []
    return [line.span() for line in islice(_LINE.finditer(clean), MOST_TOKENS + 1)]


def _only_polite(toks: list[Tok]) -> bool:
    return all(map(_POLITE, toks))


def _size(clause: Clause) -> int:
    return len(clause.toks)


class Message:
    """One text on its way to commands: read with a grammar, its lexer and speller, and a snapshot of the lexicon."""

    def __init__(self, grammar: Grammar, lexer: Lexer, speller: Speller, folded: Folded, today: date) -> None:
        self._grammar = grammar
        self._lexicon = lexer.lexicon
        self._lexer = lexer
        self._speller = speller
        self._folded = folded
        self._explained = 0
        self._readings = Readings(grammar, speller, lexer.lexicon, folded, today)

    def commands(self) -> list[Command]:
        """What the text asks for, line by line: never none, unless the text is empty."""
        lines = _lines(self._folded.clean)
        clauses = self._clauses(lines) if len(lines) <= MOST_TOKENS else None
        if clauses is None or len(clauses) > _MOST_COMMANDS or max(map(_size, clauses), default=0) > MOST_TOKENS:
            problem = Problem("too_long", self._folded.text[:20], 0, (), None, str(len(self._folded.text)))
            return [Command(None, REJECTED, problems=(problem,))]
        found: list[Command] = []
        for clause in clauses:
            if _only_polite(clause.toks):
                if len(clauses) > 1:
                    continue
                return [self._reject_unknown(clause)]
            found.extend(self._read(clause))
        return found

    def _clauses(self, lines: list[tuple[int, int]]) -> list[Clause]:
        """The lines, each that has no verb with the one above it."""
        clean = self._folded.clean
        clauses: list[Clause] = []
        for begin, stop in lines:
            start, end = self._lexer.trim(clean, begin, stop)
            toks = self._lexer.tokens(self._folded, start, end)
            if not toks:
                continue
            verb = self._first(toks)
            if verb is not None and verb.text in self._grammar.message_words:
                end = len(clean)  # its text is all the rest, signatures and all
                toks = self._lexer.tokens(self._folded, start, min(end, verb.end + _OPENING))
                clauses.append(Clause(toks, start, end))
                break
            clause = Clause(toks, start, end)
            if clauses and verb is None and not _only_polite(toks):
                above = clauses[-1]
                if not _only_polite(above.toks) and not self._stands_alone(clause):
                    above.toks.extend(toks)
                    above.limit = end
                    continue
            clauses.append(clause)
        return clauses

    def _first(self, toks: list[Tok]) -> Tok | None:
        """The first token after polite words, when it is a verb."""
        for tok in toks:
            if tok.words:
                if tok.text in self._grammar.verb_words:
                    return tok
                if tok.words[0].terminal in ("POLITE", "ASKING"):
                    continue
            return None
        return None

    def _stands_alone(self, clause: Clause) -> bool:
        """Whether a line whose verb is not in front, or misspelt, is a command by itself."""
        if self._elsewhere(clause) is not None:
            return True
        near = self._nearly(clause) or self._misspelt(clause)
        return near is not None and all(c.verb is not None and not c.problems for c in near)

    # ---- one command

    def _search(self, toks: list[Tok], limit: int, faults: Faults | None = None) -> Found | None:
        if faults is not None:
            if self._explained > _EXPLAINED:
                return None
            self._explained += 2 + sum(tok.kind != DIGITS or len(tok.text) < 14 for tok in toks)
        return search(self._grammar.automaton, self._readings, toks, limit, faults)

    def _read(self, clause: Clause) -> list[Command]:
        found = self._search(clause.toks, clause.limit)
        if found is not None:
            asked = self._asked_about(clause) if clause.toks[0].is_a("ASKING") else None
            return asked or [self._made(found, clause.toks)]
        nearly = self._nearly(clause)
        if nearly:
            return nearly
        if self._first(clause.toks) is not None:
            return self._with_verb(clause)
        for attempt in (self._misspelt, self._elsewhere, self._bare, self._story):
            commands = attempt(clause)
            if commands:
                return commands
        return [self._reject_unknown(clause)]

    def _made(self, found: Found, toks: list[Tok], repairs: tuple[Repair, ...] = (), doubt: str = "") -> Command:
        """The command of a search; of two that are equally good, a question."""
        command = build(found.steps, toks, self._grammar, self._folded, repairs=repairs, doubt=doubt)
        if found.other is None or command.problems:
            return command
        other = build(found.other, toks, self._grammar, self._folded, repairs=repairs, doubt=doubt)
        if other == command:
            return command
        problem = Problem("ambiguous", doubts.first_difference(command, other), 0)
        return doubts.ask_between(command, (problem,), (command, other))

    def _with_verb(self, clause: Clause) -> list[Command]:
        """A command whose verb stands first and whose arguments do not all read."""
        near = self._misspelt(clause) if self._half_a_verb(clause) else None
        if near:
            return near
        command = self._taught(clause.toks, clause.limit)
        if command is None:
            return [self._reject_unknown(clause)]
        others = any(p.detail == "left_out" for p in command.problems) and self._verbs(clause.toks[1:])
        restated = leftovers.without_restated(clause.toks)
        if command.problems and len(restated) < len(clause.toks):
            return self._story(clause) or [self._taught(restated, clause.limit, doubt="always") or command]
        if others:
            return self._story(clause) or [command]
        return [command]

    def _taught(self, toks: list[Tok], limit: int, repairs: tuple[Repair, ...] = (), doubt: str = "") -> Command | None:
        """The likeliest command when not everything reads, its problems telling what was expected."""
        teaching = Teaching(self._grammar, self._lexicon, self._folded)
        found = self._search(toks, limit, teaching)
        if found is None:
            return None
        command = self._made(found, toks, repairs, doubt)
        return replace(command, problems=tuple(map(teaching.suggest, command.problems)))

    def _nearly(self, clause: Clause) -> list[Command] | None:
        """A line with words that people say for a verb, read with those verbs; None when it does not read so either."""
        toks: list[Tok] = []
        repairs: list[Repair] = []
        if not any(tok.words and tok.text in self._grammar.nearly for tok in clause.toks):
            return None
        for tok, following in zip(clause.toks, [*clause.toks[1:], None], strict=True):
            nearly = next((w.terminal for w in tok.words if w.terminal.startswith(NEARLY)), None)
            goes_on = following is not None and following.kind == HANZI and following.start == tok.end
            if nearly is None or (len(tok.text) == 1 and goes_on):
                toks.append(tok)
                continue
            spelled = self._grammar.preferred_word(nearly.removeprefix(NEARLY), tok.words[0].language)
            toks.append(Tok(WORD, spelled, tok.start, tok.end, self._grammar.words[spelled]))
            repairs.append(Repair("verb", self._folded.typed(tok.start, tok.end), spelled))
        if not repairs:
            return None
        commands = self._read(Clause(toks, clause.start, clause.limit))
        if all(command.outcome == REJECTED and command.verb is None for command in commands):
            return None
        return [doubts.ask_back(command, tuple(repairs)) for command in commands]

    def _half_a_verb(self, clause: Clause) -> bool:
        """Whether the verb is one hanzi that goes on in hanzi we do not know (盘店 for 盘点)."""
        for tok, following in zip(clause.toks, clause.toks[1:], strict=False):
            if tok.words and tok.text in self._grammar.verb_words:
                return len(tok.text) == 1 and following.kind == HANZI and following.start == tok.end
        return False

    def _verbs(self, toks: list[Tok]) -> list[int]:
        """Where verbs stand that could be meant inside a line."""
        return [
            at
            for at, tok in enumerate(toks)
            if tok.words
            and tok.text in self._grammar.verb_words
            and not (len(tok.text) == 1 and tok.text.isascii() and tok.text == "O")
        ]

    def _elsewhere(self, clause: Clause) -> list[Command] | None:
        """The one verb of a line that stands behind its arguments, when everything else types cleanly."""
        verbs = self._verbs(clause.toks)
        if len(verbs) != 1 or not verbs[0]:
            return None
        at = verbs[0]
        toks = [clause.toks[at], *clause.toks[:at], *clause.toks[at + 1 :]]
        found = self._search(toks, clause.limit)
        if found is None or any(step.option is not None and step.option.terminal in _FREE for step in found.steps):
            return None
        return [self._made(found, toks)]

    def _misspelt(self, clause: Clause) -> list[Command] | None:
        """The nearest verb for the first word of a line, when all that follows can be read after it."""
        first = next(
            (at for at, tok in enumerate(clause.toks) if not tok.is_a("POLITE") and not tok.is_a("ASKING")), -1
        )
        if first < 0:
            return None
        tok = clause.toks[first]
        clean = self._folded.clean
        run = _RUN.match(clean, tok.start, clause.limit)
        if run is not None:
            if tok.words and not tok.words[0].terminal.startswith(NEARLY) and not self._half_a_verb(clause):
                return None
            nearest = self._speller.hanzi(run[0])
        elif tok.kind == WORD and not tok.words:
            letters = tok.text if tok.text.isalpha() else ""
            if not letters:
                glued = _LETTERS.match(tok.text)
                letters = glued[0] if glued else ""
            nearest = self._speller.latin(letters)
        else:
            return None
        return self._nearest(clause, tok, nearest) if nearest else None

    def _nearest(self, clause: Clause, tok: Tok, nearest: list[Near]) -> list[Command] | None:
        read: list[Command] = []
        for near in {self._grammar.verb_of(n.terminal): n for n in reversed(nearest)}.values():
            command = self._respelt(clause, tok, near)
            if command is not None:
                read.append(command)
        if not read:
            return None
        if len({self._grammar.verb_of(n.terminal) for n in nearest}) == 1:
            return read
        typed = self._folded.typed(tok.start, tok.start + nearest[0].length)
        words = "|".join(sorted(n.spelled for n in nearest))
        choices = tuple(command for command in read if command.outcome != REJECTED)
        if not choices:
            return [Command(None, REJECTED, problems=(Problem("unknown_word", typed, 1, ("verb",), words),))]
        return [Command(None, CONFIRM, problems=(Problem("ambiguous", typed, 1, ("verb",), words),), choices=choices)]

    def _respelt(self, clause: Clause, tok: Tok, near: Near) -> Command | None:
        """The line read with a verb in the place of its first word; None when words of it say nothing."""
        end = tok.start + near.length
        verb = Tok(WORD, near.spelled, tok.start, end, self._grammar.words[near.spelled])
        line_end = next((t.start for t in clause.toks if t.start >= end and t.start > tok.end), clause.limit)
        rest = self._lexer.tokens(self._folded, end, line_end) if end != tok.end else []
        toks = [verb, *rest, *(t for t in clause.toks if t.start >= max(line_end, tok.end))]
        found = self._search(toks, clause.limit)
        repair = Repair("verb", self._folded.typed(tok.start, end), near.spelled)
        if found is not None:
            return self._made(found, toks, (repair,), "books")
        command = self._taught(toks, clause.limit, (repair,), "books")
        if command is None or any(problem.code in _UNFIT for problem in command.problems):
            return None
        return doubts.ask_if_partial(command)

    def _bare(self, clause: Clause) -> list[Command] | None:
        """IMEIs without a verb: a sale, asked back when anything but a dealer stands beside them."""
        if not any(self._unit_like(tok) for tok in clause.toks):
            return None
        if any(not self._meant(clause.toks[at]).answers for at in self._verbs(clause.toks)):
            return None
        spelled = self._grammar.by_imeis
        start = clause.toks[0].start
        toks = [Tok(WORD, spelled, start, start, self._grammar.words[spelled]), *clause.toks]
        found = self._search(toks, clause.limit)
        if found is not None:
            return [self._made(found, toks, (Repair("verb", "", spelled),), "always")]
        command = self._taught(toks, clause.limit)
        return [command] if command is not None else None

    def _meant(self, tok: Tok) -> Verb:
        grammar = self._grammar
        return BY_NAME[next(grammar.verb_of(w.terminal) for w in tok.words if w.terminal in grammar.leading)]

    def _asked_about(self, clause: Clause) -> list[Command] | None:
        """`查` and one IMEI: no sale, but the trail of the set."""
        if self._first(clause.toks) is not None:
            return None
        spelled = self._grammar.by_asking
        start = clause.toks[0].start
        toks = [Tok(WORD, spelled, start, start, self._grammar.words[spelled]), *clause.toks]
        found = self._search(toks, clause.limit)
        if found is None:
            return None
        return [self._made(found, toks, (Repair("verb", self._folded.typed(start, clause.toks[0].end), spelled),))]

    def _unit_like(self, tok: Tok) -> bool:
        """Whether a token, with no verb about, can only be meant as an IMEI."""
        digits = sum(c.isdigit() for c in tok.text)
        if tok.kind == DIGITS:
            return digits >= 12 and not phones.read(tok.text, self._lexicon.country)
        return tok.kind == WORD and not tok.words and digits >= 10 and len(tok.text) >= 14

    def _story(self, clause: Clause) -> list[Command] | None:
        """Verbs inside a longer story: each proposed with what can be read near it, and asked back.

        What may be stock or money and is in no proposal is told with them as a problem of the last one.
        """
        toks = clause.toks
        verbs = self._verbs_of_story(toks)
        if len(verbs) > _MOST_VERBS:
            return None
        commands: list[Command] = []
        lost: list[str] = []
        for number, at in enumerate(verbs):
            begin = at + 1 if number else 0
            until = verbs[number + 1] if number + 1 < len(verbs) else len(toks)
            part = leftovers.without_restated(
                [toks[at], *(t for i, t in enumerate(toks[begin:until], begin) if i != at)]
            )
            found = self._search(part, clause.limit, LeaveOut())
            command = None if found is None else self._propose(found, part)
            if found is not None and command is not None:
                commands.append(command)
                books = command.verb is not None and not BY_NAME[command.verb].reads_only
                left = [step.at for step in found.steps if step.option is None] if books else []
            elif self._meant(toks[at]).reads_only:
                left = []
            else:
                left = list(range(len(part)))
            pieces = leftovers.pieces_that_matter(part, left)
            if command is not None and pieces and leftovers.changes_meaning(command, part, left):
                return [doubts.refuse_for(command, [self._folded.typed(start, end) for start, end in pieces])]
            lost += [self._folded.typed(start, end) for start, end in pieces]
        if lost and commands:
            commands[-1] = replace(commands[-1], problems=(*commands[-1].problems, *map(doubts.left_out_problem, lost)))
        return commands or None

    def _verbs_of_story(self, toks: list[Tok]) -> list[int]:
        """Where verbs stand in a story: none that answers a question, no label of an IMEI for a verb before it."""
        verbs: list[int] = []
        for at in self._verbs(toks):
            tok = toks[at]
            meant = self._meant(tok)
            if (len(tok.text) == 1 and tok.text.isascii()) or meant.answers:
                continue
            label = verbs and at + 1 < len(toks) and tok.is_a("PLACEHOLDER_IMEI")
            if label and self._meant(toks[verbs[-1]]).good_parts_alone and self._unit_like(toks[at + 1]):
                continue
            verbs.append(at)
        return verbs

    def _propose(self, found: Found, part: list[Tok]) -> Command | None:
        """What a part of a story asks for; None when it says too little, or is free text."""
        if any(s.option is not None and s.option.terminal in _FREE for s in found.steps):
            return None
        command = self._made(found, part, doubt="always")
        said = sum(step.option is not None for step in found.steps) > 1
        meant = self._meant(part[0])
        if said or (meant.in_stories and command.verb == meant.name and len(part[0].text) > 1):
            return command
        return None

    def _reject_unknown(self, clause: Clause) -> Command:
        """A line in which no verb is known or near."""
        said = [tok for tok in clause.toks if not tok.is_a("POLITE")] or clause.toks
        strange = next((tok for tok in said if tok.kind in (WORD, HANZI) and not tok.words), said[0])
        if strange.kind == HANZI:
            clean, start = self._folded.clean, strange.start
            while start and _RUN.match(clean, start - 1):
                start -= 1  # a polite word or a verb that the run begins with is part of the word (请假)
            run = _RUN.match(clean, start)
            end = run.end() if run else strange.end
        else:
            start, end = strange.start, strange.end
        token = self._folded.typed(start, end)
        return Command(None, REJECTED, problems=(Problem("unknown_word", token, 1, ("verb",)),))
