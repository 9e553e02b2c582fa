"""Money in the course of trade: what is paid, lent and owed, and every answer about it held against the notebook.

A new way of money is a deed here that posts to `Accounts` what must come of it; `agree_on_money` does the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from smsgw.business.money.actions import end_raise, raise_limit
from smsgw.business.reporting import run_report

if TYPE_CHECKING:
    from tests.business.goods.course import Course


def decimal(amount: int) -> str:
    """Minor units as a file has them."""
    return f"{amount // 100}.{amount % 100:02}"


def minor(told: str) -> int:
    """Minor units of an amount as it is told."""
    return round(float(told.replace(",", "")) * 100)


def pay(course: Course) -> None:
    """A shop pays, by a file that is sent again now and then."""
    shop, accounts = course.dice.choice(course.shops), course.notebook.money
    amount = course.dice.choice([1, 100_000, max(1, accounts.owed(shop)), course.dice.randint(1, 20_000_000)])
    name = f"PAY-{next(course.numbers)}"
    file = f"dealer,amount,currency,paid_on,reference\n{shop},{decimal(amount)},CNY,{course.today},{name}\n"
    for _ in range(course.dice.choice([1, 1, 2])):
        course.house.at += timedelta(minutes=1)
        course.house.put("payments", file)
    course.said = f"file: {file}"
    course.notebook.begin(course.house.at)
    accounts.post(name, shop, "payment", -amount)


def lend(course: Course) -> None:
    """A limit is raised for some days, or that is ended."""
    shop, accounts = course.dice.choice(course.shops), course.notebook.money
    is_raised = accounts.limit(shop, course.today) > accounts.terms[shop].limit
    if course.dice.random() < 0.3:
        accepted = course.at_the_desk(lambda s, b: end_raise(s, shop, "enough"), f"credit revoke {shop}")
        assert accepted is is_raised
        accounts.raised.pop(shop, None)
        return
    above, until = course.dice.randint(1, 5_000_000), course.today + timedelta(days=course.dice.randint(0, 3))
    accepted = course.at_the_desk(
        lambda s, b: raise_limit(s, shop, decimal(above), until, "a fair"), f"credit raise {shop} {above} {until}"
    )
    assert accepted is not is_raised
    if accepted:
        accounts.raised[shop] = (above, until)


def look_at_balance(course: Course) -> None:
    """BAL, by the shop or by headquarters."""
    shop, book = course.dice.choice(course.shops), course.notebook
    phone, at = course.seller(shop, ("owner",))
    answer = course.text(phone, f"BAL{at}")
    told = [
        minor(found[1]) if (found := re.search(rf"(?:{words}) ?(-?[\d,]+(?:\.\d\d)?)", answer)) else None
        for words in ("owe|欠", "limit|额度|额", "open orders|open|未结单|单", "free|可用", "overdue|逾期|逾")
    ]
    accounts = book.money
    wanted = [
        accounts.owed(shop),
        accounts.terms[shop].limit,
        book.open_orders(shop),
        book.free(shop),
        accounts.overdue(shop, course.today),
    ]
    assert [one for one in told if one is not None] == [
        each for each, one in zip(wanted, told, strict=True) if one is not None
    ]
    assert told[0] is not None and told[2] is not None, answer


def _report(course: Course, name: str, **parameters: Any) -> dict[str, Any]:
    with course.house.engine.connect() as connection:
        _, told = run_report(
            connection, name, parameters, timezone="Asia/Shanghai", now=int(course.house.at.timestamp() * 1000)
        )
    return told


def look_at_receivables(course: Course) -> None:
    """Who owes how much for how long past its day."""
    accounts, found = course.notebook.money, _report(course, "receivables")
    rows = {row["dealer"]: row for row in found["rows"]}
    assert set(rows) == {shop for shop in course.shops if accounts.owed(shop)}
    ages = {"days_1_30": (1, 30), "days_31_60": (31, 60), "days_61_90": (61, 90), "days_over_90": (91, 10**6)}
    for shop, row in rows.items():
        assert minor(row["owed"]) == accounts.owed(shop)
        assert minor(row["overdue"]) == accounts.overdue(shop, course.today)
        for name, (first, last) in ages.items():
            late = accounts.overdue(shop, course.today, lambda days, a=first, b=last: a <= days <= b)  # type: ignore[misc]
            assert minor(row[name]) == late, (shop, name)


def look_at_statement(course: Course) -> None:
    """The account of a shop from its beginning, movement by movement."""
    shop, accounts = course.dice.choice(course.shops), course.notebook.money
    found = _report(course, "statement", dealer=shop, **{"from": "2026-01-01"})
    assert minor(found["closing"]) == accounts.owed(shop)
    assert minor(found["opening"]) == 0
    moved: Counter[tuple[str, str]] = Counter()
    for row in found["rows"]:
        moved[row["reference"], row["kind"]] += minor(row["charged"] or "0") - minor(row["credited"] or "0")
    assert dict(moved) == {
        (reference, kind): amount for (reference, of, kind, _), amount in accounts.by_reference().items() if of == shop
    }


def agree_on_money(course: Course) -> None:
    """Every posting is the notebook's; each currency sums to zero; orders cost what they did when they were drafted."""
    house, accounts = course.house, course.notebook.money
    assert house.rows("SELECT currency, sum(amount) FROM ledger_entry GROUP BY currency HAVING sum(amount) <> 0") == []
    posted = house.rows(
        "SELECT reference, dealer, kind, currency, sum(amount) FROM ledger_entry WHERE account = 'receivable' "
        "GROUP BY reference, dealer, kind, currency"
    )
    assert {tuple(key): int(amount) for *key, amount in posted} == accounts.by_reference()
    owed = house.rows("SELECT dealer, currency, amount FROM account_balance WHERE account = 'receivable'")
    assert {shop: amount for shop, _, amount in owed} == {shop: accounts.owed(shop) for shop, *_ in owed}
    totals = dict(house.rows("SELECT reference, total FROM sales_order"))
    assert totals == {reference: order.total for reference, order in course.notebook.orders.items()}


LOOKS = (look_at_balance, look_at_receivables, look_at_statement)
