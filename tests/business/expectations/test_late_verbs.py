"""LATE and REMIND, from text to text: who sees which silent shops, who is reminded, and why somebody is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from smsgw.business.consent.rules import Consent
from smsgw.business.core.command import Command
from smsgw.business.core.principal import Actor
from smsgw.business.core.trade import Trade
from smsgw.business.directory.rules import Dealer
from smsgw.business.expectations.rules import ReminderAsked
from smsgw.calendar.hours import Calendar
from tests.business.conversation.test_conversation import text
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    WEST_OWNER,
    DictLedger,
    Owed,
    sample,
)
from tests.business.say import keys, only, say

YESTERDAY = date(2026, 4, 14)
SIX = datetime(2026, 4, 14, 10, tzinfo=UTC)  # 18:00 in Shanghai


def network(sending: str = "") -> DictLedger:
    """The sample network at ten on 15 April, all shops of which owe a report of every day at six.

    D1001 last reported on the 10th, D1002 yesterday, D2001 never.
    """
    books = sample()
    books._trade = Trade(sending=sending)
    for ago in range(5):
        day = YESTERDAY - timedelta(days=ago)
        for dealer in ("D1001", "D1002", "D2001"):
            reported = dealer == "D1002" or (dealer == "D1001" and ago == 4)
            at = SIX - timedelta(days=ago)
            books.owed.append(
                Owed("sales", day, dealer, at, at + timedelta(days=1), at - timedelta(hours=1) if reported else None)
            )
    return books


def many(books: DictLedger, count: int) -> None:
    """More shops of the east that have been silent for a day."""
    for number in range(count):
        code = f"D1{number + 100}"
        books.dealers[code] = Dealer(code, code, "EAST", "B", 0, "CNY", "en", "Asia/Shanghai")
        due = (YESTERDAY, code, SIX, SIX + timedelta(days=1))
        books.owed.append(Owed("sales", *due))


@pytest.mark.parametrize(
    ("phone", "said", "answered"),
    [
        (FIELD, "LATE", "EAST 14Apr: 1 of 2 in (50%). Not yet: D1001 5d."),
        (FIELD, "late east pls", "EAST 14Apr: 1 of 2 in (50%). Not yet: D1001 5d."),
        (FIELD, "NonRep", "EAST 14Apr: 1 of 2 in (50%). Not yet: D1001 5d."),
        (FIELD, "LTAE EAST", "EAST 14Apr: 1 of 2 in (50%). Not yet: D1001 5d."),
        (FIELD, "未报 EAST", "EAST 14Apr: 1 of 2 in (50%). Not yet: D1001 5d."),
        (FIELD, "LATE WEST", "WEST is not in your area. Nothing done."),
        (FIELD, "REMIND EAST", "REMIND is for managers. Nothing done. Your commands: HELP"),
        (MANAGER, "LATE", "CHINA 14Apr: 1 of 3 in (33%). Not yet: D1001 5d, D2001 5d. REMIND CHINA?"),
        (MANAGER, "ＬＡＴＥ　ｗｅｓｔ", "WEST 14Apr: 0 of 1 in (0%). Not yet: D2001 5d. REMIND WEST?"),
        (HQ, "LATE", "All regions 14Apr: 1 of 3 in (33%). Not yet: D1001 5d, D2001 5d. REMIND?"),
        (HQ, "wb", "All regions 14Apr: 1 of 3 in (33%). Not yet: D1001 5d, D2001 5d. REMIND?"),
        (OWNER, "LATE", "LATE is for field staff, managers. Nothing done. Your commands: HELP"),
        (CLERK, "未报", "未报仅限业务员,经理使用,未执行。您的指令回:帮助"),
        (CLERK, "催报 EAST", "催报仅限经理使用,未执行。您的指令回:帮助"),
        (PROMOTER, "REMIND", "REMIND is for managers. Nothing done. Your commands: HELP"),
        (MANAGER, "REMIND", "CHINA: 2 of 2 late shops are reminded: D1001, D2001."),
        (MANAGER, "remind: EAST!!", "EAST: 1 of 1 late shops are reminded: D1001."),
        (MANAGER, "REMIND D1001 d1002, D1001", "CHINA: 1 of 1 late shops are reminded. Not: D1002 (not late)."),
        (MANAGER, "催报@D2001、D1001", "CHINA: 2 of 2 late shops are reminded: D2001, D1001."),
        (MANAGER, "REMIND D1002", "CHINA: 0 late, nobody is reminded now: D1002 (not late)."),
        (HQ, "CB WEST", "WEST: 1 of 1 late shops are reminded: D2001."),
    ],
)
def test_what_is_sent_is_answered_word_for_word(phone: str, said: str, answered: str) -> None:
    assert text(network(), phone, said) == answered


def test_chinese_managers_are_answered_in_chinese() -> None:
    books = network()
    books.actors[MANAGER] = replace(books.actors[MANAGER], language="zh")
    assert text(books, MANAGER, "未报") == "CHINA4月14日:已报1/3(33%)。未报D1001(5天),D2001(5天)。催报 CHINA?"
    books.words[WEST_OWNER].append(Consent("", False))
    assert text(books, MANAGER, "催报") == "CHINA未报2家,已催报1家。未催:D2001(已退订)。"
    assert text(books, MANAGER, "催报") == "CHINA未报2家,现未催报:D1001(今日已催),D2001(已退订)。"


def test_named_shops_of_another_region_are_not_reminded() -> None:
    books = network()
    books.actors[MANAGER] = replace(books.actors[MANAGER], region="WEST")
    assert text(books, MANAGER, "REMIND D1001") == "WEST: 0 late, nobody is reminded now: D1001 (not your area)."
    assert text(books, MANAGER, "REMIND D1001 D2001") == (
        "WEST: 1 of 1 late shops are reminded. Not: D1001 (not your area)."
    )
    assert [key[2] for key in books.reminders] == ["D2001"]


def test_a_misspelt_remind_is_asked_back_and_run_by_yes() -> None:
    books = network()
    asked = text(books, MANAGER, "REMNID EAST")
    assert asked.startswith("Did you mean: REMIND EAST? Nothing is saved yet.")
    assert books.reminders == {}
    assert text(books, MANAGER, "YES") == "EAST: 1 of 1 late shops are reminded: D1001."
    asked = text(books, MANAGER, "REMNID D2001, D1002")
    assert asked.startswith("Did you mean: REMIND D2001 D1002? Nothing is saved yet.")
    assert text(books, MANAGER, "YES") == "CHINA: 1 of 1 late shops are reminded. Not: D1002 (not late)."
    assert list(books.reminders) == [
        ("sales", date(2026, 4, 14), "D1001", OWNER),
        ("sales", date(2026, 4, 14), "D2001", WEST_OWNER),
    ]


def test_a_long_list_is_cut_to_one_part_with_the_longest_silent_first() -> None:
    books = network()
    many(books, 40)
    answered = text(books, FIELD, "LATE")
    assert answered.startswith("EAST 14Apr: 1 of 42 in (2%). Not yet: D1001 5d, D1100 1d, D1101 1d,")
    assert answered.endswith(" +30.")
    assert len(answered) <= 160


def test_a_shop_is_reminded_once_a_day_and_who_has_no_phone_or_said_stop_is_named() -> None:
    books = network()
    many(books, 1)
    books.words[WEST_OWNER].append(Consent("reminders", False))
    first = text(books, HQ, "REMIND")
    assert first == "All regions: 1 of 3 late shops are reminded. Not: D2001 (STOP), D1100 (no phone)."
    again = text(books, MANAGER, "REMIND")
    assert again == "CHINA: 3 late, nobody is reminded now: D1001 (once a day), D2001 (STOP), D1100 (no phone)."
    for key in books.reminders:
        books.reminders[key] = books.now
    books.begin(after=timedelta(hours=24))
    books.owed = [replace(owed, due_at=owed.due_at + timedelta(days=1)) for owed in books.owed]
    assert text(books, HQ, "REMIND EAST").startswith("EAST: 1 of 2 late shops are reminded.")


def test_a_reminder_waits_for_the_hours_of_the_shop() -> None:
    books = network(Calendar.of("UTC", "11:00-20:00").key)
    assert text(books, MANAGER, "REMIND EAST") == (
        "EAST: it is quiet now. 1 of 1 late shops are reminded 15Apr from 11:00."
    )
    assert len(books.reminders) == 1
    books = network(Calendar.of("UTC", "11:00-20:00").key)
    books.dealers["D2001"] = replace(books.dealers["D2001"], timezone="Asia/Tokyo")
    assert text(books, MANAGER, "REMIND") == ("CHINA: 1 of 2 late shops are reminded. Not: D1001 (from 11:00).")
    assert len(books.reminders) == 2
    books = network(Calendar.of("UTC", "11:00-20:00").key)
    books.words[WEST_OWNER].append(Consent("", False))
    assert text(books, MANAGER, "REMIND") == (
        "CHINA: quiet now. 1 of 2 late shops are reminded 15Apr from 11:00. Not: D2001 (STOP)."
    )


def test_one_rule_of_several_is_reminded_of_and_all_its_days_are_in_the_one_text() -> None:
    books = network()
    books.owed = [owed for owed in books.owed if owed.dealer == "D1001" and owed.reported_at is None][:2]
    books.owed = [replace(owed, closes_at=books.now + timedelta(days=1)) for owed in books.owed]
    earlier = SIX - timedelta(hours=1)
    books.owed.append(Owed("count", date(2026, 4, 13), "D1001", earlier, earlier + timedelta(days=2)))
    decision = say(books, HQ, Command("remind"))
    assert decision.records == (
        ReminderAsked("sales", date(2026, 4, 14), "D1001", OWNER),
        ReminderAsked("sales", date(2026, 4, 13), "D1001", OWNER),
    )


def test_what_is_excused_not_yet_due_or_long_past_is_not_late() -> None:
    books = network()
    for owed in books.owed:
        owed.excused = True
    assert text(books, MANAGER, "LATE") == "CHINA: no report was due in the last 7 days."
    assert text(books, MANAGER, "REMIND") == "CHINA: no report was due in the last 7 days."
    books = network()
    books.owed = [replace(owed, due_at=owed.due_at + timedelta(days=9)) for owed in books.owed]
    assert keys(say(books, HQ, Command("late"))) == ["late_nothing_due"]
    books = network()
    books.owed = [replace(owed, reported_at=SIX) for owed in books.owed]
    assert text(books, MANAGER, "LATE") == "CHINA 14Apr: all 3 shops have reported."
    assert text(books, MANAGER, "REMIND") == "CHINA 14Apr: all 3 shops have reported."


def test_a_manager_without_a_region_is_told_so() -> None:
    books = network()
    books.actors[MANAGER] = Actor(5, MANAGER, "M", "manager", None, None, "en")
    for verb in ("late", "remind"):
        decision = say(books, MANAGER, Command(verb))
        assert (decision.records, keys(decision)) == ((), ["no_region"])


def test_a_shop_without_an_owner_is_reminded_by_its_clerks() -> None:
    books = network()
    del books.actors[OWNER]
    assert [record.phone for record in say(books, HQ, Command("remind", region="EAST")).records] == [CLERK]
    del books.actors[CLERK]
    books.owed = [replace(owed, dealer="D1002", reported_at=None) for owed in books.owed if owed.dealer == "D1001"]
    assert [record.phone for record in say(books, HQ, Command("remind", region="EAST")).records] == [OTHER_OWNER]


def test_help_and_its_examples_name_both_verbs_for_those_who_have_them() -> None:
    books = network()
    assert {"late", "remind"} <= {
        word.verb for word in only(say(books, MANAGER, Command("help"))).values["verbs"].items
    }
    field = {word.verb for word in only(say(books, FIELD, Command("help"))).values["verbs"].items}
    assert "late" in field and "remind" not in field
    assert "late" not in {word.verb for word in only(say(books, OWNER, Command("help"))).values["verbs"].items}
    assert text(books, MANAGER, "HELP LATE") == "LATE [region]. Example: LATE"
    assert text(books, MANAGER, "帮助 催报").startswith("REMIND [region]")
