"""The chapter on adding, followed: a setting costs a field, its line in the commented file, and where it is read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = (ROOT / "smsgw" / "manual" / "adding.md").read_text(encoding="utf-8")
SECTION = CHAPTER.split("## A setting")[1].split("\n## ")[0]
# What each change of the section is to: a file of the house, and where it lies once the house is installed.
CHANGED = {
    "smsgw/settings/process.py": "settings/process.py",
    "config/smsgw.toml": "defaults/smsgw.toml",
    "smsgw/cli/card.py": "cli/card.py",
}

# What of the house is asked of the new setting; it runs in the copy.
ASKED = """
import pathlib, smsgw, reference_operating
from tests.settings import test_loading

test_loading.REFERENCE = pathlib.Path(smsgw.__file__).parent / "defaults" / "smsgw.toml"
test_loading.test_the_reference_file_has_every_key_with_its_default_and_its_help()
test_loading.test_the_reference_file_loads_and_gives_the_defaults()
print(reference_operating.settings())
"""


def changes() -> list[str]:
    found = re.findall(r"^   ```diff\n(.*?)^   ```$", SECTION, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]


def change(file: Path, diff: str) -> None:
    """Make a change in a file that has the lines around it, or those that go, once."""
    lines = diff.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name} has not once what the manual shows of it:\n{old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


class House:
    """A copy of the house with what the section adds, and a deployment to run it on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.house, smsgw = folder, folder / "house", folder / "house" / "smsgw"
        pycache = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "smsgw", smsgw, ignore=pycache)
        for inside, name in (("grammar", "grammar"), ("config", "defaults"), ("migrations", "migrations")):
            shutil.copytree(ROOT / inside, smsgw / name, ignore=pycache)
        assert all(f"`{file}`" in SECTION for file in CHANGED)
        for file, diff in zip(CHANGED.values(), changes(), strict=True):
            change(smsgw / file, diff)
        self.run("-m", "smsgw", "init", ".")

    def run(self, *arguments: str, status: int = 0, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-P", *arguments],
            cwd=self.folder,
            env=os.environ
            | environment
            | {"PYTHONPATH": os.pathsep.join(map(str, (self.house, ROOT, ROOT / "scripts")))},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def card(self, status: int = 0, **environment: str) -> str:
        return self.run("-m", "smsgw", "card", status=status, **environment)

    def set_to(self, number: str) -> None:
        file = self.folder / "smsgw.toml"
        text = file.read_text(encoding="utf-8")
        text, times = re.subn(r'^number = "[^"]*"', f'number = "{number}"', text, flags=re.MULTILINE)
        assert times == 1, "smsgw init writes the new setting too"
        file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("adding"))


def test_a_new_setting_is_read_from_the_file_and_from_the_environment(house: House) -> None:
    house.set_to("")
    assert "95533" not in house.card()
    house.set_to("95533")
    assert "95533" in house.card()
    assert "95544" in house.card(SMSGW_GATEWAY__NUMBER="95544")


def test_a_new_setting_is_checked(house: House) -> None:
    house.set_to("call us")
    said = house.card(status=1)
    assert "gateway.number" in said and "smsgw.toml" in said
    assert "gateway.number" in house.run("-m", "smsgw", "check", status=1)


def test_a_new_setting_is_in_the_commented_file_and_in_the_reference(house: House) -> None:
    listed = house.run("-c", ASKED)
    assert '| `number` | `""` | what people text to; empty: the address of a link |' in listed
