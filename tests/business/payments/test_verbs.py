"""PAID and what becomes of it, in books of dictionaries: who may, who hears of it, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from smsgw.business.core.command import Command
from smsgw.business.core.trade import Trade
from smsgw.business.money.rules import receive_payment
from smsgw.business.payments.rules import ENDED, MATCHED, REJECTED, UNDONE, WAITS, meant_currency
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OWNER, DictLedger, sample
from tests.business.say import keys, only, say

PAID = Command("paid", price="5000")
APPROVE = Command("approve", reference="F1001")


@pytest.fixture
def books() -> DictLedger:
    return sample()


def came_in(books: DictLedger, name: str = "TT1", amount: int = 500_000, dealer: str = "D1001") -> None:
    """A payment is in the books, as an import brings it."""
    books.begin()
    books.apply(list(receive_payment(books.dealers[dealer], amount, "CNY", name)))


def owed(books: DictLedger) -> int:
    return books.money.debt("D1001", "CNY", books.now.date()).owed


def test_what_is_told_waits_and_changes_nothing_that_is_owed(books: DictLedger) -> None:
    reply = only(say(books, OWNER, replace(PAID, slip="tt8841")))
    assert (reply.key, reply.values["reference"], reply.values["slip"]) == ("paid_slip", "F1001", "TT8841")
    assert (owed(books), books.payments["F1001"].state, books.payments["F1001"].amount) == (0, "open", 500_000)
    (told,) = books.payments.told
    assert (told.what, told.phones, told.region) == (WAITS, (), books.dealers["D1001"].region)


def test_the_owner_hears_of_what_field_staff_tell(books: DictLedger) -> None:
    assert keys(say(books, FIELD, replace(PAID, dealer="D1001"))) == ["paid"]
    assert books.payments.told[0].phones == (OWNER,)
    assert keys(say(books, CLERK, PAID)) == ["denied"]


@pytest.mark.parametrize("said", ["5000 USD", "5000 $", "0", "5000.005", "x"])
def test_what_is_no_amount_of_the_shop_is_not_kept(books: DictLedger, said: str) -> None:
    assert keys(say(books, OWNER, replace(PAID, price=said))) == ["paid_no_amount"]
    assert not books.payments


@pytest.mark.parametrize(
    ("said", "currency", "fits"),
    [("CNY", "CNY", True), ("元", "CNY", True), ("$", "SGD", True), ("$", "CNY", False), ("¥", "JPY", True)],
)
def test_a_sign_of_money_means_a_few_currencies(said: str, currency: str, fits: bool) -> None:
    assert meant_currency(said, currency) is fits


def test_a_day_to_come_is_refused(books: DictLedger) -> None:
    assert keys(say(books, OWNER, replace(PAID, on=books.now.date() + timedelta(days=2)))) == ["date_future"]


def test_the_same_payment_is_told_once(books: DictLedger) -> None:
    say(books, OWNER, PAID)
    assert keys(say(books, FIELD, replace(PAID, dealer="D1001"))) == ["paid_known"]
    assert keys(say(books, OWNER, replace(PAID, slip="8841"))) == ["paid_slip"]
    assert keys(say(books, OWNER, replace(PAID, slip="8841", on=books.now.date() - timedelta(days=3)))) == [
        "paid_known"
    ]
    assert keys(say(books, OWNER, replace(PAID, repeat=True))) == ["paid"]
    say(books, OWNER, Command("undo", reference="F1001"))
    say(books, OWNER, Command("undo", reference="F1003"))
    assert keys(say(books, OWNER, PAID)) == ["paid"]


def test_a_manager_matches_it_to_the_one_payment_that_came_in(books: DictLedger) -> None:
    say(books, OWNER, PAID)
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_not_in_books"]
    assert books.payments["F1001"].state == "open"
    came_in(books)
    before = owed(books)
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_matched"]
    found = books.payments["F1001"]
    assert (found.state, found.payment, owed(books)) == (MATCHED, "TT1", before)
    assert (books.payments.told[-1].what, books.payments.told[-1].phones) == (ENDED, (OWNER,))
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_over"]


def test_one_payment_is_matched_once(books: DictLedger) -> None:
    say(books, OWNER, PAID)
    say(books, OWNER, replace(PAID, on=books.now.date() - timedelta(days=1)))
    came_in(books)
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_matched"]
    assert keys(say(books, HQ, replace(APPROVE, reference="F1002"))) == ["paid_not_in_books"]


def test_of_several_the_slip_says_which_and_else_the_desk(books: DictLedger) -> None:
    came_in(books, "TT8841")
    came_in(books, "TT8842")
    say(books, OWNER, PAID)
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_several"]
    say(books, OWNER, replace(PAID, slip="8842"))
    assert keys(say(books, MANAGER, replace(APPROVE, reference="F1002"))) == ["paid_matched"]
    assert books.payments["F1002"].payment == "TT8842"


def test_another_amount_shop_or_time_is_another_payment(books: DictLedger) -> None:
    came_in(books, "less", 499_999)
    came_in(books, "theirs", dealer="D1002")
    came_in(books, "old")
    say(books, OWNER, PAID, after=timedelta(days=8))
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_not_in_books"]


def test_it_is_rejected_with_a_reason_that_the_shop_is_told(books: DictLedger) -> None:
    say(books, OWNER, PAID)
    assert keys(say(books, MANAGER, Command("reject", reference="F1001"))) == ["paid_reject_why"]
    reply = only(say(books, MANAGER, Command("reject", reference="F1001", reason="nothing  came")))
    assert (reply.key, reply.values["brief"]) == ("paid_rejected", "nothing came")
    assert (books.payments["F1001"].state, books.payments["F1001"].why) == (REJECTED, "nothing came")


def test_who_told_it_takes_it_back_while_it_waits(books: DictLedger) -> None:
    say(books, OWNER, PAID)
    assert keys(say(books, OWNER, Command("undo", reference="F1001"))) == ["paid_undone"]
    assert books.payments["F1001"].state == UNDONE
    say(books, OWNER, PAID)
    came_in(books)
    say(books, MANAGER, replace(APPROVE, reference="F1002"))
    assert keys(say(books, OWNER, Command("undo", reference="F1002"))) == ["paid_over"]


def test_above_the_amount_of_security_the_desk_matches(books: DictLedger) -> None:
    books._trade = Trade(second_phone_above="4999")
    say(books, OWNER, PAID)
    came_in(books)
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_at_desk"]
    books._trade = Trade(second_phone_above="5000")
    assert keys(say(books, MANAGER, APPROVE)) == ["paid_matched"]


def test_app_alone_lists_what_waits(books: DictLedger) -> None:
    say(books, OWNER, PAID)
    assert "F1001" in books.payments.waiting(None)
