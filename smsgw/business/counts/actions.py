"""What people and programs do with stock-takes: decide those that wait, and open rounds of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import insert, select, update

from smsgw.business.audiences.books.people import PAGE, Audience
from smsgw.business.audiences.books.reading import read_audience, regions_of
from smsgw.business.audiences.rules import expression as language
from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.counts import reports, rules
from smsgw.business.counts.rules import CountBooks
from smsgw.business.counts.tables import count_round, count_round_shop, stock_count
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.tables import dealer
from smsgw.errors import CONFLICT, NOT_FOUND, Faults, refuse
from smsgw.store.instants import iso

WHY = 80  # characters of a reason: a shop is told it whole


class BookingBooks(CountBooks, Protocol):
    """The books of a transaction in which is booked."""

    def apply(self, records: Sequence[Record]) -> None: ...


# ---- counts


@action(Right.READ_COUNTS)
def list_counts(session: Session, states: Sequence[str] = rules.UNDECIDED, limit: int = 1_000) -> list[dict[str, Any]]:
    """The counts in these states, the newest first: reference, dealer, state, and how they differ from the book."""
    row = stock_count.c
    wanted = select(row.reference).where(row.state.in_(states)).order_by(row.journal.desc()).limit(limit)
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.join(dealer, dealer.c.code == row.dealer).where(dealer.c.region.in_(sorted(mine)))
    return reports.summaries(session.connection, list(session.connection.scalars(wanted)))


@action(Right.READ_COUNTS)
def show_count(session: Session, reference: str) -> dict[str, Any]:
    """A count with its lines and sets. Raises Refused where there is none."""
    found = reports.count_json(session.connection, reference.upper())
    if found is None or not within_reach(session, found["dealer"]):
        refuse(f"there is no count {reference.upper()[:20]}", NOT_FOUND)
    return found


@action(Right.APPROVE_COUNTS)
def decide(session: Session, books: BookingBooks, reference: str, *, approved: bool, why: str = "") -> str:
    """Bring the book to a count that waits, or leave it as it is; the state of the count then.

    Raises Refused where there is none, or none that waits.
    """
    named, why = reference.upper(), " ".join(why.split())[:WHY]
    found = books.counts.find(named)
    shop = books.directory.dealer(found.dealer) if found is not None else None
    mine = own_regions(session)
    if found is None or shop is None or (mine is not None and shop.region not in mine):
        refuse(f"there is no count {named[:20]}; smsgw count list shows those that wait", NOT_FOUND)
    if found.state not in rules.UNDECIDED:
        refuse(f"{named} does not wait for a decision: it is {found.state}", CONFLICT)
    books.apply(rules.settle(found, books, approved=approved, who=session.who, why=why))
    state = rules.APPROVED if approved else rules.REJECTED
    session.record(f"count {state}", named, {"dealer": found.dealer, "why": why})
    return state


# ---- rounds


@dataclass(frozen=True, slots=True)
class Opened:
    """A round, and how many shops are to count."""

    round: int
    shops: int


@action(Right.WRITE_COUNTS)
def open_round(session: Session, audience: str, ends_at: int) -> Opened:
    """Have the shops of an audience count until a moment (milliseconds); they are told of it, once.

    The shops are those that the audience means now. Raises Refused with all faults.
    """
    faults = Faults()
    node = None
    with faults.at("audience"):
        node = read_audience(session, audience)
    if ends_at <= session.now:
        faults.add("until", "is over already; name a time to come")
    faults.settle()
    assert node is not None
    shops = _shops(session, Audience(session.connection, node, regions_of(session)))
    if not shops:
        faults.add("audience", "means no shop that is open; see: smsgw audience preview")
    faults.settle()
    values = {"audience": language.expression(node), "author": session.who, "opened_at": session.now}
    made = session.connection.execute(insert(count_round).values(**values, ends_at=ends_at))
    (number,) = made.inserted_primary_key or (0,)
    session.connection.execute(insert(count_round_shop), [{"round": number, "dealer": code} for code in shops])
    session.record("count round opened", str(number), {"audience": values["audience"], "shops": len(shops)})
    return Opened(int(number), len(shops))


@action(Right.WRITE_COUNTS)
def close_round(session: Session, number: int) -> None:
    """End a round before its time: nobody is reminded any more. Raises Refused where there is none that is open."""
    row = count_round.c
    open_still = (row.id == number, row.closed_at.is_(None), row.ends_at > session.now)
    changed = session.connection.execute(update(count_round).where(*open_still).values(closed_at=session.now))
    if not changed.rowcount:
        refuse(f"there is no open round {number}", NOT_FOUND)
    session.record("count round closed", str(number), {})


@action(Right.READ_COUNTS)
def list_rounds(session: Session, limit: int = 50) -> list[dict[str, Any]]:
    """The rounds, the newest first, each with how many of its shops have counted."""
    numbers = session.connection.scalars(select(count_round.c.id).order_by(count_round.c.id.desc()).limit(limit))
    return [_progress(session, number) for number in list(numbers)]


def _progress(session: Session, number: int) -> dict[str, Any]:
    """How a round stands: shops, those that have counted, and whether it is open."""
    row = session.connection.execute(select(count_round).where(count_round.c.id == number)).first()
    if row is None:
        refuse(f"there is no round {number}", NOT_FOUND)
    shops = reports.round_shops(session.connection, number, session.now)
    ended = row.closed_at is not None or row.ends_at <= session.now
    return {
        "round": number,
        "audience": row.audience,
        "author": row.author,
        "opened_at": iso(row.opened_at),
        "ends_at": iso(row.ends_at),
        "state": "ended" if ended else "open",
        "shops": len(shops),
        "counted": sum(one["reference"] is not None for one in shops),
    }


@action(Right.READ_COUNTS)
def show_round(session: Session, number: int) -> dict[str, Any]:
    """A round with each of its shops: when it counted, under which reference, and how much it differs from the book."""
    return {
        **_progress(session, number),
        "dealers": reports.round_shops(session.connection, number, session.now),
    }


@action(Right.READ_COUNTS)
def list_differences(session: Session, number: int) -> list[dict[str, Any]]:
    """The difference list of a round: by shop and model what was counted over or under the book, and each set found
    wrong. Raises Refused where there is no such round."""
    _progress(session, number)
    shops = reports.round_shops(session.connection, number, session.now)
    counted = [one["reference"] for one in shops if one["reference"] is not None]
    return reports.differences(session.connection, counted)


def _shops(session: Session, audience: Audience) -> list[str]:
    meant: set[str] = set()
    after = ""
    while True:
        found, after = audience.page(after, PAGE)
        meant.update(who.dealer for who in found if who.dealer is not None)
        if not after:
            break
    open_ones = session.connection.scalars(select(dealer.c.code).where(dealer.c.active))
    return sorted(meant & set(open_ones))
