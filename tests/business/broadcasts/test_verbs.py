"""BC, TEST and the answers to them, from text to text: who is counted, who may send, and what becomes of a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smsgw.business.audiences.rules.groups import MOST_COUNTED
from smsgw.business.broadcasts.rules.broadcasts import BroadcastDrafted, BroadcastStarted
from smsgw.business.broadcasts.rules.draft import Estimate
from smsgw.business.broadcasts.verbs.broadcast import decide
from smsgw.business.consent.rules import Consent
from smsgw.business.core.command import Command
from smsgw.business.core.principal import Actor
from smsgw.business.core.trade import Trade
from smsgw.business.dialogue import answer
from smsgw.business.directory.rules import Dealer
from smsgw.calendar.hours import Calendar
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.settings.sections import Broadcast, Settings, Smsc
from smsgw.sms.length import fits
from tests.business.conversation.test_conversation import GRAMMAR, REPLIES
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OWNER,
    PROMOTER,
    STRANGER,
    WEST_OWNER,
    DictBroadcasts,
    DictLedger,
    LinkTariff,
    sample,
)
from tests.business.say import keys, only, say

READER = Reader(
    Lexicon.build(
        [("A350", "Aurora 3.5", [])],
        ["D1001", "D1002", "D2001"],
        ["CHINA", "EAST", "WEST"],
        ["VIP"],
        region_names=[("EAST", "华东"), ("WEST", "Far West")],
    ),
    own_reply=REPLIES.own_reply,
    grammar=GRAMMAR,
)


def network(area: str = "CHINA", language: str = "en", **trade: object) -> DictLedger:
    """The sample network, whose manager has an area and a language; `VIP` are the owners of the best shops."""
    books = sample()
    books._trade = Trade(**trade)  # type: ignore[arg-type]
    books.audiences = {"VIP": "tier:A and role:owner"}
    books.actors[MANAGER] = replace(books.actors[MANAGER], region=area, language=language)
    return books


def text(books: DictLedger, phone: str, said: str, after: timedelta = timedelta(minutes=1)) -> str:
    books.begin(phone, after=after)
    reading = READER.understand(said, today=date(2026, 4, 15))
    books.folded = reading.folded
    decision = answer(reading, phone, books)
    reply = REPLIES.render(decision.replies, decision.language)
    assert fits(reply, 1)
    return reply


def states(books: DictLedger) -> dict[str, str]:
    return {reference: sent.state for reference, sent in books.sent.items()}


def test_a_broadcast_is_previewed_tried_and_sent() -> None:
    books = network()
    books.words[WEST_OWNER].append(Consent("", False))
    books.dealers["D1003"] = Dealer("D1003", "Nobody", "EAST", "A", 0, "CNY", "en", "Asia/Shanghai")
    assert text(books, MANAGER, "BC ALL New prices from Monday") == (
        "B1001 ALL: 6 people, 1 part, 6 SMS. Left out: 1 STOP, 1 no phone. "
        '"New prices from Mo.." YES 1001 sends, TEST 1001 to you only, NO 1001 drops it'
    )
    assert states(books) == {"B1001": "draft"}
    assert text(books, MANAGER, "TEST") == "B1001 comes to you alone. Then YES 1001 for 6 people, or NO 1001"
    assert text(books, MANAGER, "test b1001").startswith("B1001 comes to you alone.")
    assert books.tried == ["B1001", "B1001"]
    assert text(books, MANAGER, "YES") == "OK B1001: goes to 6 people now. Wrong? UNDO B1001 stops it"
    assert states(books) == {"B1001": "running"}
    assert text(books, MANAGER, "BC ALL New prices from Monday") == (
        "The same text is B1001 of 15Apr 10:01: not sent twice. To send it again, change a word."
    )
    assert text(books, MANAGER, "YES").startswith("No question of ours is open")
    assert text(books, MANAGER, "UNDO") == "OK B1001: stopped. Nothing more of it is sent."
    assert states(books) == {"B1001": "cancelled"}
    assert text(books, MANAGER, "UNDO B1001").startswith("B1001 is undone already")


def test_the_same_in_chinese() -> None:
    books = network(language="zh")
    assert text(books, MANAGER, "群发 华东 周一起A350新价980元") == (
        "B1001 EAST:5人,每人1条,共5条,退订0。“周一起A350新价980元”回:是 1001发送,试先发自己,否取消"
    )
    assert text(books, MANAGER, "试") == "B1001先只发给您。群发5人回:是 1001,取消回:否 1001"
    assert text(books, MANAGER, "否") == "B1001已放弃,未发送。"
    assert text(books, MANAGER, "群发華東：周一起A350新价980元").startswith("B1002 EAST:5人")
    assert text(books, MANAGER, "是1002") == "已收B1002:正在发给5人。停发回:撤销 B1002"
    assert text(books, MANAGER, "撤销B1002") == "已收B1002:已停发,未发的不再发。"
    assert text(books, MANAGER, "群发 VIP 请回电").startswith("B1003 VIP:1人,每人1条,共1条")
    assert text(books, CLERK, "群发 华东 你好") == "群发仅限经理使用,未执行。您的指令回:帮助"


@pytest.mark.parametrize(
    ("said", "audience"),
    [
        ("bc east: hi", "region:CHINA and region:EAST"),
        ("  bc:EAST：hi", "region:CHINA and region:EAST"),
        ("ＢＣ　ｅａｓｔ　hi", "region:CHINA and region:EAST"),
        ("sendto far-west, hi", "region:CHINA and region:WEST"),
        ("bc everyone hi", "region:CHINA and all"),
        ("群发全部，hi", "region:CHINA and all"),
        ("qf clerks hi", "region:CHINA and role:clerk"),
        ("pls bc vip hi", "region:CHINA and tier:A and role:owner"),
    ],
)
def test_a_managers_broadcast_never_leaves_the_area(said: str, audience: str) -> None:
    books = network()
    text(books, MANAGER, said)
    drafted = [record for record in books.applied if isinstance(record, BroadcastDrafted)]
    assert [(record.estimate.audience, record.text) for record in drafted] == [(audience, "hi")]


def test_headquarters_writes_to_anybody_and_a_manager_to_nobody_elsewhere() -> None:
    books = network("EAST")
    assert text(books, MANAGER, "BC WEST hi") == "WEST is not in your area. Nothing done."
    assert text(books, MANAGER, "BC CHINA hi") == "CHINA is not in your area. Nothing done."
    assert text(books, MANAGER, "BC OWNERS hi").startswith("B1001 OWNERS: 2 people,")
    assert text(books, HQ, "BC OWNERS hi").startswith("B1002 OWNERS: 3 people,")
    assert text(books, HQ, "BC WEST hi").startswith("B1003 WEST: 1 person,")
    books.audiences["VIP"] = "region:WEST"
    assert text(books, MANAGER, "BC VIP hi") == "VIP: nobody would get it. Nothing was sent. Left out: 0 STOP."
    books.actors[MANAGER] = Actor(5, MANAGER, "M", "manager", None, None, "en")
    assert text(books, MANAGER, "BC ALL hi") == "This phone has no area yet. Nothing done. Please ask headquarters."


@pytest.mark.parametrize("phone", [OWNER, CLERK, PROMOTER, FIELD])
def test_nobody_below_a_manager_sends_or_tries(phone: str) -> None:
    for command in (Command("broadcast", group="EAST", text="hi"), Command("test")):
        decision = say(network(), phone, command)
        assert (decision.records, keys(decision)) == ((), ["denied"])
    assert keys(say(network(), STRANGER, Command("broadcast", group="ALL", text="hi"))) == ["unregistered_closed"]


def test_what_is_too_large_for_one_is_kept_for_the_approval_of_another() -> None:
    books = network(approval_above_recipients=6)
    assert text(books, MANAGER, "BC ALL hi") == (
        "B1001 ALL: 7 people, 1 part, 7 SMS. Too many for one: YES 1001 asks for approval, TEST 1001 to you only, "
        "NO 1001 drops it. Left out: 0 STOP"
    )
    assert text(books, MANAGER, "YES") == (
        "B1001 to 7 people waits for somebody else's approval: smsgw broadcast approve B1001"
    )
    assert states(books) == {"B1001": "draft"}
    assert text(books, MANAGER, "bc all hi").startswith("The same text is B1001 ")
    assert text(books, MANAGER, "BC EAST hi").startswith("B1002 EAST: 5 people")
    assert states(books) == {"B1001": "draft", "B1002": "draft"}  # what waits for approval is not replaced
    assert text(books, MANAGER, "UNDO B1001") == "OK B1001: stopped. Nothing more of it is sent."
    assert states(books) == {"B1001": "cancelled", "B1002": "draft"}
    books = network(language="zh", approval_above_recipients=6)
    assert (
        text(books, MANAGER, "群发 全体 你好") == "B1001 ALL:7人,每人1条,共7条。超限,回:是 1001报批,试先发自己,否取消"
    )
    assert text(books, MANAGER, "是") == "B1001发给7人,待批准:smsgw broadcast approve B1001"


def test_cost_and_parts_are_those_of_the_link_and_limit_what_one_may_spend() -> None:
    books = network(approval_above_cost=100)
    books.tariff = LinkTariff(
        Settings(smsc=(Smsc(name="a", host="h", system_id="s", part_cost=0.05),), broadcast=Broadcast())
    )
    assert text(books, MANAGER, "BC EAST hi").startswith("B1001 EAST: 5 people, 1 part, 5 SMS = 0.25. ")
    long = "x" * 161
    assert text(books, MANAGER, f"BC EAST {long}").startswith("B1002 EAST: 5 people, 2 parts, 10 SMS = 0.50. ")
    assert text(books, MANAGER, f"BC EAST {long * 4}").startswith(
        "B1003 EAST: 5 people, 5 parts, 25 SMS = 1.25. Too many for one: YES 1003 asks for approval"
    )
    assert text(books, MANAGER, "BC EAST " + "x" * 1001) == (
        "The text has 1001 characters, 1000 are the most. Nothing was sent."
    )


class Crowd(DictBroadcasts):
    """Every group is more than is counted."""

    def estimate(self, group: str, area: str | None, text: str) -> Estimate | None:
        return Estimate("all", MOST_COUNTED + 1, {"stopped": 12}, MOST_COUNTED + 1, 100_005, "CNY", 1, 1.0)


def test_a_crowd_is_not_counted_to_its_end_and_needs_another_person() -> None:
    books = DictLedger(Trade(approval_above_recipients=1_000_000))
    books.broadcasts = Crowd(books)
    books.actors = {MANAGER: replace(sample().actors[MANAGER], region=None, role="hq")}
    assert text(books, MANAGER, "BC ALL hi") == (
        "B1001 ALL: over 20000 people, 1 part each. Too many for one: YES 1001 asks for approval. TEST 1001 or NO 1001"
    )
    assert text(books, MANAGER, "YES") == (
        "B1001 to over 20000 people waits for somebody else's approval: smsgw broadcast approve B1001"
    )
    books.actors[MANAGER] = replace(books.actors[MANAGER], language="zh")
    assert (
        text(books, MANAGER, "群发 全部 你好") == "B1002 ALL:超20000人,每人1条。超限,回:是 1002报批,试先发自己,否取消"
    )


def test_a_later_draft_replaces_the_one_before() -> None:
    books = network()
    text(books, MANAGER, "BC EAST first")
    text(books, MANAGER, "BC WEST second")
    assert states(books) == {"B1001": "cancelled", "B1002": "draft"}
    assert text(books, MANAGER, "YES B1001") == "No question B1001 is open for this phone. Nothing changed."
    assert text(books, MANAGER, "TEST 1001") == "No question 1001 is open for this phone. Nothing changed."
    assert text(books, MANAGER, "NO") == "B1002 dropped. Nothing was sent."
    assert states(books) == {"B1001": "cancelled", "B1002": "cancelled"}
    # What was dropped is no reason to take the same text for a repeated one.
    assert text(books, MANAGER, "BC WEST second").startswith("B1003 WEST")
    text(books, MANAGER, "YES")
    assert text(books, MANAGER, "BC WEST second").startswith("The same text is B1003 ")


def test_a_draft_that_is_not_confirmed_in_time_lapses() -> None:
    for answered in ("YES", "TEST", "NO", "YES B1001"):
        books = network()
        text(books, MANAGER, "BC EAST hi")
        assert text(books, MANAGER, answered, after=timedelta(hours=2)) == (
            "B1001 was not confirmed in time and has lapsed. Nothing was sent. Please send it again."
        )
        assert states(books) == {"B1001": "cancelled"}
    books = network(language="zh")
    text(books, MANAGER, "群发 华东 你好")
    assert text(books, MANAGER, "是", after=timedelta(hours=2)) == "B1001未及时确认,已失效,未发送。请重新发。"


def test_what_the_desk_did_meanwhile_is_told() -> None:
    for state, told in (
        ("running", "is being sent already"),
        ("cancelled", "is cancelled"),
        ("done", "is sent already"),
    ):
        for answered in ("YES", "NO", "TEST"):
            books = network()
            text(books, MANAGER, "BC EAST hi")
            books._broadcast_is("B1001", state)
            assert text(books, MANAGER, answered) == f"B1001 {told}. Nothing changed."
            assert text(books, MANAGER, "YES").startswith("No question of ours is open")


def test_who_is_manager_no_more_sends_nothing() -> None:
    books = network()
    text(books, MANAGER, "BC EAST hi")
    books.actors[MANAGER] = replace(books.actors[MANAGER], role="field", region="EAST")
    assert text(books, MANAGER, "YES") == "BC is for managers. Nothing done. Your commands: HELP"
    assert states(books) == {"B1001": "cancelled"}


def test_quiet_hours_are_told_and_others_questions_stay_apart() -> None:
    books = network(sending=Calendar.of("UTC", "11:00-20:00").key)
    text(books, MANAGER, "BC EAST hi")
    assert text(books, HQ, "YES").startswith("No question of ours is open")
    assert text(books, HQ, "UNDO B1001") == "OK B1001: stopped. Nothing more of it is sent."
    text(books, MANAGER, "BC EAST hi there")
    assert text(books, MANAGER, "YES") == (
        "OK B1002: it is quiet now, goes to 5 people 15Apr from 11:00. Wrong? UNDO B1002"
    )
    assert text(books, OWNER, "UNDO B1002").startswith("There is no B1002")


def test_a_misspelt_verb_becomes_a_draft_which_asks_anyway() -> None:
    books = network()
    assert text(books, MANAGER, "SENDTOO EAST hi").startswith("B1001 EAST: 5 people")
    decision = say(books, MANAGER, Command("yes"))
    assert BroadcastStarted("B1001") in decision.records


def test_a_group_that_is_no_more_is_refused() -> None:
    reply = only(decide(Command("broadcast", group="GONE", text="hi"), sample().actors[HQ], network()))
    assert reply.key == "broadcast_no_group"


def test_help_names_the_verb_to_those_who_have_it() -> None:
    books = network()
    assert "BC" in text(books, MANAGER, "HELP") and "BC" not in text(books, FIELD, "HELP")
    assert text(books, MANAGER, "HELP BC") == "BC group text. Example: BC OWNERS New prices from Monday"
    assert text(books, MANAGER, "帮助 群发").startswith("BC group text")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("BC ESAT hi", "ESAT is no region or group of ours. Did you mean EAST? Nothing done. Please send it again."),
        ("BC VPI hi", "VPI is no region or group of ours. Did you mean VIP? Nothing done. Please send it again."),
        ("LATE WETS", "WETS is no region or group of ours. Did you mean WEST? Nothing done. Please send it again."),
        (
            "BC NORTH hi",
            'We did not understand "NORTH" in BC: expected a group. Nothing was saved. '
            "Example: BC OWNERS New prices from Monday",
        ),
    ],
)
def test_a_misspelt_group_is_never_guessed_but_the_nearest_is_named(said: str, told: str) -> None:
    books = network()
    assert text(books, MANAGER, said) == told
    assert books.applied == []
