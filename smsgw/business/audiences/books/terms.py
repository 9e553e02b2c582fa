"""What each term of an audience asks of a person of the directory, or of a shop: one function a term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select, true

from smsgw.business.audiences.rules.expression import (
    And,
    Answered,
    Dealers,
    Delivered,
    Everybody,
    Failed,
    Holds,
    Language,
    Node,
    Not,
    Or,
    Phones,
    Region,
    Role,
    Silent,
    Sold,
    Stock,
    Stored,
    Term,
    Tier,
)
from smsgw.business.audiences.tables import audience_number
from smsgw.business.conversation.tables import booking
from smsgw.business.core.vocabulary import reporting
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.messages.tables import broadcast_recipient, message_out, survey_answer
from smsgw.business.sales.tables import sales_day
from smsgw.business.stock.tables import stock_level

_COMPARED: dict[str, Callable[[Any, int], Any]] = {
    ">": lambda level, number: level > number,
    ">=": lambda level, number: level >= number,
    "<": lambda level, number: level < number,
    "<=": lambda level, number: level <= number,
    "=": lambda level, number: level == number,
}


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom an expression is asked: `shop` is the column that names their dealer, `within` the regions in one.

    No condition on them is ever unknown (NULL).
    """

    within: Callable[[str], frozenset[str]]
    shop: Any
    of_people: bool


def people(within: Callable[[str], frozenset[str]]) -> Whose:
    """People of the directory, joined with their dealer where they have one."""
    return Whose(within, contact.c.dealer, of_people=True)


def shops(within: Callable[[str], frozenset[str]]) -> Whose:
    """Shops that have nobody."""
    return Whose(within, dealer.c.code, of_people=False)


def condition(node: Node, whose: Whose) -> ColumnElement[bool]:
    """Whether an expression means somebody."""
    match node:
        case Not(inner):
            return not_(condition(inner, whose))
        case And(nodes):
            return and_(*(condition(inner, whose) for inner in nodes))
        case Or(nodes):
            return or_(*(condition(inner, whose) for inner in nodes))
        case _:
            return _SHOP_TERMS[type(node)](node, whose) if not node.of_phones else _has_phone(node, whose)


# ---- terms about a person or a shop


def _everybody(term: Everybody, whose: Whose) -> ColumnElement[bool]:
    return true()


def _region(term: Region, whose: Whose) -> ColumnElement[bool]:
    codes = sorted(whose.within(term.code))
    if whose.of_people:
        return func.coalesce(dealer.c.region, contact.c.region, "").in_(codes)
    return dealer.c.region.in_(codes)


def _tier(term: Tier, whose: Whose) -> ColumnElement[bool]:
    return and_(whose.shop.is_not(None), func.coalesce(dealer.c.tier, "") == term.code)


def _role(term: Role, whose: Whose) -> ColumnElement[bool]:
    return contact.c.role == term.name if whose.of_people else false()


def _dealers(term: Dealers, whose: Whose) -> ColumnElement[bool]:
    return func.coalesce(whose.shop, "").in_(term.codes)


def _language(term: Language, whose: Whose) -> ColumnElement[bool]:
    return (contact if whose.of_people else dealer).c.language == term.code


def _holds(term: Holds, whose: Whose) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _level(term.code, whose) > 0
    return found


def _stock(term: Stock, whose: Whose) -> ColumnElement[bool]:
    return and_(whose.shop.is_not(None), _COMPARED[term.sign](_level(term.model, whose), term.quantity))


def _sold(term: Sold, whose: Whose) -> ColumnElement[bool]:
    where = [
        sales_day.c.dealer == whose.shop,
        sales_day.c.sold_on >= term.first.isoformat(),
        sales_day.c.sold_on <= term.last.isoformat(),
        sales_day.c.quantity > 0,
    ]
    if term.model is not None:
        where.append(sales_day.c.model == term.model)
    return exists(select(sales_day.c.dealer).where(*where).correlate(dealer, contact))


def _silent(term: Silent, whose: Whose) -> ColumnElement[bool]:
    return and_(whose.shop.is_not(None), not_(_reported(term.first, whose)))


_SHOP_TERMS: dict[type[Term], Callable[[Any, Whose], ColumnElement[bool]]] = {
    Everybody: _everybody,
    Region: _region,
    Tier: _tier,
    Role: _role,
    Dealers: _dealers,
    Language: _language,
    Holds: _holds,
    Stock: _stock,
    Sold: _sold,
    Silent: _silent,
}


def _level(model: str, whose: Whose) -> Any:
    level = select(stock_level.c.quantity).where(stock_level.c.dealer == whose.shop, stock_level.c.model == model)
    return func.coalesce(level.correlate(dealer, contact).scalar_subquery(), 0)


def _reported(first: date, whose: Whose) -> ColumnElement[bool]:
    live = select(booking.c.reference).where(
        booking.c.dealer == whose.shop,
        booking.c.booked_on >= first.isoformat(),
        booking.c.verb.in_(reporting()),  # what a shop that is not silent sent
        booking.c.undone_at.is_(None),
    )
    return exists(live.correlate(dealer, contact))


# ---- terms about phones


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows whose `number` a term names: those where `where` holds.

    `listed` selects, as `number`, phones that may be bare numbers: of nobody whom the directory knows.
    """

    number: Any
    where: tuple[ColumnElement[bool], ...]
    listed: Select[Any]


def _stored(term: Stored) -> Rows:
    row = audience_number.c
    where = row.list == term.digest
    return Rows(row.number, (where,), select(row.number.label("number")).where(where))


def _failed(term: Failed) -> Rows:
    return _ended(term.code, ("failed", "expired"))


def _delivered(term: Delivered) -> Rows:
    return _ended(term.code, ("delivered",))


def _ended(reference: str, states: tuple[str, ...]) -> Rows:
    out = message_out.c
    return Rows(out.recipient, (out.broadcast == reference, out.state.in_(states)), _strangers(reference))


def _answered(term: Answered) -> Rows:
    """The latest answer of a phone is the option."""
    mine, later = survey_answer.c, survey_answer.alias("later")
    after = select(later.c.id).where(
        later.c.broadcast == term.broadcast, later.c.phone == mine.phone, later.c.id > mine.id
    )
    latest = not_(exists(after.correlate(survey_answer)))
    return Rows(
        mine.phone,
        (mine.broadcast == term.broadcast, mine.option == term.option, latest),
        _strangers(term.broadcast),
    )


def _strangers(reference: str) -> Select[Any]:
    """The recipients of a broadcast whom the directory did not know."""
    to = broadcast_recipient.c
    return select(to.phone.label("number")).where(to.broadcast == reference, to.contact.is_(None))


_PHONE_TERMS: dict[type[Term], Callable[[Any], Rows]] = {
    Stored: _stored,
    Failed: _failed,
    Delivered: _delivered,
    Answered: _answered,
}


def rows_of(term: Term) -> Rows | None:
    """The rows of a term about phones; None for `phone:`, which names them itself, and for terms about others."""
    rows = _PHONE_TERMS.get(type(term))
    return rows(term) if rows is not None else None


def _has_phone(term: Term, whose: Whose) -> ColumnElement[bool]:
    """Whether a person has one of the phones; a shop that has nobody has none."""
    if not whose.of_people:
        return false()
    own = phone.alias("theirs")
    if isinstance(term, Phones):
        named: ColumnElement[bool] = own.c.number.in_(term.numbers)
    else:
        rows = _PHONE_TERMS[type(term)](term)
        one = select(rows.number).where(*rows.where, rows.number == own.c.number)
        named = exists(one.correlate_except(rows.number.table))
    return exists(select(own.c.number).where(own.c.contact == contact.c.id, named).correlate(contact))
