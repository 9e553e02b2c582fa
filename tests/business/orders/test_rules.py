"""The life of an order: its table, its credit check, its lapse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smsgw.business.directory.rules import Dealer
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Balance, OrderLine
from smsgw.values.state_table import IllegalMove

NOW = datetime(2026, 4, 15, tzinfo=UTC)
EVENTS = (
    *("place", "place_within_limit", "expire", "cancel", "approve", "reject", "allocate"),
    *("ship_some", "ship_rest", "receive_some", "receive_rest", "receive_back", "close"),
)
LEGAL = {
    "draft": {"place": "confirmed", "place_within_limit": "approved", "expire": "expired", "cancel": "cancelled"},
    "confirmed": {
        "cancel": "cancelled",
        "approve": "approved",
        "reject": "rejected",
        "ship_some": "part_shipped",
        "ship_rest": "shipped",
    },
    "approved": {
        "cancel": "cancelled",
        "allocate": "allocated",
        "ship_some": "part_shipped",
        "ship_rest": "shipped",
    },
    "allocated": {"cancel": "cancelled", "ship_some": "part_shipped", "ship_rest": "shipped"},
    "part_shipped": {
        "ship_some": "part_shipped",
        "ship_rest": "shipped",
        "receive_some": "part_shipped",
        "receive_back": "part_shipped",
        "close": "closed",
    },
    "shipped": {"receive_some": "shipped", "receive_rest": "received", "receive_back": "shipped", "close": "closed"},
    "received": {"receive_back": "shipped", "close": "closed"},
    "closed": {"receive_some": "closed", "receive_back": "closed"},
}


def dealer(limit: int) -> Dealer:
    return Dealer("D1001", "Sunny", "EAST", "A", limit, "CNY", "en", "Asia/Shanghai")


def test_the_table_is_what_it_is() -> None:
    for state in orders.STATES:
        for event in EVENTS:
            after = LEGAL.get(state, {}).get(event)
            assert orders.can(state, event) is (after is not None)
            if after is None:
                with pytest.raises(IllegalMove):
                    orders.move(state, event)
            else:
                assert orders.move(state, event) == after


@pytest.mark.parametrize(
    ("limit", "balance", "state"),
    [
        (1000, Balance(0, 0, 0), "approved"),
        (1000, Balance(1, 0, 0), "confirmed"),
        (1000, Balance(0, 1, 0), "confirmed"),
        (1000, Balance(500, -500, 0), "approved"),
        (999, Balance(0, 0, 0), "confirmed"),
        (0, Balance(0, 0, 0), "confirmed"),  # no limit is no credit
        (0, Balance(-1000, 0, 0), "approved"),  # paid in advance
    ],
)
def test_an_order_within_the_limit_is_approved_at_once(limit: int, balance: Balance, state: str) -> None:
    order = orders.draft("O1", dealer(limit), [OrderLine("A350", 10, 100)], NOW, 30)
    assert order.total == 1000
    assert orders.placed(order, dealer(limit), balance) == state


def test_a_draft_lapses_at_its_deadline() -> None:
    order = orders.draft("O1", dealer(0), [OrderLine("A350", 10, 100)], NOW, 30)
    assert not orders.expired(order, NOW + timedelta(minutes=29, seconds=59))
    assert orders.expired(order, NOW + timedelta(minutes=30))
