"""What a command decides: records to book and what to answer. Nothing here touches the database."""

from __future__ import annotations

from typing import TypeAlias

from smsgw.business.broadcasts.rules.broadcasts import (
    BroadcastCancelled,
    BroadcastDrafted,
    BroadcastStarted,
    BroadcastTried,
    SurveyAnswered,
)
from smsgw.business.consent.rules import ConsentGiven
from smsgw.business.conversation.rules.records import Answered, Asked, Booked, LanguageChosen, Undone
from smsgw.business.core.reply import Reply
from smsgw.business.expectations.rules import ReminderAsked
from smsgw.business.money.rules import Posted
from smsgw.business.orders.rules import OrderDecided, OrderDrafted, OrderMoved, OrderShipped
from smsgw.business.sales.rules.lines import NilBooked, SaleLineBooked
from smsgw.business.stock.rules import CountLineBooked, StockMoved
from smsgw.business.tickets.rules import TicketMoved, TicketOpened
from smsgw.business.units.rules.states import UnitMoved
from smsgw.values.value import value

Record: TypeAlias = (
    Booked
    | UnitMoved
    | StockMoved
    | SaleLineBooked
    | NilBooked
    | CountLineBooked
    | Posted
    | OrderDrafted
    | OrderMoved
    | OrderDecided
    | OrderShipped
    | Undone
    | Asked
    | Answered
    | LanguageChosen
    | ConsentGiven
    | SurveyAnswered
    | ReminderAsked
    | BroadcastDrafted
    | BroadcastStarted
    | BroadcastTried
    | BroadcastCancelled
    | TicketOpened
    | TicketMoved
)


@value
class Decision:
    """What one message (or one command of it) comes to.

    `replies` are joined to one answer by the language room; none means that no answer is due. `outcome` says how the
    message is kept: done, or ignored. `language` is that of the answer (empty: the deployment's own).
    """

    records: tuple[Record, ...] = ()
    replies: tuple[Reply, ...] = ()
    outcome: str = "done"
    language: str = ""
