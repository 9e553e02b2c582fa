"""A workbook: which sheets it has, which of them is read, and what its cells mean: texts, number formats, days."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smsgw.tables.limits import MOST_STRINGS, refuse
from smsgw.tables.packages import Attributes, Package
from smsgw.tables.sheets import CellBook, Line, SheetReader
from smsgw.tables.shown import Shown, how_shown, show_general
from smsgw.values.nearest import or_near

_OTHERS = {
    "mimetype": "is no .xlsx workbook but an OpenDocument file; save it as .xlsx or .csv",
    "index": "is a document of Numbers or Pages; export it as .xlsx or .csv",
    "word": "is a Word document; copy its table into a workbook, or save it as .csv",
    "ppt": "is a presentation, not a workbook; save the table as .xlsx or .csv",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of cells: its name, its part, and whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that was opened; `sheets` in their order, without those that are charts."""

    package: Package
    sheets: tuple[Sheet, ...]
    book: CellBook

    def lines(self, sheet: Sheet) -> Iterator[Line]:
        """The rows of a sheet as they come. Raises BadTable."""
        reader = SheetReader(self.package.name, self.book)
        for _ in self.package.walk(sheet.part, reader):
            yield from reader.read_lines()

    def choose(self, asked: str | None) -> Sheet:
        """The sheet that is asked for, else the first one that people see. Raises BadTable."""
        name = self.package.name
        if asked is not None:
            for sheet in self.sheets:
                if sheet.name.strip().casefold() == asked.strip().casefold():
                    return sheet
            names = [sheet.name for sheet in self.sheets]
            refuse(name, f"has no sheet '{asked}'{or_near(asked, names)}; its sheets are {', '.join(names)}")
        seen = next((sheet for sheet in self.sheets if sheet.visible), None)
        if seen is None:
            names = [sheet.name for sheet in self.sheets]
            refuse(name, f"has no sheet that is not hidden; name one with --sheet: {', '.join(names)}")
        return seen


def open_workbook(name: str, data: bytes) -> Workbook:
    """The workbook in the octets of the file `name`. Raises BadTable."""
    package = Package(name, data)
    main = _main_part(package)
    folder = posixpath.dirname(main)
    links = _links(package, posixpath.join(folder, "_rels", posixpath.basename(main) + ".rels"), folder)
    contents = _Contents()
    package.read(main, contents)
    sheets = []
    for title, identity, state in contents.sheets:
        kind, part = links.get(identity, ("", ""))
        if kind == "worksheet" and package.has(part):
            sheets.append(Sheet(title, part, state in ("", "visible")))
    if not contents.sheets:
        refuse(name, "has no sheets; save it again as .xlsx")
    if not sheets:
        if any(kind == "chartsheet" for kind, _ in links.values()):
            refuse(name, "has no sheet with cells, only charts; save the table itself as .xlsx")
        package.damaged()
    parts = dict(links.values())
    texts = _Texts(name)
    if package.has(parts.get("sharedStrings", "")):
        package.read(parts["sharedStrings"], texts)
    styles = _Styles()
    if package.has(parts.get("styles", "")):
        package.read(parts["styles"], styles)
    shown = styles.shown(contents.from_1904)
    return Workbook(package, tuple(sheets), CellBook(texts.found, shown, contents.to_be_calculated))


def _main_part(package: Package) -> str:
    links = _links(package, "_rels/.rels", "") if package.has("_rels/.rels") else {}
    main = dict(links.values()).get("officeDocument", "xl/workbook.xml")
    if main.casefold().endswith(".bin") or package.has("xl/workbook.bin"):
        refuse(package.name, "is a binary workbook (.xlsb); save it as .xlsx or .csv")
    if not package.has(main) or package.folders() & {"word", "ppt"}:
        for folder, reason in _OTHERS.items():
            if folder in package.folders():
                refuse(package.name, reason)
        package.damaged()
    return main


def _links(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """What a part refers to, by identity: kind and name of the part."""
    reader = _Links(folder)
    if package.has(part):
        package.read(part, reader)
    return reader.found


class _Silent:
    """A reader of a part that has no text that counts."""

    def end(self, name: str) -> None:
        pass

    def text(self, letters: str) -> None:
        pass


class _Links(_Silent):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            part = target.lstrip("/") if target.startswith("/") else posixpath.join(self._folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, posixpath.normpath(part)


class _Contents(_Silent):
    """xl/workbook.xml."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []  # name, identity, state
        self.from_1904 = False
        self.to_be_calculated = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            identity = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), identity, attributes.get("state", "")))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "calcPr":
            self.to_be_calculated = attributes.get("fullCalcOnLoad") in ("1", "true")


class _Texts:
    """xl/sharedStrings.xml: texts that cells refer to by number; of rich text the runs, without its pronunciation."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.found: list[str] = []
        self._runs: list[str] = []
        self._reading = self._spoken = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self._reading = not self._spoken
        elif name == "rPh":
            self._spoken = True
        elif name == "si":
            self._runs = []

    def end(self, name: str) -> None:
        if name == "t":
            self._reading = False
        elif name == "rPh":
            self._spoken = False
        elif name == "si":
            if len(self.found) >= MOST_STRINGS:
                refuse(
                    self._name, f"has more than {MOST_STRINGS:,} different texts; split it, each part with the header"
                )
            self.found.append("".join(self._runs))

    def text(self, letters: str) -> None:
        if self._reading:
            self._runs.append(letters)


class _Styles(_Silent):
    """xl/styles.xml: the number formats, and which of them each style has."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._used: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._used.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def shown(self, from_1904: bool) -> tuple[Shown, ...]:
        """How the numbers of each style are shown."""
        made: dict[str, Any] = {}
        for identity in self._used:
            if identity not in made:
                number = int(identity) if identity.isascii() and identity.isdigit() and len(identity) < 9 else 0
                code = self._codes.get(identity, "")
                made[identity] = how_shown(number, code, from_1904=from_1904) if number or code else show_general
        return tuple(made[identity] for identity in self._used)
