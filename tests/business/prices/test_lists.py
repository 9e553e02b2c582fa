"""The lists that are for a shop, the most special first, by days of its own zone: against a model of plain loops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from smsgw.business.core.command import Command, Item
from smsgw.business.core.reply import Money
from smsgw.business.directory.books.network import DealerRow, put_dealers
from smsgw.business.prices.books import PriceRow, put_prices
from smsgw.business.prices.rules import EVERYBODYS, Price, lists_for, next_change, price_on
from smsgw.values.money import decimal, minor, places
from tests.business.dict_ledger import OWNER, sample
from tests.business.say import say
from tests.business.world import NOON, bookkeeper, furnish

DAY = date(2026, 4, 1)
KEYS = lists_for("D1001", ("EAST", "CN"), "A")
EVERY_KEY = [*KEYS, ("dealer", "D1002"), ("region", "WEST"), ("tier", "B")]

rows = st.lists(
    st.tuples(st.sampled_from(EVERY_KEY), st.integers(0, 12), st.none() | st.integers(0, 6), st.integers(1, 9)),
    max_size=14,
    unique_by=lambda row: row[:2],
)


def model_of(found: list[tuple[tuple[str, str], int, int | None, int]], day: int) -> int | None:
    """What a shop pays on a day, by hand: overwrite from the least special list and the oldest row on."""
    price = None
    for key in reversed(KEYS):
        for whom, first, length, cost in sorted(found, key=lambda row: row[1]):
            if whom == key and first <= day and (length is None or day <= first + length):
                price = cost
    return price


@settings(max_examples=200, deadline=None)
@given(rows)
def test_the_most_special_list_that_has_a_price_wins_on_every_day(
    found: list[tuple[tuple[str, str], int, int | None, int]],
) -> None:
    lists: dict[tuple[str, str], list[Price]] = {}
    for key, first, length, cost in found:
        last = None if length is None else DAY + timedelta(first + length)
        lists.setdefault(key, []).append(Price("A350", cost, 9, "CNY", DAY + timedelta(first), last))
    by_day = [model_of(found, day) for day in range(-1, 22)]
    for number, expected in enumerate(by_day):
        day = DAY + timedelta(number - 1)
        price = price_on(lists, KEYS, day)
        assert (price.dealer_price if price else None) == expected
        change = next_change(lists, KEYS, day)
        later = next((n for n in range(number + 1, len(by_day)) if by_day[n] != expected), None)
        assert (change.on if change else None) == (None if later is None else DAY + timedelta(later - 1))
        if change is not None and later is not None:
            assert (change.price.dealer_price if change.price else None) == by_day[later]


def test_nobody_in_particular_has_the_price_of_everybody() -> None:
    assert lists_for("", (), "") == (EVERYBODYS,)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**12 - 1), st.sampled_from(["JPY", "XAF", "CNY", "EUR", "KWD", "TND"]))
def test_amounts_of_currencies_with_no_two_and_three_digits_are_read_as_they_are_written(
    amount: int, currency: str
) -> None:
    written = decimal(amount, currency)
    assert minor(written, currency) == amount
    assert (
        len(written.partition(".")[2])
        == places(currency)
        == {"J": 0, "X": 0, "C": 2, "E": 2, "K": 3, "T": 3}[currency[0]]
    )


ZONES = ["Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Africa/Lagos"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.integers(-30 * 60, 30 * 60))
def test_a_price_changes_at_midnight_of_the_shops_own_zone(zone: str, minutes: int) -> None:
    """Whatever the moment, the answer is that of the date on the shop's own clock."""
    books = sample()
    books.dealers["D1001"] = replace(books.dealers["D1001"], timezone=zone)
    change = date(2026, 4, 20)
    books.prices.append(("A", Price("A350", 77_700, 99_900, "CNY", change)))
    midnight = datetime(2026, 4, 20, tzinfo=ZoneInfo(zone))
    at = midnight.astimezone(UTC) + timedelta(minutes=minutes)
    books.begin(OWNER, "", at - books.now)
    reply, *coming = say(books, OWNER, Command("price", model="A350"), after=timedelta(0)).replies
    now = 77_700 if minutes >= 0 else 100_000
    assert reply.values["dealer_price"] == Money(now, "CNY")
    assert [(each.values["on"], each.values["then_dealer"]) for each in coming] == (
        [] if minutes >= 0 else [(change, Money(77_700, "CNY"))]
    )


def test_a_draft_says_that_a_model_will_cost_less_and_nothing_of_one_that_will_cost_more() -> None:
    books = sample()
    books.prices.append(("A", Price("A350", 90_000, 99_900, "CNY", date(2026, 4, 20))))
    books.prices.append(("", Price("B200", 90_000, 99_900, "CNY", date(2026, 4, 20))))
    replies = say(books, OWNER, Command("order", items=(Item("A350", 2), Item("B200", 1)))).replies
    assert [reply.key for reply in replies][-1] == "order_cheaper_soon"
    assert replies[-1].values == {"model": "A350", "price": Money(90_000, "CNY"), "on": date(2026, 4, 20)}
    assert len(say(books, OWNER, Command("order", items=(Item("B200", 3),))).replies) == 1


@pytest.mark.parametrize(
    ("row", "pays"),
    [
        (PriceRow("A350", "", 800_00, 999_00, "CNY", date(2026, 4, 2)), 900_00),  # the tier has a price of its own
        (PriceRow("A350", "", 880_00, 999_00, "CNY", date(2026, 4, 2), region="CN"), 880_00),
        (PriceRow("A350", "", 870_00, 999_00, "CNY", date(2026, 4, 2), region="WEST"), 900_00),
        (PriceRow("A350", "", 860_00, 999_00, "CNY", date(2026, 4, 2), dealer="D1001"), 860_00),
        (PriceRow("A350", "", 860_00, 999_00, "CNY", date(2026, 4, 2), "", "D1001", date(2026, 4, 9)), 900_00),
    ],
)
def test_the_books_find_the_price_of_region_and_dealer(engine: Engine, row: PriceRow, pays: int) -> None:
    furnish(engine)
    keeper = bookkeeper(engine)
    with engine.begin() as connection:
        put_prices(connection, [row])
    with keeper.transaction(NOON) as books:
        shop = books.directory.dealer("D1001")
        price = books.prices.in_force("A350", shop, date(2026, 4, 15))
        assert price is not None
        assert price.dealer_price == pays
        assert books.prices.in_force("A350", None, date(2026, 1, 15)).dealer_price == 1000_00


def test_a_region_counts_before_a_tier_and_the_nearest_region_first(engine: Engine) -> None:
    furnish(engine)
    with engine.begin() as connection:
        put_dealers(connection, [DealerRow("D1001", "Sunny", "EAST", "A", None, 0, "CNY", "en")])
        for region, amount in (("CN", 700_00), ("EAST", 710_00)):
            put_prices(connection, [PriceRow("A350", "", amount, 999_00, "CNY", date(2026, 4, 2), region)])
    with bookkeeper(engine).transaction(NOON) as books:
        price = books.prices.in_force("A350", books.directory.dealer("D1001"), date(2026, 4, 15))
        west = books.prices.in_force("A350", books.directory.dealer("D2001"), date(2026, 4, 15))
    assert (price.dealer_price, west.dealer_price) == (710_00, 700_00)
