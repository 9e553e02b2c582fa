"""Answers to a survey: a number or the words of an answer, collected without ever eating a command."""

from __future__ import annotations

import unicodedata

from smsgw.business.broadcasts.rules.broadcasts import Survey, SurveyAnswered
from smsgw.business.broadcasts.rules.ledger import BroadcastBooks
from smsgw.business.conversation.verbs.answer import has_numbers
from smsgw.business.core import vocabulary
from smsgw.business.core.command import REJECTED, Command, Reading
from smsgw.business.core.decision import Decision
from smsgw.business.core.reply import Reply, TruncatableList

_SHOWN = 20  # characters of an answer that are said back
_NUMBER = 2  # digits of a number that can be meant for a survey


def listen(reading: Reading, phone: str, books: BroadcastBooks) -> Decision | None:
    """What a message says to the survey that is open for its phone; None where it says nothing to one.

    Only a text that is nothing but a number or one of the answers can; a question of ours that waits for its own
    answer comes first, and so does every command. But a number is for the survey that has no answer yet, unless the
    question has numbers too: whoever was asked for YES and texts 1 has not said that the order is to be placed.
    The answer is in the language of the survey.
    """
    if len(reading.commands) != 1 or not _free(reading.commands[0]):
        return None
    command = reading.commands[0]
    said = plain(reading.text)
    number = command.option if command.option is not None else _number(said)
    if _answers(command) and command.reference is not None:
        return None
    survey = books.broadcasts.survey(phone)
    if survey is None:
        return None
    waiting = [question for question in books.conversation.questions(phone) if question.expires_at > books.now]
    numbered = any(map(has_numbers, waiting))
    if waiting and (number is None or numbered or survey.answer is not None):
        return None
    chosen = _chosen(said, number, survey)
    if chosen is not None:
        return _answer(survey, chosen, phone)
    if number is None:
        return None
    options = TruncatableList(tuple(_option(place, text) for place, text in enumerate(survey.options, start=1)), "; ")
    reply = Reply("survey_options", {"reference": survey.reference, "options": options})
    return Decision(replies=(reply,), language=survey.language)


def _answers(command: Command) -> bool:
    return command.verb is not None and vocabulary.by_name()[command.verb].answers


def _free(command: Command) -> bool:
    """Whether a command may be an answer: words that are no command, or a YES, NO or number that answers something."""
    return _answers(command) or (command.verb is None and command.outcome == REJECTED)


def _answer(survey: Survey, chosen: int, phone: str) -> Decision:
    text = survey.options[chosen - 1][:_SHOWN]
    values = {"reference": survey.reference, "number": chosen, "answer": text}
    if survey.answer == chosen:
        return Decision(replies=(Reply("survey_already", values),), language=survey.language)
    key = "survey_answer" if survey.answer is None else "survey_changed"
    answered = SurveyAnswered(survey.reference, phone, chosen)
    return Decision((answered,), (Reply(key, values),), language=survey.language)


def _option(number: int, text: str) -> Reply:
    return Reply("survey_option", {"number": number, "answer": text[:_SHOWN]})


def _chosen(said: str, number: int | None, survey: Survey) -> int | None:
    """The option that a text means: its number, its words, or both."""
    if number is not None:
        return number if 1 <= number <= len(survey.options) else None
    for place, option in enumerate(survey.options, start=1):
        words = plain(option)
        if said in (words, f"{place} {words}", f"{place}{words}"):
            return place
    return None


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= _NUMBER else None


def plain(text: str) -> str:
    """A text without what does not matter to an answer: case, width, punctuation, spaces at the ends and in a row."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
