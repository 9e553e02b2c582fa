"""What became of texts that were sent: the SMSC's answers, and delivery receipts matched to them by the ids it gave.

A text goes from queued to sent (the SMSC took it), unknown (nobody can tell), held or failed, and by its receipts to
delivered, failed or expired; those, and cancelled, are final and never left. A receipt for an id that no submit has
brought yet is parked until one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from smsgw.store import statements as sql
from smsgw.store.driver import Row
from smsgw.store.inbound import storable
from smsgw.store.instants import to_ms
from smsgw.store.workspace import Workspace

# What a receipt may say of a part. `enroute` and `unknown` are news on the way and change nothing.
RECEIPT_STATES = ("delivered", "failed", "expired", "unknown", "enroute")
_TELLING = ("delivered", "failed", "expired")
_OPEN = "state IN ('queued', 'sent', 'unknown', 'held')"


@dataclass(frozen=True, slots=True)
class Taken:
    """A part that the SMSC took. `match_key` is the form of its id by which receipts are matched."""

    number: int
    smsc_id: str
    match_key: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery receipt. `match_keys` are the forms that the id may have been given in, the likeliest first.

    `state` is one of RECEIPT_STATES; `status` and `error` are the SMSC's own words.
    """

    link: str
    smsc_id: str
    match_keys: tuple[str, ...]
    state: str
    received_at: datetime
    status: str = ""
    error: str = ""
    done_at: datetime | None = None


@dataclass(slots=True)
class _Part:
    """A part that an SMSC took, and the whole that it is of."""

    message: int
    number: int
    link: str
    state: str
    parts: int  # of the whole


class Outcomes:
    """What happened to texts, as far as one transaction is told. Times are milliseconds since the epoch."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._taken: dict[str, list[_Part]] = {}  # by match key
        self._parked: dict[str, list[tuple[int, str, str, int]]] = {}  # by match key: id, link, state, received_at
        self._sent: dict[int, Row] = {}
        self._sent_parts: dict[tuple[int, int], Row] = {}
        self._receipts: list[Row] = []
        self._part_states: dict[tuple[int, int], Row] = {}
        self._states: dict[int, Row] = {}

    def know(self, keys: Sequence[str]) -> None:
        """Fetch the parts and the parked receipts of these match keys."""
        fresh = [key for key in keys if key not in self._taken]
        if not fresh:
            return
        for key in fresh:
            self._taken[key] = []
            self._parked[key] = []
        work = self._work
        named = work.driver.listed(fresh)
        for key, *part in work.ask(
            "SELECT p.match_key, p.message, p.number, p.link, p.state, m.parts FROM message_out_part p "
            f"JOIN message_out m ON m.id = p.message WHERE {work.driver.among('p.match_key')}",
            named,
        ):
            self._taken[key].append(_Part(*part))
        for key, *receipt in work.ask(
            "SELECT k.match_key, r.id, r.link, r.state, r.received_at FROM parked_receipt k "
            f"JOIN delivery_receipt r ON r.id = k.receipt WHERE {work.driver.among('k.match_key')} ORDER BY r.id",
            named,
        ):
            self._parked[key].append(tuple(receipt))

    def write(self) -> None:
        """Write what is pending: the answers first, for receipts go beyond them."""
        driver = self._work.driver
        if self._sent:
            sql.SENT.many(driver, list(self._sent.values()))
            sql.SENT_PART.many(driver, list(self._sent_parts.values()))
            self._sent.clear()
            self._sent_parts.clear()
        if self._receipts:
            sql.RECEIPT.many(driver, self._receipts)
            self._receipts.clear()
        if self._part_states:
            sql.PART_STATE.many(driver, list(self._part_states.values()))
            self._part_states.clear()
        if self._states:
            sql.OUT_STATE.many(driver, list(self._states.values()))
            self._states.clear()

    # ---- what became of a submit

    def sent(self, message: int, at: int, link: str, taken: Sequence[Taken], *, attempts: int, parts: int) -> None:
        """The SMSC took the text: the parts `taken`, of `parts` in all. Receipts that came before are applied now."""
        work = self._work
        self.know([storable(part.match_key) for part in taken])
        self._sent[message] = ("sent", at, link, attempts, parts, message)
        for part in taken:
            key = storable(part.match_key)
            self._sent_parts[message, part.number] = (message, part.number, link, storable(part.smsc_id), key, "sent")
            found = _Part(message, part.number, link, "sent", parts)
            self._taken[key] = [p for p in self._taken[key] if (p.message, p.number) != (message, part.number)]
            self._taken[key].append(found)
        work.pending = True
        for part in taken:
            key = storable(part.match_key)
            if self._parked[key]:
                self._unpark(key)

    def _unpark(self, key: str) -> None:
        """Give the parked receipts of a key to the part that has just been taken."""
        work = self._work
        for receipt, link, state, received_at in list(self._parked[key]):
            part = self._part([key], link)
            assert part is not None
            work.say(
                "UPDATE delivery_receipt SET message = ?, number = ? WHERE id = ?", part.message, part.number, receipt
            )
            work.say("DELETE FROM parked_receipt WHERE receipt = ?", receipt)
            for others in self._parked.values():
                others[:] = [other for other in others if other[0] != receipt]
            self._apply(part, state, received_at)

    def failed(self, message: int, at: int, error: str, *, attempts: int) -> None:
        """The SMSC refused the text for good."""
        self._end(message, "failed", at, error, attempts)

    def expired(self, message: int, at: int, *, attempts: int) -> None:
        """Its time was over before it could be sent."""
        self._end(message, "expired", at, None, attempts)

    def unknown(self, message: int, at: int, *, attempts: int, again: int | None = None) -> None:
        """Whether the SMSC took it cannot be told. `again`: it is sent once more at that time, so it stays queued."""
        if again is not None:
            self.later(message, again, "no answer", attempts=attempts)
        else:
            self._end(message, "unknown", None, "no answer", attempts)

    def later(self, message: int, not_before: int, reason: str, *, attempts: int, give_back: bool = False) -> None:
        """It was refused for now; it stays queued until `not_before`. `give_back`: in nobody's hands meanwhile."""
        given = ", run = NULL" if give_back else ""
        self._work.say(
            f"UPDATE message_out SET attempts = ?, not_before = ?, error = ?{given} WHERE id = ? AND state = 'queued'",
            attempts,
            not_before,
            reason,
            message,
        )

    def released(self, messages: Sequence[int]) -> None:
        """They were in hand and never submitted: any daemon may take them."""
        for message in messages:
            self._work.say("UPDATE message_out SET run = NULL WHERE id = ? AND state = 'queued'", message)

    def cancelled(self, messages: Sequence[int], at: int, why: str) -> None:
        """They were in hand and never submitted, and are not to be."""
        for message in messages:
            self._end(message, "cancelled", at, why, None)

    def held(self, message: int, reason: str) -> None:
        """It is not sent until somebody decides."""
        self._work.say(
            "UPDATE message_out SET state = 'held', error = ? WHERE id = ? AND state = 'queued'", reason, message
        )

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

    # ---- receipts

    def receipt(self, receipt: Receipt) -> int | None:
        """Keep a receipt; the message it belongs to, None while no submit is known (it is then parked)."""
        work = self._work
        at = to_ms(receipt.received_at)
        keys = [storable(key) for key in dict.fromkeys(receipt.match_keys)]
        self.know(keys)
        part = self._part(keys, receipt.link)
        done_at = to_ms(receipt.done_at) if receipt.done_at else None
        smsc_id, status, error = (storable(told) for told in (receipt.smsc_id, receipt.status, receipt.error))
        told = (receipt.link, smsc_id, receipt.state, status[:24], error[:24], done_at, at)
        if part is not None:
            self._receipts.append((*told, part.message, part.number))
            work.pending = True
            self._apply(part, receipt.state, at)
            return part.message
        number = work.ask(
            "INSERT INTO delivery_receipt (link, smsc_id, state, status, error, done_at, received_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *told,
        )[0][0]
        for key in keys:
            work.say("INSERT INTO parked_receipt (match_key, receipt) VALUES (?, ?)", key, number)
            self._parked[key].append((number, receipt.link, receipt.state, at))
        return None

    def _part(self, keys: Iterable[str], link: str) -> _Part | None:
        """The part that an SMSC id means: by the likeliest key that fits, on the same link if there, the newest."""
        for key in keys:
            found = self._taken[key]
            if found:
                return max(found, key=lambda part: (part.link == link, part.message, part.number))
        return None

    def _apply(self, part: _Part, state: str, at: int) -> None:
        """A part's state goes on, never back; that of the whole follows from its parts."""
        if state not in _TELLING or part.state in _TELLING:
            return
        part.state = state
        self._part_states[part.message, part.number] = (state, part.message, part.number)
        self._work.pending = True
        if part.parts > 1 and state == "delivered":
            states = self._work.ask("SELECT state FROM message_out_part WHERE message = ?", part.message)
            if len(states) < part.parts or any(found != "delivered" for (found,) in states):
                return
        self._states.setdefault(part.message, (state, at, part.message))
        self._work.pending = True
