"""UNDO and FIX of a return, as long as nothing has been decided of it and its sets lie where they were."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.phrases import sets
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.returns.rules.cases import ReturnBooks, ReturnReasoned, models_of
from smsgw.business.returns.rules.outcomes import ReturnRefused, withdraw
from smsgw.business.returns.rules.reasons import Reason
from smsgw.business.returns.rules.states import OPEN
from smsgw.values.names import fold


def undo(booking: Booking, actor: Actor, books: ReturnBooks) -> Decision:
    """Everything is as before a return: sets, stock and sales; unless it was decided, or sets of it have arrived."""
    case = books.returns.find(booking.reference)
    if case is None:
        return Decision(replies=(Reply("undo_unknown", {"reference": booking.reference}),))
    if case.state != OPEN:
        values = {"reference": case.reference, "state": Reply(f"return_is_{case.state}")}
        return Decision(replies=(Reply("return_over", values),))
    if any(line.depot for line in case.lines):
        return Decision(replies=(Reply("return_arrived", {"reference": case.reference}),))
    try:
        records = withdraw(case, books, actor.who)
    except ReturnRefused as refused:
        return Decision(replies=(refused.reply,))
    values = {"reference": case.reference, "models": sets(models_of(case)), "dealer": case.dealer}
    return Decision((*records, Undone(case.reference)), (Reply("return_undone", values),))


def fix(booking: Booking, command: Command, actor: Actor, books: ReturnBooks) -> Decision | None:
    """Another reason for a return, by number or in words; None where the words are no reason, but sets."""
    case = books.returns.find(booking.reference)
    words = (command.content or "").strip()
    if case is None or (command.correction is not None and command.correction.imeis):
        return None
    known = books.returns.reasons()
    fitting = {n: r for n, r in known.items() if r.fits([line.sale is not None for line in case.lines])}
    meant = next((reason for reason in fitting.values() if _says(words, reason)), None)
    if meant is None:
        choices = TruncatableList(
            tuple(
                Reply("return_choice", {"number": number, "reason": reason.said(actor.language)})
                for number, reason in sorted(fitting.items())
            )
        )
        values = {"reference": case.reference, "choices": choices, "number": next(iter(fitting), 1)}
        return Decision(replies=(Reply("return_fix_how", values),))
    values = {"reference": case.reference, "reason": meant.said(actor.language)}
    return Decision((ReturnReasoned(case.reference, meant.number),), (Reply("return_fixed", values),))


def _says(words: str, reason: Reason) -> bool:
    """Whether words name a reason: its number, or any of its words in any language, whatever stands around them."""
    pieces = words.split()
    if pieces and pieces[-1] == str(reason.number) and len(pieces) < 3:
        return True
    said = fold(words)
    return any(fold(each) in said for every in reason.words.values() for each in every)
