"""The rules of the trade that a deployment sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from smsgw.calendar.hours import Calendar, windows_of
from smsgw.values.value import value


@value
class Trade:
    """The rules of the trade that a deployment sets ([trade] and [limits] in smsgw.toml)."""

    unknown_units: str = "accept"  # or refuse
    receipt: str = "none"  # required: shipped sets count as stock only once received
    undo_hours: int = 24
    undo_request_hours: int = 72  # what is asked to be taken back later waits so long for a decision
    repeat_hours: int = 12  # the same booking text within this time is the same booking
    order_minutes: int = 30  # a draft order waits so long for its YES
    # An order above it, in major units of its currency, wants the YES of another phone of the shop; 0: none.
    second_phone_above: str = "0"
    allocate: str = "by_hand"  # on_approval: an approved order is promised at once what the depots have of it
    count: str = "book"  # what a count changes at once; propose: nothing before headquarters agrees
    count_hours: int = 4  # a list of sets that are counted waits so long for the next text
    transfer_hours: int = 24  # sets given to a shop wait so long for its YES
    hold_hours: int = 72  # a sale of sets that another shop has waits so long for an answer, and so long for a decision
    # A set is protected when its price falls, if the shop had it for at most so many days (0: however long); one that
    # was on its way then, if it is received within so many; and if it is claimed within so many.
    protection_days: int = 90
    protection_transit_days: int = 14
    protection_claim_days: int = 30
    return_days: int = 3  # after which a decision on sets that go back is promised
    payment_days: int = 7  # a payment that a shop tells of is looked for so many days around its own
    overdue_days: int = 0  # of whom owes something for more days past its day no order is taken; 0: it is
    question_minutes: int = 60  # any other question
    back_days_unasked: int = 7  # a sale told later than so many days after its own day is asked back
    imei_days: int = 7  # for so many days the IMEIs of a sale by number may follow; 0: they are sales of their own
    sale_unasked: int = 50  # more sets of a model than these, and than the shop ever sold of it, are asked back
    beyond_book_unasked: int = 10  # and a sale that takes the book further below zero than a month's sales
    back_days: int = 366  # a sale or nil report may be dated so far back
    language: str = "en"
    timezone: str = "Asia/Shanghai"
    country: str = "CN"  # ISO 3166, of phone numbers that are written as one dials them there
    sending: str = ""  # when notices may be sent, as the key of a smsgw.calendar.hours.Calendar; empty: at any time
    working: str = (
        "UTC 09:00-18:00 12345"  # when headquarters works, as the key of a Calendar whose zone does not matter
    )
    answer_days: int = 1  # of work, until a ticket must be answered
    approval_above_recipients: int = 500  # of a broadcast that one person sends alone
    approval_above_cost: int = 0  # the same in minor units of `currency`; 0: any amount
    currency: str = "CNY"  # of what texts cost
    topics: tuple[str, ...] = ()  # that notices can be about; empty: anything
    survey_days: int = 3  # for how long a survey takes answers that does not say
    shipment_notices: bool = False  # whether owners are told of sets that have left for them
    price_notices: bool = False  # and of prices that change for them
    # Who must report what by when (smsgw.business.expectations.rules.Rule), and the days on which nobody need.
    expected: tuple[Any, ...] = ()
    holidays: frozenset[date] = frozenset()
    notice_hours: int = 12  # for how long a text of a program is of use that does not say

    def hours(self, zone: str, window: str = "") -> Calendar:
        """When something may be sent to somebody in a time zone; `window` (`09:00-20:00`) replaces the usual hours.

        Raises CalendarFault for a window that cannot be read.
        """
        usual = Calendar.read(self.sending) if self.sending else Calendar.of("UTC", "00:00-24:00")
        return replace(usual, zone=zone, windows=windows_of(window) if window else usual.windows)
