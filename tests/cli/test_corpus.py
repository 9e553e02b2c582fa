"""smsgw corpus: texts for tests, which the deployment they were made for reads as they say."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Smsgw


def test_generated_texts_are_parsed_as_they_say(smsgw: Smsgw, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = smsgw("corpus", "--count", 300, "--seed", 3).lines
    assert len(made) > 250
    escaped = "".join(line["text"].replace("\\", "\\\\").replace("\n", "\\n") + "\n" for line in made)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(escaped.encode()), encoding="utf-8"))
    for line, read in zip(made, smsgw("parse", "--json").lines, strict=True):
        assert read["text"] == line["text"]
        assert read["outcome"] == line["outcome"] == "accepted", line
        for expected, command in zip(line["commands"], read["commands"], strict=True):
            assert command["verb"] == expected["verb"]
            assert command.get("items") == expected.get("items"), line
            assert command.get("imeis") == expected.get("imeis"), line


def test_texts_use_the_models_and_dealers_of_the_deployment(smsgw: Smsgw, furnished: Path) -> None:
    text = json.dumps(smsgw("corpus", "--count", 300).lines, ensure_ascii=False)
    assert '"B200"' in text and '"D1002"' in text


def test_a_seed_a_count_and_a_language_are_kept(smsgw: Smsgw, furnished: Path) -> None:
    once = smsgw("corpus", "--count", 20, "--seed", 9, "--language", "zh").out
    assert once == smsgw("corpus", "--count", 20, "--seed", 9, "--language", "zh").out
    assert len(once.splitlines()) == 20
    assert once != smsgw("corpus", "--count", 20, "--seed", 8, "--language", "zh").out
    outcome = smsgw("corpus", "--language", "fr")
    assert (outcome.status, outcome.out) == (1, "")
    assert "no words in 'fr', only in en, pinyin, zh" in outcome.err
    assert smsgw("corpus", "--count", 0).status == 2
