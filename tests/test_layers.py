"""Who may import whom: the rooms of the house, proven from the imports themselves."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "smsgw"

# room: (rooms of ours it may import, third parties it may import, third parties of single files)
PLAIN = {"smsgw", "errors", "config", "settings"}
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "smpp": (set(), set()),
    "retail": (set(), {"stdnum", "phonenumbers"}),
    "notices": ({"retail", "errors"}, {"cronsim"}),
    "commands": ({"retail", "notices"}, set()),
    "language": (
        {"commands", "retail", "notices", "grammar", "defaults"},
        {"lark", "rapidfuzz", "pypinyin", "opencc", "stdnum", "phonenumbers"},
    ),
    "store": ({"retail", "notices", "errors", "migrations"}, {"sqlalchemy"}),
    "imports": ({"retail", "store", "errors"}, {"openpyxl", "stdnum", "phonenumbers", "sqlalchemy", "rapidfuzz"}),
    "gateway": (
        {"smpp", "retail", "notices", "commands", "language", "store", "errors", "config", "settings", "defaults"},
        {"twisted", "structlog", "prometheus_client", "zope", "sqlalchemy", "phonenumbers"},
    ),
    "simulator": ({"smpp", "errors"}, {"twisted", "zope"}),
    "manual": (set(), set()),
}
SINGLE_FILES = {
    "gateway/api/answers.py": {"pydantic"},
    "gateway/api/desk.py": {"pydantic"},
    "gateway/api/openapi.py": {"pydantic"},
    "gateway/api/shapes.py": {"pydantic"},
    "gateway/links/tls.py": {"OpenSSL", "service_identity"},
    "simulator/certificate.py": {"cryptography"},
    "smpp/codec.py": {"smpplib"},
    "smpp/tables.py": {"smpplib"},
    "store/migrate.py": {"alembic"},
}
FORBIDDEN_STDLIB = {
    "smpp": {"time", "socket", "threading", "asyncio"},
    "retail": {"time", "socket", "sqlite3"},
    "notices": {"time", "socket", "sqlite3"},
}


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or "", node.lineno
            if node.module == "smsgw":
                for alias in node.names:
                    yield f"smsgw.{alias.name}", node.lineno


def stdlib(name: str) -> bool:
    import sys

    return name in sys.stdlib_module_names or name == "__future__"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    ours, theirs = ROOMS[room]
    broken = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        extra = SINGLE_FILES.get(f"{room}/{path.relative_to(PACKAGE / room).as_posix()}", set())
        for module, line in imports_of(path):
            top = module.split(".")[0]
            if top == "smsgw":
                target = module.split(".")[1] if "." in module else ""
                if target in ("", "__version__", room) or target in ours:
                    continue
            elif stdlib(top):
                if top not in FORBIDDEN_STDLIB.get(room, set()):
                    continue
            elif top in theirs or top in extra:
                continue
            broken.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert not broken, "\n".join(broken)


# Pairs of folders that still import each other. The list only shrinks: a pair that is gone must leave it.
CIRCLES: set[tuple[str, str]] = {
    ("store/broadcasting", "store/texts"),
    ("store/notices", "store/texts"),
    ("store/programs", "store/texts"),
}


def folders_imported() -> dict[tuple[str, str], str]:
    """Which folder imports from which, as `room/drawer` (deeper ones count with their drawer), and one such line.

    What lies in a room itself, outside its drawers, is the room's ground or its roof and is left out: the drawers stand
    on the one and under the other.
    """
    found: dict[tuple[str, str], str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        here = path.parent.relative_to(PACKAGE)
        for module, line in imports_of(path):
            if not module.startswith("smsgw."):
                continue
            target = PACKAGE.joinpath(*module.split(".")[1:])
            there = (target if target.is_dir() else target.parent).relative_to(PACKAGE)
            if there == here or there in here.parents or here in there.parents:
                continue
            found.setdefault((here.as_posix(), there.as_posix()), f"{path.relative_to(ROOT)}:{line} imports {module}")
    return found


def test_no_two_folders_import_each_other() -> None:
    imported = folders_imported()
    circles = {pair for pair in imported if pair[0] < pair[1] and pair[::-1] in imported}
    new = [f"{imported[pair]}\n{imported[pair[::-1]]}" for pair in sorted(circles - CIRCLES)]
    assert not new, "\n".join(new)
    assert not CIRCLES - circles, "these circles are cut: take them from the list"


def test_what_the_drawers_of_the_gateway_stand_on_knows_none_of_them() -> None:
    room = PACKAGE / "gateway"
    drawers = {f"smsgw.gateway.{folder.name}" for folder in room.iterdir() if folder.is_dir()}
    ground: set[str] = set()  # files of the room itself that a drawer imports, and what those import
    ahead = [module for path in room.glob("*/**/*.py") for module, _ in imports_of(path)]
    while ahead:
        module = ahead.pop()
        path = PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py")
        if path.parent == room and path.is_file() and module not in ground:
            ground.add(module)
            ahead += [further for further, _ in imports_of(path)]
    knowing = [
        f"{name} imports {module}"
        for name in sorted(ground)
        for module, _ in imports_of(PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py"))
        if any(module == drawer or module.startswith(f"{drawer}.") for drawer in drawers)
    ]
    assert not knowing, "\n".join(knowing)


def test_every_room_is_in_the_table_or_is_the_command_line() -> None:
    rooms = {p.name for p in PACKAGE.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert rooms - {"cli"} == set(ROOMS)


def test_the_reactor_is_imported_in_one_file_of_the_gateway() -> None:
    found = [
        str(path.relative_to(PACKAGE))
        for path in sorted((PACKAGE / "gateway").rglob("*.py"))
        if any(
            isinstance(node, ast.ImportFrom)
            and node.module == "twisted.internet"
            and any(alias.name == "reactor" for alias in node.names)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert found == ["gateway/main.py"]


def test_the_list_of_packages_is_that_of_the_tree() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(parser["options"]["packages"].split())
    mapped = {"grammar": "smsgw.grammar", "migrations": "smsgw.migrations", "config": "smsgw.defaults"}
    real = {".".join(p.parent.relative_to(ROOT).parts) for p in PACKAGE.rglob("__init__.py")}
    for folder, name in mapped.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            real.add(".".join((name, *init.parent.relative_to(ROOT / folder).parts)))
    assert listed == real


def test_no_file_holds_more_than_one_idea_can_fill() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in PACKAGE.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long


def test_every_file_opens_with_a_sentence_saying_which_idea_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent
