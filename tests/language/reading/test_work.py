"""How much work a text takes, counted in calls: clocks of a busy machine say nothing."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from scripts.bench_language import LONG, TODAY, sample_lexicon
from smsgw.language.reading.reader import Reader
from tests.language.sample import reader as plain_reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    """A reader with two thousand models of ten names each, and as many dealers."""
    return plain_reader().with_lexicon(sample_lexicon(extra=True))


def calls(reader: Reader, text: str) -> int:
    """Functions called for a text that was read once before."""
    reader.understand(text, today=TODAY)
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        reader.understand(text, today=TODAY)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("S 860123450000012", 90),
        ("SALE A350 2", 105),
        ("销售 A350 2", 110),
        ("ORD A350 5 B200 7", 135),
        ("STOCK A350", 85),
        ("YES", 65),
    ],
)
def test_a_text_that_the_grammar_takes_is_read_once_and_no_further(reader: Reader, text: str, most: int) -> None:
    assert reader.understand(text, today=TODAY).outcome == "accepted"
    assert calls(reader, text) <= most


@pytest.mark.parametrize("kind", LONG)
def test_the_longest_texts_of_every_kind_take_bounded_work(reader: Reader, kind: str) -> None:
    for size in (1_000, 2_000):
        assert max(calls(reader, text) for text in LONG[kind](size)) <= 70_000
