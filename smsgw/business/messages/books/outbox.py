"""The outbox: every text to be sent, who has claimed it, what the SMSC said, and what its receipts say.

A text goes from queued to sent (the SMSC took it), unknown (nobody can tell), held or failed, and by its receipts to
delivered, failed or expired; those, and cancelled, are final and never left.
"""

from __future__ import annotations

from smsgw.business.messages import tables
from smsgw.store.numbers import MESSAGE
from smsgw.store.statements import insert
from smsgw.store.workspace import Workspace
from smsgw.values import harmless
from smsgw.values.storable import storable
from smsgw.values.value import value

PRIORITY = {"reply": 0, "question": 1, "reminder": 2, "broadcast": 3}

MESSAGE_OUT = insert(
    tables.message_out,
    "id recipient text kind priority link source in_reply_to state parts attempts run created_at not_before not_after",
)
NOTICE_OUT = insert(
    tables.message_out,
    "id recipient text kind priority link source state parts attempts run created_at not_after "
    "broadcast calendar message_class author",
)

# Sending these twice is worse than not knowing whether they were sent; with answers it is the other way round.
NEVER_TWICE = ("reminder", "broadcast")


@value
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
    """The outbox of one transaction. `run` is the daemon that claims fresh replies."""

    def __init__(self, work: Workspace, run: int | None) -> None:
        self._work = work
        self._run = run
        self._rows = work.rows(MESSAGE_OUT)
        self._notices = work.rows(NOTICE_OUT)

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
        claimed: bool = True,
    ) -> OutboxRow:
        """Queue a text; the row is for the pump once the transaction is committed.

        `claimed`: this daemon sends it; otherwise it waits for any daemon to claim it.
        """
        work = self._work
        number = work.numbers.take(MESSAGE)
        priority = PRIORITY[kind]
        text = storable(harmless.send(text))
        run = self._run if claimed else None
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
        claimed: bool = True,
    ) -> OutboxRow:
        """Queue a text that nobody asked for: of a job, or of a program (`author`)."""
        work = self._work
        number = work.numbers.take(MESSAGE)
        priority = PRIORITY[kind]
        text = storable(harmless.send(text))
        run = self._run if claimed else None
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
        row = (number, recipient, text, kind, priority, link, source, 0, None, not_after, None, work.at, 1)
        return OutboxRow(*row, *tail)
