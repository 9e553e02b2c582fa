"""What can be set of the business, section by section: each key with its default, its check and its one-line help."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field, PrivateAttr, field_validator, model_validator

from smsgw.business.broadcasts.rules.draft import Allowance
from smsgw.business.consent.rules import TOPICS
from smsgw.business.core.trade import Trade
from smsgw.business.core.vocabulary import reporting
from smsgw.business.expectations.rules import Rule
from smsgw.calendar.hours import Calendar, day_of
from smsgw.errors import SmsgwError
from smsgw.settings.links import Route, Smsc
from smsgw.settings.process import Database, Gateway, Http, Log
from smsgw.settings.section import (
    Amount,
    Count,
    Seconds,
    Section,
    Span,
    SpanOrNever,
    TimeOrNever,
    Weekdays,
    Windows,
    readable,
)
from smsgw.values.money import places

__all__ = [
    "Broadcast",
    "Database",
    "Delivery",
    "Gateway",
    "Http",
    "Limits",
    "Log",
    "Reminders",
    "Replies",
    "Report",
    "Route",
    "Security",
    "Settings",
    "Smsc",
    "Tickets",
    "TradeRules",
]


class TradeRules(Section):
    unknown_units: Literal["accept", "refuse"] = Field(
        default="accept", description="a unit never shipped to us: accept and mark, or refuse"
    )
    receipt: Literal["none", "required"] = Field(
        default="none", description="required: shipped sets count as stock only once the dealer has received them"
    )
    undo_hours: Count = Field(default=24, description="how long a booking can be undone")
    undo_request_hours: Count = Field(
        default=72, description="how long the request to undo an older one waits for a manager"
    )
    repeat_hours: Count = Field(default=12, description="the same booking text within this time is the same booking")
    back_days_unasked: Count = Field(
        default=7, description="a sale told later than so many days after its own day is asked back"
    )
    imei_days: Annotated[int, Field(ge=0)] = Field(
        default=7,
        description="for so many days the IMEIs of a sale by number may follow; 0: they are sales of their own",
    )
    sale_unasked: Count = Field(
        default=50,
        description="more sets of a model in one sale, and more than the shop ever sold of it, are asked back",
    )
    beyond_book_unasked: Count = Field(
        default=10, description="a sale that takes a book further below zero, and beyond a month's sales, is asked back"
    )
    order_minutes: Count = Field(default=30, description="how long a draft order waits for its YES")
    allocate: Literal["by_hand", "on_approval"] = Field(
        default="by_hand", description="on_approval: what depots have is promised to an order once it is approved"
    )
    count: Literal["book", "propose"] = Field(
        default="book", description="what a count changes at once; propose: nothing before headquarters agrees"
    )
    count_hours: Count = Field(
        default=4, description="how long a list of sets that are counted waits for the next text"
    )
    transfer_hours: Count = Field(default=24, description="how long sets given to a shop wait for its YES")
    hold_hours: Count = Field(
        default=72, description="how long a sale of sets that another shop has waits for an answer, and for a decision"
    )
    overdue_days: Annotated[int, Field(ge=0)] = Field(
        default=0, description="more days overdue than these, and a dealer cannot order until it has paid; 0: can"
    )
    payment_days: Annotated[int, Field(ge=0)] = Field(
        default=7, description="a payment that a shop tells of is looked for in the books so many days around its own"
    )
    return_days: Count = Field(default=3, description="days after which a decision on sets that go back is promised")
    protection_days: Annotated[int, Field(ge=0)] = Field(
        default=90, description="a price cut is made good for sets that a shop has had so many days at most; 0: any"
    )
    protection_transit_days: Annotated[int, Field(ge=0)] = Field(
        default=14, description="and for those on their way then that it receives within so many days"
    )
    protection_claim_days: Count = Field(default=30, description="for so many days a shop may claim it")
    question_minutes: Count = Field(default=60, description="how long any other question waits for its answer")


class Security(Section):
    """What a sender's number alone is not enough for: it can be forged."""

    second_phone_above: Amount = Field(
        default="0",
        description="an order above it wants the YES of another phone of the shop, a payment the desk; 0: none",
    )


class Limits(Section):
    texts_per_phone_per_hour: Count = Field(
        default=500, description="a registered phone; beyond it one answer says so, the texts are kept as ignored"
    )
    answers_per_phone_per_hour: Count = Field(
        default=100, description="to texts of one phone that were refused, repeated or not understood; then silence"
    )
    same_answers_per_hour: Count = Field(
        default=30, description="to one and the same text of a phone that books nothing; then silence"
    )
    queue_high: Count = Field(
        default=2000, description="texts waiting for the database at which reading the links stops"
    )
    queue_low: Annotated[int, Field(ge=0)] = Field(default=500, description="and at which it resumes")


class Replies(Section):
    max_parts: Annotated[int, Field(ge=1, le=10)] = Field(default=2, description="most parts of one answer")
    directory: str = Field(
        default="", description="a directory of replies.LANG.toml of your own, read after the built-in ones"
    )
    redelivery_after: Seconds = Field(
        default=5.0,
        description="an acknowledgement later than this, in seconds, may have come too late for the operator",
    )
    parts_minutes: Count = Field(
        default=15, description="how long we wait for the parts of a long text; then the sender is told"
    )


class Delivery(Section):
    """What becomes of texts that we send."""

    attempts: Count = Field(default=6, description="most submits of one text while the operator refuses it temporarily")
    retry_delay: Seconds = Field(
        default=10.0, description="seconds before the second attempt; doubled for each further one"
    )
    retry_delay_max: Seconds = Field(default=600.0, description="most seconds between two attempts")
    reminder_attempts: Count = Field(default=5, description="the same for reminders, notices and texts of clients")
    reminder_retry_delay: Seconds = Field(default=60.0, description="seconds, for reminders")
    broadcast_attempts: Count = Field(default=4, description="the same for broadcasts")
    broadcast_retry_delay: Seconds = Field(default=120.0, description="seconds, for broadcasts")
    throttle_pause: Seconds = Field(
        default=0.1, description="seconds a link pauses when the operator throttles it; doubled while it does"
    )
    unknown_grace: Seconds = Field(
        default=10.0, description="seconds after which an answer whose submit was never acknowledged is sent again"
    )
    failover_after: Annotated[float, Field(ge=0)] = Field(
        default=30.0, description="seconds that a link may be down before its waiting texts go by another"
    )
    parked_receipts_hours: Count = Field(
        default=72, description="how long a receipt with an unknown id is kept for a text that may still turn up"
    )
    reply_hours: Count = Field(default=24, description="how long an answer is valid")
    reminder_hours: Count = Field(default=12, description="and a reminder; a broadcast has its own validity")


class Broadcast(Section):
    """What goes out unasked."""

    window: Windows = Field(
        default="09:00-20:00", description="hours of sending on each recipient's clock; several with commas"
    )
    weekdays: Weekdays = Field(default="", description="days of sending, such as mon-sat; empty: every day")
    holidays: tuple[str, ...] = Field(
        default=(), description='days on which nothing is sent and no report is owed: ["2026-10-01"]'
    )
    topics: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")], ...] = Field(
        default=(), description='topics of notices, for STOP topic: ["prices", "offers"]; empty: anything'
    )
    approval_above_recipients: Annotated[int, Field(ge=0)] = Field(
        default=500, description="a broadcast to more is approved by somebody else than its author"
    )
    approval_above_cost: Amount = Field(default="0", description="likewise one that costs more; 0: any amount")
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$", description="of what texts cost")
    pace: Annotated[int, Field(ge=0)] = Field(
        default=0, description="broadcast texts a minute, all jobs together; 0: as the links allow"
    )
    valid_hours: Count = Field(default=24, description="how long a broadcast is valid that does not say so itself")
    answer_days: Count = Field(default=3, description="how long a survey takes answers that does not say so itself")

    @field_validator("topics")
    @classmethod
    def _topics(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for topic in value:
            if f"{topic}s" in TOPICS:
                raise ValueError(f"STOP {topic} ends notices of {topic}s, a topic of the gateway's own; write {topic}s")
        return value

    @field_validator("holidays")
    @classmethod
    def _holidays(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for day in value:
            readable(day_of, day)
        return value

    def calendar(self, zone: str, window: str = "") -> Calendar:
        """When something may be sent to somebody in a time zone; `window` takes the place of ours."""
        return Calendar.of(zone, window or self.window, self.weekdays, self.holidays)

    def allowance(self) -> Allowance:
        """What one person may send alone."""
        return Allowance(
            self.approval_above_recipients,
            round(Decimal(self.approval_above_cost) * 10 ** places(self.currency)),
            self.currency,
        )


class Reminders(Section):
    """What shops and managers are told without anybody's doing, beside reminders of reports ([[report]])."""

    digest: TimeOrNever = Field(
        default="", description="when managers get the line of the day, such as 18:30; empty: never"
    )
    shipments: bool = Field(default=False, description="true: owners are told once what was shipped")
    prices: bool = Field(default=False, description="true: owners are told once of new prices of their tier")
    drafts: bool = Field(
        default=False, description="true: who ordered is told once that a draft has lapsed without a YES"
    )
    approvals: SpanOrNever = Field(
        default="",
        description="managers are told of orders and returns that have waited this long, such as 4h; empty: never",
    )


class Tickets(Section):
    """What shops say by MSG, and who answers it by when."""

    hours: Windows = Field(
        default="09:00-18:00", description="working hours on the shop's clock; a ticket is due when they end"
    )
    weekdays: Weekdays = Field(default="mon-fri", description="working days; not on [broadcast] holidays")
    answer_days: int = Field(default=1, ge=0, le=60, description="working days within which a ticket must be answered")
    remind: SpanOrNever = Field(
        default="4h", description="how long before it is due the assignee is reminded; empty: never"
    )
    escalate: SpanOrNever = Field(
        default="1d", description="managers are told when it is due, headquarters this much later; empty: never"
    )
    close_after: Span = Field(
        default="3d", description="how long a settled ticket waits for the shop's word before it is closed"
    )

    def calendar(self, timezone: str, holidays: Iterable[str]) -> Calendar:
        """When headquarters works."""
        return Calendar.of(timezone, self.hours, self.weekdays, holidays)


# The verbs themselves say which of them are reports.
if TYPE_CHECKING:
    ReportingVerb: TypeAlias = str
else:
    ReportingVerb = Literal[reporting()]


class Report(Section):
    """One rule of who must report what by when."""

    name: str = Field(default="sales", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40, description="its name")
    who: str = Field(default="all", description="of which dealers: all, region:, tier:, dealer:, lang:, and or not ( )")
    verbs: tuple[ReportingVerb, ...] = Field(default=reporting(), description="what counts as the report")
    every: Literal["day", "week", "month"] = Field(default="day", description="once in each; a week begins on Monday")
    by: str = Field(default="18:00", description="when it is due on the dealer's clock, on the last day of its period")
    grace: str = Field(default="1d", description="how long it still counts as late; then it is missing")
    days: str = Field(default="", description="days on which it may be owed, such as mon-sat; empty: every day")
    remind: tuple[str, ...] = Field(
        default=(), description='how long after it was due the shop is reminded: ["2h", "1d"]'
    )
    escalate: tuple[str, ...] = Field(
        default=(), description='and others are told of the shop: ["1d field", "2d manager"]'
    )
    spacing: str = Field(default="24h", description="least time between two reminders of one report to a phone")

    @model_validator(mode="after")
    def _readable(self) -> Report:
        try:
            self.rule()
        except SmsgwError as fault:
            raise ValueError(str(fault)) from None
        return self

    def rule(self) -> Rule:
        """The rule that these words say."""
        return Rule.of(**self.model_dump())


class Settings(Section):
    """All settings of one deployment. Relative paths are relative to `base`, the directory of the file."""

    database: Database = Database()
    gateway: Gateway = Gateway()
    http: Http = Http()
    trade: TradeRules = TradeRules()
    security: Security = Security()
    limits: Limits = Limits()
    replies: Replies = Replies()
    delivery: Delivery = Delivery()
    broadcast: Broadcast = Broadcast()
    reminders: Reminders = Reminders()
    tickets: Tickets = Tickets()
    log: Log = Log()
    report: tuple[Report, ...] = ()
    smsc: tuple[Smsc, ...] = ()
    route: tuple[Route, ...] = ()

    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path | None:
        """The file these settings came from."""
        return self._path

    @property
    def base(self) -> Path:
        return self._path.resolve().parent if self._path else Path.cwd()

    @property
    def grammar_directories(self) -> list[Path]:
        """Where the deployment has grammar fragments of its own."""
        return [self.base / self.gateway.grammar_directory] if self.gateway.grammar_directory else []

    @property
    def reply_directories(self) -> list[Path]:
        """Where it has answers of its own."""
        return [self.base / self.replies.directory] if self.replies.directory else []

    def rules(self) -> tuple[Rule, ...]:
        """Who must report what by when."""
        return tuple(report.rule() for report in self.report)

    def trade_rules(self) -> Trade:
        """What the rules of the trade need to know."""
        return Trade(
            **self.trade.model_dump(),
            second_phone_above=self.security.second_phone_above,
            language=self.gateway.language,
            timezone=self.gateway.timezone,
            country=self.gateway.country,
            sending=self.broadcast.calendar("UTC").key,
            working=self.tickets.calendar("UTC", self.broadcast.holidays).key,
            answer_days=self.tickets.answer_days,
            approval_above_recipients=self.broadcast.approval_above_recipients,
            approval_above_cost=self.broadcast.allowance().above_cost,
            currency=self.broadcast.currency,
            topics=self.broadcast.topics,
            survey_days=self.broadcast.answer_days,
            notice_hours=self.delivery.reminder_hours,
            shipment_notices=self.reminders.shipments,
            price_notices=self.reminders.prices,
            expected=self.rules(),
            holidays=frozenset(date.fromisoformat(day) for day in self.broadcast.holidays),
        )
