"""Long texts whose parts did not all come in time: their senders are told which is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.messages.books.incomplete import drop, overdue
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.gateway.inbound.flood import Passage
from smsgw.gateway.inbound.texts import Inbox, language_of
from smsgw.gateway.outage import complain
from smsgw.smpp.concat import missing
from smsgw.store.job import FunctionJob

log = structlog.get_logger()

OVERDUE = -1  # in tickets of the guard: no session has this number


def overdue_job(
    intake: Inbox, now: float, answered: Callable[[Sequence[OutboxRow]], None]
) -> FunctionJob[StoreBooks, list[OutboxRow]]:
    """Look for texts that have waited long enough at `now` (seconds), and answer their senders."""

    def unavailable(error: Exception) -> None:
        """They are still overdue when we look again."""
        complain("incomplete texts could not be told of", error)

    return FunctionJob(lambda books: _give_up(intake, now, books), done=answered, unavailable=unavailable)


def _give_up(intake: Inbox, now: float, books: StoreBooks) -> list[OutboxRow]:
    understanding = intake.understanding
    answers = []
    for text in overdue(books.work, int(now * 1000)):
        if text.repeated:
            drop(books.work, text.message)
            continue
        numbers = books.inbox.parts(text.message)
        books.inbox.give_up(text.message)
        phone = books.work.phone
        if phone is None or not phone.startswith("+"):
            continue  # a name or a short code is never answered
        reply = Reply("parts_missing", {"missing": TruncatableList(missing(numbers, text.parts)), "total": text.parts})
        passage = intake.answers.passage(phone, reply.key, now, (OVERDUE, text.message))
        if passage is Passage.SILENT:
            continue
        if passage is Passage.WARNED:
            reply = Reply("too_many_answers")
        words = understanding.word((reply,), language_of(books, phone, understanding))
        until = int((now + intake.reply_seconds) * 1000)
        answers.append(books.reply(words, link=text.link, not_after=until))
    return answers
