"""One message, one answer: duplicates, questions, several commands at once, strangers and silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from smsgw.business.consent.rules import Consent
from smsgw.business.conversation.rules.records import Asked, Booked
from smsgw.business.core.command import CONFIRM, IGNORED, PARTIAL, REJECTED, Command, Item, Problem, Repair
from tests.business.dict_ledger import CLERK, OWNER, STRANGER, imei, sample
from tests.business.say import items, keys, only, sale, say

A, B = imei("86012345", 1), imei("86012345", 2)
YES, NO = Command("yes"), Command("no")
DOUBTED = replace(sale(A), outcome=CONFIRM)


def test_what_is_to_be_ignored_gets_no_answer() -> None:
    decision = say(sample(), OWNER, outcome=IGNORED)
    assert (decision.replies, decision.outcome) == ((), "ignored")


# ---- the same text again


def test_the_same_booking_text_within_twelve_hours_is_one_booking() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3")
    decision = say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3", after=timedelta(minutes=2))
    reply = only(decision)
    assert (decision.records, reply.key, reply.values["reference"]) == ((), "already", "S1001")
    assert reply.values["repeat"].values["arguments"] == "A350 3 RO"
    assert keys(say(books, CLERK, items("sale", ("A350", 3)), text="S A350 3")) == ["sale_items_short"]


def test_ro_books_the_same_text_again() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3")
    decision = say(books, OWNER, items("sale", ("A350", 3), repeat=True), text="S A350 3 RO")
    assert isinstance(decision.records[0], Booked)


def test_after_twelve_hours_the_same_text_is_a_new_booking() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3")
    decision = say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3", after=timedelta(hours=12, seconds=1))
    assert keys(decision) == ["sale_items_short"]


def test_an_undone_booking_does_not_stand_in_the_way_of_its_text() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3")
    say(books, OWNER, Command("undo"))
    assert keys(say(books, OWNER, items("sale", ("A350", 3)), text="S A350 3")) == ["sale_items_short"]


def test_the_same_order_again_is_reminded_of_its_draft_until_that_lapses() -> None:
    books = sample()
    order = items("order", ("A350", 3))
    say(books, OWNER, order, text="ORD A350 3")
    assert keys(say(books, OWNER, order, text="ORD A350 3")) == ["already_draft"]
    assert keys(say(books, OWNER, order, text="ORD A350 3", after=timedelta(minutes=30))) == ["order_draft"]


def test_two_equal_lines_of_one_message_are_not_the_same_text_again() -> None:
    books = sample()
    decision = say(books, OWNER, items("sale", ("A350", 1)), items("sale", ("A350", 1)), text="two lines")
    assert [reply.values["reference"] for reply in decision.replies] == ["S1001", "S1002"]


def test_reading_commands_of_a_repeated_message_are_answered() -> None:
    books = sample()
    commands = (items("sale", ("A350", 1)), Command("balance"))
    say(books, OWNER, *commands, text="S A350 1; BAL")
    assert keys(say(books, OWNER, *commands, text="S A350 1; BAL")) == ["already", "balance"]


# ---- several commands


def test_a_later_command_sees_what_an_earlier_one_did_and_a_bad_one_stops_nothing() -> None:
    books = sample()
    bad = Command("count", outcome=REJECTED, problems=(Problem("unknown_model", "Q9"),))
    decision = say(
        books, OWNER, items("count", ("A350", 5)), bad, items("sale", ("A350", 2)), Command("stock"), outcome=PARTIAL
    )
    assert keys(decision) == ["count", "refuse_model", "sale_items", "stock_all"]
    assert decision.replies[-1].values["total"] == 3


# ---- questions


def test_a_doubtful_reading_is_asked_and_run_by_yes_under_the_reference_of_the_question() -> None:
    books = sample()
    decision = say(books, OWNER, DOUBTED)
    assert (keys(decision), only(decision).values["answer"]) == (["did_you_mean"], "S1001")
    assert books.lines == []
    reply = only(say(books, OWNER, YES))
    assert (reply.key, reply.values["reference"]) == ("sale", "S1001")
    assert books.conversation.questions(OWNER) == ()
    assert books.counters["S"] == 1001


def test_a_story_is_asked_as_one_question_and_run_as_a_whole() -> None:
    books = sample()
    story = [
        replace(items("sale", ("A350", 2)), outcome=CONFIRM),
        replace(items("order", ("B200", 5)), outcome=CONFIRM),
    ]
    decision = say(books, OWNER, *story)
    assert keys(decision) == ["did_you_mean"]
    assert len(only(decision).values["clauses"].items) == 2
    assert keys(say(books, OWNER, YES)) == ["sale_items_short", "order_draft"]


def test_the_same_question_is_not_asked_twice() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    decision = say(books, OWNER, DOUBTED)
    assert (decision.records, only(decision).values["answer"]) == ((), "S1001")


def test_no_drops_the_question_and_books_nothing() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    assert keys(say(books, OWNER, NO)) == ["question_dropped"]
    assert keys(say(books, OWNER, YES)) == ["no_question"]
    assert books.lines == []


def test_another_command_leaves_the_question_open() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    say(books, OWNER, Command("stock"))
    assert keys(say(books, OWNER, YES)) == ["sale"]


def test_two_open_questions_are_listed_and_answered_by_name() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    say(books, OWNER, items("order", ("A350", 2)))
    decision = say(books, OWNER, YES)
    assert keys(decision) == ["questions_open"]
    named = [item.values["answer"] for item in only(decision).values["questions"].items]
    assert named == ["O1001", "S1001"]
    assert keys(say(books, OWNER, Command("yes", reference="1001"))) == ["questions_open"]  # both are 1001
    assert keys(say(books, OWNER, Command("yes", reference="S1001"))) == ["sale"]
    assert keys(say(books, OWNER, YES)) == ["order_approved"]


def test_questions_that_share_their_digits_are_told_apart_by_their_letters() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    doubted = items("order", ("A350", 2), outcome=CONFIRM)
    asked = say(books, OWNER, doubted, Command("undo", reference="S7", outcome=CONFIRM))
    assert "Q1001" in {question.reference for question in books.asked}, asked
    listed = only(say(books, OWNER, Command("yes", reference="1001")))
    assert [item.values["answer"] for item in listed.values["questions"].items] == ["Q1001", "S1001"]
    assert listed.values["first"] == "Q1001"
    assert keys(say(books, OWNER, Command("no", reference="S1001"))) == ["question_dropped"]
    assert keys(say(books, OWNER, Command("no", reference="Q1001"))) == ["question_dropped"]


def test_a_question_without_a_booking_is_answered_by_its_digits_or_with_its_letter() -> None:
    for said in ("1001", "Q1001"):
        books = sample()
        say(books, OWNER, items("order", ("A350", 2), outcome=CONFIRM), items("order", ("B200", 1), outcome=CONFIRM))
        assert keys(say(books, OWNER, Command("yes", reference=said))) == ["order_draft", "order_draft"]


def test_an_expired_question_is_told_once() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    assert keys(say(books, OWNER, YES, after=timedelta(hours=1))) == ["question_expired"]
    assert keys(say(books, OWNER, YES)) == ["no_question"]


def test_questions_belong_to_the_phone_they_were_sent_to() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    assert keys(say(books, CLERK, YES)) == ["no_question"]
    assert keys(say(books, CLERK, Command("yes", reference="S1001"))) == ["question_unknown"]


def test_everything_is_checked_again_when_the_question_is_answered() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    say(books, CLERK, sale(A))
    decision = say(books, OWNER, YES)
    assert keys(decision) == ["none_saved"]
    assert len(books.lines) == 1


def test_an_absurd_count_is_booked_by_yes() -> None:
    books = sample()
    decision = say(books, OWNER, items("count", ("A350", 1200)))
    assert (keys(decision), only(decision).values["answer"]) == (["absurd_count"], "K1001")
    assert books.stock.levels("D1001") == {}
    assert keys(say(books, OWNER, Command("yes", reference="1001"))) == ["count"]
    assert books.stock.levels("D1001")["A350"].quantity == 1200


def test_the_number_of_an_option_that_there_is_not_is_told() -> None:
    books = sample()
    say(books, OWNER, DOUBTED)
    assert keys(say(books, OWNER, Command("yes", option=2))) == ["no_such_option"]
    assert keys(say(books, OWNER, Command("yes", option=1))) == ["sale"]


def test_yes_with_nothing_open_changes_nothing_not_even_a_stop() -> None:
    books = sample()
    assert keys(say(books, OWNER, YES)) == ["no_question"]
    say(books, OWNER, Command("stop"))
    assert keys(say(books, OWNER, YES)) == ["no_question_stopped"]
    assert books.stopped(OWNER)


# ---- IMEIs matched against the shop's own sets


def test_a_slip_in_an_imei_is_offered_as_the_set_the_shop_holds() -> None:
    books = sample()
    say(books, OWNER, Command("register", imeis=(A, B), positions=(1, 2)))
    typed = A[:6] + A[7] + A[6] + A[8:]
    bad = Command("sale", outcome=REJECTED, problems=(Problem("bad_imei", typed, 1, detail="check_digit"),))
    reply = only(say(books, OWNER, bad))
    assert (reply.key, reply.values["imei"]) == ("near_question", A)
    assert keys(say(books, OWNER, YES)) == ["sale"]
    assert [line.imei for line in books.lines] == [A]


def test_the_last_digits_are_offered_as_the_one_set_that_ends_so() -> None:
    books = sample()
    say(books, OWNER, Command("register", imeis=(A, B), positions=(1, 2)))
    bad = Command("sale", outcome=REJECTED, problems=(Problem("bad_imei", B[-5:], 1, detail="length"),))
    assert only(say(books, OWNER, bad)).values["imei"] == B


def test_a_bad_imei_near_to_nothing_is_refused_with_its_token() -> None:
    bad = Command("sale", outcome=REJECTED, problems=(Problem("bad_imei", "8601234500000", 1, detail="length"),))
    reply = only(say(sample(), OWNER, bad))
    assert (reply.key, reply.values) == ("refuse_imei_length", {"token": "8601234500000", "digits": 13})


# ---- strangers


def test_a_stranger_gets_one_specific_answer_in_the_language_of_the_text() -> None:
    for text, language in (("S 1", "en"), ("销售 1", "zh")):
        books = sample()
        decision = say(books, STRANGER, sale(A), sale(B), text=text)
        assert (keys(decision), decision.language, decision.records) == (["unregistered_closed"], language, ())


def test_a_stranger_learns_only_whether_a_set_is_genuine() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    assert keys(say(books, STRANGER, Command("imei", imei=A))) == ["imei_type_only"]


def test_a_stranger_may_stop_notices() -> None:
    books = sample()
    assert keys(say(books, STRANGER, Command("stop"))) == ["stop"]
    assert books.stopped(STRANGER)


# ---- settings


def test_a_chosen_language_is_that_of_the_answer_and_of_all_later_ones() -> None:
    books = sample()
    assert say(books, OWNER, Command("language", language="zh")).language == "zh"
    assert say(books, OWNER, Command("stock")).language == "zh"


def test_a_repeated_stop_gets_no_second_answer() -> None:
    books = sample()
    assert keys(say(books, OWNER, Command("stop"))) == ["stop"]
    again = say(books, OWNER, Command("stop"))
    assert (again.replies, again.outcome) == ((), "ignored")
    assert keys(say(books, OWNER, Command("start"))) == ["start"]
    assert keys(say(books, OWNER, Command("start"))) == ["start_already"]


# ---- notices

STPO = Command("stop", outcome=CONFIRM, repairs=(Repair("verb", "STPO", "STOP"),), word="STPO")


def test_a_misspelt_stop_is_taken_at_once_only_after_a_notice() -> None:
    books = sample()
    assert keys(say(books, OWNER, STPO)) == ["did_you_mean"]
    assert not books.stopped(OWNER)
    books.notices.append((OWNER, books.now))
    assert keys(say(books, OWNER, STPO)) == ["stop"]
    assert books.stopped(OWNER)
    assert say(books, OWNER, STPO).replies == ()


def test_a_notice_of_long_ago_makes_no_misspelt_word_a_stop() -> None:
    books = sample()
    books.notices.append((OWNER, books.now - timedelta(days=8)))
    assert keys(say(books, OWNER, STPO)) == ["did_you_mean"]


def test_a_strangers_misspelt_stop_after_a_notice_is_heard() -> None:
    books = sample()
    assert keys(say(books, STRANGER, STPO)) == ["unregistered_closed"]
    books.notices.append((STRANGER, books.now))
    assert keys(say(books, STRANGER, STPO)) == ["stop"]
    assert books.stopped(STRANGER)


def test_a_stop_with_words_that_name_no_topic_ends_all_notices_after_one() -> None:
    books = sample()
    books.notices.append((OWNER, books.now))
    angry = Command("stop", outcome=CONFIRM, problems=(Problem("unknown_word", "me", 1),))
    assert keys(say(books, OWNER, angry)) == ["stop"]
    assert books.words[OWNER] == [Consent("", False)]


def test_a_doubtful_stop_beside_other_commands_is_asked_back_even_after_a_notice() -> None:
    books = sample()
    books.notices.append((OWNER, books.now))
    assert keys(say(books, OWNER, Command("balance"), STPO)) == ["balance", "did_you_mean"]
    assert not books.stopped(OWNER)


def test_topics_are_stopped_and_resumed_one_by_one_and_all_at_once() -> None:
    books = sample()
    assert keys(say(books, OWNER, Command("stop", topic="Prices"))) == ["stop_topic"]
    assert (books.stopped(OWNER, "prices"), books.stopped(OWNER)) == (True, False)
    assert say(books, OWNER, Command("stop", topic="prices")).outcome == "ignored"
    assert keys(say(books, OWNER, Command("start"))) == ["start"]
    assert not books.stopped(OWNER, "prices")
    assert keys(say(books, OWNER, Command("start", topic="prices"))) == ["start_already_topic"]
    say(books, OWNER, Command("stop"))
    assert keys(say(books, OWNER, Command("start", topic="prices"))) == ["start_topic"]
    assert (books.stopped(OWNER, "prices"), books.stopped(OWNER, "stock"), books.stopped(OWNER)) == (False, True, True)
    assert keys(say(books, OWNER, Command("stop"))) == ["stop"]  # it ends what was resumed


def test_a_stop_from_a_phone_that_two_share_holds_for_the_phone_and_leaves_its_commands() -> None:
    books = sample()
    say(books, OWNER, Command("stop"))
    assert books.stopped(OWNER)
    assert keys(say(books, OWNER, sale(A))) == ["sale"]
    assert not books.stopped(CLERK)


def test_the_question_keeps_what_was_said_and_not_the_doubt() -> None:
    books = sample()
    decision = say(books, OWNER, DOUBTED)
    (record,) = decision.records
    assert isinstance(record, Asked)
    assert '"outcome":"accepted"' in record.question.options[0]


# ---- numbered questions

TWO_READINGS = Command(
    None,
    outcome=CONFIRM,
    problems=(Problem("ambiguous", "STOK", 0),),
    choices=(Command("stop", outcome=CONFIRM), Command("stock", outcome=CONFIRM)),
)


def test_two_readings_are_numbered_and_never_taken_by_a_bare_yes() -> None:
    books = sample()
    reply = only(say(books, OWNER, TWO_READINGS))
    assert (reply.key, len(reply.values["choices"].items)) == ("choose", 2)
    assert keys(say(books, OWNER, YES)) == ["choose"]
    assert not books.stopped(OWNER)
    assert keys(say(books, OWNER, Command("yes", option=3))) == ["no_such_option"]
    assert keys(say(books, OWNER, Command("yes", option=2))) == ["stock_none"]
    assert books.conversation.questions(OWNER) == ()


def test_what_a_question_leaves_out_is_told_with_it() -> None:
    books = sample()
    lost = Problem("not_allowed", "5台", 0, (), None, "left_out")
    decision = say(books, OWNER, replace(items("sale", ("A350", 2)), outcome=CONFIRM, problems=(lost,)))
    assert keys(decision) == ["did_you_mean", "left_out"]
    assert [said.values["token"] for said in decision.replies[1].values["tokens"].items] == ["5台"]
    assert keys(say(books, OWNER, YES)) == ["sale_items_short"]


def test_a_reading_the_sender_may_not_use_is_no_choice() -> None:
    books = sample()
    order = Command("order", outcome=CONFIRM, items=(Item("A350", 2),))
    two = Command(None, outcome=CONFIRM, choices=(order, DOUBTED))
    assert keys(say(books, CLERK, two)) == ["did_you_mean"]
    assert keys(say(books, CLERK, YES)) == ["sale"]
    assert keys(say(books, CLERK, replace(two, choices=(order, order)))) == ["denied"]


def test_a_number_answers_the_one_numbered_question_among_several() -> None:
    books = sample()
    say(books, OWNER, TWO_READINGS)
    say(books, OWNER, DOUBTED)
    assert keys(say(books, OWNER, Command("yes", option=2))) == ["stock_none"]


def test_a_bare_cancel_with_an_order_open_asks_what_is_meant() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, YES)
    decision = say(books, OWNER, Command("stop", word="CANCEL"))
    assert keys(decision) == ["choose"]
    assert keys(say(books, OWNER, Command("yes", option=1))) == ["undone_order"]
    assert not books.stopped(OWNER)
    assert keys(say(books, OWNER, Command("stop", word="CANCEL"))) == ["stop"]


def test_stop_itself_always_stops() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    assert keys(say(books, OWNER, Command("stop", word="STOP"))) == ["stop"]
