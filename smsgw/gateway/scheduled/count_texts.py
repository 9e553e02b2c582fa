"""What is told unasked of stock-takes: what was decided of one, and that nobody ended one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from smsgw.business.books import StoreBooks
from smsgw.business.core.reply import Reply
from smsgw.business.counts.reports import round_of, round_shops, rounds_open
from smsgw.business.counts.rules import APPROVED, LAPSED, REJECTED
from smsgw.business.notifications.books.notices import ROUND, ROUND_DUE, note_for_owners


def word_count(books: StoreBooks, reference: str) -> Reply | None:
    """What there is to tell of a count, or of a list of one, as it stands; None where there is nothing any more."""
    listed = books.counts.list(reference)
    if listed is not None:
        if listed.state != LAPSED:
            return None
        return Reply("told_count_lapsed", {"reference": reference, "dealer": listed.dealer, "count": listed.sets})
    found = books.counts.find(reference)
    if found is None or found.state not in (APPROVED, REJECTED):
        return None
    values = {"reference": reference, "dealer": found.dealer}
    if found.state == APPROVED:
        return Reply("told_count_approved", values)
    if not found.why:
        return Reply("told_count_rejected", values)
    return Reply("told_count_rejected_why", {**values, "why": found.why, "brief": found.why})


def word_round(connection: Connection, number: int, shop: str, zone: str, now: int, *, ends: bool) -> Reply | None:
    """What a shop is told of a round of counts in which it is to count, or (`ends`) has not counted; None where there
    is nothing to tell any more. `now` is in milliseconds."""
    end = round_of(connection, number, shop, now)
    if end is None:
        return None
    last = datetime.fromtimestamp((end - 1) / 1000, ZoneInfo(zone))  # the end of a day is its 23:59
    values = {"dealer": shop, "until": last, "on": last.date()}
    return Reply("round_ends", values) if ends else Reply("round_begins", values)


def note_rounds(connection: Connection, now: int) -> None:
    """Note for the owners of the shops of each open round that it has begun, and once in its last part, where they
    have not counted, that it ends. `now` is in milliseconds."""
    for number, due in rounds_open(connection, now):
        shops = [one["dealer"] for one in round_shops(connection, number, now) if one["reference"] is None]
        for kind in (ROUND, ROUND_DUE) if due else (ROUND,):
            note_for_owners(connection, kind, [(shop, str(number)) for shop in shops], now)
