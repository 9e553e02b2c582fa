"""What can be set of the links to SMSCs and of the routes over them."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator

from smsgw.settings.alphabets import (
    checked_data_codings,
    checked_national,
    checked_transliterations,
    codes_of,
    overrides_of,
    shifts_of,
)
from smsgw.settings.section import Seconds, Section, checked_listen, host_and_port
from smsgw.smpp.codec import LONGEST
from smsgw.smpp.status import NUMBERS, status_number
from smsgw.sms.encode import Shift
from smsgw.values.nearest import or_near


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
    tls_verify: bool = Field(default=True, description="false: accept any certificate")
    tls_name: str = Field(default="", description="the name in the certificate, where it is not the host")
    tls_ca: str = Field(default="", description="a PEM file of authorities to trust instead of the system's")
    tls_certificate: str = Field(default="", description="a PEM file with our certificate, where the SMSC wants one")
    tls_key: str = Field(default="", description="and its key, where that is in a file of its own")
    system_id: str = Field(default="smsgw", max_length=LONGEST, description="our name there")
    password: SecretStr = Field(
        default=SecretStr("secret"),
        max_length=LONGEST,
        description="or password_file, or SMSGW_SMSC__OPERATOR_A__PASSWORD",
    )
    password_file: str = Field(default="", description="a file that holds the password")
    outbind_listen: str = Field(
        default="",
        description='host:port where the SMSC connects and says outbind, such as "0.0.0.0:2776"; empty: we connect',
    )
    outbind_system_id: str = Field(
        default="", max_length=LONGEST, description="the name that its outbind must have; empty: any"
    )
    outbind_password: SecretStr = Field(
        default=SecretStr(""), max_length=LONGEST, description="and its password, or outbind_password_file; empty: any"
    )
    outbind_password_file: str = Field(default="", description="a file that holds that password")
    system_type: str = Field(default="", max_length=LONGEST, description="what some SMSCs expect")
    bind: Literal["transceiver", "transmitter", "receiver"] = Field(
        default="transceiver", description="or transmitter, receiver"
    )
    interface_version: Literal["3.3", "3.4"] = Field(default="3.4", description="3.3 for an SMSC that insists")
    address_range: str = Field(
        default="", max_length=LONGEST, description="the numbers we serve, where the SMSC expects them"
    )
    address: str = Field(default="1069", max_length=20, description="the short code: source of replies")
    address_ton: Annotated[int, Field(ge=0, le=255)] = Field(default=0, description="its type of number")
    address_npi: Annotated[int, Field(ge=0, le=255)] = Field(default=1, description="its numbering plan")
    trust_ton: bool = Field(
        default=True, description="false: the type of number of senders says nothing there; their digits alone do"
    )
    service_type: str = Field(default="", max_length=LONGEST, description="service_type of what we submit")
    failover: bool = Field(default=True, description="false: texts of this link wait for it, however long it is down")
    window: Annotated[int, Field(ge=1, le=10_000)] = Field(default=10, description="most unanswered submits")
    throughput: Annotated[float, Field(ge=0)] = Field(default=0, description="most submits a second, 0 = no limit")
    enquire_link: Seconds = Field(
        default=30.0, description="seconds of silence before we ask whether the SMSC is there"
    )
    response_timeout: Seconds = Field(default=30.0, description="seconds to wait for the answer to any request")
    connect_timeout: Seconds = Field(default=15.0, description="seconds to wait for a connection")
    bind_timeout: Seconds = Field(default=15.0, description="seconds to wait for the answer to a bind")
    inactivity: Annotated[float, Field(ge=0)] = Field(
        default=0, description="seconds of silence from the SMSC after which the link is dropped, 0 = never"
    )
    partial_timeout: Seconds = Field(default=10.0, description="seconds to wait for the rest of a PDU")
    reconnect_min: Seconds = Field(default=1.0, description="seconds before the first attempt to reconnect")
    reconnect_max: Seconds = Field(default=60.0, description="most seconds between two attempts")
    credentials_wait: Seconds = Field(
        default=60.0, description="seconds until the next attempt when the SMSC refuses our name or password"
    )
    already_bound_wait: Seconds = Field(
        default=5.0, description="least seconds until the next attempt when it thinks that we are bound already"
    )
    default_alphabet: Literal["gsm", "gsm-packed", "latin1", "ascii", "gbk"] = Field(
        default="gsm", description="what data_coding 0 means there; gsm-packed where texts come in packed septets"
    )
    default_alphabet_in: Literal[
        "", "gsm", "gsm-packed", "latin1", "ascii", "gbk", "utf8", "ucs2", "cyrillic", "hebrew"
    ] = Field(default="", description="and in what comes from there, where that is something else; empty: the same")
    transliterate: bool = Field(
        default=False, description="write é for ě and the like to stay within the default alphabet"
    )
    transliterations: dict[str, str] = Field(
        default={}, description='of your own, before the built-in ones: { "č" = "c", "№" = "No." }'
    )
    alphabets: tuple[Literal["latin1", "ascii", "cyrillic", "hebrew"], ...] = Field(
        default=(), description='of 8 bits that the SMSC takes beside the default and UCS-2: ["latin1", "cyrillic"]'
    )
    national: tuple[str, ...] = Field(
        default=(),
        description='national tables it takes: ["turkish", "hindi+locking"]; without +locking the single shift',
    )
    data_codings: dict[str, str] = Field(
        default={},
        description='what a data_coding means there, where not the standard: { "0x03" = "gsm", "9" = "ucs2" }',
    )
    receipts: bool = Field(default=True, description="ask for delivery receipts")
    receipt_ids: Literal["auto", "same", "hex-to-decimal", "decimal-to-hex"] = Field(
        default="auto", description="what the id in a receipt is, compared to the one we were given for the submit"
    )
    part_cost: Annotated[float, Field(ge=0)] = Field(
        default=0, description="what the operator charges for one part, in broadcast.currency"
    )
    query: bool = Field(
        default=False,
        description="ask the SMSC (query_sm) for texts without a receipt, and for unknown ones with an id",
    )
    query_after: Seconds = Field(
        default=3600.0, description="seconds after the submit, and between two status queries for the same text"
    )
    validity: Literal["relative", "absolute", "none"] = Field(
        default="relative",
        description="how the SMSC is told until when a text is valid: as a duration, a time, or not at all",
    )
    statuses: dict[str, Literal["slow", "later", "never"]] = Field(
        default={}, description='what single refusals of this SMSC mean: { "0x450" = "never", ESME_RSYSERR = "slow" }'
    )
    long_messages: Literal["udh8", "udh16", "sar", "payload"] = Field(
        default="udh8", description="how long texts are sent"
    )

    _checked = field_validator("outbind_listen")(checked_listen)

    _checked_national = field_validator("national")(checked_national)
    _checked_data_codings = field_validator("data_codings")(checked_data_codings)
    _checked_transliterations = field_validator("transliterations")(checked_transliterations)

    @field_validator("statuses")
    @classmethod
    def _known_statuses(cls, statuses: dict[str, str]) -> dict[str, str]:
        for name in statuses:
            if status_number(name) is None:
                known = or_near(name, NUMBERS)
                raise ValueError(f"'{name}' is not a command_status such as 0x450 or ESME_RSYSERR{known}")
        return statuses

    @property
    def alphabet_in(self) -> str:
        """What data_coding 0 means in what comes from the SMSC."""
        return self.default_alphabet_in or self.default_alphabet

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """The national tables that texts may be written in."""
        return shifts_of(self.national)

    @cached_property
    def overrides(self) -> dict[int, str]:
        """What single data_codings mean here."""
        return overrides_of(self.data_codings)

    @cached_property
    def codes(self) -> dict[str, int]:
        """The data_codings to write with, by alphabet, where they are not the standard ones."""
        return codes_of(self.overrides)

    @property
    def outbind(self) -> tuple[str, int] | None:
        """Host and port where the SMSC connects to us; None: we connect to it."""
        return host_and_port(self.outbind_listen)

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
        default=("operator-a",), min_length=1, description="the first before the others, which stand in for it"
    )
    weights: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="one for each link: phones are spread over them in this proportion"
    )
