"""For people: what a person is to read, or the desk is to do: complaints, damage, features, what nobody understands."""

from __future__ import annotations

import re

from smsgw.business.core.command import CONFIRM, DESK, Command, Understood
from smsgw.language.sentences.events import NOT_SO, TO_ARRIVE
from smsgw.language.sentences.marks import (
    COUNT,
    CUE,
    DEALER,
    IMEI,
    MODEL,
    MONEY,
    NUMBER,
    OPEN,
    REFERENCE,
    SERIES,
    STOP,
    Mark,
)
from smsgw.language.sentences.sentence import Sentence, command

_LEAST_PRICE = 100
_LONGEST_MODEL = 20  # characters of the name of another maker's model
_FEWEST = 2  # marks of a text that tells of damage: what is broken, and that it is
# What is asked beside a word for a feature that is no question about the model.
_OF_NO_FEATURE = frozenset(
    ("SOLD", "ORDER", "RETURN", "GIVE", "RECEIVE", "DAMAGE", "LOSS", "PRICEASK", "OWEASK", "STATUSASK", "PERSONASK")
)
# What is done at the desk, by the words for it.
_DESK = (
    ("DESKDEALER", "dealers"),
    ("DESKPEOPLE", "contacts"),
    ("DESKPRICE", "prices"),
    ("DESKTICKET", "tickets"),
    ("DESKWRITE", "broadcast"),
)
# What says of a sentence that it answers something, or reports, and is no word for a person.
_OF_NO_WORD = frozenset(
    (
        *("SELFFIX", "AMEND", "OURS", "CORRECTED", "REFUSED", "DECLINE", "ADD", "REMOVE", "STRANGER"),
        *("SOLD", "ORDER", "COUNT", "NOTHING", "RIVAL", "VISIT", "ROUGHLY", "GREETING"),
        *("TELLALL", "GOAHEAD", "MORE", "OPTOUT", "UNWANTED", "STOPASK", "STARTASK", "LANGASK", "TRACEASK"),
        *("APPROVEASK", "REJECTASK", "REMINDASK"),
    )
)
_LEAST_HANZI, _LEAST_WORDS = 8, 5  # of a sentence that may be for a person


def to_the_desk(s: Sentence) -> list[Command] | None:
    """What is decided at the desk: credit limits, prices, whose phone it is, tickets. A shop's word of it is for a
    person, asked; those above shops are told the command of the desk."""
    about = next((about for cue, about in _DESK if cue in s.cues), None)
    if {"PRICEASK", "CORRECTED"} <= s.cues and s.model is not None and s.first(NUMBER, MONEY) is not None:
        about = "prices"  # the price of it should be another
    if about is None or s.cues & {"SOLD", "RETURN", "DAMAGE"} or "STOPASK" in s.cues:
        return None
    return [command("feedback", CONFIRM, text=s.typed, understood=Understood(DESK, token=about))]


def about_a_feature(s: Sentence) -> list[Command] | None:
    """What a model can do, or which colours it has (`does l20 have nfc`, `a420有没有紫色`): a person knows, asked."""
    if not s.cues & {"FEATURE", "COLOUR"}:
        return None
    models = {m.value for m in s.marks if m.kind in (MODEL, SERIES)}
    asked = "ASKED" in s.moods or any(m.kind == STOP and m.value == "?" for m in s.marks)
    if len(models) != 1 or not asked or s.cues & _OF_NO_FEATURE or s.moods & (NOT_SO - {"ASKED", "HEARD"}):
        return None
    if "COLOUR" in s.cues and "FEATURE" not in s.cues and _of_a_number(s):
        return None  # how many black ones are left: what there is
    if any(m.kind in (IMEI, DEALER, REFERENCE) for m in s.marks):
        return None
    return [command("feedback", CONFIRM, text=s.typed)]


def _of_a_number(s: Sentence) -> bool:
    """Whether a question is how many there are, or what is in stock."""
    return any(
        m.kind == COUNT or "STOCKASK" in m.cues or ("MANYASK" in m.cues and re.search("MANY|MUCH|多|几", str(m.value)))
        for m in s.marks
        if "COLOUR" not in m.cues
    )


def word_for_a_person(s: Sentence) -> list[Command] | None:
    """A sentence of which nothing is understood, that names no set and answers nothing: a person may read it, asked."""
    if s.names_goods or s.cues & _OF_NO_WORD:
        return None
    if {m.kind for m in s.marks} & {IMEI, MODEL, SERIES, REFERENCE} or not any(m.kind == OPEN for m in s.marks):
        return None
    said = [str(m.value) for m in s.marks if m.kind in (CUE, OPEN)]
    hanzi = sum(len(each) for each in said if each[:1] > "\u2e80")
    words = sum(each[:1] <= "\u2e80" for each in said)
    enough = hanzi / _LEAST_HANZI + words / _LEAST_WORDS >= 1
    return [command("feedback", CONFIRM, text=s.typed)] if enough else None


def for_a_person(s: Sentence) -> list[Command] | None:
    """Complaints, damage and losses: a ticket, asked first; with the reference that they name."""
    certain = frozenset(c for m in s.marks if not m.doubt for c in m.cues)
    reference = s.first(REFERENCE)
    bad = certain & {"DAMAGE", "LOSS"}
    waits = reference is not None and "NEGATED" in s.moods and bool(certain & TO_ARRIVE) and not s.names_goods
    complains = "PERSONASK" in certain or _undelivered(s) or (waits and "ASKED" not in s.moods)
    if not complains and not bad:
        return None
    if any(p.cues & {"SOLD", "RECEIVE"} and p.things and not p.cues & {"DAMAGE", "LOSS", "DEMO"} for p in s.pieces):
        return None
    if not complains:
        if "DEMO" in certain:
            return []
        if "RETURN" in certain:
            return None
        if len(s.marks) < _FEWEST:
            return []
    return [command("feedback", CONFIRM, text=s.typed, reference=None if reference is None else reference.value)]


def _undelivered(s: Sentence) -> bool:
    """Whether what is said to be delivered is said not to have come (`shows delivered but not received`)."""
    told: list[bool] = []
    before: Mark | None = None
    for mark in s.marks:
        missed = mark.cues >= {"NEGATED", "WAYWORD"}
        if "RECEIVE" in mark.cues or missed:
            told.append(missed or (before is not None and "NEGATED" in before.cues))
        before = before if mark.cues == {"FILL"} else mark
    return len(told) > 1 and not told[0] and any(told) and not s.names_goods and "ASKED" not in s.moods


def rival_priced(s: Sentence) -> list[Command] | None:
    """The price of another maker's model (`vivo y28 is 1099 at the store opposite`): noted, asked."""
    if "RIVAL" not in s.cues:
        return None
    makers = [m for m in s.marks if "RIVAL" in m.cues]
    if len(makers) != 1 or any(m.kind in (MODEL, SERIES, IMEI) for m in s.marks):
        return None
    maker = makers[0]
    behind = [m for m in s.marks if m.start >= maker.end]
    price = next((m for m in behind if m.kind in (MONEY, NUMBER) and _amount(m) >= _LEAST_PRICE), None)
    said = next((m for m in behind if m.kind == CUE or m is price), None)
    if price is None or said is None or s.moods & (NOT_SO - {"HEARD"}) or s.cues & {"CUSTOMER", "RETURN", "ORDER"}:
        return None
    model = s.page.typed(maker.end, said.start).strip(" :,")
    if not model or len(model) > _LONGEST_MODEL or any(m.kind == COUNT and m.start >= said.start for m in behind):
        return None
    brand, amount = s.page.typed(maker.start, maker.end), str(_amount(price))
    return [command("market", CONFIRM, brand=brand, text=model, price=amount)]


def _amount(mark: Mark) -> int:
    digits = re.sub(r"[^\d.]", "", str(mark.value)).split(".")[0]
    return int(digits) if digits else 0
