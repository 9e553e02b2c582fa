"""Delivery receipts matched to the parts of texts by the ids that SMSCs gave, and what they tell on the whole.

A receipt for an id that no submit has brought yet settles the one text of unknown outcome that its phone was sent, or
is parked until a submit brings it. Of several parts on its link that an id may mean, that to the receipt's own phone
counts first, then the likeliest form of the id, then the newest. A part to another phone is meant only where the form
of the id is firm, and one of another link only once nothing else has been found for a while (see `parked`): several
links may be binds of one SMSC, but each SMSC counts its own ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from smsgw.business.messages import tables
from smsgw.store.driver import Row
from smsgw.store.instants import to_ms
from smsgw.store.statements import insert, update
from smsgw.store.workspace import States, Workspace
from smsgw.values.storable import storable

# What ends a part; `enroute` and `unknown` are news on the way and change nothing.
_TELLING = ("delivered", "failed", "expired")
RECEIPT = insert(tables.delivery_receipt, "link smsc_id state status error done_at received_at message number")
PART_STATE = update(tables.message_out_part, "message number", "state")
OUT_STATE = update(tables.message_out, "id", "state final_at", state=("queued", "sent", "unknown", "held"))

SETTLED_WITHIN = 72 * 3_600_000  # milliseconds after which a receipt settles no text of unknown outcome any more
_ALIKE = 7  # last digits that two spellings of one number have in common at least


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery receipt. `match_keys` are the forms that the id may have been given in, the likeliest first.

    `state` is one of delivered, failed, expired, unknown and enroute; `status` and `error` are the SMSC's own words.
    `phone` (E.164) is whom the text went to, None where the receipt does not tell. `firm`: the first of the forms is
    what this SMSC always writes.
    """

    link: str
    smsc_id: str
    match_keys: tuple[str, ...]
    state: str
    received_at: datetime
    status: str = ""
    error: str = ""
    done_at: datetime | None = None
    phone: str | None = None
    firm: bool = False


class Match(StrEnum):
    """How a receipt found its text, or what became of it."""

    MATCHED = "matched"  # by its id
    SETTLED = "settled"  # by its phone, which had one text of unknown outcome
    PARKED = "parked"
    NAMELESS = "nameless"  # it had no id to be parked under


class Kept(NamedTuple):
    """What became of a receipt, and the text that it belongs to, None while there is none."""

    message: int | None
    match: Match


class Parked(NamedTuple):
    """A receipt that waits under a match key. `firm`: that key counts even where the phone is another."""

    receipt: int
    link: str
    state: str
    received_at: int
    phone: str | None
    firm: bool


@dataclass(slots=True)
class Part:
    """A part that an SMSC took, and the whole that it is of."""

    message: int
    number: int
    link: str
    state: str
    parts: int  # of the whole
    phone: str = ""

    def is_to(self, phone: str | None) -> bool:
        """Whether it went to a phone, however an SMSC writes its number."""
        return bool(phone and self.phone) and (
            self.phone == phone or (len(phone or "") >= _ALIKE and self.phone[-_ALIKE:] == (phone or "")[-_ALIKE:])
        )

    def may_be_meant(self, phone: str | None, firm: bool) -> bool:
        """Whether a receipt of its link, for a phone, can be this part's, its id being the same."""
        return self.is_to(phone) or firm or not phone or not self.phone


class Receipts:
    """The receipts of one transaction, and the parts that they are for. Times are milliseconds since the epoch."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._taken: dict[str, list[Part]] = {}  # by match key
        self._parked: dict[str, list[Parked]] = {}  # by match key
        self._receipts = work.rows(RECEIPT)
        self._part_states: States[Row] = work.states(PART_STATE, tuple)
        self._states: States[Row] = work.states(OUT_STATE, tuple)

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
            "SELECT p.match_key, p.message, p.number, p.link, p.state, m.parts, m.recipient FROM message_out_part p "
            f"JOIN message_out m ON m.id = p.message WHERE {work.driver.among('p.match_key')}",
            named,
        ):
            self._taken[key].append(Part(*part))
        for key, *receipt in work.ask(
            "SELECT k.match_key, r.id, r.link, r.state, r.received_at, k.phone, k.firm FROM parked_receipt k "
            f"JOIN delivery_receipt r ON r.id = k.receipt WHERE {work.driver.among('k.match_key')} ORDER BY r.id",
            named,
        ):
            self._parked[key].append(Parked(*receipt))

    def took(self, key: str, part: Part) -> None:
        """The SMSC took a part, under a key that is known; call `unpark` with it when all of the text are told."""
        kept = []
        for each in self._taken[key]:
            if (each.message, each.number) != (part.message, part.number):
                kept.append(each)
            elif each.state in _TELLING:
                part.state = each.state  # a late answer undoes nothing
        self._taken[key] = [*kept, part]

    def receipt(self, receipt: Receipt) -> Kept:
        """Keep a receipt, and have it tell on the part that it is for."""
        work = self._work
        at = to_ms(receipt.received_at)
        keys = [storable(key) for key in dict.fromkeys(receipt.match_keys)]
        self.know(keys)
        part = self.meant(keys, receipt.link, receipt.phone, firm=receipt.firm)
        match = Match.MATCHED
        smsc_id, status, error = (storable(told) for told in (receipt.smsc_id, receipt.status, receipt.error))
        if part is None and keys and receipt.phone is not None:
            part = self.settled(receipt.phone, receipt.link, smsc_id, keys[0], at)
            match = Match.SETTLED
        done_at = to_ms(receipt.done_at) if receipt.done_at else None
        told = (receipt.link, smsc_id, receipt.state, status[:24], error[:24], done_at, at)
        if part is not None:
            self._receipts.append((*told, part.message, part.number))
            self._apply(part, receipt.state, at)
            return Kept(part.message, match)
        number = work.ask(
            "INSERT INTO delivery_receipt (link, smsc_id, state, status, error, done_at, received_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *told,
        )[0][0]
        for place, key in enumerate(keys):
            firm = receipt.firm and place == 0
            work.say(
                "INSERT INTO parked_receipt (match_key, receipt, phone, firm) VALUES (?, ?, ?, ?)",
                key,
                number,
                receipt.phone,
                firm,
            )
            self._parked[key].append(Parked(number, receipt.link, receipt.state, at, receipt.phone, firm))
        return Kept(None, Match.PARKED if keys else Match.NAMELESS)

    def meant(self, keys: Iterable[str], link: str, phone: str | None, *, firm: bool) -> Part | None:
        """The part that an SMSC id means, if there is one; `firm` is the first of its forms."""
        best: Part | None = None
        rank: tuple[bool, int, int, int] | None = None
        for place, key in enumerate(keys):
            for part in self._taken[key]:
                if part.link == link and part.may_be_meant(phone, firm and place == 0):
                    this = (part.is_to(phone), -place, part.message, part.number)
                    if rank is None or this > rank:
                        best, rank = part, this
        return best

    def settled(self, phone: str, link: str, smsc_id: str, key: str, at: int) -> Part | None:
        """The first part without an id of the one text of unknown outcome that a phone was sent on a link.

        The receipt shows that the SMSC took it: it has that id from now on, and once no part lacks one it is sent. None
        where there is no such text, or more than one, or another is under way, whose answer may bring the id.
        """
        work = self._work
        since = at - SETTLED_WITHIN
        texts = work.ask(
            "SELECT id, parts FROM message_out WHERE state = 'unknown' AND recipient = ? "
            "AND (link = ? OR link IS NULL) AND created_at <= ? "
            "AND coalesce(sent_at, not_before, created_at) >= ? LIMIT 2",
            phone,
            link,
            at,
            since,
        )
        if len(texts) != 1 or work.ask(
            "SELECT 1 FROM message_out WHERE state = 'queued' AND recipient = ? AND run IS NOT NULL LIMIT 1", phone
        ):
            return None
        message, parts = texts[0]
        known = {number for (number,) in work.ask("SELECT number FROM message_out_part WHERE message = ?", message)}
        missing = [number for number in range(1, parts + 1) if number not in known]
        if not missing:
            return None
        work.say(
            "INSERT INTO message_out_part (message, number, link, smsc_id, match_key, state) "
            "VALUES (?, ?, ?, ?, ?, 'sent')",
            message,
            missing[0],
            link,
            smsc_id,
            key,
        )
        if len(missing) == 1:
            work.say(
                "UPDATE message_out SET state = 'sent', sent_at = ?, link = ?, error = NULL "
                "WHERE id = ? AND state = 'unknown'",
                at,
                link,
                message,
            )
        part = Part(message, missing[0], link, "sent", parts, phone)
        self._taken.setdefault(key, []).append(part)
        return part

    def _apply(self, part: Part, state: str, at: int) -> None:
        """A part's state goes on, never back; that of the whole follows from its parts."""
        if state not in _TELLING or part.state in _TELLING:
            return
        part.state = state
        self._part_states[part.message, part.number] = (state, part.message, part.number)
        if part.parts > 1 and state == "delivered":
            states = self._work.ask("SELECT state FROM message_out_part WHERE message = ?", part.message)
            if len(states) < part.parts or any(found != "delivered" for (found,) in states):
                return
        self._states.setdefault(part.message, (state, at, part.message))

    def unpark(self, key: str) -> int:
        """Give the parked receipts of a key to the parts that have that id now; how many were."""
        claimed = 0
        for parked in list(self._parked[key]):
            part = self.meant([key], parked.link, parked.phone, firm=parked.firm)
            if part is not None:
                self.claim(parked.receipt, part, parked.state, parked.received_at)
                claimed += 1
        return claimed

    def claim(self, receipt: int, part: Part, state: str, received_at: int) -> None:
        """A parked receipt is a part's."""
        work = self._work
        work.say("UPDATE delivery_receipt SET message = ?, number = ? WHERE id = ?", part.message, part.number, receipt)
        work.say("DELETE FROM parked_receipt WHERE receipt = ?", receipt)
        for others in self._parked.values():
            others[:] = [other for other in others if other.receipt != receipt]
        self._apply(part, state, received_at)
