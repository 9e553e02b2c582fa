"""Both corpora of texts read as expected, and none reads as a booking it is not."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from smsgw.business.vocabulary import BY_NAME
from smsgw.language.characters.fold import fold
from tests.language.sample import DATA, TODAY, reader

BOOKED = ("accepted", "partial")


def lines(name: str) -> list[dict[str, Any]]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def agrees(expected: Any, read: Any) -> bool:
    """Whether a reading has every field that is expected; lists in full, other fields left out."""
    if isinstance(expected, dict):
        return isinstance(read, dict) and all(agrees(value, read.get(key)) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(read, list) and len(expected) == len(read) and all(map(agrees, expected, read))
    if expected == "@yesterday":
        expected = (TODAY - timedelta(days=1)).isoformat()
    if expected == "@today":
        expected = TODAY.isoformat()
    return bool(expected == read)


def bookings(reading: dict[str, Any]) -> list[Any]:
    """What a reading would book at once: its accepted and partial commands of verbs that do not only read."""
    return [
        {k: v for k, v in command.items() if k not in ("problem", "problems", "repairs", "outcome")}
        for command in reading["commands"]
        if command["outcome"] in BOOKED and command["verb"] and not BY_NAME[command["verb"]].reads_only
    ]


@pytest.mark.parametrize("name", ["corpus.jsonl", "conformance.jsonl"])
def test_every_text_of_the_corpus_reads_as_expected(name: str) -> None:
    wrong, false_bookings = [], []
    texts = lines(name)
    for line in texts:
        read = json.loads(json.dumps(reader().understand(line["text"], today=TODAY).as_json()))
        commands = not line["commands"] or agrees(line["commands"], read["commands"])
        if read["outcome"] != line["outcome"] or not commands:
            wrong.append((line["text"], line["outcome"], read))
            expected = bookings(line)
            if any(booking not in expected for booking in bookings(read)):
                false_bookings.append(line["text"])
    print(f"{name}: {len(texts) - len(wrong)} of {len(texts)} as expected, {len(false_bookings)} false bookings")
    assert false_bookings == []
    assert wrong == []


def test_the_corpus_has_six_texts_of_every_class_of_mistake_and_both_languages_among_them() -> None:
    texts = lines("corpus.jsonl")
    assert len(texts) >= 400
    counted = Counter(line["class"] for line in texts)
    assert [number for number in range(1, 53) if counted[number] < 6] == []
    chinese = {line["class"] for line in texts if any("\u4e00" <= c <= "\u9fff" for c in line["text"])}
    latin = {line["class"] for line in texts if any("A" <= c <= "Z" for c in fold(line["text"]).clean)}
    assert set(range(1, 53)) - chinese == {48}  # whose hanzi are damaged
    assert set(range(1, 53)) <= latin
