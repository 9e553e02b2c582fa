"""The manual's chapter on adding, followed: a verb that reads touches its own files and one line of its subject."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = (ROOT / "smsgw" / "manual" / "adding.md").read_text(encoding="utf-8")
SECTION = CHAPTER.split("## A verb that reads")[1].split("\n## ")[0]

# What of the house is asked of the new verb; it runs in the copy, with the tests' own small network.
ASKED = """
import json, sys
from smsgw.business.dialogue import answer
from smsgw.business.vocabulary import BY_NAME
from smsgw.language.samples.card import card
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import Replies
from tests.business.dict_ledger import OWNER, PROMOTER, sample
from tests.language.sample import TODAY, reader
import reference_language, smsgw

grammar = reader().grammar
replies = Replies.load(vocabulary=Words(grammar))

def said(text, phone, language="en"):
    reading = reader().understand(text, today=TODAY)
    books = sample()
    books.begin(phone, reading.folded)
    decision = answer(reading, phone, books)
    assert not decision.records
    return replies.render(decision.replies, language)

print(json.dumps({
    "from": smsgw.__file__,
    "parsed": reader().understand("idle @d1001", today=TODAY).as_json(),
    "answer": said("IDLE", OWNER),
    "answer in Chinese": said("多久没卖", OWNER, "zh"),
    "denied": said("IDLE", PROMOTER),
    "help": said("HELP", OWNER),
    "help of a promoter": said("HELP", PROMOTER),
    "explained": said("HELP IDLE", OWNER),
    "card": [[row.verb, row.purpose] for row in card(grammar, replies, "en", "owner").rows],
    "card of a promoter": [row.verb for row in card(grammar, replies, "en", "promoter").rows],
    "reference": reference_language.verbs(),
}))
"""


def blocks(language: str) -> list[str]:
    """The code of the section in a language, in its order."""
    found = re.findall(rf"^   ```{language}\n(.*?)^   ```$", SECTION, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the house says after the steps of the chapter were done in a copy of it."""
    copy = tmp_path_factory.mktemp("adding")
    smsgw = copy / "smsgw"
    shutil.copytree(ROOT / "smsgw", smsgw, ignore=shutil.ignore_patterns("__pycache__"))
    for folder, name in (("grammar", "grammar"), ("config", "defaults"), ("migrations", "migrations")):
        shutil.copytree(ROOT / folder, smsgw / name, ignore=shutil.ignore_patterns("__pycache__"))
    (fragment,), (verb,), words = blocks("lark"), blocks("python"), blocks("toml")
    (smsgw / "grammar" / "idle.lark").write_text(fragment, encoding="utf-8")
    verbs = smsgw / "business" / "sales" / "verbs"
    (verbs / "idle.py").write_text(verb, encoding="utf-8")
    listed = (verbs / "__init__.py").read_text(encoding="utf-8")
    listed = re.sub(r"^VERBS = \((.*)\)$", r"VERBS = (\1, IDLE)", listed, flags=re.MULTILINE)
    listed = listed.replace("\nVERBS", "from smsgw.business.sales.verbs.idle import IDLE\n\nVERBS")
    (verbs / "__init__.py").write_text(listed, encoding="utf-8")
    for language, text in zip(("en", "zh"), words, strict=True):
        with (smsgw / "defaults" / f"replies.{language}.toml").open("a", encoding="utf-8") as file:
            file.write(text)
    path = os.pathsep.join(map(str, (copy, ROOT, ROOT / "scripts")))
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    assert str(found["from"]).startswith(str(copy))
    return found


def test_a_new_verb_is_read(told: dict[str, object]) -> None:
    parsed = told["parsed"]
    assert isinstance(parsed, dict)
    (command,) = parsed["commands"]
    assert (command["verb"], command["outcome"], command["dealer"]) == ("idle", "accepted", "D1001")


def test_a_new_verb_answers_in_each_language(told: dict[str, object]) -> None:
    assert told["answer"] == "D1001: no sale yet."
    assert told["answer in Chinese"] == "D1001:尚无销量。"


def test_a_new_verb_is_denied_to_whom_it_is_not_granted(told: dict[str, object]) -> None:
    assert str(told["denied"]).startswith("IDLE")


def test_a_new_verb_is_in_help_and_on_the_card_of_those_who_have_it(told: dict[str, object]) -> None:
    assert "IDLE" in str(told["help"]) and "IDLE" not in str(told["help of a promoter"])
    assert "IDLE" in str(told["explained"])
    card, other = told["card"], told["card of a promoter"]
    assert isinstance(card, list) and ["idle", "how long nothing was sold"] in card
    assert isinstance(other, list) and "idle" not in other


def test_a_new_verb_is_in_the_reference(told: dict[str, object]) -> None:
    assert "| who | owner, field, manager, hq |" in str(told["reference"]).split("## IDLE")[1].split("\n## ")[0]
