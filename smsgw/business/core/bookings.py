"""What an answer of a sender can be about: what was booked under a reference, and a question that waits for it."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from smsgw.values.value import value


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
    passed: bool = False  # another text of the phone came since: a YES that does not name it may be meant otherwise
    message: int | None = field(default=None, compare=False)  # the text that it answers; they are numbered as they came
