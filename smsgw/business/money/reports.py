"""What dealers owe, by how long it is past its day; and the account of one, every movement of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from smsgw.business.core.reporting import (
    DEALER,
    FROM_DAY,
    MONEY,
    NAME,
    OF_DEALER,
    REGION,
    TO_DAY,
    Column,
    Findings,
    Question,
    Report,
)
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer
from smsgw.business.money.books import debt, statement
from smsgw.business.money.rules import RECEIVABLE, Debt
from smsgw.business.money.tables import account_balance
from smsgw.calendar.days import business_date, midnight, month_start
from smsgw.store.driver import Driver
from smsgw.store.instants import from_ms
from smsgw.values.money import decimal

# How long what is owed is past its day, in days.
AGES = ("days_1_30", "days_31_60", "days_61_90", "days_over_90")
_SUMS = ("owed", "not_due", *AGES)


def receivables(connection: Connection, asked: Question) -> Findings:
    """The dealers that owe something or have paid too much, those first of whom most is overdue.

    `since` is the day of the oldest that is overdue. Payments settle the oldest first. Sums are by currency; one of all
    there is only where all owe in the same.
    """
    places = regions(connection, asked.timezone)
    row = account_balance.c
    wanted = (
        select(dealer.c.code, dealer.c.name, dealer.c.region, dealer.c.timezone, dealer.c.credit_limit, row.currency)
        .join(dealer, dealer.c.code == row.dealer)
        .where(row.account == RECEIVABLE, row.amount != 0)
        .order_by(dealer.c.code)
    )
    if asked.regions is not None:
        wanted = wanted.where(dealer.c.region.in_(asked.regions))
    if asked.dealer is not None:
        wanted = wanted.where(row.dealer == asked.dealer)
    ask = Driver(connection).ask
    found: list[tuple[Debt, Any]] = []
    for each in connection.execute(wanted).all():
        today = business_date(from_ms(asked.now), each.timezone or places.zone(each.region))
        found.append((debt(ask, each.code, each.currency, today), each))
    found.sort(key=lambda pair: (-pair[0].overdue, pair[1].code))
    summed: dict[str, dict[str, int]] = {}
    for owes, each in found:
        of_currency = summed.setdefault(each.currency, dict.fromkeys((*_SUMS, "overdue"), 0))
        for name, amount in _amounts(owes).items():
            of_currency[name] += amount
    rows = [
        {
            "dealer": each.code,
            "name": each.name,
            "region": each.region,
            **_decimals(_amounts(owes), each.currency),
            "since": owes.oldest.isoformat() if owes.oldest else None,
            "limit": decimal(each.credit_limit, each.currency),
            "currency": each.currency,
        }
        for owes, each in found
    ]
    sums = [{"currency": each, **_decimals(summed[each], each)} for each in sorted(summed)]
    money = tuple(Column(name, MONEY, name.removeprefix("days_").replace("_", " ")) for name in (*_SUMS, "overdue"))
    columns = (
        *(Column(name, NAME) for name in ("dealer", "name", "region")),
        *money,
        Column("since", NAME),
        Column("limit", MONEY),
        Column("currency", NAME),
    )
    total = sums[0] if len(sums) == 1 else None
    return Findings(columns, rows, total, facts={"totals": sums}, nothing="nobody owes anything")


def _amounts(owes: Debt) -> dict[str, int]:
    """What a dealer owes, by age."""
    late = dict(zip(AGES, owes.aged, strict=True))
    return {"owed": owes.owed, "not_due": owes.owed - owes.overdue, **late, "overdue": owes.overdue}


def _decimals(amounts: dict[str, int], currency: str) -> dict[str, str]:
    return {name: decimal(amount, currency) for name, amount in amounts.items()}


def account(connection: Connection, asked: Question) -> Findings:
    """The account of a dealer from a day to the end of another, this month where none is named.

    Each row is what one reference changed on one day: `charged` is owed more, `credited` less, `balance` is what was
    owed then. The reference shows what is behind it (`smsgw show`).
    """
    found = connection.execute(select(dealer).where(dealer.c.code == asked.dealer)).one()
    zone = found.timezone or regions(connection, asked.timezone).zone(found.region)
    today = business_date(from_ms(asked.now), zone)
    first, last = asked.first or month_start(asked.last or today), asked.last or today
    since, until = (from_ms(midnight(day, zone)) for day in (first, last + timedelta(days=1)))
    stated = statement(Driver(connection).ask, found.code, found.currency, since, until)

    def day(at: datetime) -> str:
        return business_date(at, zone).isoformat()

    merged: dict[tuple[str, str, str], int] = {}
    for each in stated.movements:
        key = (day(each.at), each.kind, each.reference)
        merged[key] = merged.get(key, 0) + each.amount
    balance = stated.opening
    rows: list[dict[str, Any]] = []
    for (on, kind, reference), amount in merged.items():
        balance += amount
        rows.append(
            {
                "on": on,
                "kind": kind,
                "reference": reference,
                "charged": decimal(amount, found.currency) if amount > 0 else None,
                "credited": decimal(-amount, found.currency) if amount < 0 else None,
                "balance": decimal(balance, found.currency),
            }
        )
    facts = {
        "dealer": found.code,
        "currency": found.currency,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "opening": decimal(stated.opening, found.currency),
        "closing": decimal(stated.closing, found.currency),
    }
    return Findings(
        (
            *(Column(name, NAME) for name in ("on", "kind", "reference")),
            *(Column(name, MONEY) for name in ("charged", "credited", "balance")),
        ),
        rows,
        facts=facts,
        headline="{dealer} {from} to {to}, {currency}: opening {opening}, closing {closing}".format(**facts),
        nothing="nothing changed it",
    )


REPORTS = {
    "receivables": Report("What dealers owe, by how long it is past its day.", (REGION, DEALER), receivables),
    "statement": Report("The account of a dealer: every movement of it.", (OF_DEALER, FROM_DAY, TO_DAY), account),
}
