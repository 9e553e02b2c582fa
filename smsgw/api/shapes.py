"""The shapes of what programs ask and are answered: what is checked is what the OpenAPI document says."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError

from smsgw.business.broadcasts.rules.draft import LONGEST_OPTION, MOST_OPTIONS, MOST_WORDS
from smsgw.errors import Wrong
from smsgw.values.storable import storable

MOST_PHONES = 1_000
MOST_TEST_PHONES = 20
LONGEST_URL = 2_000


def _writable(text: str) -> str:
    if text != storable(text):
        raise ValueError("holds a character that cannot be sent (NUL or half of a surrogate pair)")
    return text


class _Writable(AfterValidator):
    """Text that can be sent; the document says so too, but for halves of pairs, which JSON in UTF-8 cannot have."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        found.setdefault("pattern", r"^[^\u0000]*$")
        return found


_W = _Writable(_writable)
Line = Annotated[str, _W]
# Seven digits at least, and what people write between them.
Phone = Annotated[
    str,
    Field(
        min_length=1,
        max_length=32,
        description="with + and country code, or a local one",
        json_schema_extra={"pattern": r"^(\+[1-9]|[0-9])([ ()./-]*[0-9]){6,14}$"},
    ),
    _W,
]
Text = Annotated[str, Field(min_length=1, max_length=MOST_WORDS), _W]
Topic = Annotated[
    str, Field(max_length=32, pattern=r"^([a-z0-9][a-z0-9-]*)?$", description="for those who sent STOP topic"), _W
]
Link = Annotated[str, Field(min_length=1, max_length=64, description="by this link alone"), _W]
MessageClass = Annotated[int, Field(ge=0, le=3, description="3GPP 23.038; 0 is shown at once and not kept")]
Moment = Annotated[
    str,
    Field(min_length=10, max_length=40, description="ISO 8601 with its offset, such as 2026-11-28T09:00:00+08:00"),
    _W,
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,8}$"), _W]
Expression = Annotated[
    str,
    Field(min_length=1, max_length=10_000, description="such as region:EAST and not tier:C; files cannot be named"),
    _W,
]
Texts = Annotated[
    dict[Language, Text],
    Field(
        min_length=1,
        max_length=20,
        description="by language, with fields such as {dealer}",
        json_schema_extra={"additionalProperties": False},
    ),
]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), _W]
Why = Annotated[str, Field(max_length=500, description="for the trail"), _W]


class Asked(BaseModel):
    """What programs send."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class NewMessages(Asked):
    """One text to some phones."""

    to: Annotated[list[Phone], Field(min_length=1, max_length=MOST_PHONES)]
    text: Text
    topic: Topic = ""
    link: Link | None = None
    message_class: MessageClass | None = None
    valid_minutes: Annotated[int, Field(ge=1, le=10_080)] | None = Field(
        default=None, description="how long it is valid; else `delivery.reminder_hours` from when it may be sent"
    )
    at: Moment | None = Field(default=None, description="when it is sent; else at once")
    urgent: bool = Field(default=False, description="true: also in quiet hours")
    callback: Annotated[str, Field(min_length=8, max_length=LONGEST_URL), _W] | None = Field(
        default=None, description="an address allowed by `http.callbacks`, called with a POST of JSON for each text"
    )


class ToldActivation(Asked):
    """A set that was seen in a network."""

    imei: Annotated[str, Field(min_length=14, max_length=32, description="either number of the set"), _W]
    activated_at: Moment
    region: (
        Annotated[str, Field(min_length=1, max_length=32, description="where, as far as it is known"), _W] | None
    ) = None
    kind: Literal["first", "second"] = Field(default="first", description="second: with another number in it")


class ToldActivations(Asked):
    """Activations, all kept or none; what is kept already changes nothing."""

    activations: Annotated[list[ToldActivation], Field(min_length=1, max_length=1_000)]


class NewBroadcast(Asked):
    """A broadcast to an audience, as a draft."""

    audience: Expression
    texts: Texts
    name: Annotated[str, Field(max_length=100), _W] = ""
    topic: Topic = ""
    options: Annotated[
        dict[Language, list[Annotated[str, Field(min_length=1, max_length=LONGEST_OPTION), _W]]],
        Field(
            max_length=20,
            description=f"of a survey: 2 to {MOST_OPTIONS} answers in every language of the texts",
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}
    answers_until: Moment | None = Field(default=None, description="until when a survey takes answers")
    at: Moment | None = Field(default=None, description="when it goes out; else when it is started")
    cron: Annotated[str, Field(min_length=9, max_length=100), _W] | None = Field(
        default=None, description="repeatedly: `0 9 * * 1` is Mondays at 9"
    )
    zone: Annotated[str, Field(min_length=1, max_length=64), _W] | None = Field(
        default=None, description="the clock of the rule; else the gateway's"
    )
    link: Link | None = None
    pace: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(default=None, description="texts a minute, at most")
    window: Annotated[str, Field(max_length=100), _W] = Field(
        default="", description="`09:00-20:00` on each recipient's clock; else `broadcast.window`"
    )
    valid_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = None
    message_class: MessageClass | None = None


class AudiencePreview(Asked):
    """An audience, and what it would be sent."""

    audience: Expression
    texts: Annotated[
        dict[Language, Text],
        Field(
            max_length=20,
            description="by language; without them only people are counted",
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}
    topic: Topic = ""
    link: Link | None = None
    message_class: MessageClass | None = None


class Step(Asked):
    """Nothing is required."""


class Reasoned(Asked):
    """Why it is done."""

    why: Why | None = None


Imei = Annotated[str, Field(pattern=r"^[0-9]{15}$", description="15 digits")]


class ApproveReturn(Asked):
    """Without `imeis` the sets are credited; with them replaced, in the order in which the return lists its sets."""

    imeis: Annotated[list[Imei], Field(max_length=100)] = []


class RejectReturn(Asked):
    """Why: the shop is told."""

    why: Annotated[str, Field(min_length=1, max_length=200), _W]


class RejectHold(Asked):
    """Why: the shop is told."""

    why: Annotated[str, Field(min_length=1, max_length=200), _W]


class RejectUndo(Asked):
    """Why: whoever asked is told."""

    why: Annotated[str, Field(min_length=1, max_length=200), _W]


class ReceiveReturn(Asked):
    """Which sets arrived where; without `imeis` all that are to arrive."""

    depot: Annotated[str, Field(min_length=1, max_length=32), _W]
    imeis: Annotated[list[Imei], Field(max_length=100)] = []
    sound: bool = Field(default=False, description="true: into the stock of the depot; else they are in repair")


class NewReceipt(Asked):
    """What has arrived: of an order, or of a shop's delivery note; so many sets, these, or all on its way."""

    of: Annotated[str, Field(min_length=1, max_length=40, description="the order, or the delivery note"), _W] | None = (
        None
    )
    dealer: (
        Annotated[str, Field(min_length=1, max_length=20, description="the shop; with an order its own"), _W] | None
    ) = None
    sets: Annotated[int, Field(ge=0, le=100_000, description="how many came")] | None = None
    imeis: Annotated[list[Imei], Field(max_length=MOST_PHONES)] = []
    sure: bool = Field(default=False, description="true: though it be far more than was sent")


class MatchPayment(Asked):
    """To which payment in the books; without one to the only one that may be it. `book`: it is booked by this."""

    payment: Annotated[str, Field(min_length=1, max_length=40), _W] | None = None
    book: bool = Field(default=False, description="true: it came in, and is not in the books")


class NewPayment(Asked):
    """A payment that came in, by the name that the bank or the cashier gave it."""

    dealer: Annotated[str, Field(min_length=1, max_length=32), _W]
    amount: Annotated[str, Field(pattern=r"^[0-9]{1,12}([.][0-9]{1,3})?$", description="a decimal, such as 5000.00")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="that of the dealer")]
    paid_on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="the day, such as 2026-11-30")]
    reference: Annotated[str, Field(min_length=1, max_length=40), _W]


class NewPayments(Asked):
    """Payments, all booked or none; what is booked already under its name changes nothing."""

    payments: Annotated[list[NewPayment], Field(min_length=1, max_length=1_000)]


class LostSet(Asked):
    """Why a set is written off."""

    why: Annotated[str, Field(min_length=1, max_length=200), _W]


class FoundSet(Asked):
    """Where a lost set is again: a shop or a depot, else where it was lost; and how it came about."""

    why: Annotated[str, Field(min_length=1, max_length=200), _W]
    place: Annotated[str, Field(min_length=1, max_length=20), _W] | None = None


class NewRound(Asked):
    """A round of stock-takes: which shops are to count by when."""

    audience: Expression
    until: Moment


class Retry(Asked):
    """Which texts are sent again: those that failed or expired, all or for some reasons."""

    reasons: Annotated[list[Annotated[str, Field(min_length=1, max_length=200), _W]], Field(max_length=50)] = []
    unknown: bool = Field(default=False, description="true: also those with unknown outcome")


class ApprovedLine(Asked):
    """So many sets of a model."""

    model: Annotated[str, Field(min_length=1, max_length=32), _W]
    quantity: Annotated[int, Field(ge=1, le=9_999)]


class Approval(Asked):
    """Which sets of an order are approved; all of them where none are named."""

    lines: Annotated[list[ApprovedLine], Field(max_length=100)] = []


class ClosedOrder(Asked):
    """Why an order is rejected, cancelled or closed."""

    why: Annotated[str, Field(min_length=1, max_length=80, description="the shop is told it"), _W]


class Allocating(Asked):
    """From where an order gets its sets."""

    depot: Annotated[str | None, Field(max_length=32, description="of this depot only"), _W] = None


class Shipping(Asked):
    """Sets that leave for an order."""

    shipment: Annotated[str, Field(min_length=1, max_length=40, description="the number of the delivery note"), _W]
    imeis: Annotated[
        list[Annotated[str, Field(min_length=14, max_length=20), _W]], Field(min_length=1, max_length=MOST_PHONES)
    ]
    on: Day | None = Field(default=None, description="when they leave; else today")
    carrier: Annotated[str, Field(min_length=1, max_length=30, description="the carrier's own number"), _W] | None = (
        None
    )
    due_on: Day | None = Field(default=None, description="when they should arrive")


class TestSend(Asked):
    """Whom it is sent to in advance."""

    to: Annotated[list[Phone], Field(min_length=1, max_length=MOST_TEST_PHONES)]


# ---- what is wrong with one

_SAID = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "must be a text",
    "string_unicode": "holds a character that cannot be sent (NUL or half of a surrogate pair)",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": "must be of the pattern {pattern}",
}
_KEY = re.compile(r"[\w.-]{1,40}\Z")


def faults(error: ValidationError) -> list[Wrong]:
    """Every fault that a model has found, by the place where it is. Nothing of what was sent is repeated but names."""
    found = []
    for detail in error.errors(include_url=False, include_context=True, include_input=False):
        steps = [str(step) for step in detail["loc"] if step != "[key]"]
        place = ".".join(step if _KEY.match(step) else "?" for step in steps)
        context: dict[str, Any] = dict(detail.get("ctx", {}))
        said = _SAID.get(detail["type"])
        message = said.format(**context) if said else detail["msg"].removeprefix("Value error, ")
        found.append(Wrong(place, message))
    return found
