"""Parked receipts, looked after from time to time: given to a part if they can be by now, or waited for no longer."""

from __future__ import annotations

from collections import Counter

from smsgw.business.messages.books.receipts import Part, Receipts
from smsgw.store.workspace import Workspace

AT_ONCE = 500  # receipts looked after in one transaction at most


ELSEWHERE_AFTER = 300_000  # milliseconds after which the id of a receipt is looked for on other links, too


def claim(work: Workspace, receipts: Receipts, now: int) -> int:
    """Give parked receipts to the parts that they can be told to be for at `now` (milliseconds); how many were given.

    Their id may have been brought by another daemon, in a transaction of the same moment; their phone's text may have
    become unknown only after they came; and an SMSC with several binds sends receipts on any of them.
    """
    return _by_id(work, receipts) + by_phone(work, receipts) + _elsewhere(work, receipts, now - ELSEWHERE_AFTER)


def _by_id(work: Workspace, receipts: Receipts) -> int:
    rows = work.ask(
        "SELECT DISTINCT k.match_key FROM parked_receipt k "
        "JOIN message_out_part p ON p.match_key = k.match_key "
        "JOIN message_out m ON m.id = p.message JOIN delivery_receipt r ON r.id = k.receipt "
        "WHERE p.link = r.link AND (m.recipient = k.phone OR k.firm OR k.phone IS NULL) LIMIT ?",
        AT_ONCE,
    )
    keys = [key for (key,) in rows]
    receipts.know(keys)
    return sum(receipts.unpark(key) for key in keys)


def by_phone(work: Workspace, receipts: Receipts, message: int | None = None) -> int:
    """Give parked receipts to the one text of unknown outcome of their phone; how many were given.

    With `message` only those for that text. What has the id of one of its parts is left for that part.
    """
    this = "" if message is None else f"AND m.id = {message:d} "
    rows = work.ask(
        "SELECT DISTINCT m.id, r.id, r.link, r.smsc_id, r.state, r.received_at, k.phone "
        "FROM message_out m JOIN parked_receipt k ON k.phone = m.recipient "
        "JOIN delivery_receipt r ON r.id = k.receipt "
        "WHERE m.state = 'unknown' AND (m.link = r.link OR m.link IS NULL) AND r.received_at >= m.created_at "
        f"{this}ORDER BY r.id LIMIT ?",
        AT_ONCE,
    )
    keys: dict[int, list[str]] = {}
    nameless: dict[int, set[str]] = {}  # ids that no part has, by text
    for text, receipt, link, smsc_id, _, _, phone in rows:
        if receipt not in keys:
            found = work.ask("SELECT match_key FROM parked_receipt WHERE receipt = ? ORDER BY match_key", receipt)
            keys[receipt] = [key for (key,) in found]
            receipts.know(keys[receipt])
        if receipts.meant(keys[receipt], link, phone, firm=False) is None:
            nameless.setdefault(text, set()).add(smsc_id)
    # More ids than parts: some are of texts that are not ours.
    right = {text for text, ids in nameless.items() if len(ids) <= _missing(work, text)}
    claimed = 0
    for text, receipt, link, smsc_id, state, received_at, phone in rows:
        if text not in right or smsc_id not in nameless[text]:
            continue
        part = receipts.meant(keys[receipt], link, phone, firm=False)
        if part is None:
            part = receipts.settled(phone, link, smsc_id, keys[receipt][0], received_at)
        if part is not None:
            receipts.claim(receipt, part, state, received_at)
            claimed += 1
    return claimed


def _missing(work: Workspace, text: int) -> int:
    """How many parts of a text have no id."""
    ((parts, known),) = work.ask(
        "SELECT parts, (SELECT count(*) FROM message_out_part WHERE message = ?) FROM message_out WHERE id = ?",
        text,
        text,
    )
    return int(parts) - int(known)


def _elsewhere(work: Workspace, receipts: Receipts, before: int) -> int:
    rows = work.ask(
        "SELECT k.receipt, r.state, r.received_at, p.message, p.number, p.link, p.state, m.parts, m.recipient "
        "FROM parked_receipt k JOIN message_out_part p ON p.match_key = k.match_key "
        "JOIN message_out m ON m.id = p.message JOIN delivery_receipt r ON r.id = k.receipt "
        "WHERE p.link <> r.link AND m.recipient = k.phone AND r.received_at < ? ORDER BY k.receipt, p.message LIMIT ?",
        before,
        AT_ONCE,
    )
    found = {receipt: (state, received_at, Part(*part)) for receipt, state, received_at, *part in rows}
    for receipt, (state, received_at, part) in found.items():
        receipts.claim(receipt, part, state, received_at)
    return len(found)


def expire(work: Workspace, before: int) -> Counter[str]:
    """Wait no longer for what receipts are for that came before a time (milliseconds); how many of each link.

    They are kept; only what they might be claimed by is forgotten.
    """
    lock = "" if work.driver.sqlite else " FOR UPDATE OF k SKIP LOCKED"
    rows = work.ask(
        "SELECT k.receipt, r.link FROM parked_receipt k JOIN delivery_receipt r ON r.id = k.receipt "
        f"WHERE r.received_at < ? ORDER BY k.receipt, k.match_key LIMIT ?{lock}",
        before,
        AT_ONCE,
    )
    links: dict[int, str] = dict(rows)
    for receipt in links:
        work.say("DELETE FROM parked_receipt WHERE receipt = ?", receipt)
    return Counter(links.values())
