"""APPROVE and REJECT of a claim, and its UNDO while it waits."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.directory.rules import covers
from smsgw.business.protection.rules import claims
from smsgw.business.protection.rules.claims import Claim, ClaimRefused, ClaimSettled, ClaimTold, ProtectionBooks
from smsgw.business.protection.rules.hearing import hearing
from smsgw.business.protection.rules.states import LIFE, OPEN


def approve(command: Command, actor: Actor, books: ProtectionBooks) -> Decision:
    """Credit a claim to its shop's account; whoever filed it or planned the cut does not."""
    claim = _waiting(command, actor, books)
    if isinstance(claim, Decision):
        return claim
    told, phones = hearing(claim, actor.phone, books)
    try:
        records = claims.approve(claim, actor.who, books)
    except ClaimRefused as refused:
        return Decision(replies=(refused.reply,))
    values = {**_of(claim), "total": Money(claim.total, claim.currency), "told": told}
    return Decision((*records, ClaimTold(claim.reference, phones)), (Reply("claim_approved", values),))


def reject(command: Command, actor: Actor, books: ProtectionBooks) -> Decision:
    """Turn a claim down; without a reason nothing is done, for the shop is told why."""
    claim = _waiting(command, actor, books)
    if isinstance(claim, Decision):
        return claim
    why = " ".join((command.reason or "").split())
    if not why:
        return Decision(replies=(Reply("claim_reject_why", {"reference": claim.reference}),))
    told, phones = hearing(claim, actor.phone, books)
    values = {"reference": claim.reference, "dealer": claim.dealer, "told": told, "brief": why}
    records = claims.reject(claim, actor.who, why)
    return Decision((*records, ClaimTold(claim.reference, phones)), (Reply("claim_rejected", values),))


def undo(booking: Booking, actor: Actor, books: ProtectionBooks) -> Decision:
    """Take a claim back that nobody has decided yet; its sets may be claimed again."""
    claim = books.protection.find(booking.reference)
    if claim is None:
        return Decision(replies=(Reply("undo_unknown", {"reference": booking.reference}),))
    if claim.state != OPEN:
        return Decision(replies=(_over(claim),))
    settled = ClaimSettled(claim.reference, LIFE.move(claim.state, "undo"), actor.who)
    return Decision((settled, Undone(claim.reference)), (Reply("claim_undone", _of(claim)),))


def _of(claim: Claim) -> dict[str, object]:
    return {
        "reference": claim.reference,
        "dealer": claim.dealer,
        "count": len(claim.imeis),
        "model": claim.model,
    }


def _over(claim: Claim) -> Reply:
    return Reply("claim_over", {"reference": claim.reference, "state": Reply(f"claim_is_{claim.state}")})


def _waiting(command: Command, actor: Actor, books: ProtectionBooks) -> Claim | Decision:
    """The claim that a command names, if it waits for the sender; else the answer that says why not.

    One outside the sender's scope is as unknown as one that does not exist.
    """
    reference = command.reference or ""
    claim = books.protection.find(reference)
    shop = books.directory.dealer(claim.dealer) if claim is not None else None
    if claim is None or shop is None or not covers(actor, shop, books):
        return Decision(replies=(Reply("claim_unknown", {"reference": reference}),))
    return claim if claim.state == OPEN else Decision(replies=(_over(claim),))
