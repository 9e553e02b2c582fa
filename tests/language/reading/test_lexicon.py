"""The lexicon: names of models wherever they stand, ambiguous ones told, fast with a large catalogue."""

from __future__ import annotations

import time

import pytest

from smsgw.language.characters.fold import fold
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from tests.language.sample import TODAY, imei, lexicon, reader


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A350", ("A350", None)),
        ("a-350 x", ("A350", None)),
        ("A 350 5", ("A350", None)),
        ("Aurora 3.5", ("A350", None)),
        ("aurora3.5x2", ("A350", None)),
        ("曙光3.5两台", ("A350", None)),
        ("Comet 100", ("C100", None)),
        ("Comet 5", ("C100", None)),
        ("Nova 60 Pro", ("N60P", None)),
        ("nova-60pro", ("N60P", None)),
        ("A3506", ("A350", 6)),
        ("A350-6", ("A350", None)),
        ("A350-5G", None),
        ("A350B", None),
        ("3310", ("3310", None)),
        ("33 10", None),
        ("Galaxy", None),
    ],
)
def test_a_name_is_found_at_the_beginning_of_a_text(text: str, found: tuple[str, int | None] | None) -> None:
    match = lexicon().match(fold(text).clean, 0)
    assert (match and (match.codes[0], match.quantity)) == found


def test_pieces_that_are_names_are_not_joined_to_a_longer_one() -> None:
    catalogue = Lexicon.build([("A3", "A3", ()), ("A35", "A35", ())])
    match = catalogue.match("A3 5", 0)
    assert match is not None and match.codes == ("A3",)
    (command,) = Reader(catalogue, grammar=reader().grammar).understand("ORD A3 5 A35 2", today=TODAY).commands
    assert [(item.model, item.quantity) for item in command.items] == [("A3", 5), ("A35", 2)]


def test_an_alias_of_two_models_is_listed_and_asked_back() -> None:
    catalogue = Lexicon.build([("C100", "Comet 100", ("Comet",)), ("C200", "Comet 200", ("Comet",))])
    assert catalogue.ambiguous == {"Comet": ("C100", "C200")}
    (command,) = Reader(catalogue, grammar=reader().grammar).understand("ORD Comet 5", today=TODAY).commands
    assert (command.outcome, command.problems[0].code) == ("confirm", "ambiguous")
    assert [choice.items[0].model for choice in command.choices] == ["C100", "C200"]


def test_a_code_names_its_own_model_whatever_others_are_called() -> None:
    catalogue = Lexicon.build([("A350", "Aurora", ()), ("B200", "Borealis", ("A350",))])
    match = catalogue.match("A350", 0)
    assert match is not None and match.codes == ("A350",)


def test_letters_for_digits_are_repaired_only_for_one_model() -> None:
    assert lexicon().repair_letters("A35O") == "A350"
    assert lexicon().repair_letters("B2OO") == "B200"
    assert lexicon().repair_letters("A350") is None
    twins = Lexicon.build([("A50", "A50", ()), ("AS0", "AS0", ())])
    assert twins.repair_letters("ASO") is None


def test_one_slip_in_a_code_is_suggested() -> None:
    (command,) = reader().understand(f"S {imei(1)} @D1010", today=TODAY).commands
    assert command.problems[0].suggestion == "D1001"
    (command,) = reader().understand("ORD A530 5", today=TODAY).commands
    assert command.problems[0].suggestion == "A350"


def test_a_catalogue_that_changes_is_read_with_the_same_grammar() -> None:
    before = reader()
    after = before.with_lexicon(Lexicon.build([("Q999", "Quasar", ())], ["D1001"]))
    assert before.understand("ORD Q999 5", today=TODAY).outcome == "rejected"
    assert after.understand("ORD Q999 5", today=TODAY).outcome == "accepted"
    assert after.understand("ORD A350 5", today=TODAY).outcome == "rejected"


@pytest.mark.alone
def test_two_thousand_models_and_forty_thousand_dealers_are_built_and_searched_fast() -> None:
    products = [
        (f"M{n:04d}", f"Model {n} Pro", [f"Model{n}{c}" for c in ("黑", "白", "红", "蓝", "金", "X", "Y", "Z", "W")])
        for n in range(2000)
    ]
    began = time.process_time()
    large = Lexicon.build(products, (f"D{n}" for n in range(40000)))
    assert time.process_time() - began < 2  # 0.3 s on an idle machine
    quick = Reader(large, grammar=reader().grammar)
    (command,) = quick.understand("ORD Model 1999 Pro 5 Model7黑 3 @D39999", today=TODAY).commands
    assert [(item.model, item.quantity) for item in command.items] == [("M1999", 5), ("M0007", 3)]
    began = time.process_time()
    for _ in range(200):
        quick.understand(f"S {imei(1)}", today=TODAY)
    assert (time.process_time() - began) / 200 < 0.001  # 35 µs on an idle machine


def test_a_code_one_slip_away_is_found_wherever_the_slip_is_and_after_the_catalogue_has_changed() -> None:
    known = Lexicon.build([("AB12", "AB12", ()), ("N60P", "N60P", ())], ["D1001", "E7"])
    for typed in ("BA12", "AB21", "A12", "AB2", "XAB12", "AB12X", "AB312", "CB12", "AB19"):
        assert known.nearest_model(typed) == "AB12", typed
    for typed in ("D101", "D10012", "1D001", "D1091", "F1001", "D1010"):
        assert known.nearest_dealer(typed) == "D1001", typed
    assert known.nearest_dealer("E8") == "E7"
    assert known.nearest_model("AC21") is None and known.nearest_model("ZZ99") is None
    changed = reader().with_lexicon(Lexicon.build([("QX77", "QX77", ())]))
    (command,) = changed.understand("ORD QX78 5", today=TODAY).commands
    assert command.problems[0].suggestion == "QX77"
    (command,) = changed.understand("ORD A351 5", today=TODAY).commands
    assert command.problems[0].suggestion is None
