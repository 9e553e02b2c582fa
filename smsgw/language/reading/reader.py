"""Understanding: a text, a day and a snapshot of the lexicon become commands; pure, and it never raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from smsgw.business.core.command import ACCEPTED, IGNORED, PARTIAL, REJECTED, Command, Problem, Reading
from smsgw.language.characters.fold import Folded, fold, folded_text
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading import ignored
from smsgw.language.reading.repair import Speller
from smsgw.language.reading.several import one_for_each
from smsgw.language.reading.tokens import Lexer
from smsgw.language.reading.understand import Message
from smsgw.language.sentences.courtesy import AUTOMATIC
from smsgw.language.sentences.sentences import PLAIN, Manner, Sentences

# Longer texts are refused whole: 200 IMEIs fit into this, and more than a phone will send.
MAX_TEXT = 4000


class Reader:
    """Reads texts with one grammar and one snapshot of the lexicon; immutable, and cheap to make again from a grammar.

    `extra_grammar`: directories of an installation's own `.lark` and `.cues` files. `own_reply`: whether a text is one
    of our answers by its template. `manner`: how dates are taken. Raises GrammarConflict.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        extra_grammar: Iterable[str | Path] = (),
        own_reply: Callable[[str], bool] | None = None,
        grammar: Grammar | None = None,
        manner: Manner = PLAIN,
    ) -> None:
        self.lexicon = lexicon
        self.grammar = grammar or Grammar(extra_grammar)
        self._own_reply = own_reply
        self._lexer = Lexer(self.grammar, lexicon)
        self._speller = Speller(self.grammar)
        self.manner = manner
        self._sentences = Sentences(self.grammar.cues, lexicon, manner)

    def with_lexicon(self, lexicon: Lexicon) -> Reader:
        """The same reader after the catalogue or the directory has changed."""
        return Reader(lexicon, own_reply=self._own_reply, grammar=self.grammar, manner=self.manner)

    def _commands(self, folded: Folded, today: date) -> list[Command]:
        """The commands of a text word for word."""
        return Message(self.grammar, self._lexer, self._speller, folded, today).commands()

    def understand(self, text: str, *, today: date, sender: str | None = None) -> Reading:
        """What a text says on a day. `sender` is the address it came from, where it is known."""
        why = ignored.by_sender(text, sender, self._own_reply)
        if why:
            return Reading(text, "", IGNORED, why=why)
        if len(text) > MAX_TEXT:
            problem = Problem("too_long", text[:20], 0, (), None, str(len(text)))
            return Reading(text, text, REJECTED, (Command(None, REJECTED, problems=(problem,)),))
        folded = fold(text)
        terse = self._commands(folded, today)
        clear = True
        for command in terse:
            clear = clear and command.outcome == ACCEPTED
        if not clear and (each := one_for_each(folded.clean, lambda said: self._commands(fold(said), today))):
            return Reading(text, folded_text(folded.clean), ACCEPTED, tuple(each))
        if not clear and ignored.machine(text):
            return Reading(text, "", IGNORED, why="machine")
        commands = self._sentences.meant(text, folded, terse, today)
        if len(commands) == 1 and commands[0].outcome == ACCEPTED and not commands[0].problems:
            return Reading(text, folded_text(folded.clean), ACCEPTED, tuple(commands))
        if any(p.detail == AUTOMATIC for c in commands for p in c.problems):
            return Reading(text, "", IGNORED, why="machine")
        if not commands:
            if not any(c.isalnum() for c in folded.clean):
                return Reading(text, "", IGNORED, why="empty")
            unknown = Problem("unknown_word", text.strip(), 1, ("verb",))
            commands = [Command(None, REJECTED, problems=(unknown,))]
        outcomes = {command.outcome for command in commands}
        outcome = outcomes.pop() if len(outcomes) == 1 else PARTIAL
        return Reading(text, folded_text(folded.clean), outcome, tuple(commands))
