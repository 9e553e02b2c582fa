"""The rules of the trade that a deployment sets."""

from __future__ import annotations

from smsgw.values.value import value


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
    sending: str = ""  # when notices may be sent, as the key of a smsgw.calendar.hours.Calendar; empty: at any time
    working: str = (
        "UTC 09:00-18:00 12345"  # when headquarters works, as the key of a Calendar whose zone does not matter
    )
    answer_days: int = 1  # of work, until a ticket must be answered
    people_for_one: int = 500  # that one person may send a broadcast to
    cost_for_one: int = 0  # what it may cost, in minor units; 0: any amount
