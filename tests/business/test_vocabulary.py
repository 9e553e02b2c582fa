"""What must be true of every verb, whatever it does."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from smsgw.business import replies
from smsgw.business.conversation.rules.questions import PLAIN
from smsgw.business.core.command import Command
from smsgw.business.core.principal import ROLES, UNREGISTERED
from smsgw.business.core.verb import Verb
from smsgw.business.vocabulary import BY_NAME, LETTERS, VERBS

PACKAGE = Path(replies.__file__).parent.parent

every_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def test_no_two_verbs_have_one_name_or_one_place() -> None:
    for facts in (
        [verb.name for verb in VERBS],
        [verb.place for verb in VERBS],
        [verb.help_place for verb in VERBS if verb.help_place],
    ):
        assert not [fact for fact, count in Counter(facts).items() if count > 1]


def test_one_verb_is_meant_by_imeis_alone_and_one_by_asking_for_one() -> None:
    assert [verb.name for verb in VERBS if verb.by_imeis] == ["sale"]
    assert [verb.name for verb in VERBS if verb.by_asking] == ["imei"]


def test_the_letters_of_references() -> None:
    assert sorted(LETTERS) == sorted("SNKORTXPCBVMF" + PLAIN)


@every_verb
def test_a_verb_takes_what_a_command_has_and_is_granted_to_roles_that_there_are(verb: Verb) -> None:
    assert set(verb.arguments) <= {field.name for field in fields(Command)}
    assert verb.roles and set(verb.roles) <= {*ROLES, UNREGISTERED}


@every_verb
def test_a_verb_that_only_reads_has_no_references(verb: Verb) -> None:
    assert not (verb.reads_only and (verb.letter or verb.reports or verb.drafts))


@every_verb
def test_a_verb_that_drafts_says_what_becomes_of_its_question_and_of_its_booking(verb: Verb) -> None:
    if verb.drafts:
        assert verb.letter and None not in (verb.on_yes, verb.on_no, verb.on_lapse, verb.undo, verb.is_repeat)


@every_verb
def test_the_replies_of_a_verb_are_among_all_and_those_that_book_open_with_the_reference(verb: Verb) -> None:
    for key, of in verb.replies.bookings.items():
        assert replies.BOOKINGS[key] == of and "reference" in of
    for key, of in verb.replies.answers.items():
        assert replies.ANSWERS[key] == of


def test_nothing_lists_verbs_by_name_or_asks_for_one() -> None:
    """What is true of a verb is on the verb: no tuple, set or table of names, no `command.verb == "sale"`."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
                said = node.elts
            elif isinstance(node, ast.Dict):
                said = [key for key in node.keys if key is not None]
            elif isinstance(node, ast.Compare) and ast.unparse(node.left).endswith("verb"):
                said = [*node.comparators, *node.comparators]
            else:
                continue
            if len(said) > 1 and all(isinstance(one, ast.Constant) and one.value in BY_NAME for one in said):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}: {ast.unparse(node)}")
    assert not found, "\n".join(found)
