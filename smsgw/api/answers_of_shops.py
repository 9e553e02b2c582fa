"""The shapes of what programs are answered of deliveries received and of stock-takes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from smsgw.api.answers import AnswerShape, OneOf, When
from smsgw.business.counts.rules import FINDINGS, LIST_STATES
from smsgw.business.counts.rules import STATES as COUNT_STATES

CountState = Annotated[str, OneOf(COUNT_STATES)]


class ListedReceipt(AnswerShape):
    reference: str
    dealer: str
    of: str = Field(description="the order or delivery note; empty: of several")
    received: int
    short: int
    surplus: int
    ticket: str | None
    at: When
    undone_at: When


class ListedReceipts(AnswerShape):
    receipts: list[ListedReceipt]


class ReceiptOfModel(AnswerShape):
    model: str
    received: int
    short: int
    surplus: int


class ReceivedSet(AnswerShape):
    imei: str
    kind: str


class ShownReceipt(AnswerShape):
    reference: str
    dealer: str
    order: str | None
    of: str
    lines: list[ReceiptOfModel]
    sets: list[ReceivedSet]
    ticket: str | None
    at: When
    undone_at: When


class DeliveryReceived(AnswerShape):
    reference: str | None = Field(description="null: nothing of it was booked, only a ticket opened")
    dealer: str
    of: str | None
    received: dict[str, int] = Field(description="sets by model")
    short: dict[str, int]
    surplus: dict[str, int]
    foreign: list[str] = Field(description="sets of another shop")
    ticket: str | None = Field(description="about what is wrong")


class SetMoved(AnswerShape):
    imei: str
    model: str
    state: str
    at: str | None = Field(description="the shop or depot; of a lost set where it was")


class CountLine(AnswerShape):
    model: str
    counted: int
    book: int
    variance: int


class CountedSet(AnswerShape):
    imei: str
    model: str | None
    finding: Annotated[str, OneOf(FINDINGS)]


class Count(AnswerShape):
    reference: str
    dealer: str
    state: Annotated[str, OneOf((*COUNT_STATES, *LIST_STATES))]
    by: str | None
    counted_at: When = None
    list_reference: str | None = None
    lines: list[CountLine] | None = None
    sets: list[CountedSet] | None = None
    decided_at: When = None
    decided_by: str | None = None
    why: str | None = None
    opened_at: When = None
    expires_at: When = None
    result: str | None = None
    imeis: list[str] | None = None


class WaitingCount(AnswerShape):
    reference: str
    dealer: str
    state: CountState
    counted_at: When
    by: str | None
    over: int
    under: int
    missing: int


class WaitingCounts(AnswerShape):
    counts: list[WaitingCount]


class CountDecided(AnswerShape):
    reference: str
    state: CountState


class RoundOpened(AnswerShape):
    round: int
    shops: int


class RoundClosed(AnswerShape):
    round: int
    state: Literal["ended"]


class Round(AnswerShape):
    round: int
    audience: str
    author: str
    opened_at: When
    ends_at: When
    state: Literal["open", "ended"]
    shops: int
    counted: int


class Rounds(AnswerShape):
    rounds: list[Round]


class RoundShop(AnswerShape):
    dealer: str
    region: str | None
    reference: str | None
    counted_at: When


class RoundShown(Round):
    dealers: list[RoundShop]


class Difference(AnswerShape):
    dealer: str
    reference: str
    counted_at: When
    model: str
    imei: str
    finding: str
    counted: int | None
    book: int | None
    difference: int | None
    state: CountState


class Differences(AnswerShape):
    differences: list[Difference]
