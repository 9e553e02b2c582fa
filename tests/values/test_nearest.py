"""What is suggested to somebody who named what is not there."""

from __future__ import annotations

from smsgw.values.nearest import did_you_mean, nearest, or_near, slip_of

PLACES = ("EAST", "WEST", "Guangxi")


def test_the_likest_name_is_found_whatever_its_case() -> None:
    assert nearest("esat", PLACES) == "EAST"
    assert nearest("GUANXI", PLACES) == "Guangxi"


def test_a_slip_is_one_edit_in_short_words_and_two_in_longer() -> None:
    assert slip_of("D1012", ["D1001", "D1011", "X"]) == "D1011"
    assert slip_of("onwer", ["owner", "clerk"]) == "owner"
    assert slip_of("abcd", ["abxy"]) is None
    assert slip_of("", ["owner"]) is None


def test_where_there_is_no_slip_the_likest_name_counts() -> None:
    assert slip_of("grammar", ["grammar_directory"]) is None
    assert nearest("shipment", ["shipped_on", "shipments_of"]) == "shipments_of"
    assert nearest("abcd", ["abxy"]) is None


def test_nothing_is_suggested_where_nothing_is_like_it() -> None:
    assert nearest("payments", PLACES) is None
    assert nearest("east", ()) is None
    assert or_near("payments", PLACES) == ""


def test_the_suggestion_is_worded_in_one_way() -> None:
    assert or_near("eats", PLACES) == "; did you mean EAST?"
    assert did_you_mean("eats", PLACES, form="region:{}") == "did you mean region:EAST?"
    assert did_you_mean("payments", PLACES, "write all") == "write all"
