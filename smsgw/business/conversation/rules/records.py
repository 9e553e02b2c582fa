"""What a conversation leaves behind: references with what they did, and questions that wait for an answer."""

from __future__ import annotations

from datetime import date

from smsgw.business.conversation.rules.unfinished import Unfinished
from smsgw.business.core.bookings import Question
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
class Retold(Record):
    """What LAST says of a booking is this from now on: what it did has changed."""

    reference: str
    summary: str


@value
class Undone(Record):
    """Marks the booking `reference` and its sale, nil and count lines as reversed by the current message.

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
class Passed(Record):
    """Another text of the phone came after an open question; or (`passed` false) the question was shown again."""

    reference: str
    phone: str
    passed: bool = True


@value
class Remembered(Record):
    """What the current text said that the next one of its phone may go on with; None: nothing."""

    phone: str
    said: Unfinished | None


@value
class LanguageChosen(Record):
    contact: int | None  # None: an unregistered phone, nothing to keep
    language: str
