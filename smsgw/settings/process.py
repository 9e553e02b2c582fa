"""What can be set of the process itself: its database, its place in the world, what it listens at, what it logs."""

from __future__ import annotations

import re
from typing import Literal
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import Field, field_validator, model_validator

from smsgw.settings.section import Count, Seconds, Section, checked_listen, host_and_port


class Database(Section):
    url: str = Field(
        default="sqlite:///smsgw.db",
        repr=False,  # may hold a password
        description="relative to this file; or postgresql+psycopg://user:password@host/name",
    )
    url_file: str = Field(default="", description="a file that holds the url, for one with a password in it")
    batch: Count = Field(default=256, description="most texts committed together")
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
    date_order: Literal["auto", "day", "month"] = Field(
        default="auto", description="how 2/11 is read: day or month first; auto: as the country writes it"
    )
    grammar_directory: str = Field(
        default="", description="a directory of .lark and .cues files with words of your own"
    )
    drain: Seconds = Field(default=8.0, le=10, description="seconds to finish what is in flight after SIGTERM")

    @field_validator("country")
    @classmethod
    def _known_country(cls, country: str) -> str:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("is not a country code of ISO 3166, such as CN or VN")
        return country

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a path or directory the others
            raise ValueError("is not a time zone such as Asia/Shanghai") from None
        return timezone


class Http(Section):
    listen: str = Field(
        default="127.0.0.1:8080",
        description="host:port of /healthz, /readyz, /metrics and, if api is true, of the API; empty: none",
    )

    api: bool = Field(
        default=False, description="true: clients with a token send texts and broadcasts (/api/v1, /cgi-bin/sendsms)"
    )
    callbacks: tuple[str, ...] = Field(
        default=(), description='addresses that webhooks may call, by their beginning: ["https://erp.example.com/"]'
    )

    _checked = field_validator("listen")(checked_listen)

    @field_validator("callbacks")
    @classmethod
    def _addresses(cls, callbacks: tuple[str, ...]) -> tuple[str, ...]:
        for each in callbacks:
            if not re.fullmatch(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(/[!-~]*)?", each):
                raise ValueError(f"'{each}' is not the beginning of an address; write https://erp.example.com/sms/")
        return callbacks

    @model_validator(mode="after")
    def _needs_listen(self) -> Http:
        if self.api and not self.listen:
            raise ValueError("api = true needs listen, where programs ask")
        return self

    @property
    def endpoint(self) -> tuple[str, int] | None:
        """Host and port to listen at; None: nowhere."""
        return host_and_port(self.listen)


class Log(Section):
    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, else json"
    )
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="how much is logged")
    show_numbers: bool = Field(default=False, description="phone numbers in full; else +86139****0001")
    show_texts: bool = Field(default=False, description="the texts themselves; else their length")
