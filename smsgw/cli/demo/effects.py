"""What a text changed in the books: two pictures of the database, and the difference in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

QUESTIONS: dict[str, str] = {
    "stock": "SELECT dealer, model, quantity FROM stock_level",
    "unit": "SELECT imei, model, state, holder FROM unit",
    "booking": "SELECT reference, verb, undone_at FROM booking",
    "order": "SELECT reference, state, total, currency FROM sales_order",
    "ticket": "SELECT reference, state FROM ticket",
    "question": "SELECT reference, answer, answered_at FROM pending_question",
    "account": "SELECT dealer, currency, amount FROM account_balance WHERE account = 'receivable'",
    "language": "SELECT name, language FROM contact",
    "consent": "SELECT id, phone, topic, granted FROM consent",
}
KEYS = {name: 2 if name == "stock" else 1 for name in QUESTIONS}  # how many columns are the key

Rows = Mapping[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class Picture:
    """The rows of every table that a text can change, by key."""

    tables: Mapping[str, Rows] = field(default_factory=dict)


def picture(connection: Connection) -> Picture:
    """What the books hold now."""
    tables = {}
    for name, question in QUESTIONS.items():
        rows = connection.exec_driver_sql(question)
        tables[name] = {tuple(row[: KEYS[name]]): tuple(row[KEYS[name] :]) for row in rows}
    return Picture(tables)


def difference(before: Picture, after: Picture) -> list[str]:
    """What changed, a short phrase each; nothing where nothing changed."""
    said: list[str] = []
    for name in QUESTIONS:
        old, new = before.tables.get(name, {}), after.tables.get(name, {})
        changed = [(key, old.get(key), new[key]) for key in new if old.get(key) != new[key]]
        said += _SAID[name](changed)
    return said


_Changed = list[tuple[tuple[Any, ...], tuple[Any, ...] | None, tuple[Any, ...]]]


def _stock(changed: _Changed) -> list[str]:
    return [f"{key[0]} {key[1]} {old[0] if old else 0}→{new[0]}" for key, old, new in changed]


def _unit(changed: _Changed) -> list[str]:
    """Sets that went the same way are told together."""
    ways: dict[tuple[str, str], list[str]] = {}
    for (imei,), old, new in changed:
        ways.setdefault((old[1] if old else "unknown", new[1]), []).append(f"..{imei[-4:]}")
    return [
        f"{', '.join(ends) if len(ends) <= 3 else f'{len(ends)} sets'} {old}→{new}" for (old, new), ends in ways.items()
    ]


def _booking(changed: _Changed) -> list[str]:
    told = [row for row in changed if row[2][0] != "feedback"]  # a ticket is told as what it is
    return [f"{key[0]} {'undone' if new[1] is not None else new[0] + ' booked'}" for key, _, new in told]


def _states(changed: _Changed) -> list[str]:
    return [f"{key[0]} {old[0]}→{new[0]}" if old else f"{key[0]} {new[0]}" for key, old, new in changed]


def _question(changed: _Changed) -> list[str]:
    return [f"{key[0]} " + (f"answered {new[0]}" if new[1] is not None else "asked") for key, _, new in changed]


def _account(changed: _Changed) -> list[str]:
    return [f"{key[0]} owes {new[1] / 100:.2f}" for key, _, new in changed]


def _language(changed: _Changed) -> list[str]:
    return [f"{key[0]} reads {new[0]}" for key, _, new in changed]


def _consent(changed: _Changed) -> list[str]:
    return ["notices " + ("on" if new[2] else "off") for _, _, new in changed]


_SAID = {
    "stock": _stock,
    "unit": _unit,
    "booking": _booking,
    "order": _states,
    "ticket": _states,
    "question": _question,
    "account": _account,
    "language": _language,
    "consent": _consent,
}
