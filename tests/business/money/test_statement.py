"""BAL ALL: the account of a month by text, and how late what is owed is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from smsgw.business.core.command import Command
from smsgw.business.core.reply import Money, Reply
from smsgw.business.money.rules import CASH, INVOICE, PAYMENT, RECEIVABLE, REVENUE, Posted, entry
from tests.business.dict_ledger import FIELD, OWNER, START, DictLedger, sample
from tests.business.say import keys, say

DAY = timedelta(days=1)


def post(books: DictLedger, legs: tuple[Posted, ...], after: timedelta) -> None:
    books.begin(None, "", after)
    books.apply(list(legs))


def moved(kind: str, reference: str, amount: int, due: date | None = None) -> tuple[Posted, ...]:
    debit, credit = (RECEIVABLE, REVENUE) if amount > 0 else (CASH if kind == PAYMENT else REVENUE, RECEIVABLE)
    return entry(reference, "D1001", kind, debit=debit, credit=credit, amount=abs(amount), currency="CNY", due_on=due)


@pytest.fixture
def books() -> DictLedger:
    """D1001 in March and April: it is the fifteenth of April when the story ends."""
    books = sample()
    books._now = START - 40 * DAY  # the sixth of March
    post(books, moved(INVOICE, "SH1", 10_000, date(2026, 3, 20)), DAY)
    post(books, moved(PAYMENT, "P1", -4_000), 30 * DAY)
    post(books, moved(INVOICE, "SH2", 5_000, date(2026, 5, 20)), DAY)
    post(books, moved("return", "X1", -500), DAY)
    books._now = START - DAY
    return books


def told(replies: tuple[Reply, ...]) -> dict[str, object]:
    return {key: value for reply in replies for key, value in reply.values.items()}


def test_a_month_is_told_with_what_changed_it_and_how_late_it_is(books: DictLedger) -> None:
    decision = say(books, OWNER, Command("statement"))
    assert keys(decision) == ["statement", "statement_moved", "statement_due"]
    values = told(decision.replies)
    assert (values["opening"], values["closing"]) == (Money(10_000, "CNY"), Money(10_500, "CNY"))
    assert (values["first"], values["last"]) == (date(2026, 4, 1), date(2026, 4, 14))
    items = decision.replies[1].values["movements"].items
    assert [(item.key, item.values["count"], item.values["amount"].minor) for item in items] == [
        ("statement_invoices", 1, 5_000),
        ("statement_payments", 1, -4_000),
        ("statement_credits", 1, -500),
    ]
    aged = decision.replies[2].values["aged"].items
    assert [(item.key, item.values["amount"].minor) for item in aged] == [("statement_age_30", 5_500)]


def test_a_month_before_is_told_whole_and_one_without_movements_says_so(books: DictLedger) -> None:
    values = told(say(books, OWNER, Command("statement", month="2026-03")).replies)
    assert (values["opening"], values["closing"], values["last"]) == (
        Money(0, "CNY"),
        Money(10_000, "CNY"),
        date(2026, 3, 31),
    )
    assert keys(say(books, OWNER, Command("statement", month="2026-02")))[0] == "statement_quiet"


def test_field_staff_name_the_shop(books: DictLedger) -> None:
    assert keys(say(books, FIELD, Command("statement"))) == ["which_dealer"]
    assert keys(say(books, FIELD, Command("statement", dealer="D1001")))[0] == "statement"
