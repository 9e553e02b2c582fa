"""Texts that programs send: queued for those who may get one, looked up, and called back for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from smsgw.api.addresses import refusal
from smsgw.api.answer import Answer, Refused, Wrong, invalid
from smsgw.api.desk import Call
from smsgw.api.moments import moment
from smsgw.api.phones import phone_of
from smsgw.api.shapes import NewMessages
from smsgw.business.core.rights import READ
from smsgw.business.directory.books.regions import regions
from smsgw.business.messages.reports import show_message
from smsgw.business.messages.tables import message_out
from smsgw.business.programs.actions.submissions import Submission, Submitted, submit
from smsgw.business.programs.books import callbacks
from smsgw.errors import SmsgwError
from smsgw.gateway.notices.office import Office
from smsgw.store.engine import reading
from smsgw.store.transaction import Transaction

_HOUR = 3_600_000
_LAST = 2**63 - 1


def create(call: Call) -> Answer:
    """POST /api/v1/messages."""
    asked: NewMessages = call.asked
    office = call.office
    wrong: list[Wrong] = []
    phones = phones_of(asked.to, "to", office, wrong)
    topic = ""
    try:
        topic = office.topic(asked.topic)
    except SmsgwError as fault:
        wrong.append(Wrong("topic", str(fault)))
    if (no_link := link_refusal(office, asked.link)) is not None:
        wrong.append(no_link)
    at: int | None = None
    if asked.at is not None:
        at, why = moment(asked.at, call.now)
        if why:
            wrong.append(Wrong("at", why))
    if asked.callback is not None and (why := refusal(asked.callback, office.settings.http.callbacks)):
        wrong.append(Wrong("callback", why))
    if wrong:
        raise invalid(wrong)
    within_one(office, phones)
    callback = None
    if asked.callback is not None:
        callback = callbacks.Callback(asked.callback, callbacks.EVENTS | callbacks.JSON)
    what = Submission(
        phones=phones,
        text=asked.text,
        author=call.token.who,
        topic=topic,
        link=asked.link,
        message_class=asked.message_class,
        at=at,
        valid_minutes=asked.valid_minutes,
        urgent=asked.urgent,
        callback=callback,
    )
    return call.done(lambda transaction: Answer(202, _told(queue(transaction, office, what, call.now))))


def queue(transaction: Transaction, office: Office, what: Submission, now: int) -> Submitted:
    """Queue a submission by the hours and clocks of the deployment."""
    settings = office.settings
    return submit(
        transaction,
        what,
        regions(transaction.connection, settings.gateway.timezone),
        settings.broadcast.calendar,
        settings.delivery.reminder_hours * _HOUR,
        now,
    )


def _told(done: Submitted) -> dict[str, Any]:
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
        with reading(call.engine).connect() as connection:
            author = connection.scalar(select(message_out.c.author).where(message_out.c.id == number))
            if READ in call.token.scopes or author == call.token.who:
                found = show_message(connection, number)
                if found is not None:
                    found["author"] = author
    if found is None:
        raise Refused(404, "not_found", f"there is no text {said} that this token may see")
    return Answer(200, found)


# ---- what is looked at wherever phones are named


def phones_of(said: Sequence[str], place: str, office: Office, wrong: list[Wrong]) -> list[str]:
    """The phones as E.164; what is none is told in `wrong`."""
    found = []
    for number, text in enumerate(said):
        phone = phone_of(text, office.settings.gateway.country)
        if phone is None:
            country = office.settings.gateway.country
            wrong.append(Wrong(f"{place}.{number}", f"is no phone number, neither with + nor in {country}"))
        else:
            found.append(phone)
    return found


def link_refusal(office: Office, link: str | None) -> Wrong | None:
    """Why a text cannot go by a link; None where it can."""
    if link is None or link in office.tariff.links:
        return None
    return Wrong("link", f"there is no such link that sends; there is {', '.join(office.tariff.links) or 'none'}")


def within_one(office: Office, phones: Sequence[str]) -> None:
    """Raises Refused where a text goes to more phones than one alone may send to; one phone is anybody's to text."""
    most = max(1, office.settings.broadcast.approval_above_recipients)
    if len(set(phones)) > most:
        raise Refused(
            409,
            "needs_approval",
            f"one alone may send to {most:,} (broadcast.approval_above_recipients); "
            "make a broadcast, which another one approves",
        )
