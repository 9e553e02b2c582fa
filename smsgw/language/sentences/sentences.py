"""Sentences: the commands of a text as a person meant them, with the terse grammar's reading beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from smsgw.business.consent.rules import TOPICS
from smsgw.business.core.command import (
    ACCEPTED,
    CONFIRM,
    PARTIAL,
    REJECTED,
    Command,
    Problem,
)
from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.language.characters.fold import Folded, fold
from smsgw.language.grammar.cues import Cues
from smsgw.language.names.lexicon import Lexicon, key_of
from smsgw.language.sentences.amounts import weigh_amounts
from smsgw.language.sentences.bare import bare
from smsgw.language.sentences.corrections import acknowledged, content_of, thanks
from smsgw.language.sentences.courtesy import courtesy
from smsgw.language.sentences.decide import decide, refused
from smsgw.language.sentences.denials import denies_a_deed
from smsgw.language.sentences.explained import SHORTEST_IMEI, digits_in, explained
from smsgw.language.sentences.for_people import word_for_a_person
from smsgw.language.sentences.frames import MOODS, pieces
from smsgw.language.sentences.layout import is_plain, lay_out
from smsgw.language.sentences.marks import (
    BREAK,
    COUNT,
    CUE,
    DAY,
    IMEI,
    MODEL,
    MONEY,
    MOST_MARKS,
    NUMBER,
    OPEN,
    SERIES,
    STOP,
    Mark,
    Marker,
)
from smsgw.language.sentences.neighbours import name_by_suffix, order_weekdays
from smsgw.language.sentences.numbers import hanzi_number
from smsgw.language.sentences.reports import BOOKED
from smsgw.language.sentences.sentence import Looked, Sentence
from smsgw.language.sentences.understood import says_little, understood
from smsgw.language.sentences.veto import BOOKING, Veto, books, dangerous

_TOLD = frozenset(("SOLD", "RETURN", "GIVE", "RECEIVE", "DAMAGE", "LOSS"))
_VERB_OF = {"SOLD": "summary"}  # the question that is about what happened
_LEAST_PRICE = 100  # from here on a number may be an amount of money
_LONGEST_NUMBER = 9
_SUM = re.compile(r"\d\s*[+＋]\s*\d+\s*[=＝]\s*\d")
# Verbs that are asked back however clear they are, and take words of the sender's own.
_WITH_TEXT = frozenset(
    verb.name for verb in VERBS if {"reason", "text"} & set(verb.arguments) and verb.name not in BOOKING
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a deployment takes what people write.

    `month_first`: 11/29 is a day of November, and so is 11/2. `back_days`: a sale told more days late is asked.
    """

    month_first: bool = False
    back_days: int = 7


PLAIN = Manner()


class Sentences:
    """Reads texts by what is said to have happened, with one set of cue words and one snapshot of the lexicon."""

    def __init__(self, cues: Cues, lexicon: Lexicon, manner: Manner) -> None:
        self._lexicon = lexicon
        self._marker = Marker(cues, lexicon)
        self._veto = Veto(cues)
        self._numbered = self._marker.models.numbered
        self._manner = manner

    def meant(self, text: str, folded: Folded, terse: list[Command], today: date) -> list[Command]:
        """The commands of a text of which the terse grammar read `terse`; a refusal says what was understood."""
        looked = Looked()
        found = self._meant(text, folded, terse, today, looked)
        if len(found) == 1 and _from_within(found[0], folded):
            found = [refused(text)]
        if len(found) == 1 and (found[0].outcome == REJECTED or found[0].option is not None):
            page = looked.page or fold(lay_out(text))
            marks = looked.marks if looked.marks is not None else self._marks(page, today)
            if len(marks) <= MOST_MARKS:
                s = Sentence(pieces(marks), marks, page, today, self._manner.back_days)
                little = found[0].outcome == REJECTED and says_little(found[0], marks)
                alone = bare(s, self._marker.models)
                said = understood(s, alone) if little else None
                if little and said is None and alone is None and found[0].verb is None:
                    return word_for_a_person(s) or found
                return [replace(found[0], understood=said, bare=alone)]
        return found

    def _meant(self, text: str, folded: Folded, terse: list[Command], today: date, looked: Looked) -> list[Command]:
        """The commands of a text of which the terse grammar read `terse`; what it looked at stays in `looked`.

        The terse reading stands where it takes every word and nothing speaks against it, and where it knows what is
        wrong with a value; else the sentences decide, and where they have nothing to say it stands unless it books.
        """
        if self._stands(text, folded, terse, today):
            return terse
        terse = [self._filled(c, today) if c.content is not None else c for c in terse]
        terse = [_without_their_number(c) if c.outcome == PARTIAL else c for c in terse]
        whole = bool(terse) and all(c.outcome in (ACCEPTED, PARTIAL) for c in terse)
        terse = [_asked_of_a_topic(c, folded) for c in terse]
        page = lay_out(text)
        laid = folded if page == text else fold(page)
        partial = any(c.outcome == PARTIAL for c in terse)
        sure = not partial and not (books(terse) and self._to_look_at(terse, folded, today))
        if page == text and whole and sure and not any(c.topic for c in terse):
            return terse
        marks = self._marks(laid, today)
        looked.page, looked.marks = laid, [mark.copy() for mark in marks]  # whoever decides changes them
        marks = _without_whys(marks, laid.clean, terse)
        if denies_a_deed(marks):
            return [refused(text)]
        if page == text and whole and sure:
            return terse
        typed = len(terse) == 1 and terse[0].word == folded.clean.strip()  # a verb of the card, alone
        if not (whole or typed) and thanks(marks, laid.clean):
            return [acknowledged(text)]
        polite = courtesy(marks, text) if not (whole or typed) else None
        if polite is not None:
            return [
                Command(None, REJECTED, problems=(Problem("unknown_word", text.strip(), 1, ("verb",), None, polite),))
            ]
        danger = (dangerous(marks, terse) and not _only_asks(terse)) or len(
            {m.value.day for m in marks if m.kind == DAY}
        ) > 1
        misread = (
            _misread(terse, marks, laid.clean)
            or _counts_again(marks)
            or (_guesses_an_order(terse, marks) and any("REMOVE" in m.cues for m in marks))
        )
        if page == text and not danger and not misread and (whole or self._clearly_wrong(terse, marks)):
            return self._dated(self._numbers_of_names(terse, folded), marks, today, text)
        if (
            page == text
            and not danger
            and books(terse)
            and len({c.verb for c in terse}) > 1
            and explained(terse, marks, today)
        ):
            return list(dict.fromkeys(terse))
        chosen = page == text and not danger and any(books(c.choices) for c in terse)
        chosen = chosen and all(c.verb or c.choices for c in terse)
        said = decide(marks, laid, today, self._manner.back_days) if len(marks) <= MOST_MARKS else None
        if self._takes_a_name_for_a_number([*terse, *(said or ())], marks, folded) or (_sums_up(text) and books(terse)):
            return [refused(text)]
        if not said and (_overlooks_what_happened(terse, marks) or _orders_what_went(terse, marks)):
            return [refused(text)]
        if said is None or (chosen and (not said or books(said))):
            return [refused(text)] if (danger and books(terse)) or _guesses_an_order(terse, marks) else terse
        said = [self._reasoned(c, laid) for c in said]
        if not said:
            dropped = any(p.detail == "left_out" for c in terse for p in c.problems if c.outcome == CONFIRM)
            goods = any(m.kind in (MODEL, SERIES, IMEI) for m in marks)
            counted = any(m.kind in (OPEN, NUMBER, COUNT) for m in marks)  # of which the terse reading may be another's
            unsure = any(p.code == "ambiguous" for c in terse for p in c.problems)
            ambiguous = page == text and not danger and not counted and unsure
            stands = (
                ambiguous
                or (_harmless(terse, marks) and not (dropped and goods))
                or (page == text and not danger and explained(terse, marks, today))
            )
            return terse if stands and not _guesses_an_order(terse, marks) else [refused(text)]
        if page == text and _as_good(terse, said):
            return terse
        if dangerous(marks, said):
            return [replace(c, outcome=CONFIRM) if c.verb in BOOKING and c.outcome == ACCEPTED else c for c in said]
        return said

    def _stands(self, text: str, folded: Folded, terse: list[Command], today: date) -> bool:
        """Whether the terse reading takes every word and nothing speaks against it, as far as a glance tells: of most
        texts, which are read no further."""
        booking = False
        for c in terse:
            if c.outcome != ACCEPTED or c.content is not None or c.topic is not None or c.choices:
                return False
            booking |= c.verb in BOOKING
        return bool(terse) and is_plain(text) and not (booking and self._to_look_at(terse, folded, today))

    def _marks(self, page: Folded, today: date) -> list[Mark]:
        marks = weigh_amounts(self._marker.marks(page, today, month_first=self._manner.month_first))
        return order_weekdays(name_by_suffix(marks, self._marker.models), today)

    def _filled(self, fix: Command, today: date) -> Command:
        """A FIX with what its content says is right."""
        page = fold(lay_out(fix.content or ""))
        marks = self._marks(page, today)
        content = content_of(Sentence(pieces(marks), marks, page, today, self._manner.back_days))
        return replace(fix, correction=content)

    def _to_look_at(self, terse: list[Command], folded: Folded, today: date) -> bool:
        """Whether a text that the terse grammar takes may hold what speaks against it, or a day that may be another."""
        for c in terse:
            if c.on is not None and c.on not in (today, today - timedelta(days=1)):
                return True
            for item in c.items:
                if (item.model, item.quantity) in self._numbered or item.quantity >= _LEAST_PRICE:
                    return True
        clean = folded.clean
        if any(c.reason is not None for c in terse):
            for said in _whys(terse):
                clean = clean.replace(said, " ")
        return self._veto.glance(clean, folded.text)

    def _reasoned(self, said: Command, page: Folded) -> Command:
        """A return with the reason that stands in the text: the longest words of one."""
        if said.reason is not None or not said.imeis or "reason" not in BY_NAME[said.verb or ""].arguments:
            return said
        key = key_of(page.clean)
        found = max((words for words in self._lexicon.reasons if words in key), key=len, default=None)
        return said if found is None else replace(said, reason=self._lexicon.reasons[found])

    def _numbers_of_names(self, terse: list[Command], folded: Folded) -> list[Command]:
        """A quantity that may be the end of the model's name (`lumen 20`) is asked."""
        key = key_of(folded.clean)
        return [
            replace(c, outcome=CONFIRM)
            if c.outcome == ACCEPTED
            and any(name in key for i in c.items for name in self._numbered.get((i.model, i.quantity), ()))
            else c
            for c in terse
        ]

    def _takes_a_name_for_a_number(self, commands: list[Command], marks: list[Mark], folded: Folded) -> bool:
        """Whether a text asks how many there are, and its number may be the end of a name (`有多少lumen 20`)."""
        if not [m for m in marks if "STOCKASK" in m.cues or "MANYASK" in m.cues] or not books(commands):
            return False
        key = key_of(folded.clean)
        items = [item for c in commands for item in c.items]
        return any(name in key for i in items for name in self._numbered.get((i.model, i.quantity), ()))

    def _dated(self, terse: list[Command], marks: list[Mark], today: date, text: str) -> list[Command]:
        """The terse reading with the day that was meant: asked where it is long ago, nothing where it is to come."""
        named = {m.value.day for m in marks if m.kind == DAY}
        out: list[Command] = []
        for c in terse:
            if c.on is None or c.verb not in BOOKING or c.outcome not in (ACCEPTED, PARTIAL):
                out.append(c)
                continue
            meant = next(iter(named)) if len(named) == 1 else c.on
            if meant is None or meant > today:
                return [refused(text)]
            late = (today - meant).days > self._manner.back_days
            out.append(replace(c, on=meant, outcome=CONFIRM) if late or meant != c.on else c)
        return out

    def _clearly_wrong(self, commands: list[Command], marks: list[Mark]) -> bool:
        """Whether the terse grammar knows a verb and what is wrong with a value of it, or that it stands alone."""
        if not commands:
            return False
        alone = sum(mark.kind not in (BREAK, STOP) for mark in marks) < 2
        if any(cue[:4] == "DESK" or cue in ("TAIL", "TAGASK") for mark in marks for cue in mark.cues):
            return False
        alone &= not any("LANGASK" in mark.cues for mark in marks)  # 换成英文: more than the verb 换成
        good = all(mark.value for mark in marks if mark.kind == IMEI) and any(mark.kind == IMEI for mark in marks)
        several = sum(mark.kind in (MODEL, SERIES) for mark in marks) > 1
        return all(
            c.outcome in (ACCEPTED, PARTIAL)
            or (c.outcome == CONFIRM and c.verb in _WITH_TEXT and not c.repairs)
            or any(
                self._of_a_value(p, alone, several, good or _changes_settings(c.verb))
                for p in c.problems
                if not (c.choices and _repairs_its_verb(c))
            )
            for c in commands
        )

    def _of_a_value(self, problem: Problem, alone: bool, several: bool, good: bool) -> bool:
        digits = digits_in(problem.token)
        if problem.code in ("bad_quantity", "ambiguous"):
            hundreds = len(problem.token) > 1 and hanzi_number(problem.token.rstrip("台部个只件支")) is not None
            return not several and not hundreds and digits < SHORTEST_IMEI
        if problem.code == "bad_imei":
            return digits > _LONGEST_NUMBER and not good
        if problem.code == "incomplete":
            return alone
        if problem.code == "unknown_word":
            return self._lexicon.like_a_dealer(problem.token.strip("@ ").upper()) and "dealer" in problem.expected
        if problem.code == "example_text":
            return not several and not good
        return problem.code == "too_long"


def _whys(terse: list[Command]) -> list[str]:
    """The words, folded, that the terse grammar read as why a set comes back: they speak against nothing."""
    said = (repair.token for c in terse for repair in c.repairs if repair.rule == "reason")
    return [fold(each).clean.strip() for each in said]


def _without_whys(marks: list[Mark], clean: str, terse: list[Command]) -> list[Mark]:
    """The marks of a text but for those of such words."""
    spans = [(clean.find(said), len(said)) for said in _whys(terse)]
    return [m for m in marks if not any(at >= 0 and at <= m.start and m.end <= at + width for at, width in spans)]


def _from_within(command: Command, folded: Folded) -> bool:
    """Whether a refusal is about a verb of one hanzi that was picked out of a story (试 of `试了半天n60`)."""
    word = command.word or ""
    picked = command.outcome == REJECTED and command.verb is not None and command.verb not in BOOKING
    return picked and len(word) == 1 and word > "\u2e80" and not folded.clean.lstrip().startswith(word)


def _repairs_its_verb(command: Command) -> bool:
    """Whether the readings to choose from are of verbs that are one slip away: what the words say comes first."""
    return all(any(repair.rule == "verb" for repair in choice.repairs) for choice in command.choices)


def _changes_settings(verb: str | None) -> bool:
    """Whether a verb books nothing and answers no question: STOP, LANG and the like."""
    return verb is not None and verb not in BOOKING and not BY_NAME[verb].reads_only


def _only_asks(commands: list[Command]) -> bool:
    """Whether every command names a verb that only reads."""
    return bool(commands) and all(c.verb is not None and BY_NAME[c.verb].reads_only for c in commands)


def _without_their_number(command: Command) -> Command:
    """A command of IMEIs whose only fault is a number that says how many they are (`sold 2 A350 8601… 8601…`)."""
    faults = [p for p in command.problems if p.code != "bad_imei" or p.token != str(len(command.imeis))]
    if command.outcome != PARTIAL or faults:
        return command
    return replace(command, outcome=ACCEPTED, problems=())


def _asked_of_a_topic(command: Command, folded: Folded) -> Command:
    """A STOP or START of a topic that is not the gateway's own, in a sentence (`start sending me offers`): asked."""
    if command.topic is None or command.outcome != ACCEPTED or BY_NAME[command.verb or ""].reads_only:
        return command  # of HELP
    if command.topic.casefold() in TOPICS or not command.word:
        return command
    plain = rf"{re.escape(command.word.upper())}\W*{re.escape(command.topic.upper())}"
    return command if re.search(plain, folded.clean.upper()) else replace(command, outcome=CONFIRM)


def _guesses_an_order(commands: list[Command], marks: list[Mark]) -> bool:
    """Whether the status of an order is no more than a guess at a number, in a text that names sets or money."""
    guessed = all(c.order and c.outcome == CONFIRM and BY_NAME[c.verb or ""].reads_only for c in commands)
    return bool(commands) and guessed and any(m.kind in (MODEL, SERIES, IMEI, MONEY) for m in marks)


def _overlooks_what_happened(commands: list[Command], marks: list[Mark]) -> bool:
    """Whether what reads is a doubtful question beside words that say what happened to sets, which it leaves out."""
    told = {e for m in marks if m.kind == CUE and not m.doubt for e in m.cues & _TOLD}
    asks = all(c.outcome == CONFIRM and c.verb is not None and BY_NAME[c.verb].reads_only for c in commands)
    about = {c.verb for c in commands}
    return bool(commands) and asks and bool(told) and not any(_VERB_OF.get(event) in about for event in told)


def _orders_what_went(commands: list[Command], marks: list[Mark]) -> bool:
    """Whether an order is read of sets that a text says went to somebody (`西湖店要1台a350，我送去了`)."""
    orders = any(c.verb == BOOKED["ORDER"] for c in commands)
    return orders and any(m.kind == CUE and "GIVE" in m.cues and not m.doubt for m in marks)


def _misread(commands: list[Command], marks: list[Mark], clean: str) -> bool:
    """Whether what is taken for a bad quantity or a bad IMEI is an amount of money, a day, or part of a name."""
    amounts = [int(m.value) for m in marks if m.kind == MONEY and str(m.value).isdecimal()]
    if any(i.quantity in amounts and i.quantity >= _LEAST_PRICE for c in commands for i in c.items):
        return True
    bad = [p.token.upper() for c in commands for p in c.problems if p.code in ("bad_quantity", "bad_imei")]
    if not bad:
        return False
    known = [clean[m.start : m.end] for m in marks if m.kind in (DAY, MODEL, SERIES, MONEY)]
    said = [clean[m.start : m.end] for m in marks if m.kind == SERIES and clean[m.start] > "\u2e80"]
    return any(token in word for token in bad for word in known) or any(word in t for t in bad for word in said)


def _counts_again(marks: list[Mark]) -> bool:
    """Whether a word for a total, or one that puts right, stands between two mentions of the same model."""
    turns = [m.start for m in marks if "TOTAL" in m.cues or "SELFFIX" in m.cues]
    if not turns:
        return False
    at = turns[0]
    before = {m.value for m in marks if m.kind == MODEL and m.start < at}
    return any(m.kind == MODEL and m.start > at and m.value in before for m in marks)


def _sums_up(typed: str) -> bool:
    """Whether numbers are added up in a text (`3 + 2 = 5`): none of them is by itself what was sold."""
    return "=" in typed and _SUM.search(typed) is not None


def _as_good(terse: list[Command], said: list[Command]) -> bool:
    """Whether the terse reading says the same as the sentences, as a question, or asks for more of the same kind."""
    if any(c.outcome == REJECTED for c in terse):
        return False
    if books(said) or books(terse):
        same = [_goods(c) for c in terse] == [_goods(c) for c in said]
        return same and all(c.outcome == CONFIRM for c in (*terse, *said))
    verbs = [c.verb for c in terse]
    if any(c.outcome == ACCEPTED and _changes_settings(c.verb) for c in said) and not _sure(terse):
        return False
    if any(_changes_settings(c.verb) for c in said) and [_whole(c) for c in said] != [_whole(c) for c in terse]:
        return False  # 回T退订: as carriers know it
    if _only_asks(said) and _only_asks(terse) and any(c.outcome == CONFIRM for c in terse):
        return [_about(c) for c in terse] == [_about(c) for c in said]
    more = {c.verb for c in said} <= set(verbs) and not any(c.repairs for c in terse)
    return verbs == [c.verb for c in said] or (more and all(BY_NAME[verb or ""].reads_only for verb in verbs))


def _whole(command: Command) -> tuple[object, ...]:
    """What a command that changes settings or sends something is about, and whom it is for."""
    return command.verb, command.topic, command.region, command.group, command.dealers, command.reference


def _sure(commands: list[Command]) -> bool:
    return all(c.outcome == ACCEPTED for c in commands)


def _goods(command: Command) -> tuple[object, ...]:
    """What a command would book."""
    return command.verb, command.items, command.imeis, command.on, command.dealer


def _about(command: Command) -> tuple[object, ...]:
    """What a question is about."""
    return command.verb, command.model, command.dealer, command.region, command.period, command.order, command.on


def _harmless(commands: list[Command], marks: list[Mark]) -> bool:
    """Whether commands change nothing, at once or after a YES; a STOP that no other word denies is heard."""
    denied = {m.value for m in marks if m.cues & MOODS} - {"STOP"}
    of_customers = bool([m for m in marks if "CUSTOMER" in m.cues or "RETURN" in m.cues])  # 客人退订1台
    if (
        not (denied or of_customers)
        and [c.verb for c in commands] == ["stop"]
        and not any(m.kind in (MODEL, SERIES, IMEI) for m in marks)
    ):
        return True
    live = [c for command in commands for c in (command, *command.choices) if c.outcome != REJECTED and c.verb]
    return all(BY_NAME[c.verb or ""].reads_only for c in live)
