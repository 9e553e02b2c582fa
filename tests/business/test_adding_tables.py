"""The chapter on adding, followed: a verb with a table adds only files of its own subject, a migration and words."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smsgw.store.migrate import head

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = (ROOT / "smsgw" / "manual" / "adding.md").read_text(encoding="utf-8")
SECTION = CHAPTER.split("## A verb with a table")[1].split("\n## ")[0]

# What of the house is asked of the new subject; it runs in the copy, on a database of its own.
ASKED = """
import json
from pathlib import Path
from sqlalchemy import text
import smsgw
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command
from smsgw.business.core.trade import Trade
from smsgw.business.verify import verify
from smsgw.store.engine import open_engine
from smsgw.store.migrate import upgrade
from smsgw.store.writer import Inline
from tests.business.dict_ledger import OWNER, sample
from tests.business.said import Said, settle
from tests.language.sample import TODAY, reader

engine = open_engine("sqlite:///books.db", Path("."), create=True)
upgrade(engine)
settle(engine, sample())
start = sample().now
keeper = Bookkeeper(engine, Trade(), clock=start.timestamp)
writer = Inline(keeper)

def say(text):
    reading = reader().understand(text, today=TODAY)
    said = Said(OWNER, reading.commands, text, start)
    writer.run([said])
    assert not said.errors
    return said.answers[0]

def ask(question):
    with engine.connect() as connection:
        return [list(row) for row in connection.execute(text(question))]

def wished():
    with keeper.transaction(start) as books:
        return dict(books.wishes.of("D1001"))

found = {"from": smsgw.__file__}
found["first"] = say("wish a350 2")
found["second"] = say("wish a350 1 b200 4")
found["wished"] = wished()
found["journal"] = ask(
    "SELECT j.subject, j.kind, w.reference FROM wish w JOIN journal j ON j.entry = w.journal "
    "ORDER BY w.reference, w.model"
)
with engine.connect() as connection:
    found["sound"] = [str(finding) for finding in verify(connection)]
found["undone"] = say("undo w1002")
found["left"] = wished()
with engine.begin() as connection:
    found["sound after"] = [str(finding) for finding in verify(connection)]
    connection.execute(text("UPDATE wish SET reversed_at = NULL"))
    found["damaged"] = [[one.cache, one.key, one.stored, one.computed] for one in verify(connection)]
print(json.dumps(found))
"""


def blocks(language: str) -> list[str]:
    """The code of the section in a language, in its order."""
    found = re.findall(rf"^   ```{language}\n(.*?)^   ```$", SECTION, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the house says after the steps of the chapter were done in a copy of it."""
    copy = tmp_path_factory.mktemp("adding")
    smsgw = copy / "smsgw"
    shutil.copytree(ROOT / "smsgw", smsgw, ignore=shutil.ignore_patterns("__pycache__"))
    for folder, name in (("grammar", "grammar"), ("config", "defaults"), ("migrations", "migrations")):
        shutil.copytree(ROOT / folder, smsgw / name, ignore=shutil.ignore_patterns("__pycache__"))
    rules, tables, migration, books, checks, verbs = blocks("python")
    subject = smsgw / "business" / "wishes"
    subject.mkdir()
    files = {"rules": rules, "tables": tables, "books": books, "checks": checks, "verbs": verbs}
    (subject / "__init__.py").write_text('"""WISHES: what shops were asked for."""\n', encoding="utf-8")
    for name, code in files.items():
        (subject / f"{name}.py").write_text(code, encoding="utf-8")
    listed = smsgw / "business" / "__init__.py"
    order = listed.read_text(encoding="utf-8")
    listed.write_text(order.replace('    "sales",\n', '    "sales",\n    "wishes",\n'), encoding="utf-8")
    # The number in the chapter is that of the day it was written.
    migration = re.sub(r"^down_revision = .*$", f'down_revision = "{head()}"', migration, flags=re.MULTILINE)
    migration = re.sub(r"^revision = .*$", 'revision = "next"', migration, flags=re.MULTILINE)
    (smsgw / "migrations" / "versions" / "next_wishes.py").write_text(migration, encoding="utf-8")
    (fragment,), words = blocks("lark"), blocks("toml")
    (smsgw / "grammar" / "wish.lark").write_text(fragment, encoding="utf-8")
    for language, text in zip(("en", "zh"), words, strict=True):
        with (smsgw / "defaults" / f"replies.{language}.toml").open("a", encoding="utf-8") as file:
            file.write(text)
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=copy,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (copy, ROOT, ROOT / "scripts"))),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["from"].startswith(str(copy))
    return found


def test_a_new_subject_books_what_a_text_says(told: dict[str, Any]) -> None:
    assert "key='wish'" in told["first"] and "'count': 2" in told["first"]
    assert "'count': 3" in told["second"], "the second text sees what the first one booked"
    assert told["wished"] == {"A350": 3, "B200": 4}


def test_the_rows_of_a_new_subject_carry_the_journal(told: dict[str, Any]) -> None:
    assert told["journal"] == [["wish", "booked", "W1001"], ["wish", "booked", "W1002"], ["wish", "booked", "W1002"]]


def test_what_a_new_subject_booked_can_be_undone(told: dict[str, Any]) -> None:
    assert "key='undone'" in told["undone"]
    assert told["left"] == {"A350": 2}


def test_a_new_subject_is_verified(told: dict[str, Any]) -> None:
    assert told["sound"] == told["sound after"] == []
    assert told["damaged"] == [["wish.reversed_at", "W1002", "live", "reversed"]]
