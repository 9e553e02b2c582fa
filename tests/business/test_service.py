"""Which verbs are in service: a list kept by hand on purpose, so that its shrinking is seen."""

from __future__ import annotations

from functools import cache

import pytest

from smsgw.business.core.phrases import arguments
from smsgw.business.dialogue import answer
from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import Replies
from tests.business.dict_ledger import MANAGER, OWNER, sample
from tests.language.sample import TODAY, reader

# Read, checked for rights, answered that they are not in service and that nothing was recorded. To be emptied by the
# work on the trade, on people and the field.
TRADE = ["bonus"]
PEOPLE = ["join", "newnum", "pin"]
NOT_IN_SERVICE = [*TRADE, *PEOPLE]


@cache
def replies() -> Replies:
    return Replies.load(vocabulary=Words(reader().grammar))


def test_these_verbs_and_no_others_are_not_in_service() -> None:
    assert sorted(verb.name for verb in VERBS if not verb.in_service) == sorted(NOT_IN_SERVICE)


@pytest.mark.parametrize("verb", NOT_IN_SERVICE)
@pytest.mark.parametrize(("language", "nothing"), [("en", "Nothing was recorded"), ("zh", "未记录")])
def test_a_verb_that_is_not_in_service_is_read_and_answered_so_and_records_nothing(
    verb: str, language: str, nothing: str
) -> None:
    phone = OWNER if "owner" in BY_NAME[verb].roles else MANAGER
    examples = BY_NAME[verb].examples_zh if language == "zh" else BY_NAME[verb].examples
    reading = reader().understand(examples[0], today=TODAY)
    assert [command.verb for command in reading.commands] == [verb]
    books = sample()
    books.begin(phone, reading.folded)
    decision = answer(reading, phone, books)
    assert decision.records == ()
    told = BY_NAME[verb].by_hand and arguments(reading.commands[0])  # what a person could be told in the same words
    expected = "not_in_service_instead" if told else "not_in_service"
    assert [reply.key for reply in decision.replies] == [expected]
    said = replies().render(decision.replies, language)
    assert Words(reader().grammar).word(verb, language) in said and nothing in said
