"""Orders: drafted with prices and credit, placed by YES, dropped by NO, lapsed by time, and told by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from smsgw.business.core.command import CONFIRM, Command
from smsgw.business.core.reply import Money
from smsgw.business.core.trade import Trade
from smsgw.business.money.rules import RECEIVABLE, REVENUE, entry
from smsgw.business.orders.rules import OrderShipped
from smsgw.calendar.days import business_date
from tests.business.dict_ledger import CLERK, FIELD, HQ, OTHER_OWNER, OWNER, WEST_OWNER, sample
from tests.business.say import items, keys, only, say

YES, NO = Command("yes"), Command("no")


def test_an_order_is_a_draft_with_the_tiers_prices_and_the_credit_left() -> None:
    books = sample()
    reply = only(say(books, OWNER, items("order", ("A350", 20), ("B200", 10))))
    assert reply.key == "order_draft"
    assert reply.values["total"] == Money(20 * 100_000 + 10 * 62_000, "CNY")
    assert reply.values["left"] == Money(10_000_000 - 2_620_000, "CNY")
    assert reply.values["number"] == "1001"
    assert (reply.values["until"].hour, reply.values["until"].minute) == (10, 31)
    order = books.placed["O1001"]
    assert (order.state, order.dealer) == ("draft", "D1001")
    assert [question.reference for question in books.conversation.questions(OWNER)] == ["O1001"]


@pytest.mark.parametrize("answer", [YES, Command("yes", reference="1001"), Command("yes", reference="O1001")])
def test_yes_places_the_order(answer: Command) -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    assert keys(say(books, OWNER, answer)) == ["order_approved"]
    assert books.placed["O1001"].state == "approved"
    assert books.conversation.questions(OWNER) == ()


def test_an_order_over_the_limit_waits_for_approval() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 60)))
    assert keys(say(books, OWNER, YES)) == ["order_approved"]
    assert keys(say(books, OWNER, items("order", ("A350", 60)))) == ["order_draft_over"]
    assert keys(say(books, OWNER, YES)) == ["order_placed"]
    assert books.placed["O1002"].state == "confirmed"


def test_no_credit_means_every_order_waits() -> None:
    books = sample()
    say(books, WEST_OWNER, items("order", ("B200", 1)))
    assert keys(say(books, WEST_OWNER, YES)) == ["order_placed"]


def test_credit_is_counted_again_when_the_order_is_placed() -> None:
    books = sample()
    assert keys(say(books, OWNER, items("order", ("A350", 60)))) == ["order_draft"]
    assert keys(say(books, OWNER, items("order", ("A350", 59)))) == ["order_draft"]
    assert keys(say(books, OWNER, Command("yes", reference="1002"))) == ["order_approved"]
    assert keys(say(books, OWNER, YES)) == ["did_you_mean"]  # the other draft came between
    assert keys(say(books, OWNER, YES)) == ["order_placed"]


def test_no_drops_the_draft() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    assert keys(say(books, OWNER, NO)) == ["order_dropped"]
    assert books.placed["O1001"].state == "cancelled"
    assert keys(say(books, OWNER, YES)) == ["no_question"]


def test_a_yes_too_late_is_told_and_the_draft_lapses() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    decision = say(books, OWNER, YES, after=timedelta(minutes=30))
    assert keys(decision) == ["order_expired"]
    assert books.placed["O1001"].state == "expired"
    assert keys(say(books, OWNER, YES)) == ["no_question"]


def test_a_second_yes_finds_the_order_placed() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, YES)
    reply = only(say(books, OWNER, Command("yes", reference="1001")))
    assert (reply.key, reply.values["state"].key) == ("order_not_draft", "order_is_approved")


def test_one_line_without_a_price_stops_the_whole_order() -> None:
    books = sample()
    decision = say(books, OWNER, items("order", ("A350", 2), ("C100", 1)))
    assert (decision.records, keys(decision)) == ((), ["order_no_price"])
    assert only(decision).values == {"model": "C100"}


def test_a_suspended_dealer_reports_and_does_not_order() -> None:
    books = sample()
    books.dealers["D1001"] = replace(books.dealers["D1001"], active=False)
    assert keys(say(books, OWNER, items("order", ("A350", 2)))) == ["order_inactive"]
    assert keys(say(books, OWNER, items("sale", ("A350", 2)))) == ["sale_items_short"]


@pytest.mark.parametrize(("late", "keyed"), [(30, "order_draft"), (31, "order_overdue"), (400, "order_overdue")])
def test_who_owes_something_for_too_long_does_not_order(late: int, keyed: str) -> None:
    books = sample(Trade(overdue_days=30))
    due = business_date(books.now, "Asia/Shanghai") - timedelta(days=late)
    books.apply(
        entry("SH1", "D1001", "invoice", debit=RECEIVABLE, credit=REVENUE, amount=500, currency="CNY", due_on=due)
    )
    reply = only(say(books, OWNER, items("order", ("A350", 2))))
    assert reply.key == keyed
    if keyed == "order_overdue":
        assert (reply.values["overdue"], reply.values["since"]) == (Money(500, "CNY"), due)


def test_what_became_overdue_since_the_draft_stops_its_yes() -> None:
    books = sample(Trade(overdue_days=1))
    assert keys(say(books, OWNER, items("order", ("A350", 2)))) == ["order_draft"]
    due = business_date(books.now, "Asia/Shanghai") - timedelta(days=2)
    books.apply(
        entry("SH1", "D1001", "invoice", debit=RECEIVABLE, credit=REVENUE, amount=500, currency="CNY", due_on=due)
    )
    assert keys(say(books, OWNER, YES)) == ["order_overdue"]
    assert [order.state for order in books.placed.values()] == ["draft"]


def test_a_balance_says_since_when_something_is_overdue() -> None:
    books = sample()
    assert keys(say(books, OWNER, Command("balance"))) == ["balance"]
    due = business_date(books.now, "Asia/Shanghai") - timedelta(days=2)
    books.apply(
        entry("SH1", "D1001", "invoice", debit=RECEIVABLE, credit=REVENUE, amount=500, currency="CNY", due_on=due)
    )
    reply = only(say(books, OWNER, Command("balance")))
    assert (reply.key, reply.values["since"]) == ("balance_overdue", due)


def test_a_doubtful_order_becomes_a_draft_which_asks_anyhow() -> None:
    books = sample()
    assert keys(say(books, OWNER, replace(items("order", ("B200", 3)), outcome=CONFIRM))) == ["order_draft"]


def test_field_staff_order_for_a_shop_of_their_region() -> None:
    books = sample()
    assert keys(say(books, FIELD, items("order", ("A350", 2), dealer="D1001"))) == ["order_draft"]
    assert keys(say(books, FIELD, YES)) == ["order_approved"]
    assert books.placed["O1001"].dealer == "D1001"


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        (OWNER, "order_status"),
        (FIELD, "order_status"),
        (HQ, "order_status"),
        (OTHER_OWNER, "order_unknown"),
        (CLERK, "denied"),
    ],
)
def test_an_order_is_told_to_those_whose_business_it_is(phone: str, key: str) -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    for number in ("1001", "O1001"):
        assert keys(say(books, phone, Command("order_status", order=number))) == [key]


def test_the_status_counts_what_has_left() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, YES)
    books.apply([OrderShipped("O1001", "A350", 1, "part_shipped")])
    values = only(say(books, OWNER, Command("order_status", order="1001"))).values
    assert (values["shipped"], values["quantity"], values["state"].key) == (1, 2, "order_is_part_shipped")


def test_a_draft_past_its_deadline_is_lapsed_when_it_is_looked_at() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    reply = only(say(books, OWNER, Command("order_status", order="1001"), after=timedelta(hours=1)))
    assert reply.values["state"].key == "order_is_expired"
    assert books.placed["O1001"].state == "expired"


def test_the_balance_counts_open_orders() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, YES)
    values = only(say(books, OWNER, Command("balance"))).values
    assert values["open"] == Money(200_000, "CNY")
    assert values["free"] == Money(9_800_000, "CNY")


@pytest.mark.parametrize("command", [Command("order"), Command("order", imeis=("860123450004766",))])
def test_an_order_without_lines_is_no_order(command: Command) -> None:
    books = sample()
    assert keys(say(books, OWNER, command)) == ["help_verb"]
    assert books.placed == {}
    assert books.conversation.questions(OWNER) == ()
