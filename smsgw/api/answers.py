"""The shapes of what programs are answered, for the OpenAPI document; the tests hold every answer against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler

from smsgw.business.audiences.books.eligibility import BLOCKED, DUPLICATE, STOPPED
from smsgw.business.broadcasts.rules.states import STATES
from smsgw.business.messages.tables import IN_STATES, OUT_KINDS, OUT_STATES
from smsgw.business.orders.rules import STATES as ORDER_STATES
from smsgw.business.returns.rules.states import STATES as RETURN_STATES


@dataclass(frozen=True)
class OneOf:
    """That a text is one of these words, which are the tables' and rules' own: a `Literal` that is not written out."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> Any:
        return handler.generate_schema(cast(Any, Literal)[tuple(dict.fromkeys(self.words))])


State = Annotated[str, OneOf(STATES)]
ReturnState = Annotated[str, OneOf(RETURN_STATES)]
OrderState = Annotated[str, OneOf(ORDER_STATES)]
When = str | None


class AnswerShape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Fault(AnswerShape):
    field: str = Field(description="its place, such as `to.0`; empty where it has none")
    message: str


class ErrorText(AnswerShape):
    code: str = Field(description="a word for programs")
    message: str = Field(description="a sentence for people")
    field: str | None = Field(default=None, description="where the first fault is")
    faults: list[Fault] | None = Field(default=None, description="every fault")


class Error(AnswerShape):
    error: ErrorText


class Queued(AnswerShape):
    id: int
    to: str = Field(description="E.164")


class Skipped(AnswerShape):
    to: str
    reason: Annotated[str, OneOf((STOPPED, BLOCKED, DUPLICATE))]
    detail: str


class Messages(AnswerShape):
    messages: list[Queued]
    skipped: list[Skipped]


class Receipt(AnswerShape):
    part: int | None
    id: str = Field(description="as the SMSC gave it")
    state: str
    status: str
    error: str
    at: When


class Message(AnswerShape):
    id: int
    direction: Literal["in", "out"]
    phone: str
    text: str
    at: When
    link: str | None
    state: Annotated[str, OneOf((*OUT_STATES, *IN_STATES))]
    parts: int
    in_reply_to: int | None
    commands: list[Any]
    error: str | None
    author: str | None
    kind: Annotated[str, OneOf(OUT_KINDS)] | None = None
    receipts: list[Receipt] | None = None
    answer: int | None = None


class OnLink(AnswerShape):
    alphabets: list[str]
    longest: int = Field(description="parts of the longest text")
    average: float
    parts: int
    cost: str


class Expected(AnswerShape):
    recipients: int
    skipped: dict[str, int] = Field(description="by reason")
    parts: int
    cost: str
    currency: str
    links: dict[str, OnLink]


class KeptActivations(AnswerShape):
    new: int
    changed: int
    same: int


class Draft(Expected):
    reference: str
    state: State


class Sample(AnswerShape):
    to: str
    language: str
    text: str
    alphabet: str
    parts: int


class Previewed(Expected):
    samples: list[Sample]


class Listed(AnswerShape):
    reference: str
    name: str
    state: State
    recipients: int
    author: str
    series: str | None
    created_at: When
    scheduled_at: When


class Broadcasts(AnswerShape):
    broadcasts: list[Listed]


class Broadcast(AnswerShape):
    reference: str
    state: State
    recipients: int
    queued: int
    sent: int
    delivered: int
    failed: int
    expired: int
    unknown: int
    held: int
    cancelled: int
    skipped: dict[str, int]
    name: str
    audience: str
    topic: str
    texts: dict[str, str]
    parts: int
    cost: str
    currency: str
    author: str
    approver: str | None
    why: str | None
    frozen: bool
    series: str | None
    cron: str | None
    created_at: When
    scheduled_at: When
    released_at: When
    ended_at: When
    opens_at: When
    answers: dict[str, int] | None = None


class Stepped(AnswerShape):
    reference: str
    state: State


class Why(AnswerShape):
    number: int
    words: str


class ListedReturn(AnswerShape):
    reference: str
    state: ReturnState
    dealer: str
    reason: Why
    sets: int
    at: When
    due_on: str
    settled_at: When
    settled_by: str | None
    why: str | None


class ListedReturns(AnswerShape):
    returns: list[ListedReturn]


class ReturnedSet(AnswerShape):
    imei: str
    model: str
    sale: str | None = Field(description="that it took back; null: the shop had it in stock")
    depot: str | None
    arrived_at: When
    credit: str | None
    replaced_by: str | None


class Return(AnswerShape):
    reference: str
    dealer: str
    state: ReturnState
    reason: Why
    at: When
    due_on: str
    settled_at: When
    settled_by: str | None
    why: str | None
    credit: str
    currency: str
    sets: list[ReturnedSet]


class ReturnStepped(AnswerShape):
    reference: str
    state: ReturnState


class OrderStepped(AnswerShape):
    reference: str
    state: OrderState


class ListedOrder(AnswerShape):
    reference: str
    dealer: str
    state: OrderState
    total: str = Field(description="a decimal")
    currency: str
    at: When


class Orders(AnswerShape):
    orders: list[ListedOrder]


class OrderLine(AnswerShape):
    model: str
    quantity: int
    price: str
    approved: int
    shipped: int
    received: int
    allocated: int


class OrderEvent(AnswerShape):
    at: When
    state: OrderState
    by: str | None = Field(description="whoever did it, where that is known")
    why: str | None
    message: int | None = Field(description="the text that did it")


class OrderDecision(AnswerShape):
    state: OrderState
    at: When
    by: str | None
    why: str | None


class OrderShipment(AnswerShape):
    shipment: str
    sets: int
    shipped_on: str
    carrier: str | None
    due_on: str | None


class ShownOrder(AnswerShape):
    reference: str
    dealer: str
    state: OrderState
    lines: list[OrderLine]
    total: str = Field(description="what was ordered, as it was placed")
    approved_total: str = Field(description="what the sets cost that are approved")
    currency: str
    at: When
    events: list[OrderEvent]
    shipments: list[OrderShipment]
    decided: OrderDecision | None = None


class Tested(AnswerShape):
    reference: str
    messages: list[int]


class ListedReport(AnswerShape):
    report: str = Field(description="its name")
    about: str
    parameters: list[str] = Field(description="those that it can be narrowed by")
    needed: list[str] = Field(description="those of them that must be given")


class Reports(AnswerShape):
    reports: list[ListedReport]


class Report(AnswerShape):
    """A report with several tables has each under its own name instead of `rows` and `total`."""

    model_config = ConfigDict(extra="allow")

    report: str
    as_of: str
    per: str | None = Field(None, description="what a row is of, where that can be chosen")
    rows: list[dict[str, Any]] | None = Field(None, description="a row with its figures by name")
    total: dict[str, Any] | None = None


class JournalRow(AnswerShape):
    id: int = Field(description="its place: 1, 2, 3 … without a gap")
    at: str
    subject: str = Field(description="what it is about, such as `sale`, `order`, `ticket`")
    kind: str = Field(description="what happened to it, such as `booked`, `approved`, `undone`")
    reference: str | None
    by: str = Field(description="a phone, a person, `token:NAME`, or `smsgw` itself")
    message: int | None = Field(description="the text that did it")
    detail: dict[str, Any]


class Journal(AnswerShape):
    journal: list[JournalRow]
    last: int = Field(description="what to give as `after` next time")
