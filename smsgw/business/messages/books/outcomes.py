"""What became of texts that were sent: the SMSC's answers, and the delivery receipts that go beyond them.

A text goes from queued to sent (the SMSC took it), unknown (nobody can tell), held or failed, and by its receipts to
delivered, failed or expired; those, and cancelled, are final and never left.
"""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.messages import tables
from smsgw.business.messages.books import parked_receipts as parked
from smsgw.business.messages.books.receipts import Kept, Part, Receipt, Receipts
from smsgw.store.driver import Row
from smsgw.store.statements import insert, update
from smsgw.store.workspace import States, Workspace
from smsgw.values.storable import storable
from smsgw.values.value import value

SENT = update(tables.message_out, "id", "state sent_at link attempts parts", state=("queued", "unknown", "held"))
SENT_PART = insert(
    tables.message_out_part,
    "message number link smsc_id match_key state",
    "(message, number) DO UPDATE SET link = excluded.link, smsc_id = excluded.smsc_id, "
    # What receipts have said of a part is not undone by an answer that comes late.
    "match_key = excluded.match_key, "
    "state = CASE message_out_part.state WHEN 'sent' THEN excluded.state ELSE message_out_part.state END",
)

_OPEN = "state IN ('queued', 'sent', 'unknown', 'held')"


@value
class Taken:
    """A part that the SMSC took. `match_key` is the form of its id by which receipts are matched.

    `phone` is whom it went to, '' where that is not to count.
    """

    number: int
    smsc_id: str
    match_key: str
    phone: str = ""


class Outcomes:
    """What happened to texts, as far as one transaction is told. Times are milliseconds since the epoch."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        # The answers are written first, for receipts go beyond them.
        self._sent: States[Row] = work.states(SENT, tuple)
        self._sent_parts: States[Row] = work.states(SENT_PART, tuple)
        self.receipts = Receipts(work)

    def know(self, keys: Sequence[str]) -> None:
        """Fetch the parts and the parked receipts of these match keys."""
        self.receipts.know(keys)

    def receipt(self, receipt: Receipt) -> Kept:
        """Keep a receipt, and have it tell on the part that it is for."""
        return self.receipts.receipt(receipt)

    # ---- what became of a submit

    def record_sent(
        self, message: int, at: int, link: str, taken: Sequence[Taken], *, attempts: int, parts: int
    ) -> None:
        """The SMSC took the text: the parts `taken`, of `parts` in all. Receipts that came before are applied now."""
        self._sent[message] = ("sent", at, link, attempts, parts, message)
        self._unpark(self._took(message, link, taken, parts))

    def _took(self, message: int, link: str, taken: Sequence[Taken], parts: int) -> list[str]:
        """Parts of a text have ids now; the keys for which receipts may have been parked."""
        keys = [storable(part.match_key) for part in taken]
        self.know(keys)
        for part, key in zip(taken, keys, strict=True):
            self._sent_parts[message, part.number] = (message, part.number, link, storable(part.smsc_id), key, "sent")
            self.receipts.took(key, Part(message, part.number, link, "sent", parts, part.phone))
        return keys

    def _unpark(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.receipts.unpark(key)

    def record_late(
        self, message: int, at: int, link: str, taken: Sequence[Taken], *, parts: int, taken_back: bool
    ) -> bool:
        """The SMSC took a text that was given up: it is sent, unless its state has gone on meanwhile. Whether it is so.

        A text that is to be sent again counts as sent only while nobody has claimed it; `taken_back`: we had, and have
        not any more. Where it is under way again, or a person has closed it, that holds, and this answer is nothing.
        """
        free = "" if taken_back else " AND run IS NULL"
        sent = self._work.say(
            "UPDATE message_out SET state = 'sent', sent_at = ?, link = ?, parts = ?, error = NULL "
            f"WHERE id = ? AND (state IN ('unknown', 'held') OR (state = 'queued'{free}))",
            at,
            link,
            parts,
            message,
        )
        if sent:
            self._unpark(self._took(message, link, taken, parts))
        return bool(sent)

    def record_failed(self, message: int, at: int, error: str, *, attempts: int) -> None:
        """The SMSC refused the text for good."""
        self._end(message, "failed", at, error, attempts)

    def record_expired(self, message: int, at: int, *, attempts: int) -> None:
        """Its time was over before it could be sent."""
        self._end(message, "expired", at, None, attempts)

    def record_unknown(
        self,
        message: int,
        at: int,
        *,
        attempts: int,
        again: int | None = None,
        link: str | None = None,
        taken: Sequence[Taken] = (),
        parts: int = 1,
    ) -> None:
        """Whether the SMSC took it cannot be told. `again`: it is sent once more at that time, so it stays queued.

        `link` is where it was submitted, in so many `parts`, of which the SMSC has answered for those `taken`.
        """
        if again is not None:
            self.record_retry(message, again, "no answer", attempts=attempts)
            return
        self._end(message, "unknown", None, "no answer", attempts)
        if link is not None:
            self._work.say(
                "UPDATE message_out SET sent_at = ?, link = ?, parts = ? WHERE id = ? AND state = 'unknown'",
                at,
                link,
                parts,
                message,
            )
            keys = self._took(message, link, taken, parts)
            # First those of the parts without an answer, for what the others tell may end the text.
            parked.by_phone(self._work, self.receipts, message)
            self._unpark(keys)

    def record_retry(
        self, message: int, not_before: int, reason: str, *, attempts: int, give_back: bool = False
    ) -> None:
        """It was refused for now; it stays queued until `not_before`. `give_back`: in nobody's hands meanwhile."""
        given = ", run = NULL" if give_back else ""
        self._work.say(
            f"UPDATE message_out SET attempts = ?, not_before = ?, error = ?{given} WHERE id = ? AND state = 'queued'",
            attempts,
            not_before,
            reason,
            message,
        )

    def record_released(self, messages: Sequence[int]) -> None:
        """They were claimed and never submitted: any daemon may take them."""
        for message in messages:
            self._work.say("UPDATE message_out SET run = NULL WHERE id = ? AND state = 'queued'", message)

    def record_cancelled(self, messages: Sequence[int], at: int, why: str) -> None:
        """They were claimed and never submitted, and are not to be."""
        for message in messages:
            self._end(message, "cancelled", at, why, None)

    def _end(self, message: int, state: str, at: int | None, error: str | None, attempts: int | None) -> None:
        self._work.say(
            "UPDATE message_out SET state = ?, final_at = ?, error = ?, attempts = coalesce(?, attempts) "
            f"WHERE id = ? AND {_OPEN}",
            state,
            at,
            error,
            attempts,
            message,
        )
