"""What a dealer owes, from the books: asked in the middle of a transaction and for a page alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from smsgw.business.money.rules import RECEIVABLE, Balance
from smsgw.business.orders.rules import OPEN
from smsgw.store.driver import Row

_OPEN = ", ".join(f"'{state}'" for state in OPEN)


def balance(ask: Callable[..., list[Row]], dealer: str, currency: str, today: date) -> Balance:
    """What a dealer owes, has on order and not yet been sent, and owes for longer than agreed, in minor units.

    `ask` takes a question in which `?` marks a value, and the values. What is overdue is what was due before today
    less everything credited, for payments settle the oldest invoices first (`smsgw.business.money.rules.overdue`).
    """
    owed = ask(
        "SELECT amount FROM account_balance WHERE dealer = ? AND account = ? AND currency = ?",
        dealer,
        RECEIVABLE,
        currency,
    )
    waiting = ask(
        "SELECT coalesce(sum((l.quantity - l.shipped) * l.price), 0) FROM sales_order o "
        f"JOIN order_line l ON l.order_reference = o.reference WHERE o.dealer = ? AND o.state IN ({_OPEN})",
        dealer,
    )
    overdue = ask(
        "SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE dealer = ? AND account = ? AND currency = ? "
        "AND (amount < 0 OR due_on < ?)",
        dealer,
        RECEIVABLE,
        currency,
        today.isoformat(),
    )
    return Balance(owed[0][0] if owed else 0, int(waiting[0][0]), max(0, int(overdue[0][0])))
