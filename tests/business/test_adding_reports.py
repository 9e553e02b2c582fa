"""The manual's chapter on adding, followed: a report, something to show and a kind of file cost one file each."""

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
FILE = re.compile(r"This one is\s+`([\w/]+\.py)`\s+in\s+`smsgw/business/`:\n\n   ```python\n(.*?)\n   ```\n", re.DOTALL)
IMEI, SECOND = "860123450000012", "860123450000020"
FILES = {
    "regions": "code,name,parent\nEAST,East,\nWEST,West,\n",
    "products": "code,name,aliases,tacs,dealer_price,retail_price,currency\nA350,Aurora,,86012345,1,2,CNY\n",
    "dealers": "code,name,region,tier,parent,credit_limit,currency,language\n"
    "D1001,Sunny,EAST,A,,0,CNY,en\nD2001,Harbour,WEST,A,,0,CNY,en\n",
    "stock": f"dealer,model,quantity,as_of,imei\nD1001,A350,4,2026-03-01,\nD2001,A350,1,2026-03-01,{IMEI}\n",
    "second-imeis": f"imei,imei2\n{IMEI},{SECOND}\n",
}


def section(title: str) -> tuple[str, str]:
    """The file that a section of the chapter makes: its path and its text."""
    found = FILE.search(CHAPTER.split(f"## {title}")[1].split("\n## ")[0])
    assert found is not None
    return f"smsgw/business/{found[1]}", re.sub(r"^   ", "", found[2], flags=re.MULTILINE) + "\n"


class House:
    """A copy of the house with what the chapter adds, and a deployment to run it on."""

    def __init__(self, folder: Path) -> None:
        self.folder, smsgw = folder, folder / "house" / "smsgw"
        pycache = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "smsgw", smsgw, ignore=pycache)
        for inside, name in (("grammar", "grammar"), ("config", "defaults"), ("migrations", "migrations")):
            shutil.copytree(ROOT / inside, smsgw / name, ignore=pycache)
        for title in ("A report", "Something to show", "An import kind"):
            path, text = section(title)
            assert not (ROOT / path).exists(), "the example of the manual has become real; take another"
            (folder / "house" / path).write_text(text, encoding="utf-8")
        self.run("init", ".")

    def run(self, *arguments: str, status: int = 0) -> str:
        command = [sys.executable, "-P", "-m", "smsgw", *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder / "house")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def bring(self, kind: str, body: str, status: int = 0) -> str:
        (self.folder / "file.csv").write_text(body, encoding="utf-8")
        return self.run("import", kind, "file.csv", "--by", "li", status=status)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("adding"))
    for kind, body in FILES.items():
        made.bring(kind, body)
    return made


def test_a_report_is_found_by_the_command_line(house: House) -> None:
    assert "Sets in stock." in house.run("report", "--help")
    assert "region, dealer, model" in " ".join(house.run("report", "levels", "--help").split())
    found = json.loads(house.run("report", "levels", "--per", "dealer", "--json"))
    assert (found["report"], found["rows"], found["total"]) == (
        "levels",
        [{"dealer": "D1001", "sets": 4}, {"dealer": "D2001", "sets": 1}],
        {"sets": 5},
    )
    assert house.run("report", "levels", "--region", "east", "--format", "csv") == "region,sets\nEAST,4\n"


def test_something_to_show_is_found_by_the_command_line(house: House) -> None:
    assert "A model and its TACs." in house.run("show", "--help")
    assert "CODE" in house.run("show", "model", "--help")
    found = {"code": "A350", "name": "Aurora", "tacs": ["86012345"]}
    assert json.loads(house.run("show", "model", "a350", "--json")) == found
    assert "Aurora" in house.run("show", "model", "A350")
    assert house.run("show", "model", "X9", status=1) == "smsgw: there is no model X9; check it for a slip\n"


def test_an_import_kind_is_found_by_the_command_line(house: House) -> None:
    assert re.search(r"second-imeis\s+imei,imei2", house.run("import", "--help"))
    assert json.loads(house.run("show", "unit", SECOND, "--json"))["imei"] == IMEI
    again = house.bring("second-imeis", FILES["second-imeis"])
    assert again.splitlines()[0] == "1 line of second-imeis: 0 new, 0 changed, 1 as they were"
    assert "no such set" in house.bring("second-imeis", f"imei,imei2\n{SECOND},{IMEI}\n", status=1)
    assert "did you mean second-imeis?" in house.run("import", "second-imei", "file.csv", status=1)
    assert house.run("audit", "--by", "li").count("second-imeis imported") == 2
