"""What a command decides: rows to write and what to answer. The store books the rows; nothing here touches it."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any, TypeAlias

from smsgw.retail.model import Order, Outlook, Question
from smsgw.retail.tickets import Keeper, Ticket
from smsgw.retail.value import value


@value
class Reply:
    """An answer by template: `key` names a template of replies.LANG.toml, `values` fill its fields.

    Values are ready for people but not for a language: numbers, codes, dates (datetime.date), amounts in minor units
    (`Money`), lists (`Cut`: may be cut with `+6` to fit), words for verbs (`Word`, `Syntax`, `Example`), and other
    replies, which then are phrases of this one.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@value
class Money:
    minor: int
    currency: str


@value
class Cut:
    """A list that may be cut to fit a part: the reply shows as many items as fit, then `+N`."""

    items: tuple[Any, ...]
    separator: str = ", "


@value
class Word:
    """The keyword of a verb, in the language of the answer."""

    verb: str


@value
class Syntax:
    """How a verb is sent (`ORD model qty`), in the language of the answer."""

    verb: str


@value
class Example:
    """One right text of a verb, in the language of the answer."""

    verb: str


# ---- records: what is booked. Message, contact, phone and time are the store's to add: those of the text at hand.


@value
class Booked:
    """A new reference; every other record of it names the same reference."""

    reference: str
    verb: str
    dealer: str | None
    on: date
    summary: str = ""


@value
class UnitMoved:
    """An event of a unit and what it makes of the unit. A unit not known yet is created by its first event."""

    imei: str
    model: str
    kind: str
    dealer: str | None
    state: str  # after
    holder: str | None  # after
    origin: str
    reference: str | None
    imei2: str | None = None
    reverses: int | None = None
    at: datetime | None = None  # when it happened, where that is not when the message at hand came (a shipment file)


@value
class StockMoved:
    """A change of a shop's book: `quantity` sets in all, `units` of them known by IMEI."""

    dealer: str
    model: str
    quantity: int
    units: int
    kind: str  # shipped, received, found, sold, counted, opening, undone
    reference: str | None


@value
class SaleLineBooked:
    reference: str
    dealer: str
    on: date
    model: str
    quantity: int
    imei: str | None


@value
class NilBooked:
    reference: str
    dealer: str
    on: date


@value
class CountLineBooked:
    """One line of a stock-take; the difference to the book is a StockMoved of kind counted."""

    reference: str
    dealer: str
    model: str
    counted: int
    book: int


@value
class Posted:
    """One leg of a double entry; the legs of one reference and kind sum to zero. Positive receivable: owed to us."""

    reference: str
    dealer: str
    account: str  # receivable, revenue, cash …
    kind: str  # invoice, payment …
    amount: int  # minor units, signed
    currency: str
    due_on: date | None = None


@value
class OrderDrafted:
    order: Order


@value
class OrderMoved:
    reference: str
    state: str
    why: str | None = None  # the reason that a person gave


@value
class OrderDecided:
    """An order was approved, rejected or (`cancelled`) taken back by somebody who is not of its shop: these phones are
    told, each once. Its OrderMoved says what it is now."""

    reference: str
    phones: tuple[str, ...]
    cancelled: bool = False


@value
class OrderShipped:
    """`sets` more of a model have left for an order, which is now in `state` (part_shipped or shipped)."""

    reference: str
    model: str
    sets: int
    state: str


@value
class Undone:
    """Marks the booking `reference` and its sale, nil and count lines as reversed by the message at hand.

    The reversing stock, unit and money rows are records of their own.
    """

    reference: str


@value
class Asked:
    question: Question


@value
class Answered:
    """Closes an open question of a phone; `answer` is yes, no or the number of the option."""

    reference: str
    phone: str
    answer: str


@value
class LanguageChosen:
    contact: int | None  # None: an unregistered phone, nothing to keep
    language: str


@value
class ConsentGiven:
    """STOP (granted false) or START (granted true) of a topic; '' is all notices."""

    phone: str
    topic: str
    granted: bool


@value
class SurveyAnswered:
    """A phone chose an option of a survey; its latest choice holds."""

    survey: str
    phone: str
    option: int  # from 1


@value
class ReminderAsked:
    """A phone of a shop is to be reminded of a report that the shop owes, as soon as the hours of sending allow."""

    rule: str
    period: date  # its first day
    dealer: str
    phone: str


@value
class BroadcastDrafted:
    """A broadcast that the phone at hand asks for, with the outlook it was told; BroadcastStarted sends it."""

    reference: str
    text: str
    language: str  # of the text
    outlook: Outlook


@value
class BroadcastStarted:
    reference: str


@value
class BroadcastTried:
    """The text of a broadcast goes to the phone at hand, and to nobody else."""

    reference: str


@value
class BroadcastCancelled:
    """Nothing more of a broadcast is sent. `why` is for the trail."""

    reference: str
    why: str


@value
class TicketOpened:
    """A shop has something to say; the ticket has the state it begins in."""

    ticket: Ticket


@value
class TicketMoved:
    """Something happened to a ticket (`smsgw.retail.tickets`); the message at hand says so, or `author` at a desk.

    `text` are the words of it, `due_at` and `keeper` are new where they are given.
    """

    reference: str
    happening: str
    text: str | None = None
    due_at: datetime | None = None
    keeper: Keeper | None = None
    author: str | None = None


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
