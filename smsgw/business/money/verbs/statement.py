"""BAL ALL: what a dealer owed when a month began, what changed it, what it owed at its end, and how late that is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, COUNT, DATE, MONEY, OWED, Kind, many, phrase
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Money, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.money.rules import INVOICE, PAYMENT, Debt, MoneyBooks, Statement
from smsgw.calendar.days import business_date, midnight, month_start

_AGES = ("statement_age_30", "statement_age_60", "statement_age_90", "statement_age_over")
_GROUPS = ("statement_invoices", "statement_payments", "statement_charges", "statement_credits")


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: MoneyBooks) -> Decision:
    """Tell the account of a dealer in a month, this one where none is named, and what is overdue today."""
    today = business_date(books.now, dealer.timezone)
    first, last = _month(command.month, today)
    currency = dealer.currency
    since, until = (_begins(day, dealer.timezone) for day in (first, last + timedelta(days=1)))
    stated = books.money.statement(dealer.code, currency, since, until)
    values: dict[str, object] = {
        "dealer": dealer.code,
        "first": first,
        "last": last,
        "closing": Money(stated.closing, currency),
    }
    debt = books.money.debt(dealer.code, currency, today)
    due = Reply("statement_not_due") if debt.oldest is None else _due(debt, debt.oldest, currency)
    moved = _movements(stated, currency)
    if not moved.items:
        quiet = Reply("statement_quiet", values)
        return Decision(replies=(quiet,) if debt.oldest is None else (quiet, due))
    told = Reply("statement", {**values, "opening": Money(stated.opening, currency)})
    return Decision(replies=(told, Reply("statement_moved", {"movements": moved}), due))


def _month(named: str | None, today: date) -> tuple[date, date]:
    """The first and the last day of a month (`2026-04`), of this month up to today."""
    first = date.fromisoformat(f"{named}-01") if named else month_start(today)
    last = month_start(first + timedelta(days=31)) - timedelta(days=1)
    return first, max(first, min(last, today))


def _begins(day: date, timezone: str) -> datetime:
    return datetime.fromtimestamp(midnight(day, timezone) / 1000, UTC)


def _movements(stated: Statement, currency: str) -> TruncatableList:
    """What changed the account, by what it was: invoices, payments, and of the rest what was charged and credited."""
    groups: dict[str, tuple[int, int]] = {}
    for kind, (count, amount) in stated.sums().items():
        named = {INVOICE: _GROUPS[0], PAYMENT: _GROUPS[1]}.get(kind, _GROUPS[2] if amount > 0 else _GROUPS[3])
        before = groups.get(named, (0, 0))
        groups[named] = before[0] + count, before[1] + amount
    items = [
        Reply(group, {"count": groups[group][0], "amount": Money(groups[group][1], currency)})
        for group in _GROUPS
        if group in groups
    ]
    return TruncatableList(tuple(items))


def _due(debt: Debt, oldest: date, currency: str) -> Reply:
    """What is overdue, since when, and how much of it for how long."""
    aged = [
        Reply(key, {"amount": Money(amount, currency)}) for key, amount in zip(_AGES, debt.aged, strict=True) if amount
    ]
    values = {"overdue": Money(debt.overdue, currency), "since": oldest, "aged": TruncatableList(tuple(aged))}
    return Reply("statement_due", values)


_MONTH: dict[str, Kind] = {"dealer": CODE, "first": DATE, "last": DATE, "closing": OWED}

STATEMENT = Verb(
    name="statement",
    place=165,
    arguments=("dealer", "month"),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide,
    reads_only=True,
    alone=True,
    in_stories=True,
    replies=ReplyTable(
        answers={
            "statement": {**_MONTH, "opening": OWED},
            "statement_moved": {"movements": many(phrase(*_GROUPS))},
            "statement_quiet": _MONTH,
            "statement_due": {"overdue": MONEY, "since": DATE, "aged": many(phrase(*_AGES))},
            "statement_not_due": {},
        },
        phrases={
            **{key: {"count": COUNT, "amount": OWED} for key in _GROUPS},
            **{key: {"amount": MONEY} for key in _AGES},
        },
    ),
    examples=("BAL ALL",),
    examples_zh=("余额 全部",),
)
