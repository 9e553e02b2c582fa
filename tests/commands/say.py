"""Commands said to a ledger: what a test sends, and what comes back."""

from __future__ import annotations

from datetime import timedelta

from smsgw.commands.command import ACCEPTED, Command, Item, Reading
from smsgw.commands.dialogue import answer
from smsgw.retail.decision import Decision, Reply
from tests.retail.dict_ledger import DictLedger

MINUTE = timedelta(minutes=1)


def say(
    books: DictLedger,
    phone: str,
    *commands: Command,
    text: str | None = None,
    after: timedelta = MINUTE,
    outcome: str = ACCEPTED,
) -> Decision:
    """Send one message of these commands from a phone; its text, where none is given, differs from all before."""
    folded = text if text is not None else f"text {books.message}"
    books.begin(phone, folded, after)
    return answer(Reading(folded, folded, outcome, commands), phone, books)


def keys(decision: Decision) -> list[str]:
    return [reply.key for reply in decision.replies]


def only(decision: Decision) -> Reply:
    assert len(decision.replies) == 1, decision.replies
    return decision.replies[0]


def sale(*imeis: str, **more: object) -> Command:
    return Command("sale", imeis=imeis, positions=tuple(range(1, len(imeis) + 1)), **more)  # type: ignore[arg-type]


def items(verb: str, *pairs: tuple[str, int], **more: object) -> Command:
    return Command(verb, items=tuple(Item(model, quantity) for model, quantity in pairs), **more)  # type: ignore[arg-type]


def reasons(reply: Reply) -> list[str]:
    """The keys of the reasons in an answer about IMEIs that were not saved."""
    return [reason.key for reason in reply.values["bad"].items]
