"""What a conversation leaves behind: references with what they did, and questions that wait for an answer."""

from __future__ import annotations

from datetime import date, datetime

from smsgw.business.core.decision import Record
from smsgw.values.value import value


@value
class Booked(Record):
    """A new reference; every other record of it names the same reference."""

    reference: str
    verb: str
    dealer: str | None
    on: date
    summary: str = ""


@value
class Undone(Record):
    """Marks the booking `reference` and its sale, nil and count lines as reversed by the message at hand.

    The reversing stock, unit and money rows are records of their own.
    """

    reference: str


@value
class Asked(Record):
    question: Question


@value
class Answered(Record):
    """Closes an open question of a phone; `answer` is yes, no or the number of the option."""

    reference: str
    phone: str
    answer: str


@value
class LanguageChosen(Record):
    contact: int | None  # None: an unregistered phone, nothing to keep
    language: str


@value
class Booking:
    """The header of everything a reference did."""

    reference: str
    verb: str
    dealer: str | None
    phone: str | None
    contact: int | None
    message: int | None
    on: date  # the business date
    at: datetime
    undone: bool
    summary: str = ""  # e.g. `2 sold`, for LAST


@value
class Question:
    """A question we asked a phone and wait for. `options` are the JSON texts of what each answer would run.

    YES, 是 or 1 takes the first option; 2, 3 … the others; NO takes none.
    """

    reference: str
    phone: str
    kind: str  # order: place the draft `reference`; reading: run the commands in the chosen option
    options: tuple[str, ...]
    asked_at: datetime
    expires_at: datetime
    prompt: str = ""  # short, for listing two open questions
