"""A set that another shop has: its sale is put on hold, explained, and decided; said to a ledger of dictionaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smsgw.business.core.command import ACCEPTED, CONFIRM, REJECTED, Command, Problem, Reading
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.dialogue import answer
from smsgw.business.sales.rules import hold_outcomes
from smsgw.business.sales.rules.hold_reasons import BOUGHT, OTHER, TRANSFER, said
from smsgw.business.sales.rules.holds import ASKED, ENDED
from smsgw.business.stock.rules import Level
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
    imei,
    sample,
)
from tests.business.sales.test_verbs import shipped
from tests.business.say import items, keys, only, sale, say

A, B, C, D = (imei("86012345", n) for n in range(1, 5))
TODAY = date(2026, 4, 15)
EAST_MANAGER = "+8613900000009"


def of_two_shops() -> DictLedger:
    """A, B and C are in the stock of D1002, D in that of D1001."""
    books = sample()
    shipped(books, A, B, C, dealer="D1002")
    shipped(books, D)
    return books


def words(books: DictLedger, phone: str, text: str, *commands: Command) -> Decision:
    """A text that reads as no command, unless some are given."""
    books.begin(phone, text)
    read = commands or (Command(None, REJECTED, problems=(Problem("unknown_word", text),)),)
    return answer(Reading(text, text, read[0].outcome, read), phone, books)


def number(option: int | None, reference: str | None = None) -> Command:
    return Command("yes", option=option, reference=reference)


def test_a_set_of_another_shop_is_on_hold_in_nobodys_sales_and_the_holders_stock() -> None:
    books = of_two_shops()
    reply = only(say(books, OWNER, sale(A)))
    assert (reply.key, reply.values) == ("hold_question", {"reference": "S1001", "dealer": "D1002", "last": A[-4:]})
    assert (books.sales.lines("S1001"), books.sales.sold("D1001", TODAY, TODAY)) == ((), {})
    assert books.stock.levels("D1002") == {"A350": Level(3, 3)}
    assert (books.headers["S1001"].verb, books.headers["S1001"].summary) == ("sale", "A350 x1 on hold")
    assert books.holds.told == []  # nobody is told before it is known why
    assert books.faults() == []


def test_of_a_list_the_good_ones_are_sold_at_once_and_those_of_each_other_shop_are_a_hold_of_their_own() -> None:
    books = of_two_shops()
    west = imei("86012347", 1)
    shipped(books, west, dealer="D2001", model="B200")
    decision = say(books, OWNER, sale(A, D, west, B))
    assert keys(decision) == ["sale", "hold_question_more", "hold_question"]
    assert [line.imei for line in books.sales.lines("S1001")] == [D]
    assert [[line.imei for line in hold.lines] for hold in books.holds.values()] == [[A, B], [west]]
    assert keys(say(books, OWNER, number(1))) == ["questions_open"]
    assert keys(say(books, OWNER, number(1, "S1003"))) == ["hold_transfer"]
    assert keys(say(books, OWNER, number(2))) == ["hold_noted"]
    assert [(one.reference, one.reason) for one in books.holds.values()] == [("S1002", BOUGHT), ("S1003", TRANSFER)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(("1", (TRANSFER, "")), ("2.", (BOUGHT, "")), ("transfer", (TRANSFER, "")), ("Bought", (BOUGHT, ""))),
        *(("外购", (BOUGHT, "")), ("调货", (TRANSFER, "")), ("2外购", (BOUGHT, "")), ("1 调拨", (TRANSFER, ""))),
        ("３ 顾客拿来的", (OTHER, "顾客拿来的")),
        ("3, a customer brought it", (OTHER, "a customer brought it")),
        *(("other: found it", (OTHER, "found it")), ("其他 顾客带来", (OTHER, "顾客带来")), ("other", (OTHER, ""))),
        ("bought from a customer", (BOUGHT, "from a customer")),
        *(("hello", None), ("2 A350", None), ("3 A350", None), ("1 bought", None), ("4", None), ("12", None)),
        *(("otherwise", None), ("moveds", None), ("", None)),
        ("transfer done GHS 12,300.50 to your Ecobank", None),
        ("transfer from D1002 last week", (TRANSFER, "from D1002 last week")),
    ],
)
def test_reasons_are_heard_by_number_and_in_words(text: str, meant: tuple[int, str] | None) -> None:
    assert said(text) == meant


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        *(("transfer", "hold_transfer", TRANSFER), ("外购", "hold_noted", BOUGHT)),
        *(
            ("3 顾客拿来的", "hold_noted", OTHER),
            ("S1001 2", "hold_noted", BOUGHT),
            ("s1001 调货", "hold_transfer", TRANSFER),
        ),
        *(("other", "hold_story", None), ("3", "hold_story", None)),
    ],
)
def test_words_answer_the_question_that_is_open(text: str, key: str, reason: int | None) -> None:
    books = of_two_shops()
    say(books, CLERK, sale(A))
    assert keys(words(books, CLERK, text)) == [key]
    assert books.holds["S1001"].reason == reason
    assert bool(books.asked) is (reason is None)
    assert books.holds["S1001"].words in ("", "顾客拿来的")


def test_a_story_that_might_be_for_a_person_is_the_reason_while_that_is_asked() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    story = Command("feedback", CONFIRM, text="3 found in our drawer")
    assert keys(words(books, OWNER, "3 found in our drawer", story)) == ["hold_noted"]
    assert keys(words(books, OWNER, "3 found in our drawer", story)) == ["did_you_mean"]


def test_a_word_of_another_verb_is_a_reason_only_while_that_is_asked() -> None:
    books = of_two_shops()
    give = Command("give", REJECTED, word="调货", problems=(Problem("incomplete", "调货"),))
    before = words(books, OWNER, "调货", give)
    say(books, OWNER, sale(A))
    assert keys(words(books, OWNER, "调货", give)) == ["hold_transfer"]
    assert keys(words(books, OWNER, "调货", give)) == keys(before)
    assert keys(words(books, OTHER_OWNER, "bought")) != ["hold_noted"]


def test_the_question_is_answered_later_by_its_reference_by_who_told_the_sale_or_the_owner() -> None:
    books = of_two_shops()
    say(books, CLERK, sale(A))
    books.begin(after=timedelta(hours=30))
    assert keys(say(books, PROMOTER, number(2, "S1001"))) == ["question_unknown"]
    assert keys(say(books, CLERK, number(None, "S1001"))) == ["hold_question"]
    assert keys(say(books, CLERK, number(7, "S1001"))) == ["no_such_option"]
    late = Command("yes", REJECTED, reference="S1001", word="YES", problems=(Problem("unknown_word", "bought"),))
    assert keys(words(books, CLERK, "YES S1001 bought", late)) == ["hold_noted"]
    assert keys(say(books, OWNER, number(1, "1001"))) == ["hold_transfer"]  # thinks better of it
    assert keys(say(books, OWNER, number(3, "S1001"))) == ["hold_story"]
    assert books.holds["S1001"].reason == TRANSFER
    told = books.holds.told[0]
    assert (told.what, told.phones, told.region) == (ASKED, (OTHER_OWNER,), "EAST")


def test_a_number_alone_answers_an_old_question_and_a_yes_has_it_asked_again() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    assert keys(say(books, OWNER, number(None))) == ["hold_question"]
    say(books, OWNER, items("sale", ("A350", 1)))
    assert keys(say(books, OWNER, number(None))) == ["hold_question"]
    books.begin(after=timedelta(hours=30))
    assert keys(say(books, OWNER, number(None))) == ["hold_question"]
    assert keys(say(books, OWNER, number(2))) == ["hold_noted"]
    assert keys(say(books, OWNER, number(2))) == ["no_question"]


def test_a_manager_approves_and_the_set_moves_and_is_sold_on_the_day_it_was_told() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A, B, on=date(2026, 4, 13), customer="+8613811112222"))
    say(books, OWNER, number(2))
    assert keys(say(books, MANAGER, Command("approve", REJECTED, problems=(Problem("incomplete"),)))) == [
        "approve_others"
    ]
    reply = only(say(books, MANAGER, Command("approve", reference="S1001")))
    assert (reply.key, reply.values["holder"], reply.values["told"].key) == ("hold_approved", "D1002", "dealer_told")
    assert [(line.imei, line.on, line.dealer) for line in books.sales.lines("S1001")] == [
        (A, date(2026, 4, 13), "D1001"),
        (B, date(2026, 4, 13), "D1001"),
    ]
    assert [event.kind for event in books.events[A]] == ["shipped", "moved", "sold"]
    assert (books.stock.levels("D1002"), books.stock.levels("D1001")) == (
        {"A350": Level(1, 1)},
        {"A350": Level(1, 1)},
    )
    assert books.headers["S1001"].summary == "A350 x2"
    ended = books.holds.told[-1]
    assert (ended.what, ended.state, set(ended.phones)) == (ENDED, "approved", {OWNER, OTHER_OWNER})
    assert keys(say(books, MANAGER, Command("approve", reference="S1001"))) == ["hold_over"]
    assert keys(say(books, OWNER, Command("undo", reference="S1001"))) == ["undone_sale"]
    assert (books.units[A].state, books.units[A].holder) == ("shipped", "D1002")
    assert books.stock.levels("D1002") == {"A350": Level(3, 3)}
    assert (books.holds["S1001"].state, books.holds.told[-1].phones) == ("undone", (OTHER_OWNER,))
    assert books.faults() == []


def test_a_manager_rejects_with_a_reason_and_the_same_text_is_a_new_sale() -> None:
    books = of_two_shops()
    say(books, CLERK, sale(A), text="s a")
    assert keys(say(books, MANAGER, Command("reject", reference="S1001"))) == ["hold_reject_why"]
    assert keys(say(books, MANAGER, Command("reject", reference="S1001", reason="it is in D1002"))) == ["hold_rejected"]
    assert (books.holds["S1001"].state, books.headers["S1001"].undone, books.asked) == ("rejected", True, [])
    assert set(books.holds.told[-1].phones) == {OWNER, CLERK}
    assert keys(say(books, CLERK, Command("undo", reference="S1001"))) == ["undo_already"]
    assert keys(say(books, CLERK, number(2, "S1001"))) == ["hold_over"]
    assert keys(say(books, CLERK, sale(A), text="s a")) == ["hold_question"]


def test_the_same_text_again_has_the_question_asked_again_and_another_text_is_told_the_reference() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A), text="s a")
    assert keys(say(books, OWNER, sale(A), text="s a")) == ["hold_question"]
    reply = only(say(books, CLERK, sale(A)))
    assert (reply.key, reply.values["bad"].items[0].values["reference"]) == ("hold_waits_already", "S1001")
    assert keys(say(books, CLERK, sale(A, B))) == ["hold_waits_already", "hold_question"]
    assert [hold.lines[0].imei for hold in books.holds.values()] == [A, B]
    say(books, OWNER, number(2, "S1001"))
    assert keys(say(books, OWNER, sale(A), text="s a")) == ["already_once"]


def test_of_a_transfer_the_other_shop_says_yes_or_no() -> None:
    for word, key, state in (("yes", "hold_let_go", "approved"), ("no", "hold_kept", "rejected")):
        books = of_two_shops()
        say(books, OWNER, sale(A))
        assert keys(say(books, OTHER_OWNER, Command(word, reference="S1001"))) == ["question_unknown"]
        say(books, OWNER, number(2))
        assert keys(say(books, OTHER_OWNER, Command(word, reference="S1001"))) == ["hold_for_managers"]
        say(books, OWNER, number(1, "S1001"))
        assert keys(say(books, OTHER_OWNER, Command(word, reference="1001"))) == [key]
        assert (books.holds["S1001"].state, books.holds.told[-1].phones) == (state, (OWNER,))
        assert keys(say(books, OTHER_OWNER, Command(word, reference="S1001"))) == ["hold_over"]
        assert books.faults() == []


@pytest.mark.parametrize("hours", [0, 30])
@pytest.mark.parametrize("said_no", [Command("no"), Command("no", reference="S1001"), Command("undo")])
def test_the_sender_takes_it_back(said_no: Command, hours: int) -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    if said_no.verb == "undo" or said_no.reference:
        books.begin(after=timedelta(hours=hours))
    assert keys(say(books, OWNER, said_no)) == ["hold_undone"]
    assert (books.holds["S1001"].state, books.headers["S1001"].undone, books.asked) == ("undone", True, [])
    assert keys(say(books, MANAGER, Command("approve", reference="S1001"))) == ["hold_over"]
    assert (books.holds.told[-1].what, books.holds.told[-1].phones) == (ENDED, ())


def test_an_old_hold_is_taken_back_by_no_and_the_other_shop_is_told_if_it_heard_of_it() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    say(books, OWNER, number(1))
    books.begin(after=timedelta(hours=30))
    assert keys(say(books, OWNER, Command("no", reference="S1001"))) == ["hold_undone"]
    assert books.holds.told[-1].phones == (OTHER_OWNER,)


def test_a_set_that_moved_meanwhile_is_told_as_what_it_is() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A, B))
    say(books, OWNER, number(1))
    say(books, OTHER_OWNER, sale(A))
    reply = only(say(books, MANAGER, Command("approve", reference="S1001")))
    assert reply.key == "hold_sold"
    assert {name: reply.values[name] for name in ("dealer", "sale", "last")} == {
        "dealer": "D1002",
        "sale": "S1002",
        "last": A[-4:],
    }
    say(books, OTHER_OWNER, Command("undo", reference="S1002"))
    say(books, OTHER_OWNER, Command("return", imeis=(B,), reason="1"))
    assert keys(say(books, OTHER_OWNER, Command("yes", reference="S1001"))) == ["hold_gone"]
    assert (books.holds["S1001"].state, books.sales.lines("S1001")) == ("open", ())
    say(books, OTHER_OWNER, Command("undo"))
    assert keys(say(books, MANAGER, Command("approve", reference="S1001"))) == ["hold_approved"]
    assert books.faults() == []


def test_a_set_that_the_other_shop_gave_meanwhile_is_sold_out_of_the_own_stock() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    say(books, OTHER_OWNER, Command("give", imeis=(A,), dealer="D1001"))
    say(books, OWNER, Command("yes", reference="T1001"))
    assert keys(say(books, MANAGER, Command("approve", reference="S1001"))) == ["hold_approved"]
    assert [event.kind for event in books.events[A]] == ["shipped", "given", "taken", "sold"]
    assert books.stock.levels("D1002") == {"A350": Level(2, 2)}
    assert books.faults() == []


def test_whoever_answers_for_neither_shop_hears_of_nothing() -> None:
    books = of_two_shops()
    books.actors[EAST_MANAGER] = Actor(9, EAST_MANAGER, "Ye", "manager", None, "WEST", "en")
    say(books, OWNER, sale(A))
    for verb in ("approve", "reject"):
        for reference in ("S1001", "S7777"):
            command = Command(verb, reference=reference, reason="no")
            assert keys(say(books, EAST_MANAGER, command)) == ["decide_nothing"]
    for phone in (WEST_OWNER, PROMOTER, FIELD, EAST_MANAGER, HQ):
        for word in ("yes", "no"):
            assert keys(say(books, phone, Command(word, reference="S1001"))) == ["question_unknown"]
    assert keys(say(books, OTHER_OWNER, Command("undo", reference="S1001"))) == ["undo_unknown"]
    assert books.holds["S1001"].state == "open"


def test_a_doubtful_imei_of_another_shop_is_asked_back_first() -> None:
    books = of_two_shops()
    asked = say(books, OWNER, sale(A, doubtful=(A,), outcome=ACCEPTED))
    assert keys(asked) == ["imei_question"]
    assert keys(say(books, OWNER, Command("yes"))) == ["hold_question"]
    confirmed = say(books, OWNER, sale(B, outcome=CONFIRM))
    assert keys(confirmed) == ["did_you_mean"]
    assert books.holds.keys() == {"S1001"}


def test_field_staff_hold_a_sale_of_a_shop_and_say_why() -> None:
    books = of_two_shops()
    assert keys(say(books, FIELD, sale(A, dealer="D1001"))) == ["hold_question"]
    assert keys(say(books, FIELD, number(1))) == ["hold_transfer"]
    assert books.holds["S1001"].dealer == "D1001"


def test_a_set_told_by_number_before_fills_that_sale_when_it_is_approved() -> None:
    books = of_two_shops()
    say(books, OWNER, items("sale", ("A350", 1), on=date(2026, 4, 14)))
    say(books, OWNER, sale(A))
    assert books.holds["S1002"].lines[0].fills == "S1001"
    say(books, MANAGER, Command("approve", reference="S1002"))
    assert books.sales.sold("D1001", date(2026, 4, 1), TODAY) == {"A350": 1}
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.faults() == []


def test_a_hold_that_nobody_decides_is_reminded_of_and_lapses() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    hold = books.holds["S1001"]
    assert hold.expires_at - hold.asked_at == timedelta(hours=72)
    assert books.holds.silent(hold.asked_at + timedelta(hours=71), 5) == []
    assert books.holds.silent(hold.expires_at, 5) == ["S1001"]
    books.apply(hold_outcomes.remind(hold, books))
    assert (books.holds.told[-1].phones, books.holds.silent(hold.expires_at, 5)) == ((OWNER,), [])
    books.apply(hold_outcomes.remind(replace(hold, reason=BOUGHT), books))
    assert (books.holds.told[-1].phones, books.holds.told[-1].region) == ((), "EAST")
    books.apply(hold_outcomes.let_lapse(hold, books, "smsgw"))
    assert (books.holds["S1001"].state, books.headers["S1001"].undone, books.asked) == ("lapsed", True, [])
    assert keys(say(books, OWNER, number(1, "S1001"))) == ["hold_over"]


def test_a_hold_is_put_right_like_any_sale() -> None:
    books = of_two_shops()
    say(books, OWNER, sale(A))
    say(books, OWNER, number(1))
    from smsgw.business.sales.verbs.sale import restate

    again = restate(books.headers["S1001"], books)
    assert again == Command("sale", imeis=(A,), on=TODAY)


def test_a_yes_to_what_was_asked_since_is_not_about_a_hold_that_wants_a_number() -> None:
    books = of_two_shops()
    assert keys(say(books, OWNER, sale(A))) == ["hold_question"]
    assert keys(say(books, OWNER, items("order", ("A350", 2)))) == ["order_draft"]
    assert keys(say(books, OWNER, Command("yes"))) == ["order_approved"]
    # The hold is still asked, and after it a bare YES may be about either.
    assert [question.reference for question in books.conversation.questions(OWNER)] == ["S1001"]
    say(books, OWNER, items("order", ("A350", 3)))
    assert keys(say(books, OWNER, sale(B))) == ["hold_question"]
    assert keys(say(books, OWNER, Command("yes"))) == ["questions_open"]
