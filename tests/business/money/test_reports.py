"""What dealers owe by age, and their accounts: against books that the test keeps by itself."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.trade import Trade
from smsgw.business.money.rules import CASH, INVOICE, PAYMENT, RECEIVABLE, REVENUE, Posted, entry, reverse
from smsgw.business.reporting import run_report
from smsgw.errors import Refused
from smsgw.store.instants import to_ms
from tests.business.world import furnish

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
TODAY = date(2026, 6, 15)
TERMS = 30


class Accounts:
    """Invoices, payments and what is taken back of some dealers, kept as a list beside the books."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        self.engine = engine
        self.keeper = Bookkeeper(engine, Trade(), clock=NOON.timestamp)
        self.said: list[tuple[str, date, str, str, int, date | None]] = []  # dealer, day, kind, reference, change, due

    def invoice(self, dealer: str, on: date, reference: str, amount: int) -> None:
        due = on + timedelta(days=TERMS)
        legs = entry(
            reference, dealer, INVOICE, debit=RECEIVABLE, credit=REVENUE, amount=amount, currency="CNY", due_on=due
        )
        self._post(dealer, on, legs)
        self.said.append((dealer, on, INVOICE, reference, amount, due))

    def pay(self, dealer: str, on: date, reference: str, amount: int) -> None:
        legs = entry(reference, dealer, PAYMENT, debit=CASH, credit=RECEIVABLE, amount=amount, currency="CNY")
        self._post(dealer, on, legs)
        self.said.append((dealer, on, PAYMENT, reference, -amount, None))

    def take_back(self, dealer: str, on: date, reference: str) -> None:
        with self.keeper.transaction(NOON) as books:
            legs = reverse(reference, books)
        assert isinstance(legs, list)
        self._post(dealer, on, legs)
        booked = next(each for each in self.said if each[3] == reference)
        self.said.append((dealer, on, booked[2], reference, -booked[4], booked[5]))

    def _post(self, dealer: str, on: date, legs: Any) -> None:
        at = datetime.combine(on, time(3), UTC)  # eleven in the morning at the shop
        with self.keeper.transaction(at) as books:
            books.begin(at)
            books.apply(list(legs))

    def report(self, name: str, **given: str) -> dict[str, Any]:
        asked = {key.strip("_"): value for key, value in given.items()}
        with self.engine.connect() as connection:
            return run_report(connection, name, asked, timezone="Asia/Shanghai", now=to_ms(NOON))[1]

    def expected(self, dealer: str) -> dict[str, Any]:
        """What a dealer owes by age: every payment goes to the oldest that is left."""
        mine = [each for each in self.said if each[0] == dealer]
        open_: dict[date, int] = {}
        paid = 0
        for _, _, _, _, change, due in mine:
            if due is None:
                paid -= change
            else:
                open_[due] = open_.get(due, 0) + change
        for due in sorted(open_):
            used = min(paid, open_[due])
            open_[due] -= used
            paid -= used
        left = {due: amount for due, amount in open_.items() if amount}
        ages = dict.fromkeys(("days_1_30", "days_31_60", "days_61_90", "days_over_90"), 0)
        for due, amount in left.items():
            late = (TODAY - due).days
            if late > 0:
                ages[list(ages)[min(3, (late - 1) // 30)]] += amount
        owed = sum(each[4] for each in mine)
        overdue = sum(ages.values())
        found = {"owed": owed, "not_due": owed - overdue, **ages, "overdue": overdue}
        since = min((due for due in left if due < TODAY), default=None)
        return {name: f"{Decimal(amount) / 100:.2f}" for name, amount in found.items()} | {
            "since": since.isoformat() if since else None
        }


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    return Accounts(engine)


@pytest.mark.parametrize("seed", range(3))
def test_any_course_of_money_is_told_to_the_cent(accounts: Accounts, seed: int) -> None:
    chance = random.Random(seed)
    live: list[tuple[str, str]] = []
    for number in range(60):
        dealer = chance.choice(("D1001", "D1002"))
        on = TODAY - timedelta(days=chance.randrange(200))
        what = chance.random()
        if what < 0.55:
            accounts.invoice(dealer, on, f"SH{number}", chance.randrange(1, 10**7))
            live.append((dealer, f"SH{number}"))
        elif what < 0.85 or not live:
            accounts.pay(dealer, on, f"P{number}", chance.randrange(1, 2 * 10**7))
        else:
            owner, reference = live.pop(chance.randrange(len(live)))
            accounts.take_back(owner, on, reference)
    whole = accounts.report("receivables")
    for dealer in ("D1001", "D1002"):
        row = next((each for each in whole["rows"] if each["dealer"] == dealer), None)
        expected = accounts.expected(dealer)
        if row is None:
            assert Decimal(expected["owed"]) == 0
        else:
            assert {name: row[name] for name in expected} == expected
    for name in ("owed", "not_due", "overdue", "days_over_90"):
        assert Decimal(whole["totals"][0][name]) == sum(Decimal(row[name]) for row in whole["rows"])
    _statement_agrees(accounts, chance)


def _statement_agrees(accounts: Accounts, chance: random.Random) -> None:
    for _ in range(8):
        first = TODAY - timedelta(days=chance.randrange(210))
        last = first + timedelta(days=chance.randrange(60))
        told = accounts.report("statement", dealer="d1001", from_=first.isoformat(), to=last.isoformat())
        mine = [each for each in accounts.said if each[0] == "D1001"]
        opening = sum(each[4] for each in mine if each[1] < first)
        within = [each for each in mine if first <= each[1] <= last]
        assert Decimal(told["opening"]) * 100 == opening
        assert Decimal(told["closing"]) * 100 == opening + sum(each[4] for each in within)
        changed: dict[tuple[str, str], int] = {}
        for _, on, _, reference, change, _ in within:
            key = (on.isoformat(), reference)
            changed[key] = changed.get(key, 0) + change
        rows = told["rows"]
        assert {
            (row["on"], row["reference"]): Decimal(row["charged"] or 0) - Decimal(row["credited"] or 0) for row in rows
        } == {key: Decimal(change) / 100 for key, change in changed.items()}
        assert [row["on"] for row in rows] == sorted(row["on"] for row in rows)
        if rows:
            assert rows[-1]["balance"] == told["closing"]


def test_a_statement_is_of_this_month_where_no_day_is_named(accounts: Accounts) -> None:
    accounts.invoice("D1001", date(2026, 5, 31), "SH1", 700)
    accounts.invoice("D1001", date(2026, 6, 1), "SH2", 500)
    told = accounts.report("statement", dealer="D1001")
    assert (told["from"], told["to"], told["opening"], told["closing"]) == ("2026-06-01", "2026-06-15", "7.00", "12.00")
    assert [row["reference"] for row in told["rows"]] == ["SH2"]


def test_who_is_meant_must_be_said_and_be_there(accounts: Accounts) -> None:
    with pytest.raises(Refused, match="must be named"):
        accounts.report("statement")
    with pytest.raises(Refused, match="is not a dealer; did you mean D1001"):
        accounts.report("statement", dealer="D1OO1")


def test_currencies_are_not_added_up(accounts: Accounts) -> None:
    accounts.invoice("D1001", TODAY, "SH1", 700)
    with accounts.keeper.transaction(NOON) as books:
        books.apply([Posted("X", "D1002", RECEIVABLE, INVOICE, 50, "JPY", TODAY)])
    whole = accounts.report("receivables")
    assert whole["total"] is None
    assert [(each["currency"], each["owed"]) for each in whole["totals"]] == [("CNY", "7.00"), ("JPY", "50")]
