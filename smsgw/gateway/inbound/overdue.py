"""Long texts whose parts did not all come in time: their senders are told which is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from smsgw.gateway.inbound.flood import Passage
from smsgw.gateway.inbound.texts import Desk, language_of
from smsgw.retail.decision import Cut, Reply
from smsgw.smpp.concat import missing
from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.texts.outbox import OutboxRow
from smsgw.store.texts.overdue import drop, overdue

log = structlog.get_logger()

OVERDUE = -1  # in tickets of the guard: no session has this number


class OverdueJob:
    """Looks for texts that have waited long enough at `now` (seconds), and answers their senders."""

    def __init__(self, desk: Desk, now: float, answered: Callable[[Sequence[OutboxRow]], None]) -> None:
        self.desk = desk
        self.now = now
        self.answered = answered

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> list[OutboxRow]:
        understanding = self.desk.understanding
        answers = []
        for text in overdue(books.work, int(self.now * 1000)):
            if text.repeated:
                drop(books.work, text.message)
                continue
            numbers = books.inbox.parts(text.message)
            books.inbox.give_up(text.message)
            phone = books.work.phone
            if phone is None or not phone.startswith("+"):
                continue  # a name or a short code is never answered
            reply = Reply("parts_missing", {"missing": Cut(missing(numbers, text.parts)), "total": text.parts})
            passage = self.desk.answers.passage(phone, reply.key, self.now, (OVERDUE, text.message))
            if passage is Passage.SILENT:
                continue
            if passage is Passage.TOLD:
                reply = Reply("too_many_answers")
            words = understanding.word((reply,), language_of(books, phone, understanding))
            until = int((self.now + self.desk.reply_seconds) * 1000)
            answers.append(books.reply(words, link=text.link, not_after=until))
        return answers

    def on_failed(self, books: StoreBooks, error: Exception) -> list[OutboxRow]:
        raise error

    def on_done(self, result: list[OutboxRow]) -> None:
        self.answered(result)

    def on_unavailable(self, error: Exception) -> None:
        """They are still overdue when we look again."""
        log.error("incomplete texts could not be told of", why=f"{type(error).__name__}: {error}")
