"""Money: read and written without loss, booked in legs that sum to zero."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw.business.money.rules import Posted, entry, overdue
from smsgw.values import money
from tests.business.dict_ledger import out_of_balance

currencies = st.sampled_from(["CNY", "JPY", "KWD", "EUR"])


@given(st.integers(1 - 10**12, 10**12 - 1), currencies)
def test_an_amount_is_read_back_as_it_was_written(minor: int, currency: str) -> None:
    assert money.minor(money.decimal(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1230000, "CNY", "12300.00"),
        (5, "CNY", "0.05"),
        (-5, "CNY", "-0.05"),
        (1500, "JPY", "1500"),
        (1500, "KWD", "1.500"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert money.decimal(minor, currency) == text


@pytest.mark.parametrize("text", ["", "-", "1,000.00", "1.005", "ten", "1.", ".5", "1e3", "12 000"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        money.minor(text, "CNY")


def test_trailing_zeros_are_no_decimals_too_many() -> None:
    assert money.minor("12.500", "CNY") == 1250
    assert money.minor("12.00", "JPY") == 12


def test_an_entry_sums_to_zero_and_its_debt_is_due() -> None:
    legs = entry(
        "SH1", "D1", "invoice", debit="receivable", credit="revenue", amount=5, currency="CNY", due_on=date(2026, 5, 1)
    )
    assert out_of_balance(legs) == {}
    assert [(leg.account, leg.amount, leg.due_on) for leg in legs] == [
        ("receivable", 5, date(2026, 5, 1)),
        ("revenue", -5, None),
    ]
    assert out_of_balance(legs[:1]) == {("SH1", "invoice", "CNY"): 5}


def invoice(amount: int, due: date) -> Posted:
    return Posted("SH", "D1", "receivable", "invoice", amount, "CNY", due)


def test_payments_settle_the_oldest_invoices_first() -> None:
    today = date(2026, 4, 15)
    legs = [invoice(100, date(2026, 4, 1)), invoice(50, date(2026, 4, 14)), invoice(70, today)]
    assert overdue(legs, today) == 150
    paid = Posted("P1", "D1", "receivable", "payment", -120, "CNY")
    assert overdue([*legs, paid], today) == 30
    assert overdue([*legs, paid, paid], today) == 0
