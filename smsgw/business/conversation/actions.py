"""What people and programs do with requests that a booking be taken back: list and show them, approve or reject one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from smsgw.business.conversation.reports import list_undo_requests
from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.taking_back import approved, rejected, takes_back
from smsgw.business.conversation.rules.undo_requests import APPROVED, OPEN, REJECTED, UndoRequest
from smsgw.business.core.bookings import Booking
from smsgw.business.core.decision import Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.errors import CONFLICT, NOT_FOUND, refuse


class Desk(ConversationBooks, Protocol):
    """The books of the transaction in which somebody at the desk decides."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book records."""


@action(Right.READ_UNDO_REQUESTS)
def list_requests(
    session: Session, chosen: Sequence[str] = (), dealer: str | None = None, *, limit: int = 1_000
) -> list[dict[str, Any]]:
    """Requests to take a booking back, the oldest first, as `smsgw undo list --json` has them; `chosen`: of these
    states only."""
    return list_undo_requests(session.connection, chosen, dealer, limit=limit, regions=own_regions(session))


@action(Right.READ_UNDO_REQUESTS)
def read_request(session: Session, reference: str) -> dict[str, Any]:
    """The newest request about a booking. Raises Refused."""
    found = list_undo_requests(session.connection, reference=reference)
    if not found or not within_reach(session, found[0]["dealer"]):
        refuse(_none(reference), NOT_FOUND)
    return found[0]


@action(Right.DECIDE_UNDO_REQUESTS)
def approve_request(session: Session, books: Desk, reference: str) -> dict[str, Any]:
    """Take back all that a booking did, and have those told who asked. Raises Refused."""
    found, booking = _open(session, books, reference)
    decided = approved(found, booking, _headquarters(session), books, session.who)
    if decided.then:
        refuse(f"what {reference} replaced would be booked anew: take it back by text, APP {reference}", CONFLICT)
    if not takes_back(decided):
        why = ", ".join(reply.key.removeprefix("undo_").replace("_", " ") for reply in decided.replies)
        refuse(f"{reference} cannot be taken back as things stand ({why}); reject it, saying so", CONFLICT)
    books.apply(decided.records)
    session.record("undo approved", reference, {"dealer": booking.dealer or ""}, in_journal=False)
    return {"reference": reference, "state": APPROVED}


@action(Right.DECIDE_UNDO_REQUESTS)
def reject_request(session: Session, books: Desk, reference: str, why: str) -> dict[str, Any]:
    """Leave a booking as it is; whoever asked is told why. Raises Refused."""
    found, _ = _open(session, books, reference)
    said = " ".join(why.split())
    if not said:
        refuse("say why, for whoever asked is told", CONFLICT)
    books.apply(rejected(found, None, said, session.who))
    session.record("undo rejected", reference, {"why": said}, in_journal=False)
    return {"reference": reference, "state": REJECTED}


def _open(session: Session, books: Desk, reference: str) -> tuple[UndoRequest, Booking]:
    """A request that waits and the booking that it is about, kept from everybody else. Raises Refused."""
    booking = books.conversation.hold(reference)
    found = books.conversation.undo_request(reference)
    if found is None or booking is None or not within_reach(session, booking.dealer):
        refuse(_none(reference), NOT_FOUND)
    if found.state != OPEN:
        state = "lapsed" if found.lapsed else found.state
        refuse(f"the request to take {reference} back is {state} already", CONFLICT)
    return found, booking


def _headquarters(session: Session) -> Actor:
    """Who acts, as the rules of taking back know people: headquarters, without a phone."""
    return Actor(None, "", session.who, "hq", None, None, "")


def _none(reference: str) -> str:
    return f"nobody asked to take {reference} back; `smsgw undo list --state all` shows every request"
