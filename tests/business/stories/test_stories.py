"""Ten stories from beginning to end, each in English and in Chinese; one of them on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.store.engine import open_engine
from tests.business.stories.told import LANGUAGES, Stage, Story, stories

ALL = stories(Path(__file__).with_name("stories.txt"))
SLICE = ALL[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", ALL, ids=lambda story: story.title.split(":")[0])
def test_a_story_ends_as_it_should(tmp_path: Path, migrated_file: Path, story: Story, language: str) -> None:
    (tmp_path / "books.db").write_bytes(migrated_file.read_bytes())
    engine = open_engine("sqlite:///books.db", tmp_path)
    try:
        Stage(engine, story, language).play(story)
    finally:
        engine.dispose()


def test_there_are_ten_and_more() -> None:
    assert len({story.title for story in ALL}) >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_on_either_database(engine: Engine, language: str) -> None:
    Stage(engine, SLICE, language).play(SLICE)
