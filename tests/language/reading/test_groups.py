"""Regions and groups by name: what is texted, and which code or audience it means."""

from __future__ import annotations

import pytest

from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from tests.language.sample import TODAY

READER = Reader(
    Lexicon.build(
        [("A350", "Aurora 3.5", ["曙光3.5"])],
        ["D1001"],
        ["EAST", "NW", "W-1", "S1", "S2"],
        groups=["north-owners", "VIP", "Owners"],
        region_names=[("EAST", "华东"), ("NW", "North West"), ("W-1", "West"), ("S1", "South"), ("S2", "South")],
    )
)


@pytest.mark.parametrize(
    ("said", "group", "text"),
    [
        ("BC EAST New prices from Monday", "EAST", "New prices from Monday"),
        ("bc east: new prices!", "EAST", "new prices!"),
        ("群发 华东 新价周一起", "EAST", "新价周一起"),
        ("群发華東新价，周一起。", "EAST", "新价，周一起。"),
        ("BC North West x\ny", "NW", "x\ny"),
        ("sendto northwest, x", "NW", "x"),
        ("QF north_west x", "NW", "x"),
        ("BC w-1 x", "W-1", "x"),
        ("BC W1 x", "W-1", "x"),
        ("BC West West End", "W-1", "West End"),
        ("BC vip hello", "VIP", "hello"),
        ("BC North Owners: hello", "NORTH-OWNERS", "hello"),
        ("BC all hello", "ALL", "hello"),
        ("群发全体：周一盘点", "ALL", "周一盘点"),
        ("BC clerks hello", "CLERKS", "hello"),
        ("群发 店员 你好", "CLERKS", "你好"),
        ("BC Owners hello", "OWNERS", "hello"),  # the saved audience of that name
    ],
)
def test_a_group_is_a_region_a_saved_audience_or_a_word_for_people(said: str, group: str, text: str) -> None:
    (command,) = READER.understand(said, today=TODAY).commands
    assert (command.verb, command.outcome, command.group, command.text) == ("broadcast", "accepted", group, text)


def test_a_region_whose_name_is_in_two_scripts_goes_by_either() -> None:
    names = [("E", "East 华东"), ("NE", "North East 东北"), ("P", "浦东A区"), ("H", "华中"), ("C", "Central 华中")]
    lexicon = Lexicon.build([], [], [code for code, _ in names], region_names=names)
    found = {
        said: lexicon.places.get(said)
        for said in ("EAST", "华东", "NORTHEAST", "东北", "A", "浦东区", "华中", "CENTRAL")
    }
    assert found == {
        "EAST": "E",
        "华东": "E",
        "NORTHEAST": "NE",
        "东北": "NE",
        "CENTRAL": "C",
        "A": None,
        "浦东区": None,
        "华中": None,
    }


@pytest.mark.parametrize("said", ["BC SOUTH hello", "BC North hello", "BC A350 hello", "群发 华西 你好"])
def test_a_name_of_two_regions_or_of_none_is_no_group(said: str) -> None:
    (command,) = READER.understand(said, today=TODAY).commands
    assert (command.verb, command.outcome, command.group) == ("broadcast", "rejected", None)


@pytest.mark.parametrize(
    ("said", "region"),
    [("LATE 华东", "EAST"), ("late North West", "NW"), ("SUM 本周 华东", "EAST"), ("REMIND nw", "NW")],
)
def test_other_verbs_take_regions_by_name_too(said: str, region: str) -> None:
    (command,) = READER.understand(said, today=TODAY).commands
    assert (command.outcome, command.region) == ("accepted", region)
