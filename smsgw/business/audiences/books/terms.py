"""The terms of an audience as conditions on a person of the directory, or on a shop that has nobody."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

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
from smsgw.business.broadcasts.tables import survey_answer
from smsgw.business.conversation.tables import booking
from smsgw.business.core.vocabulary import reporting
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.messages.tables import message_out
from smsgw.business.sales.tables import sales_day
from smsgw.business.stock.tables import stock_level

_COMPARED: dict[str, Callable[[Any, int], Any]] = {
    ">": lambda level, number: level > number,
    ">=": lambda level, number: level >= number,
    "<": lambda level, number: level < number,
    "<=": lambda level, number: level <= number,
    "=": lambda level, number: level == number,
}


def condition(node: Node, whose: Whose) -> ColumnElement[bool]:
    match node:
        case Not(inner):
            return not_(condition(inner, whose))
        case And(nodes):
            return and_(*(condition(inner, whose) for inner in nodes))
        case Or(nodes):
            return or_(*(condition(inner, whose) for inner in nodes))
        case _:
            return whose.term(node)


class Whose(ABC):
    """The terms of an expression, asked of one kind of subject. None of them is ever unknown (NULL)."""

    shop: Any = None  # the column that names the dealer

    def __init__(self, within: Callable[[str], frozenset[str]]) -> None:
        """`within`: the regions that lie in one, itself among them."""
        self._within = within

    def term(self, term: Term) -> ColumnElement[bool]:
        match term:
            case Everybody():
                return true()
            case Region(code):
                return self.region(self._within(code))
            case Tier(code):
                return and_(self.shop.is_not(None), func.coalesce(dealer.c.tier, "") == code)
            case Dealers(codes):
                return func.coalesce(self.shop, "").in_(codes)
            case Holds(model):
                return self._holds(model)
            case Stock(model, sign, quantity):
                return and_(self.shop.is_not(None), _COMPARED[sign](self._level(model), quantity))
            case Sold(model, first, last):
                return self._sold(model, first, last)
            case Silent(_, first):
                return and_(self.shop.is_not(None), not_(self._reported(first)))
            case Role(name):
                return self.role(name)
            case Language(code):
                return self.language(code)
            case _:
                return self.number(term)

    def region(self, codes: frozenset[str]) -> ColumnElement[bool]:
        return func.coalesce(dealer.c.region, contact.c.region, "").in_(sorted(codes))

    def role(self, name: str) -> ColumnElement[bool]:
        return contact.c.role == name

    def language(self, code: str) -> ColumnElement[bool]:
        return contact.c.language == code

    @abstractmethod
    def number(self, term: Term) -> ColumnElement[bool]:
        """A term that is about phones."""

    def _holds(self, model: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self._level(model) > 0
        return found

    def _level(self, model: str) -> Any:
        level = select(stock_level.c.quantity).where(stock_level.c.dealer == self.shop, stock_level.c.model == model)
        return func.coalesce(level.correlate(dealer, contact).scalar_subquery(), 0)

    def _sold(self, model: str | None, first: date, last: date) -> ColumnElement[bool]:
        where = [
            sales_day.c.dealer == self.shop,
            sales_day.c.sold_on >= first.isoformat(),
            sales_day.c.sold_on <= last.isoformat(),
            sales_day.c.quantity > 0,
        ]
        if model is not None:
            where.append(sales_day.c.model == model)
        return exists(select(sales_day.c.dealer).where(*where).correlate(dealer, contact))

    def _reported(self, first: date) -> ColumnElement[bool]:
        live = select(booking.c.reference).where(
            booking.c.dealer == self.shop,
            booking.c.booked_on >= first.isoformat(),
            booking.c.verb.in_(reporting()),  # what a shop that is not silent sent
            booking.c.undone_at.is_(None),
        )
        return exists(live.correlate(dealer, contact))


class Person(Whose):
    shop = contact.c.dealer

    def number(self, term: Term) -> ColumnElement[bool]:
        own = phone.alias("theirs")
        at = numbers_of(term, own.c.number)
        return exists(select(own.c.number).where(own.c.contact == contact.c.id, at).correlate(contact))


class Shop(Whose):
    shop = dealer.c.code

    def region(self, codes: frozenset[str]) -> ColumnElement[bool]:
        return dealer.c.region.in_(sorted(codes))

    def role(self, name: str) -> ColumnElement[bool]:
        return false()

    def language(self, code: str) -> ColumnElement[bool]:
        return dealer.c.language == code

    def number(self, term: Term) -> ColumnElement[bool]:
        return false()


def numbers_of(term: Term, number: Any) -> ColumnElement[bool]:
    """Whether a number is one that the term names."""
    match term:
        case Phones(numbers):
            named: ColumnElement[bool] = number.in_(numbers)
            return named
        case Stored(digest):
            row = audience_number.c
            return exists(
                select(row.number).where(row.list == digest, row.number == number).correlate_except(audience_number)
            )
        case Failed(reference) | Delivered(reference):
            out = message_out.c
            mine = select(out.id).where(out.broadcast == reference, out.recipient == number)
            return exists(mine.where(out.state.in_(ENDS[type(term)])).correlate_except(message_out))
        case Answered(reference, option):
            answers = select(survey_answer.c.id).where(*latest(reference, option), survey_answer.c.phone == number)
            return exists(answers.correlate_except(survey_answer))
        case _:
            raise AssertionError(term)


ENDS: dict[type, tuple[str, ...]] = {Failed: ("failed", "expired"), Delivered: ("delivered",)}


def latest(reference: str, option: int) -> tuple[ColumnElement[bool], ...]:
    """That an answer to a survey is of an option, and the latest of its phone."""
    mine, later = survey_answer.c, survey_answer.alias("later")
    after = select(later.c.id).where(later.c.broadcast == reference, later.c.phone == mine.phone, later.c.id > mine.id)
    return mine.broadcast == reference, mine.option == option, not_(exists(after.correlate(survey_answer)))
