"""Messages that programs send: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smsgw.api.addresses import refusal
from smsgw.api.answer import Answer, HttpError
from smsgw.api.desk import Call
from smsgw.api.moments import moment
from smsgw.api.shapes import NewMessages
from smsgw.business.core.session import Session
from smsgw.business.programs.actions import submissions
from smsgw.business.programs.actions.submissions import Submission, Submitted
from smsgw.business.programs.books import callbacks
from smsgw.errors import Faults
from smsgw.values.phones import read_phone
from smsgw.values.unreadable import Unreadable

_LAST = 2**63 - 1


def create(call: Call) -> Answer:
    """POST /api/v1/messages."""
    asked: NewMessages = call.asked
    faults = Faults()
    phones = read_phones(asked.to, "to", call.settings.gateway.country, faults)
    at: int | None = None
    if asked.at is not None:
        at, why = moment(asked.at, call.now)
        if why:
            faults.add("at", why)
    callback = None
    if asked.callback is not None:
        if why := refusal(asked.callback, call.settings.http.callbacks):
            faults.add("callback", why)
        callback = callbacks.Callback(asked.callback, callbacks.EVENTS | callbacks.JSON)
    submission = Submission(
        phones=phones,
        text=asked.text,
        topic=asked.topic,
        link=asked.link,
        message_class=asked.message_class,
        at=at,
        valid_minutes=asked.valid_minutes,
        urgent=asked.urgent,
        callback=callback,
    )

    def send(session: Session) -> Answer:
        return Answer(202, _submitted(submissions.send(session, submission, faults)))

    return call.done(send)


def _submitted(done: Submitted) -> dict[str, Any]:
    return {
        "messages": [{"id": message, "to": phone} for phone, message in done.queued],
        "skipped": [{"to": one.subject, "reason": one.reason, "detail": one.detail} for one in done.skipped],
    }


def show(call: Call) -> Answer:
    """GET /api/v1/messages/{id}: of a token that may not read everything, only its own."""
    said = call.parameters["id"]
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0
    found = None
    if 0 < number <= _LAST:
        with call.reading() as session:
            found = submissions.show(session, number)
    if found is None:
        raise HttpError(404, "not_found", f"there is no text {said} that this token may see")
    return Answer(200, found)


def read_phones(said: Sequence[str], place: str, country: str, faults: Faults) -> list[str]:
    """The phones as E.164; what is not one is a fault of its place."""
    found = []
    for number, text in enumerate(said):
        try:
            found.append(read_phone(text, country))
        except Unreadable as error:
            faults.add(f"{place}.{number}", str(error))
    return found
