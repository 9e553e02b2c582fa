"""What every section of the settings is made of: its base, and kinds of values that several have."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from smsgw.business.expectations.rules import minutes_of, span_of
from smsgw.calendar.hours import weekdays_of, windows_of
from smsgw.errors import SmsgwError

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


def _written(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


# Money in major units, kept as it is written: a binary fraction would be another amount.
Amount = Annotated[str, BeforeValidator(_written), Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def readable(read: Callable[[str], object], value: str) -> str:
    """A text that a reader of ours understands; ValueError with the reader's sentence for one that it does not."""
    try:
        read(value)
    except SmsgwError as fault:
        raise ValueError(str(fault)) from None
    return value


def checked_listen(listen: str) -> str:
    """An address to listen at, or nothing. Raises ValueError for what is neither."""
    if listen and not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}", listen):
        raise ValueError("must be host:port, such as 127.0.0.1:8080, or empty")
    return listen


def host_and_port(listen: str) -> tuple[str, int] | None:
    """Host and port of a checked address; None: of none."""
    host, _, port = listen.rpartition(":")
    return (host.strip("[]"), int(port)) if listen else None


def _readable_by(read: Callable[[str], object]) -> AfterValidator:
    return AfterValidator(lambda value: readable(read, value))


def _empty_or_readable_by(read: Callable[[str], object]) -> AfterValidator:
    return AfterValidator(lambda value: readable(read, value) if value else value)


Windows = Annotated[str, _readable_by(windows_of)]  # hours of a day: 09:00-12:00,13:00-18:00
Weekdays = Annotated[str, _readable_by(weekdays_of)]  # mon-fri; empty: every day
Span = Annotated[str, _readable_by(span_of)]  # 4h, 2d
SpanOrNever = Annotated[str, _empty_or_readable_by(span_of)]
TimeOrNever = Annotated[str, _empty_or_readable_by(minutes_of)]  # 18:30
