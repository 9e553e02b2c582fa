"""APPROVE and REJECT of a return: a credit, a set in place of the old one, or the set back to the shop."""

from __future__ import annotations

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.phrases import sets
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.directory.rules import Dealer, covers
from smsgw.business.returns.rules import outcomes
from smsgw.business.returns.rules.cases import ReturnBooks, ReturnCase, ReturnTold, models_of
from smsgw.business.returns.rules.hearing import hearing
from smsgw.business.returns.rules.outcomes import ReturnRefused
from smsgw.business.returns.rules.states import OPEN
from smsgw.values.value import value


@value
class Held:
    """A return that waits, and its shop."""

    case: ReturnCase
    dealer: Dealer


def approve(command: Command, actor: Actor, books: ReturnBooks) -> Decision:
    """Credit the sets of a return at what they were invoiced for, or with IMEIs send new ones in their place."""
    held = _waiting(command, actor, books)
    if isinstance(held, Decision):
        return held
    case, dealer = held.case, held.dealer
    told, phones = hearing(case, actor.phone, books)
    values = {"reference": case.reference, "dealer": dealer.code, "models": sets(models_of(case)), "told": told}
    try:
        if command.imeis:
            if command.doubtful or command.problems:
                return Decision(replies=(Reply("return_whole_imei", {"reference": case.reference}),))
            records = outcomes.replace(case, command.imeis, books, actor.who)
            values["imei"] = command.imeis[0]
            return _decided(records, case, phones, Reply("return_replaced", values))
        total, records = outcomes.credit(case, dealer, books, actor.who)
    except ReturnRefused as refused:
        return Decision(replies=(refused.reply,))
    return _decided(records, case, phones, Reply("return_credited", {**values, "total": Money(total, dealer.currency)}))


def reject(command: Command, actor: Actor, books: ReturnBooks) -> Decision:
    """Give the sets of a return back to its shop; without a reason nothing is done, for the shop is told why."""
    held = _waiting(command, actor, books)
    if isinstance(held, Decision):
        return held
    case = held.case
    why = " ".join((command.reason or "").split())
    if not why:
        return Decision(replies=(Reply("return_reject_why", {"reference": case.reference}),))
    told, phones = hearing(case, actor.phone, books)
    try:
        records = outcomes.reject(case, why, books, actor.who)
    except ReturnRefused as refused:
        return Decision(replies=(refused.reply,))
    values = {"reference": case.reference, "dealer": case.dealer, "told": told, "brief": why}
    return _decided(records, case, phones, Reply("return_rejected", values))


def _decided(records: list[Record], case: ReturnCase, phones: tuple[str, ...], reply: Reply) -> Decision:
    return Decision((*records, ReturnTold(case.reference, phones)), (reply,))


def _waiting(command: Command, actor: Actor, books: ReturnBooks) -> Held | Decision:
    """The return that a command names, if it waits for the sender; else the answer that says why not.

    One outside the sender's scope is as unknown as one that does not exist.
    """
    reference = command.reference or ""
    case = books.returns.find(reference)
    dealer = books.directory.dealer(case.dealer) if case is not None else None
    if case is None or dealer is None or not covers(actor, dealer, books):
        return Decision(replies=(Reply("return_unknown", {"reference": reference}),))
    if case.state != OPEN:
        over = {"reference": reference, "state": Reply(f"return_is_{case.state}")}
        return Decision(replies=(Reply("return_over", over),))
    return Held(case, dealer)
