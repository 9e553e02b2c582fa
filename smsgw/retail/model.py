"""The things of the trade as values: who, which set, how many, how much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from smsgw.retail.value import value

ROLES = ("owner", "clerk", "promoter", "field", "manager", "hq")

# Words for everybody and for all of a role, as a broadcast may be for: the role that each means ('': any).
GROUPS = {
    "ALL": "",
    "OWNERS": "owner",
    "CLERKS": "clerk",
    "PROMOTERS": "promoter",
    "FIELD": "field",
    "MANAGERS": "manager",
}
MOST_COUNTED = 20_000  # people, before a broadcast is answered that a phone asks for; who is beyond is not waited for

# States of a unit; `smsgw show unit` prints them.
MADE, SHIPPED, IN_STOCK, SOLD, IN_TRANSFER, RETURNED, SCRAPPED = (
    "made",
    "shipped",
    "in_stock",
    "sold",
    "in_transfer",
    "returned",
    "scrapped",
)
ORIGIN_SHIPPED, ORIGIN_UNKNOWN = "shipped", "unknown"


@value
class Trade:
    """The rules of the trade that a deployment sets ([trade] and [limits] in smsgw.toml)."""

    unknown_units: str = "accept"  # or refuse
    receipt: str = "none"  # required: shipped sets count as stock only once received
    undo_hours: int = 24
    repeat_hours: int = 12  # the same booking text within this time is the same booking
    order_minutes: int = 30  # a draft order waits so long for its YES
    question_minutes: int = 60  # any other question
    back_days: int = 366  # a sale or nil report may be dated so far back
    language: str = "en"
    timezone: str = "Asia/Shanghai"
    sending: str = ""  # when notices may be sent, as the key of a smsgw.notices.calendar.Calendar; empty: at any time
    working: str = (
        "UTC 09:00-18:00 12345"  # when headquarters works, as the key of a Calendar whose zone does not matter
    )
    answer_days: int = 1  # of work, until a ticket must be answered
    people_for_one: int = 500  # that one person may send a broadcast to
    cost_for_one: int = 0  # what it may cost, in minor units; 0: any amount


@value
class Actor:
    """A registered sender: a contact by way of one of its phones."""

    contact: int
    phone: str  # E.164 with +
    name: str
    role: str
    dealer: str | None  # code; of owner, clerk, promoter
    region: str | None  # code; of field and manager
    language: str


@value
class Dealer:
    code: str
    name: str
    region: str
    tier: str
    credit_limit: int  # minor units
    currency: str
    language: str
    timezone: str  # never empty: the deployment's where the dealer has none
    terms_days: int = 30
    parent: str | None = None
    active: bool = True


@value
class Product:
    code: str
    name: str


@value
class Price:
    model: str
    dealer_price: int  # minor units
    retail_price: int
    currency: str
    valid_from: date


@value
class Unit:
    """One set. `holder` is the dealer whose stock it counts in, or who sold it last; None where nobody has it."""

    imei: str
    imei2: str | None
    model: str
    state: str
    holder: str | None
    origin: str  # shipped or unknown
    events: int  # how many events its trail has; the next one gets events + 1


@value
class UnitEvent:
    """One step of a unit's trail; append-only. `reverses` is the seq of the event that this one takes back."""

    imei: str
    seq: int  # 1, 2, 3 … for each unit
    kind: str  # shipped, received, found, sold, undone …
    dealer: str | None
    at: datetime
    reference: str | None
    message: int | None
    reverses: int | None = None


@value
class Level:
    """What a shop holds of a model: `quantity` in all, of which `units` are known by IMEI."""

    quantity: int
    units: int


@value
class Booking:
    """The header of everything a reference did."""

    reference: str
    verb: str
    dealer: str | None
    phone: str | None
    contact: int | None
    message: int | None
    on: date  # the business date
    at: datetime
    undone: bool
    summary: str = ""  # e.g. `2 sold`, for LAST


@value
class SaleLine:
    reference: str
    dealer: str
    on: date
    model: str
    quantity: int
    imei: str | None  # None: sold by model and quantity


@value
class OrderLine:
    model: str
    quantity: int
    price: int  # minor units a set, frozen when the draft was made
    shipped: int = 0  # sets of it shipped so far


@value
class Order:
    """An order.

    States: draft confirmed approved allocated part_shipped shipped received closed rejected cancelled expired.
    """

    reference: str
    dealer: str
    state: str
    lines: tuple[OrderLine, ...]
    total: int  # minor units
    currency: str
    at: datetime
    expires_at: datetime | None
    shipped: int = 0  # sets shipped against it so far
    why: str = ""  # it was rejected


@value
class Balance:
    """What a dealer owes and has open, in minor units of its currency."""

    owed: int
    open_orders: int
    overdue: int


@value
class Question:
    """A question we asked a phone and wait for. `options` are the JSON texts of what each answer would run.

    YES, 是 or 1 takes the first option; 2, 3 … the others; NO takes none.
    """

    reference: str
    phone: str
    kind: str  # order: place the draft `reference`; reading: run the commands in the chosen option
    options: tuple[str, ...]
    asked_at: datetime
    expires_at: datetime
    prompt: str = ""  # short, for listing two open questions


@value
class Survey:
    """A question that went to many phones and still takes answers, as one of them got it.

    `options` are the answers to choose from, numbered from 1, in the `language` it was sent in; `answer` is the number
    that the phone has chosen already.
    """

    reference: str
    options: tuple[str, ...]
    language: str
    answer: int | None = None


@value
class LateShop:
    """A shop that has not reported what was due.

    `silent` is how many days ago it last reported, or was first asked for a report; `owed` are the reports by rule and
    first day of their period, the one due last first.
    """

    dealer: str
    silent: int
    owed: tuple[tuple[str, date], ...]


@value
class Late:
    """How a region stands on `on`, the latest day on which reports were due; None where none were due of late.

    `expected` counts the shops that owed any, those in `shops` (the longest silent first) still do.
    """

    on: date | None
    expected: int
    shops: tuple[LateShop, ...]


@value
class Reminding:
    """What a reminder to a shop depends on.

    `phones` are those of its people who have not said STOP, `people` how many people it has. `reminded`: it was
    reminded within a day, or will be. `opens_at` is when notices may be sent to it again; None: now.
    """

    phones: tuple[str, ...]
    people: int
    reminded: bool
    opens_at: datetime | None = None


@value
class Outlook:
    """What a broadcast that a phone asks for would come to.

    `audience` is whom it is for, as an expression. `people` would get it: one more than MOST_COUNTED where there are
    more than that. `left_out` says how many would not, by reason. A text has `each` parts, all of them `parts`, which
    cost `cost` minor units.
    """

    audience: str
    people: int
    left_out: Mapping[str, int]
    each: int
    parts: int
    cost: int
    currency: str


@value
class Broadcast:
    """A broadcast as it was made; `author` is the phone that asked for it, or a person at a desk. Its states are those
    of smsgw.notices.job."""

    reference: str
    state: str
    people: int
    cost: int
    currency: str
    author: str
