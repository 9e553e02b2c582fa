"""What can be set, section by section: each key with its default, its check and its one-line help."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, field_validator, model_validator

from smsgw.errors import SmsgwError
from smsgw.notices.calendar import Calendar
from smsgw.notices.expectation import Rule, minutes_of, span_of
from smsgw.retail.model import Trade
from smsgw.smpp.status import NUMBERS, status_number

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Database(Section):
    url: str = Field(
        default="sqlite:///smsgw.db",
        repr=False,  # may hold a password
        description="relative to this file; or postgresql+psycopg://user:password@host/name",
    )
    url_file: str = Field(default="", description="a file that holds the url, for one with a password in it")
    batch: Count = Field(default=256, description="texts committed together at most")
    busy_timeout: Seconds = Field(default=5.0, description="seconds to wait for another process that writes")

    @field_validator("url")
    @classmethod
    def _known_dialect(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return url


class Gateway(Section):
    country: str = Field(default="CN", description="how a local number is read: two letters of ISO 3166")
    language: str = Field(default="en", min_length=2, description="for senders with none of their own")
    timezone: str = Field(default="Asia/Shanghai", description="business dates of dealers with no zone of their own")
    grammar: str = Field(default="", description="a directory of .lark files with words of your own")
    drain: Seconds = Field(default=8.0, le=10, description="seconds to finish what is in hand when told to stop")

    @field_validator("country")
    @classmethod
    def _known_country(cls, country: str) -> str:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("is no country code of ISO 3166, such as CN or VN")
        return country

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a path or directory the others
            raise ValueError("is no time zone such as Asia/Shanghai") from None
        return timezone


def _checked_listen(listen: str) -> str:
    """An address to listen at, or nothing. Raises ValueError for what is neither."""
    if listen and not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}", listen):
        raise ValueError("must be host:port, such as 127.0.0.1:8080, or empty")
    return listen


def _host_and_port(listen: str) -> tuple[str, int] | None:
    host, _, port = listen.rpartition(":")
    return (host.strip("[]"), int(port)) if listen else None


class Http(Section):
    listen: str = Field(
        default="127.0.0.1:8080",
        description="host:port of /healthz, /readyz and /metrics; empty: none",
    )

    _checked = field_validator("listen")(_checked_listen)

    @property
    def endpoint(self) -> tuple[str, int] | None:
        """Host and port to listen at; None: nowhere."""
        return _host_and_port(self.listen)


class TradeRules(Section):
    unknown_units: Literal["accept", "refuse"] = Field(
        default="accept", description="a unit never shipped to us: accept and mark, or refuse"
    )
    receipt: Literal["none", "required"] = Field(
        default="none", description="required: shipped sets count as stock only once the dealer has received them"
    )
    undo_hours: Count = Field(default=24, description="how long a booking can be undone")
    repeat_hours: Count = Field(default=12, description="the same booking text within this time is the same booking")
    order_minutes: Count = Field(default=30, description="how long a draft order waits for its YES")
    question_minutes: Count = Field(default=60, description="how long any other question waits for its answer")


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
        default=2000, description="texts waiting for the database at which we stop reading the links"
    )
    queue_low: Annotated[int, Field(ge=0)] = Field(default=500, description="and at which we read on")


class Replies(Section):
    max_parts: Annotated[int, Field(ge=1, le=10)] = Field(default=2, description="parts of one answer at most")
    files: str = Field(
        default="", description="a directory of replies.LANG.toml of your own, read after the built-in ones"
    )
    redelivery_after: Seconds = Field(
        default=5.0,
        description="an acknowledgement later than this, in seconds, may have come too late for the operator",
    )
    parts_minutes: Count = Field(
        default=15, description="how long the parts of a long text are waited for; then the sender is told"
    )


class Delivery(Section):
    """What becomes of texts that we send."""

    attempts: Count = Field(default=6, description="submits of one text at most while the operator refuses it for now")
    retry_delay: Seconds = Field(
        default=10.0, description="seconds before the second attempt; doubled for each further one"
    )
    retry_delay_max: Seconds = Field(default=600.0, description="seconds between two attempts at most")
    reminder_attempts: Count = Field(default=5, description="the same for reminders, notices of ours and programs")
    reminder_retry_delay: Seconds = Field(default=60.0, description="seconds, for reminders")
    broadcast_attempts: Count = Field(default=4, description="the same for broadcasts")
    broadcast_retry_delay: Seconds = Field(default=120.0, description="seconds, for broadcasts")
    throttle_pause: Seconds = Field(
        default=0.1, description="seconds a link rests when the operator calls it too fast; doubled while it does"
    )
    unknown_grace: Seconds = Field(
        default=10.0, description="seconds after which an answer whose submit was never acknowledged is sent again"
    )
    failover_after: Annotated[float, Field(ge=0)] = Field(
        default=30.0, description="seconds that a link may be down before its waiting texts go by another"
    )
    parked_receipts_hours: Count = Field(
        default=72, description="how long a receipt is kept in mind whose text is not known, which may yet be told"
    )
    reply_hours: Count = Field(default=24, description="an answer not sent by then is no longer of use")
    reminder_hours: Count = Field(default=12, description="nor a reminder; a broadcast has its own validity")


class Broadcast(Section):
    """What goes out unasked."""

    window: str = Field(
        default="09:00-20:00", description="hours of sending on each recipient's clock; several with commas"
    )
    weekdays: str = Field(default="", description="days of sending, such as mon-sat; empty: every day")
    holidays: tuple[str, ...] = Field(
        default=(), description='days on which nothing is sent and no report is owed: ["2026-10-01"]'
    )

    @model_validator(mode="after")
    def _readable(self) -> Broadcast:
        try:
            self.calendar("UTC")
        except SmsgwError as fault:
            raise ValueError(str(fault)) from None
        return self

    def calendar(self, zone: str) -> Calendar:
        """When something may be sent to somebody in a time zone."""
        return Calendar.of(zone, self.window, self.weekdays, self.holidays)


class Reminders(Section):
    """What shops and managers are told without anybody's doing, beside reminders of reports ([[report]])."""

    digest: str = Field(default="", description="when managers get the line of the day, such as 18:30; empty: never")
    shipments: bool = Field(default=False, description="true: owners are told once what was shipped")
    prices: bool = Field(default=False, description="true: owners are told once of new prices of their tier")
    approvals: str = Field(
        default="", description="managers are told of orders that wait for approval longer, such as 4h; empty: never"
    )

    @model_validator(mode="after")
    def _readable(self) -> Reminders:
        try:
            if self.digest:
                minutes_of(self.digest)
            if self.approvals:
                span_of(self.approvals)
        except SmsgwError as fault:
            raise ValueError(str(fault)) from None
        return self


class Report(Section):
    """One rule of who must report what by when."""

    name: str = Field(default="sales", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40, description="its name")
    who: str = Field(default="all", description="of which dealers: all, region:, tier:, dealer:, lang:, and or not ( )")
    verbs: tuple[Literal["sale", "nil", "count"], ...] = Field(
        default=("sale", "nil", "count"), description="what counts as the report"
    )
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
    spacing: str = Field(default="24h", description="between two reminders of one report to a phone at least")

    @model_validator(mode="after")
    def _readable(self) -> Report:
        try:
            self.rule()
        except SmsgwError as fault:
            raise ValueError(str(fault)) from None
        return self

    def rule(self) -> Rule:
        """The rule that these words say."""
        return Rule.of(
            self.name,
            who=self.who,
            verbs=self.verbs,
            every=self.every,
            by=self.by,
            grace=self.grace,
            days=self.days,
            remind=self.remind,
            escalate=self.escalate,
            spacing=self.spacing,
        )


class Log(Section):
    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, else json"
    )
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="how much is logged")
    show_numbers: bool = Field(default=False, description="phone numbers in full; else +86139****0001")
    show_texts: bool = Field(default=False, description="the words of texts; else their length")


class Smsc(Section):
    """One bind to one SMSC."""

    name: str = Field(
        default="operator-a", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40, description="its name"
    )
    link: str = Field(
        default="", max_length=40, description="entries with one link name, a transmitter and a receiver, form one link"
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="of the SMSC")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=2775, description="of the SMSC")
    tls: bool = Field(default=False, description="encrypted, the SMSC's certificate checked")
    tls_verify: bool = Field(default=True, description="false: take any certificate")
    tls_name: str = Field(default="", description="the name in the certificate, where it is not the host")
    tls_ca: str = Field(default="", description="a PEM file of authorities to trust instead of the system's")
    tls_certificate: str = Field(default="", description="a PEM file with our certificate, where the SMSC wants one")
    tls_key: str = Field(default="", description="and its key, where that is in a file of its own")
    system_id: str = Field(default="smsgw", max_length=15, description="our name there")
    password: SecretStr = Field(
        default=SecretStr("secret"),
        max_length=8,
        description="or password_file, or SMSGW_SMSC__OPERATOR_A__PASSWORD",
    )
    password_file: str = Field(default="", description="a file that holds the password")
    outbind_listen: str = Field(
        default="",
        description='host:port where the SMSC connects and says outbind, such as "0.0.0.0:2776"; empty: we connect',
    )
    outbind_system_id: str = Field(
        default="", max_length=15, description="the name that its outbind must have; empty: any"
    )
    outbind_password: SecretStr = Field(
        default=SecretStr(""), max_length=8, description="and its password, or outbind_password_file; empty: any"
    )
    outbind_password_file: str = Field(default="", description="a file that holds that password")
    system_type: str = Field(default="", max_length=12, description="what some SMSCs want to be told")
    bind: Literal["transceiver", "transmitter", "receiver"] = Field(
        default="transceiver", description="or transmitter, receiver"
    )
    interface_version: Literal["3.3", "3.4"] = Field(default="3.4", description="3.3 for an SMSC that insists")
    address_range: str = Field(
        default="", max_length=40, description="the numbers we serve, where the SMSC wants to be told"
    )
    address: str = Field(default="1069", max_length=20, description="the short code: source of replies")
    address_ton: Annotated[int, Field(ge=0, le=255)] = Field(default=0, description="its type of number")
    address_npi: Annotated[int, Field(ge=0, le=255)] = Field(default=1, description="its numbering plan")
    service_type: str = Field(default="", max_length=5, description="of what we submit")
    failover: bool = Field(default=True, description="false: texts of this link wait for it, however long it is down")
    window: Annotated[int, Field(ge=1, le=10_000)] = Field(default=10, description="unanswered submits at most")
    throughput: Annotated[float, Field(ge=0)] = Field(default=0, description="submits a second at most, 0 = no limit")
    enquire_link: Seconds = Field(
        default=30.0, description="seconds of silence before we ask whether the SMSC is there"
    )
    response_timeout: Seconds = Field(default=30.0, description="seconds to wait for an answer to anything we ask")
    connect_timeout: Seconds = Field(default=15.0, description="seconds to wait for a connection")
    bind_timeout: Seconds = Field(default=15.0, description="seconds to wait for the answer to a bind")
    inactivity: Annotated[float, Field(ge=0)] = Field(
        default=0, description="seconds without a word from the SMSC after which the link is given up, 0 = never"
    )
    partial_timeout: Seconds = Field(default=10.0, description="seconds to wait for the rest of a PDU")
    reconnect_min: Seconds = Field(default=1.0, description="seconds before the first attempt to come back")
    reconnect_max: Seconds = Field(default=60.0, description="seconds between two attempts at most")
    credentials_wait: Seconds = Field(
        default=60.0, description="seconds until the next attempt when the SMSC does not accept our name or password"
    )
    already_bound_wait: Seconds = Field(
        default=5.0, description="seconds at least when it thinks that we are bound already"
    )
    default_alphabet: Literal["gsm", "latin1", "ascii"] = Field(
        default="gsm", description="what data_coding 0 means there"
    )
    transliterate: bool = Field(
        default=False, description="write é for ě and the like to stay within the default alphabet"
    )
    receipts: bool = Field(default=True, description="ask for delivery receipts")
    receipt_ids: Literal["auto", "same", "hex-to-decimal", "decimal-to-hex"] = Field(
        default="auto", description="what the id in a receipt is, compared to the one we were given for the submit"
    )
    validity: Literal["relative", "absolute", "none"] = Field(
        default="relative",
        description="how the SMSC is told until when a text is of use: as a duration, a time, not at all",
    )
    statuses: dict[str, Literal["slow", "later", "never"]] = Field(
        default={}, description='what single refusals of this SMSC mean: { "0x450" = "never", ESME_RSYSERR = "slow" }'
    )
    long_messages: Literal["udh8", "udh16", "sar", "payload"] = Field(
        default="udh8", description="how long texts go out"
    )

    _checked = field_validator("outbind_listen")(_checked_listen)

    @field_validator("statuses")
    @classmethod
    def _known_statuses(cls, statuses: dict[str, str]) -> dict[str, str]:
        for name in statuses:
            if status_number(name) is None:
                near = get_close_matches(name.upper(), NUMBERS, n=1, cutoff=0.6)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise ValueError(f"'{name}' is no command_status such as 0x450 or ESME_RSYSERR{hint}")
        return statuses

    @property
    def outbind(self) -> tuple[str, int] | None:
        """Host and port where the SMSC connects to us; None: we connect to it."""
        return _host_and_port(self.outbind_listen)

    @property
    def link_name(self) -> str:
        return self.link or self.name


class Route(Section):
    """Which links carry the texts to some phones."""

    prefix: str = Field(
        default="",
        pattern=r"^(\+\d{0,15})?$",
        description="of the phones it is for, such as +86139; the longest decides",
    )
    links: tuple[str, ...] = Field(
        default=("operator-a",), min_length=1, description="the first one before the others, which stand in for it"
    )
    weights: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="one for each link: phones are spread over them in this proportion"
    )


class Settings(Section):
    """All settings of one deployment. Relative paths are relative to `base`, the directory of the file."""

    database: Database = Database()
    gateway: Gateway = Gateway()
    http: Http = Http()
    trade: TradeRules = TradeRules()
    limits: Limits = Limits()
    replies: Replies = Replies()
    delivery: Delivery = Delivery()
    broadcast: Broadcast = Broadcast()
    reminders: Reminders = Reminders()
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

    def rules(self) -> tuple[Rule, ...]:
        """Who must report what by when."""
        return tuple(report.rule() for report in self.report)

    def trade_rules(self) -> Trade:
        """What the rules of the trade need to know."""
        rules = self.trade
        return Trade(
            unknown_units=rules.unknown_units,
            receipt=rules.receipt,
            undo_hours=rules.undo_hours,
            repeat_hours=rules.repeat_hours,
            order_minutes=rules.order_minutes,
            question_minutes=rules.question_minutes,
            language=self.gateway.language,
            timezone=self.gateway.timezone,
            sending=self.broadcast.calendar("UTC").key,
        )
