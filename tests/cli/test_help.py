"""smsgw help: the list of chapters, a chapter on a terminal and in a pipe, passages by their words."""

from __future__ import annotations

import io
import json

import pytest
from rich.cells import cell_len
from rich.console import Console

from smsgw.cli.app import run
from smsgw.cli.common.chapters import COLUMNS, print_chapter
from smsgw.manual import TOPICS, Topic
from smsgw.manual.reading import link_to_topics, nearest_topics, passages, read_chapter, search

CODE_COLUMNS = 78  # of a block, which is set in by two


def test_help_lists_the_chapters_in_reading_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ")] == [topic.name for topic in TOPICS]
    assert max(map(len, lines)) <= COLUMNS


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_chapter_in_a_pipe_is_plain_text(topic: Topic, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", topic.name.upper()]) == 0
    said = capsys.readouterr().out
    assert said == link_to_topics(read_chapter(topic))
    assert "\x1b" not in said


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_chapter_fits_a_terminal_and_loses_no_word(topic: Topic) -> None:
    text = link_to_topics(read_chapter(topic))
    for code in text.split("```")[1::2]:
        assert not [line for line in code.splitlines() if cell_len(line) > CODE_COLUMNS]
    out = io.StringIO()
    print_chapter(text, Console(file=out, width=200, force_terminal=True, color_system=None))
    shown = out.getvalue()
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= COLUMNS
    # Nothing is left out: only code may hold the sign of an ellipsis, as the source does.
    assert shown.count("…") == text.count("…")


def test_a_narrow_terminal_is_filled() -> None:
    out = io.StringIO()
    print_chapter("word " * 40, Console(file=out, width=40, color_system=None))
    assert max(len(line.rstrip()) for line in out.getvalue().splitlines()) <= 40


def test_an_unknown_topic_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "broadcast"]) == 1
    said = capsys.readouterr().err
    assert "there is no chapter 'broadcast'; did you mean broadcasts? `smsgw broadcast --help` prints the" in said
    assert run(["help", "xyzzy"]) == 1
    assert "`smsgw help` lists them" in capsys.readouterr().err
    assert nearest_topics("setings")[0] == "settings"


def test_search_finds_passages_with_all_words_wherever_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "--search", "misspelt STOP"]) == 0
    said = capsys.readouterr().out
    assert "consent: Consent: who wants notices" in said
    assert "STPO" in said
    assert "\x1b" not in said
    assert run(["help", "consent", "--search", "stpo"]) == 0
    assert "STPO" in capsys.readouterr().out
    assert run(["help", "orders", "--search", "stpo"]) == 1
    assert "the chapter orders has no passage" in capsys.readouterr().err


def test_search_looks_at_headings_too() -> None:
    assert any(found.topic == "links" and "Receipts" in found.section for found in search("receipts esm_class"))
    assert search("  ") == []


def test_a_passage_is_a_paragraph_an_item_a_row_or_a_block() -> None:
    (texting,) = [topic for topic in TOPICS if topic.name == "texting"]
    found = list(passages(texting))
    assert any(passage.text.startswith("| report handsets sold") and "\n" not in passage.text for passage in found)
    assert any(passage.text.startswith("smsgw parse --json") for passage in found)
    assert any(passage.text.startswith("* A question waits") for passage in found)


def test_help_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["topic"] for each in listed] == [topic.name for topic in TOPICS]
    assert run(["help", "orders", "--json"]) == 0
    chapter = json.loads(capsys.readouterr().out)
    assert chapter["title"] == "Orders and the books" and chapter["text"].startswith("# Orders")
    assert run(["help", "--search", "STPO", "--json"]) == 0
    (found,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found["topic"] == "consent" and "STPO" in found["text"]
