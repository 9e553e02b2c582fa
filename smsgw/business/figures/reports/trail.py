"""Everything that concerns one phone, in the order of time: its words on notices, what it was told unasked and what
became of that, what it was left out of and why, and what it answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from smsgw.business.consent import reports as willingness
from smsgw.business.expectations.tables import reminder
from smsgw.business.messages.tables import broadcast, broadcast_recipient, message_out, survey_answer
from smsgw.business.notifications.tables import notice
from smsgw.store import audit
from smsgw.store.driver import Driver
from smsgw.store.engine import by_key
from smsgw.store.instants import iso

WAITING = "waiting"  # the state of a text of a broadcast that is still to be queued
_Timed = tuple[int, int, dict[str, Any]]  # when, a number that keeps the order, the event


def of_phone(connection: Connection, number: str, since: int = 0) -> list[dict[str, Any]]:
    """The events of a phone (E.164) at or after a time in milliseconds, oldest first.

    Each has `at` and `what`: a word (STOP, START), `reminder`, `broadcast`, `left out`, `answer`, or what the trail of
    decisions calls it; `who` where that was somebody else than the phone; and what is known beside it.
    """
    by_key(connection)
    events: list[_Timed] = [
        *_words(connection, number),
        *_told(connection, number),
        *_broadcasts(connection, number),
        *_left_out(connection, number),
        *_decisions(connection, number),
    ]
    return [event for at, _, event in sorted(events, key=lambda each: each[:2]) if at >= since]


def _event(at: int, what: str, **more: Any) -> dict[str, Any]:
    return {"at": iso(at), "what": what} | {name: value for name, value in more.items() if value not in (None, "")}


def _words(connection: Connection, number: str) -> Iterator[_Timed]:
    for word in willingness.list_words(connection, number):
        what = "START" if word.granted else "STOP"
        more = {"topic": word.topic, "who": word.author, "message": word.message, "text": word.wording or word.text}
        yield word.at, word.id, _event(word.at, what, **more)


_OUT = (
    message_out.c.id,
    message_out.c.state,
    message_out.c.error,
    message_out.c.created_at,
    message_out.c.sent_at,
    message_out.c.final_at,
    message_out.c.author,
    message_out.c.topic,
    message_out.c.text,
)


def _sent(row: Any, what: str, **more: Any) -> _Timed:
    """A text at the time when the operator took it, else when it was written."""
    at = row.sent_at if row.sent_at is not None else row.created_at
    told = {"message": row.id, "state": row.state, "reason": row.error, "who": row.author, "topic": row.topic}
    return at, row.id, _event(at, what, **told, final_at=iso(row.final_at), text=row.text, **more)


def _told(connection: Connection, number: str) -> Iterator[_Timed]:
    """Reminders and notices, each with what it was about."""
    rows = connection.execute(
        select(*_OUT).where(message_out.c.kind == "reminder", message_out.c.recipient == number)
    ).all()
    about = _subjects(connection, number) if rows else {}
    for row in rows:
        yield _sent(row, "reminder", about=about.get(row.id))


def _subjects(connection: Connection, number: str) -> dict[int, list[str]]:
    """By text, the reports that it reminded a phone of, or the news that it told."""
    about: dict[int, list[str]] = {}
    owed, news = reminder.c, notice.c
    for message, rule, period, shop, level in connection.execute(
        select(owed.message, owed.rule, owed.period, owed.dealer, owed.level)
        .where(owed.phone == number, owed.message.is_not(None))
        .order_by(owed.period, owed.rule, owed.dealer)
    ):
        about.setdefault(message, []).append(f"{rule} {period} {shop} level {level}")
    for message, kind, subject in connection.execute(
        select(news.message, news.kind, news.subject)
        .where(news.phone == number, news.message.is_not(None))
        .order_by(news.kind, news.subject)
    ):
        about.setdefault(message, []).append(f"{kind} {subject}")
    return about


def _broadcasts(connection: Connection, number: str) -> Iterator[_Timed]:
    """Texts of jobs, also those still to be queued, and what was answered to a survey."""
    to, job, out = broadcast_recipient.c, broadcast.c, message_out.c
    jobs = []
    for row in connection.execute(
        select(*_OUT, to.broadcast, job.name, job.released_at, job.state.label("job_state"))
        .select_from(
            broadcast_recipient.join(broadcast, job.reference == to.broadcast).outerjoin(
                message_out, and_(out.broadcast == to.broadcast, out.recipient == to.phone)
            )
        )
        .where(to.phone == number)
    ):
        jobs.append(row.broadcast)
        more = {"broadcast": row.broadcast, "name": row.name if row.name != row.broadcast else None}
        if row.id is not None:
            yield _sent(row, "broadcast", **more)
        elif row.job_state != "done":  # of one that is over, the phone was left out, which is told by itself
            state = "cancelled" if row.job_state == "cancelled" else WAITING
            yield row.released_at, 0, _event(row.released_at, "broadcast", state=state, **more)
    said = survey_answer.c
    for reference in jobs:
        answers = select(said.id, said.option, said.message, said.answered_at).where(
            said.broadcast == reference, said.phone == number
        )
        for place, option, message, at in connection.execute(answers):
            yield at, place, _event(at, "answer", broadcast=reference, option=option, message=message)


def _left_out(connection: Connection, number: str) -> Iterator[_Timed]:
    """What was not sent: to the phone, or to its person, whom no phone was known of."""
    whose = willingness.find_person(connection, number)
    subjects = [number, *([f"contact {whose.contact}"] if whose else ())]
    # Named one by one, for the rows are found by job and person: there may be a million of a job.
    jobs = connection.scalars(select(broadcast.c.reference).where(broadcast.c.released_at.is_not(None))).all()
    driver = Driver(connection)
    rows = driver.ask(
        "SELECT broadcast, reason, detail, decided_at FROM broadcast_skipped "
        f"WHERE {driver.among('broadcast')} AND {driver.among('subject')}",
        driver.listed(jobs),
        driver.listed(subjects),
    )
    for reference, reason, detail, at in rows:
        yield at, 0, _event(at, "left out", broadcast=reference, reason=reason, detail=detail)


def _decisions(connection: Connection, number: str) -> Iterator[_Timed]:
    """What people decided about the phone, but for its words, which are told already."""
    for entry in audit.entries(connection, subject=number):
        if entry.what not in ("consent given", "consent withdrawn"):
            yield entry.at, entry.id, _event(entry.at, entry.what, who=entry.who, detail=entry.detail)
