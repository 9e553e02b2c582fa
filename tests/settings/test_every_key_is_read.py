"""Every key of the settings is read by something that runs: taken away, each is missed by the type checker somewhere.

All keys are taken away at once, in copies of the files that declare them; what mypy then misses is what is read.
A read in a method of a section counts where that method is read in turn, one in the checks of the settings does not.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from smsgw.business.core.trade import Trade
from smsgw.settings.section import Section
from smsgw.settings.sections import Settings

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "smsgw" / "settings"
# Files that declare what is set; the rules of the trade are handed on in a value of their own.
DECLARING = (
    ROOM / "sections.py",
    ROOM / "process.py",
    ROOM / "links.py",
    ROOT / "smsgw" / "business" / "core" / "trade.py",
)
# The names of files that hold secrets are used before there are settings, in the data that these are made of.
SECRETS = {("Database", "url_file"), ("Smsc", "password_file"), ("Smsc", "outbind_password_file")}
HANDED_ON = {"TradeRules": "Trade"}  # section: the value that has all its keys
MISSED = re.compile(r'^(?P<file>[^:]+):(?P<line>\d+): error: "(?P<owner>\w+)" has no attribute "(?P<key>\w+)"', re.M)


def sections() -> Iterator[tuple[type[Section], str]]:
    """Every section with each of its keys."""
    for field in Settings.model_fields.values():
        kind = field.annotation
        model = next((each for each in getattr(kind, "__args__", ()) if each is not Ellipsis), kind)
        assert isinstance(model, type) and issubclass(model, Section)
        yield from ((model, key) for key in model.model_fields)


def without_keys(source: str) -> str:
    """The source of a file with the keys of its classes taken away; every other line stays where it is."""
    lines = source.splitlines()
    for each in ast.parse(source).body:
        if isinstance(each, ast.ClassDef) and each.name != "Settings":
            for field in each.body:
                if isinstance(field, ast.AnnAssign):
                    assert field.end_lineno is not None
                    lines[field.lineno - 1 : field.end_lineno] = ["    pass"] + [""] * (field.end_lineno - field.lineno)
    return "\n".join(lines) + "\n"


@cache
def attributes_read_outside() -> frozenset[str]:
    """The names of attributes that are read anywhere but in the room of the settings."""
    return frozenset(
        node.attr
        for path in (ROOT / "smsgw").rglob("*.py")
        if ROOM not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    )


def methods_around(path: Path, line: int) -> Iterator[str]:
    """The method of a section that a line stands in."""
    for each in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(each, ast.ClassDef):
            for method in each.body:
                if isinstance(method, ast.FunctionDef) and method.lineno <= line <= (method.end_lineno or 0):
                    yield method.name


@cache
def methods() -> dict[str, set[str]]:
    """Of each method of a section, the methods of sections that call it."""
    found: dict[str, set[str]] = {}
    for path in DECLARING[:-1]:
        for each in ast.parse(path.read_text(encoding="utf-8")).body:
            for method in each.body if isinstance(each, ast.ClassDef) else ():
                if isinstance(method, ast.FunctionDef):
                    for node in ast.walk(method):
                        if isinstance(node, ast.Attribute):
                            found.setdefault(node.attr, set()).add(method.name)
    return found


def is_used(method: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether something outside the room reads a method of a section, by itself or by another one."""
    callers = methods().get(method, set()) - seen - {method}
    return method in attributes_read_outside() or any(is_used(each, seen | {method}) for each in callers)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """The keys that are read, each with the class that declares it."""
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache" / "keys")]
    for path in DECLARING:
        copy = tmp_path_factory.mktemp("without") / path.name
        copy.write_text(without_keys(path.read_text(encoding="utf-8")), encoding="utf-8")
        command += ["--shadow-file", str(path.relative_to(ROOT)), str(copy)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 1, said.stderr
    found = set()
    for miss in MISSED.finditer(said.stdout):
        path = ROOT / miss["file"]
        outside = ROOM not in path.parents
        if outside or any(is_used(method) for method in methods_around(path, int(miss["line"]))):
            found.add((miss["owner"], miss["key"]))
    return found


def test_something_reads_every_key(read: set[tuple[str, str]]) -> None:
    dead = []
    for model, key in sections():
        owner = HANDED_ON.get(model.__name__, model.__name__)
        whole = "rule" if model.__name__ == "Report" else ""  # all of it goes into a rule
        if (owner, key) not in read | SECRETS and not (whole and is_used(whole)):
            dead.append(f"{model.__name__}.{key}")
    assert not dead


def test_something_reads_every_rule_of_the_trade(read: set[tuple[str, str]]) -> None:
    dead = {key for key in Trade.__annotations__ if ("Trade", key) not in read}
    assert not dead
