"""Money: read and written without loss, booked in legs that sum to zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw.business.money.rules import Debt, age, entry
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


TODAY = date(2026, 4, 15)


def test_payments_settle_the_oldest_invoices_first() -> None:
    due = [(TODAY, 70), (date(2026, 4, 14), 50), (date(2026, 4, 1), 100)]
    assert age(220, due, TODAY) == Debt(220, 150, date(2026, 4, 1), (150, 0, 0, 0))
    assert age(100, due, TODAY) == Debt(100, 30, date(2026, 4, 14), (30, 0, 0, 0))
    assert age(70, due, TODAY) == Debt(70)
    assert age(-20, due, TODAY) == Debt(-20)


@pytest.mark.parametrize(("days", "place"), [(1, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (4000, 3)])
def test_what_is_overdue_is_of_an_age(days: int, place: int) -> None:
    found = age(500, [(TODAY - timedelta(days=days), 500)], TODAY)
    assert found.aged == tuple(500 if each == place else 0 for each in range(4))


def test_no_more_days_are_read_than_what_is_owed_takes() -> None:
    read = []

    def due() -> Iterator[tuple[date, int]]:
        for back in range(1000):
            read.append(back)
            yield TODAY - timedelta(days=back), 100

    assert age(250, due(), TODAY).overdue == 150
    assert read == [0, 1, 2]
    assert age(0, due(), TODAY) == Debt(0)
    assert read == [0, 1, 2]


def test_what_was_invoiced_and_taken_back_settles_nothing_else() -> None:
    """The invoice of today that is taken back does not pay the one of last month."""
    due = [(TODAY, 0), (date(2026, 3, 1), 100)]
    assert age(100, due, TODAY) == Debt(100, 100, date(2026, 3, 1), (0, 100, 0, 0))
