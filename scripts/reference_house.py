"""The reference of the house: every room and subject in its own sentence, and what a room may import."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from typing import Any

from reference_markdown import chapter, code, table

from smsgw.business import SUBJECTS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "smsgw"
# The folders beside smsgw/ and the packages that they become.
BESIDE = (
    ("grammar/", "`smsgw.grammar`: a `.lark` fragment for each family of verbs"),
    ("migrations/", "`smsgw.migrations`: the schema's history, by Alembic"),
    ("config/", "`smsgw.defaults`: the commented configuration and the replies of each language"),
    ("scripts/", "run, test, check, bench, regen"),
    ("tests/", "as the rooms, a folder each"),
)


def house() -> str:
    """The rooms, then the subjects in their order."""
    rooms: dict[str, tuple[set[str], set[str]]] = _layers().ROOMS
    names = [*rooms, *(path.parent.name for path in PACKAGE.glob("*/__init__.py") if path.parent.name not in rooms)]
    parts = ["## Rooms", table(("room", "what it is"), [(f"`{name}`", _sentence(PACKAGE / name)) for name in names])]
    rows = []
    for name, (ours, theirs) in rooms.items():
        beside = [room for room in names if room in ours]
        rows.append((f"`{name}`", code(beside) or "–", ", ".join(sorted(theirs)) or "–"))
    parts.append("## Who may import whom\n\nThe command line may import everything.")
    parts.append(table(("room", "of ours", "of others"), rows))
    parts.append("Beside `smsgw/`:\n\n" + table(("folder", "holds"), [(f"`{name}`", text) for name, text in BESIDE]))
    subjects = []
    for name in SUBJECTS:
        folder = PACKAGE / "business" / name
        held = sorted({path.stem for path in folder.iterdir() if _is_code(path)})
        subjects.append((f"`{name}`", _sentence(folder), ", ".join(held)))
    parts.append("## Subjects\n\nIn their order: each imports only from those above it.")
    parts.append(table(("subject", "what it is", "files"), subjects))
    return chapter("The house", *parts)


def _is_code(path: Path) -> bool:
    return (path.suffix == ".py" and path.stem != "__init__") or (path.is_dir() and any(path.glob("*.py")))


def _sentence(folder: Path) -> str:
    """What a folder says of itself, without its own name before it: `ORDERS: from the draft …` of orders."""
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    first = " ".join(said.partition("\n\n")[0].split())
    if not first:
        raise SystemExit(f"{folder.relative_to(ROOT)}/__init__.py does not open with a sentence")
    name, colon, rest = first.partition(": ")
    if not colon or not name.isupper():
        return first
    if name.casefold() == folder.name:
        return f"{rest[:1].upper()}{rest[1:]}"
    quiet = " ".join(word if word in ("SMS", "HTTP") else word.lower() for word in name.split())
    return f"{quiet[:1].upper()}{quiet[1:]}: {rest}"


def _layers() -> Any:
    """The layer test, whose table is the law of imports."""
    spec = importlib.util.spec_from_file_location("test_layers", ROOT / "tests" / "test_layers.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
