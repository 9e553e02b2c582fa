"""The outbox: every text to be sent, who has it in hand, what the SMSC said, and what its receipts say.

A text goes from queued to sent (the SMSC took it), unknown (nobody can tell), held or failed, and by its receipts to
delivered, failed or expired; those, and cancelled, are final and never left.
"""

from __future__ import annotations

from dataclasses import dataclass

from smsgw.business import statements as sql
from smsgw.business.messages.books.outcomes import Outcomes
from smsgw.business.messages.rules import storable
from smsgw.business.workspace import Workspace
from smsgw.store.driver import Row
from smsgw.store.numbers import MESSAGE

PRIORITY = {"reply": 0, "question": 1, "reminder": 2, "broadcast": 3}

# Sending these twice is worse than not knowing whether they were sent; with answers it is the other way round.
NEVER_TWICE = ("reminder", "broadcast")


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A text to be sent. Times are milliseconds since the epoch; `source` None means the link's own address.

    `parts` is how many parts it was last cut into (1 while nobody has).
    """

    id: int
    recipient: str
    text: str
    kind: str
    priority: int
    link: str | None = None
    source: str | None = None
    attempts: int = 0
    not_before: int | None = None
    not_after: int | None = None
    in_reply_to: int | None = None
    created_at: int = 0
    parts: int = 1
    broadcast: str | None = None
    calendar: str | None = None
    message_class: int | None = None


class Outbox:
    """The outbox of one transaction. `run` is the daemon that has fresh replies in hand."""

    def __init__(self, work: Workspace, run: int | None) -> None:
        self._work = work
        self._run = run
        self._rows: list[Row] = []
        self._notices: list[Row] = []
        self._outcomes = Outcomes(work)
        work.drains.append(self._write)

    def _write(self) -> None:
        if self._rows:
            sql.MESSAGE_OUT.many(self._work.driver, self._rows)
            self._rows.clear()
        if self._notices:
            sql.NOTICE_OUT.many(self._work.driver, self._notices)
            self._notices.clear()
        self._outcomes.write()

    @property
    def outcomes(self) -> Outcomes:
        return self._outcomes

    def put(
        self,
        recipient: str,
        text: str,
        *,
        kind: str = "reply",
        link: str | None = None,
        source: str | None = None,
        in_reply_to: int | None = None,
        not_before: int | None = None,
        not_after: int | None = None,
        in_hand: bool = True,
    ) -> OutboxRow:
        """Queue a text; the row is for the pump once the transaction is committed.

        `in_hand`: this daemon sends it; otherwise it waits for any daemon to claim it.
        """
        work = self._work
        number = work.numbers.take(MESSAGE)
        priority = PRIORITY[kind]
        text = storable(text)
        run = self._run if in_hand else None
        self._rows.append(
            (
                number,
                recipient,
                text,
                kind,
                priority,
                link,
                source,
                in_reply_to,
                "queued",
                1,
                0,
                run,
                work.at,
                not_before,
                not_after,
            )
        )
        work.pending = True
        return OutboxRow(
            number, recipient, text, kind, priority, link, source, 0, not_before, not_after, in_reply_to, work.at
        )

    def put_notice(
        self,
        recipient: str,
        text: str,
        *,
        broadcast: str | None = None,
        calendar: str | None = None,
        not_after: int | None = None,
        link: str | None = None,
        source: str | None = None,
        message_class: int | None = None,
        kind: str = "broadcast",
        author: str | None = None,
        in_hand: bool = True,
    ) -> OutboxRow:
        """Queue a text that nobody asked for: of a job, or of a program (`author`)."""
        work = self._work
        number = work.numbers.take(MESSAGE)
        priority = PRIORITY[kind]
        text = storable(text)
        run = self._run if in_hand else None
        tail = (broadcast, calendar, message_class)
        self._notices.append(
            (
                number,
                recipient,
                text,
                kind,
                priority,
                link,
                source,
                "queued",
                1,
                0,
                run,
                work.at,
                not_after,
                *tail,
                author,
            )
        )
        work.pending = True
        row = (number, recipient, text, kind, priority, link, source, 0, None, not_after, None, work.at, 1)
        return OutboxRow(*row, *tail)
