"""Commands said to a ledger: what a test sends, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from smsgw.business.core.command import ACCEPTED, Command, Item, Reading
from smsgw.business.core.decision import Decision
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.dialogue import answer
from smsgw.business.replies import EVERY, PHRASES
from tests.business.dict_ledger import DictLedger

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
    decision = answer(Reading(folded, folded, outcome, commands), phone, books)
    for reply in decision.replies:
        assert reply.key not in PHRASES
        assert well_formed(reply), reply
    return decision


def well_formed(value: Any) -> bool:
    """Whether a reply has exactly the fields that its template may use, and so has every phrase inside it."""
    if isinstance(value, TruncatableList):
        return all(well_formed(item) for item in value.items)
    if not isinstance(value, Reply):
        return True
    fields = EVERY[value.key]
    if set(fields) != set(value.values):
        return False
    for name, inner in value.values.items():
        kind = fields[name]
        if kind.name == "list" and kind.items is not None and kind.items.keys:
            if not all(item.key in kind.items.keys for item in inner.items):
                return False
        elif kind.keys and inner.key not in kind.keys:
            return False
    return all(well_formed(inner) for inner in value.values.values())


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
