"""Who may import whom: the rooms of the house, proven from the imports themselves."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from smsgw.business import SUBJECTS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "smsgw"
# What is still broken while the house is being moved: one line each, and none may be added.
DEBT = frozenset((Path(__file__).parent / "layers_debt.txt").read_text(encoding="utf-8").splitlines())

# room: (rooms of ours it may import, third parties it may import)
GROUND = {"values", "calendar", "errors"}
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "values": ({"errors"}, {"phonenumbers", "stdnum", "rapidfuzz"}),
    "calendar": ({"values", "errors"}, {"cronsim"}),
    "tables": ({*GROUND}, {"openpyxl", "stdnum", "phonenumbers", "rapidfuzz"}),
    "sms": (set(), set()),
    "smpp": ({"sms"}, set()),
    "store": ({*GROUND, "migrations"}, {"sqlalchemy"}),
    "business": ({*GROUND, "tables", "sms", "store"}, {"sqlalchemy", "stdnum", "phonenumbers"}),
    "language": (
        {*GROUND, "sms", "business", "grammar", "defaults"},
        {"lark", "rapidfuzz", "pypinyin", "opencc", "stdnum", "phonenumbers"},
    ),
    "settings": ({*GROUND, "sms", "smpp", "business", "defaults"}, {"pydantic", "pydantic_core", "phonenumbers"}),
    "gateway": (
        {*GROUND, "sms", "smpp", "store", "business", "language", "settings", "defaults"},
        {"twisted", "structlog", "prometheus_client", "zope", "sqlalchemy", "phonenumbers"},
    ),
    "api": (
        {*GROUND, "store", "business", "language", "settings", "gateway"},
        {"twisted", "structlog", "zope", "sqlalchemy", "phonenumbers", "pydantic", "pydantic_core"},
    ),
    "manual": (set(), set()),
    "simulator": ({"errors", "sms", "smpp"}, {"twisted", "zope"}),
}
# third parties of single files
SINGLE_FILES = {
    "gateway/links/tls.py": {"OpenSSL", "service_identity"},
    "simulator/certificate.py": {"cryptography"},
    "smpp/codec.py": {"smpplib"},
    "smpp/tables.py": {"smpplib"},
    "store/migrate.py": {"alembic"},
}
PURE = {"time", "socket", "threading", "asyncio", "sqlite3"}
FORBIDDEN_STDLIB = {"smpp": PURE, "sms": PURE, "values": PURE, "calendar": PURE}

# What a subject is made of: file (or folder): what of its own subject it may import.
FILES = {
    "rules": {"rules"},
    "replies": {"rules"},
    "verbs": {"rules", "replies", "verbs"},
    "tables": {"tables", "rules"},
    "books": {"rules", "tables", "books"},
    "actions": {"rules", "tables", "books", "reports", "actions"},
    "reports": {"rules", "tables", "books", "reports"},
    "imports": {"rules", "tables", "books", "actions", "imports"},
    "checks": {"rules", "tables", "checks"},
}
# The files of a subject that know neither the database nor a clock.
ABOVE_THE_DATABASE = {"rules", "replies", "verbs"}


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module a file imports, with the line; names imported from a package are followed to their modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            folder = ROOT.joinpath(*module.split("."))
            inner = [a.name for a in node.names if (folder / a.name).is_dir() or (folder / f"{a.name}.py").is_file()]
            for name in inner:
                yield f"{module}.{name}", node.lineno
            if len(inner) < len(node.names):
                yield module, node.lineno


def stdlib(name: str) -> bool:
    import sys

    return name in sys.stdlib_module_names or name == "__future__"


def unpaid(broken: Iterable[tuple[Path, str]]) -> list[str]:
    """What is broken and no old debt."""
    return sorted({f"{path.relative_to(ROOT)} imports {module}" for path, module in broken} - DEBT)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    ours, theirs = ROOMS[room]
    broken = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        extra = SINGLE_FILES.get(f"{room}/{path.relative_to(PACKAGE / room).as_posix()}", set())
        for module, _ in imports_of(path):
            top = module.split(".")[0]
            if top == "smsgw":
                target = module.split(".")[1] if "." in module else ""
                if target in ("", room) or target in ours:
                    continue
            elif stdlib(top):
                if top not in FORBIDDEN_STDLIB.get(room, set()):
                    continue
            elif top in theirs or top in extra:
                continue
            broken.append((path, module))
    assert not unpaid(broken), "\n".join(unpaid(broken))


def place_of(module: str) -> tuple[str, str]:
    """The subject and the kind of file of a module of the business; '' for what lies beside the subjects."""
    parts = module.split(".")[2:]
    return (parts[0], parts[1] if len(parts) > 1 else "") if parts and parts[0] in SUBJECTS else ("", "")


def test_a_subject_imports_only_from_those_before_it() -> None:
    broken = []
    for number, subject in enumerate(SUBJECTS):
        allowed = {*SUBJECTS[: number + 1]}
        for path in sorted((PACKAGE / "business" / subject).rglob("*.py")):
            for module, _ in imports_of(path):
                if module.startswith("smsgw.business."):
                    other = module.split(".")[2]
                    if other not in allowed and other not in ("core", "registry"):
                        broken.append((path, module))
    assert not unpaid(broken), "\n".join(unpaid(broken))


def test_every_folder_of_the_business_is_a_subject_or_what_subjects_are_made_of() -> None:
    folders = {p.name for p in (PACKAGE / "business").iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert set(SUBJECTS) <= folders
    assert folders - set(SUBJECTS) - {"core"} <= {"replies"}


def test_a_subject_is_made_of_the_files_that_all_are_made_of() -> None:
    odd = [
        str(path.relative_to(ROOT))
        for subject in SUBJECTS
        for path in (PACKAGE / "business" / subject).iterdir()
        if path.name not in ("__init__.py", "__pycache__") and path.stem not in FILES
    ]
    assert not odd


def test_the_files_of_a_subject_know_only_what_theirs_may() -> None:
    broken = []
    for subject in SUBJECTS:
        for path in sorted((PACKAGE / "business" / subject).rglob("*.py")):
            kind = path.relative_to(PACKAGE / "business" / subject).parts[0].removesuffix(".py")
            if kind == "__init__":
                continue
            for module, _ in imports_of(path):
                other, file = place_of(module)
                wrong = other == subject and bool(file) and file not in FILES[kind]
                wrong |= kind in ABOVE_THE_DATABASE and module.split(".")[:2] == ["smsgw", "store"]
                wrong |= kind in ABOVE_THE_DATABASE and module.split(".")[0] == "sqlalchemy"
                if wrong:
                    broken.append((path, module))
    assert not unpaid(broken), "\n".join(unpaid(broken))


def test_no_two_folders_import_each_other() -> None:
    """Circles between folders: files in the root of a room count as a folder of their own beside its drawers."""

    def folder(path: Path) -> str:
        parts = path.relative_to(PACKAGE).parts
        return "/".join(parts[:-1])

    arrows: dict[tuple[str, str], set[tuple[Path, str]]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for module, _ in imports_of(path):
            if not module.startswith("smsgw."):
                continue
            target = ROOT.joinpath(*module.split("."))
            other = folder(target.with_suffix(".py")) if target.with_suffix(".py").is_file() else ""
            here = folder(path)
            # A room's own root beside its drawers is the room's front: only drawers and rooms are held to one way.
            if not other or other == here or other.startswith(here) or here.startswith(other):
                continue
            arrows.setdefault((here, other), set()).add((path, module))
    both = [(pair, found) for pair, found in arrows.items() if pair[::-1] in arrows]
    weaker = [found for pair, found in both if len(found) <= len(arrows[pair[::-1]])]
    broken = unpaid(one for found in weaker for one in found)
    assert not broken, "\n".join(broken)


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


def test_a_debt_that_is_paid_leaves_the_list() -> None:
    """A line of layers_debt.txt whose import is gone is to be deleted from it."""
    paid = []
    for line in sorted(DEBT):
        file, _, module = line.partition(" imports ")
        path = ROOT / file
        if not path.is_file() or module not in {name for name, _ in imports_of(path)}:
            paid.append(line)
    assert not paid, "\n".join(paid)


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


def test_every_package_of_the_tree_is_installed() -> None:
    mapped = {"grammar": "smsgw.grammar", "migrations": "smsgw.migrations", "config": "smsgw.defaults"}
    real = {".".join(p.parent.relative_to(ROOT).parts) for p in PACKAGE.rglob("__init__.py")}
    for folder, name in mapped.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            real.add(".".join((name, *init.parent.relative_to(ROOT / folder).parts)))
    assert sorted(runpy.run_path(str(ROOT / "setup.py"))["packages"]()) == sorted(real)


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
