"""Answers to a survey: taken by number or by words, changed, told again, and never at the cost of a command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from smsgw.business.broadcasts.rules.broadcasts import Survey, SurveyAnswered
from smsgw.business.core.command import CONFIRM, REJECTED, Command, Problem
from tests.business.dict_ledger import OWNER, STRANGER, DictLedger, imei, sample
from tests.business.say import keys, only, sale, say

OPTIONS = ("yes", "No, never", "not yet")
UNKNOWN = Command(None, outcome=REJECTED, problems=(Problem("unknown_word", "x", 1, ("verb",)),))


def asked(phone: str = OWNER) -> DictLedger:
    books = sample()
    books.surveys[phone] = Survey("B12", OPTIONS, "en")
    return books


@pytest.mark.parametrize(
    ("text", "command", "number"),
    [
        ("1", Command("yes", option=1), 1),
        ("3.", Command("yes", option=3), 3),
        ("yes", Command("yes"), 1),
        ("no never!", Command("no", outcome=REJECTED, problems=(Problem("unknown_word", "never", 1),)), 2),
        ("NOT YET", UNKNOWN, 3),
        ("3 not yet", UNKNOWN, 3),
    ],
)
def test_an_answer_is_taken_by_its_number_or_its_words(text: str, command: Command, number: int) -> None:
    books = asked()
    decision = say(books, OWNER, command, text=text)
    assert decision.records == (SurveyAnswered("B12", OWNER, number),)
    assert only(decision).values == {"reference": "B12", "number": number, "answer": OPTIONS[number - 1]}


def test_another_answer_changes_it_and_the_same_one_is_told_to_be_there() -> None:
    books = asked()
    one, two = Command("yes", option=1), Command("yes", option=2)
    told = [keys(say(books, OWNER, command, text=text)) for command, text in ((one, "1"), (two, "2"), (two, "2"))]
    assert told == [["survey_answer"], ["survey_changed"], ["survey_already"]]


def test_a_number_that_is_no_answer_is_told_the_answers() -> None:
    books = asked()
    for text, command in (("9", Command("yes", option=9)), ("12", UNKNOWN)):
        decision = say(books, OWNER, command, text=text)
        assert (keys(decision), decision.records) == (["survey_options"], ())
        assert [choice.values["number"] for choice in only(decision).values["options"].items] == [1, 2, 3]


def test_a_command_is_never_eaten() -> None:
    books = asked()
    books.surveys[OWNER] = Survey("B12", ("balance", "stock"), "en")
    assert keys(say(books, OWNER, Command("balance"), text="balance")) == ["balance"]
    assert keys(say(books, OWNER, sale(imei("86012345", 1)), text="S 1")) == ["sale"]
    assert keys(say(books, OWNER, UNKNOWN, text="what is this")) == ["refuse_unknown"]


def test_a_question_of_ours_that_waits_comes_first() -> None:
    books = asked()
    doubted = replace(sale(imei("86012345", 1)), outcome=CONFIRM)
    say(books, OWNER, doubted)
    assert keys(say(books, OWNER, Command("yes"), text="yes")) == ["sale"]
    assert keys(say(books, OWNER, Command("yes"), text="yes")) == ["survey_answer"]


def test_a_number_is_for_the_survey_where_the_question_has_none() -> None:
    books = asked()
    say(books, OWNER, replace(sale(imei("86012345", 1)), outcome=CONFIRM))
    assert keys(say(books, OWNER, Command("yes", option=2), text="2")) == ["survey_answer"]
    assert keys(say(books, OWNER, Command("yes", option=1), text="1")) == ["sale"]  # it has its answer


def test_a_question_that_has_lapsed_does_not_stand_in_the_way() -> None:
    books = asked()
    say(books, OWNER, replace(sale(imei("86012345", 1)), outcome=CONFIRM))
    late = say(books, OWNER, Command("yes", option=1), text="1", after=timedelta(hours=3))
    assert keys(late) == ["survey_answer"]


def test_without_a_survey_a_number_is_what_it_was() -> None:
    assert keys(say(sample(), OWNER, Command("yes", option=1), text="1")) == ["no_question"]


def test_a_yes_to_a_named_question_is_not_for_the_survey() -> None:
    assert keys(say(asked(), OWNER, Command("yes", reference="7731"), text="YES 7731")) == ["question_unknown"]


def test_a_phone_that_we_know_only_from_a_list_answers_in_the_language_it_was_asked_in() -> None:
    books = asked(STRANGER)
    books.surveys[STRANGER] = Survey("B12", ("是", "否"), "zh")
    decision = say(books, STRANGER, Command("yes"), text="是")
    assert (keys(decision), decision.language) == (["survey_answer"], "zh")
