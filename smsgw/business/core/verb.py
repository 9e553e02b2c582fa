"""A verb with everything that is true of it: no other table in the house lists verbs by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Example, Reply
from smsgw.business.core.reply_table import NO_REPLIES, ReplyTable

# What each verb asks of the books is told by its own annotation: the books as far as its subject.
Decide: TypeAlias = Callable[[Command, Actor, Any], Decision]
OfQuestion: TypeAlias = Callable[[Question, Any], Decision]

NOT_TOLD = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb of the command language. The words for it live in its grammar fragment, never here.

    `place` is its place in the manual, on the card, and among verbs that begin with the same word: the first is meant
    where nothing else tells. `arguments` are the field names of Command that it may fill. `letter` is that of the
    references it issues. `alone`: complete without arguments. `roles`: who may use it; nobody else may.
    """

    name: str
    place: int
    arguments: tuple[str, ...]
    roles: tuple[str, ...]
    examples: tuple[str, ...]  # each must read as this verb with the sample catalogue; the first is shown in help
    examples_zh: tuple[str, ...]
    # None: not in service. Its business is not built: it is read, checked for rights and answered so; nothing is kept.
    decide: Decide | None = None
    # What the sender could send of it right now, by the books of all subjects (None: the manual's example). Without a
    # function it is a model, a quantity and a shop, as its arguments are.
    example: Callable[[Actor, Any], Example | None] | None = None
    by_hand: bool = False  # while it is not in service, a person can do it who is told
    takes_words: bool = False  # it tells a person
    everyday: bool = False  # its word alone is also said by people who mean nothing by it
    reads_only: bool = False
    alone: bool = False
    letter: str = ""
    help_place: int = 0  # its place among the verbs that HELP lists; 0: not listed
    replies: ReplyTable = NO_REPLIES  # that no other verb or notice gives
    help_reply: Callable[[Actor, Any], Reply] | None = None  # what HELP says of it; None: its syntax and an example

    # How it is read.
    fragment: str = ""  # the file in grammar/ that has its words and syntax; '': one of its own name
    good_parts_alone: bool = False  # what is good of a list succeeds by itself
    words_ask_back: bool = False  # complete alone: with words beside it that say nothing to us it is asked back
    in_stories: bool = False  # a longer story may ask for it without naming anything
    tells_all: bool = False  # what it leaves out is said too: with a piece lost it would say something else
    of_one_before: bool = False  # behind another command in a line it may speak of that one
    one_each: bool = False  # behind it several references are as many commands
    answers: bool = False  # it answers a question of ours
    by_imeis: bool = False  # IMEIs without a verb are meant as it
    by_asking: bool = False  # and an IMEI behind a word of asking as it

    # What becomes of it.
    drafts: bool = False  # it makes a draft, which asks before anything comes of it
    asks: bool = False  # a doubtful one that is all of a text asks by itself, for it must find what it is about first
    reports: bool = False  # its bookings count as a report of the shop
    admits: bool = False  # by it a phone that is not registered becomes so
    shared_words: frozenset[str] = frozenset()  # words that, alone, may be meant for what is open of another verb
    # What is done with one that could not be read; None: it is refused.
    on_rejected: Callable[[Command, Actor, Any], Decision | None] | None = None
    # What a doubtful one of a phone is taken for without asking; None: it is asked back.
    assume: Callable[[Command, str, Any], Command | None] | None = None
    # What a doubtful one lacks before it can be asked back, told as an answer; None: nothing.
    missing: Callable[[Command, Actor, Any], Reply | None] | None = None
    # What would cancel what is open of it, of a sender.
    cancel_open: Callable[[Actor, Any], Command | None] | None = None

    # Its questions: what a YES, a NO, or an answer past the deadline does to a draft of it.
    on_yes: OfQuestion | None = None
    on_no: OfQuestion | None = None
    # What the number of an answer does (None: a YES without one) to a draft that is asked about with several.
    on_option: Callable[[Question, int | None, Any], Decision] | None = None
    on_lapse: OfQuestion | None = None
    # What a YES or NO of a phone says of it that answers no open question; None: nothing.
    on_answer: Callable[[Command, str, Any], Decision | None] | None = None
    # What is asked back when such a YES or NO says nothing to any verb; None: nothing.
    ask_which: Callable[[Command, str, Any], Decision | None] | None = None

    # Its bookings: whether the same text again of a phone would be the same booking (None: always), and how that is
    # told (None, or none told: by reference and time).
    is_repeat: Callable[[Booking, str, Any], bool] | None = None
    already_reply: Callable[[Booking, Actor, Any], Reply | None] | None = None
    # What the journal calls them: subject and kind. None: its name, and `booked`; NOT_TOLD: the audit trail tells.
    told_as: tuple[str, str] | None = None
    # The command that would book the same; None: it cannot be put right, only undone.
    restate: Callable[[Booking, Any], Command | None] | None = None
    # How one is undone; None: everything that its reference did is reversed. One at no shop checks the right itself.
    undo: Callable[[Booking, Actor, Any], Decision] | None = None
    # Whether one is taken back however old it is, for it still waits or how it is undone says until when; None: never.
    undo_any_time: Callable[[Booking, Any], bool] | None = None
    # The answer to such a reversal: of the booking, its shop and the books.
    undo_reply: Callable[[Booking, Any, Any], Reply] | None = None
    # How one is put right by what stands behind FIX and its reference; None, or where it says nothing of it: it is
    # undone, and what is right booked in its place.
    fix: Callable[[Booking, Command, Actor, Any], Decision | None] | None = None
    # What APPROVE or REJECT of one of its references comes to; None: nobody decides them.
    approve: Decide | None = None
    reject: Decide | None = None
    # Its references that wait for such a decision of a sender, the oldest first.
    waiting: Callable[[Actor, Any], Sequence[str]] | None = None

    @property
    def in_service(self) -> bool:
        return self.decide is not None
