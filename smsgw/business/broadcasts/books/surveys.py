"""Surveys in the database: which one a phone may answer, what it answered, and what all answers come to."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.broadcasts.rules.broadcasts import Survey, SurveyAnswered
from smsgw.business.messages.tables import broadcast, survey_answer
from smsgw.store.workspace import Workspace


def open_to(work: Workspace, phone: str) -> Survey | None:
    """The newest survey that was sent to a phone and takes answers now."""
    found = work.ask(
        "SELECT b.reference, b.options, r.language FROM broadcast_recipient r "
        "JOIN broadcast b ON b.reference = r.broadcast "
        "JOIN message_out m ON m.broadcast = r.broadcast AND m.recipient = r.phone "
        "WHERE r.phone = ? AND b.options IS NOT NULL AND b.answers_until > ? "
        "AND (m.sent_at IS NOT NULL OR m.state = 'unknown') ORDER BY m.id DESC LIMIT 1",
        phone,
        work.at,
    )
    if not found:
        return None
    reference, options, language = found[0]
    by_language = json.loads(options)
    spoken = language if language in by_language else next(iter(by_language))
    before = work.ask(
        "SELECT option FROM survey_answer WHERE broadcast = ? AND phone = ? ORDER BY id DESC LIMIT 1", reference, phone
    )
    return Survey(reference, tuple(by_language[spoken]), language, before[0][0] if before else None)


def record_answer(work: Workspace, record: SurveyAnswered) -> None:
    """Keep an answer, given by the current message."""
    work.say(
        'INSERT INTO survey_answer (broadcast, phone, "option", message, answered_at) VALUES (?, ?, ?, ?, ?)',
        record.survey,
        record.phone,
        record.option,
        work.message,
        work.at,
    )


def results(connection: Connection, reference: str) -> dict[int, int]:
    """How many phones chose each option of a survey, by its number; a phone counts once, with its latest answer."""
    answer = survey_answer.c
    latest = select(func.max(answer.id)).where(answer.broadcast == reference).group_by(answer.phone)
    options = connection.scalar(select(broadcast.c.options).where(broadcast.c.reference == reference))
    counts = dict.fromkeys(range(1, max(map(len, json.loads(options).values()), default=0) + 1), 0) if options else {}
    rows = select(answer.option, func.count()).where(answer.id.in_(latest)).group_by(answer.option)
    for number, count in connection.execute(rows):
        counts[number] = count
    return counts
