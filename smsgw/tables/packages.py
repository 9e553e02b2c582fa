"""The parts of a workbook file (a ZIP archive of XML, ECMA-376 part 2): found by name, read by pieces, never trusted.

Whatever is wrong with the archive or with the XML of a part becomes one sentence; entities and document types, which no
workbook needs, are refused.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NoReturn
from xml.parsers import expat

from smsgw.tables import limits
from smsgw.tables.limits import refuse

_PIECE = 1 << 16
_ENCRYPTED = 1  # the flag of a member, PKWARE APPNOTE 4.4.4
DAMAGED = "is not a workbook that can be read; save it again as .xlsx"

Attributes = dict[str, str]


class _Spoilt(Exception):
    """XML that no workbook has."""


class Package:
    """The parts of a workbook, and how much may still be unpacked of them."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        with self._sound():
            if _octets_of_the_list(data) > limits.MOST_PARTS_OCTETS:
                raise limits.unpacks_too_far(name)
            self._archive = zipfile.ZipFile(BytesIO(data))
            # Some programs write part names with backslashes, or in other case than they refer to them.
            self._members = {
                info.filename.replace("\\", "/").lstrip("/").casefold(): info for info in self._archive.infolist()
            }
        self._octets = limits.LARGEST_WORKBOOK
        self._elements = limits.MOST_ELEMENTS

    def has(self, part: str) -> bool:
        return part.lstrip("/").casefold() in self._members

    def folders(self) -> set[str]:
        """The first folder or the name of each part."""
        return {part.split("/")[0] for part in self._members}

    def walk(self, part: str, reader: Any) -> Iterator[None]:
        """Read a part; after each piece of it, come back.

        `reader` has `start(name, attributes)`, `end(name)` and `text(letters)`; the names are without their namespace,
        which is another one in "Strict Open XML".
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        locals_: dict[str, str] = {}
        start, end = reader.start, reader.end

        def local(name: str) -> str:
            found = locals_[name] = name.rpartition(":")[2]
            return found

        def started(name: str, attributes: Attributes) -> None:
            self._elements -= 1
            if self._elements < 0:
                raise limits.unpacks_too_far(self.name)
            start(locals_.get(name) or local(name), attributes)

        parser.StartElementHandler = started
        parser.EndElementHandler = lambda name: end(locals_.get(name) or local(name))
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = _no_doctype
        with self._sound():
            info = self._members[part.lstrip("/").casefold()]
            if info.flag_bits & _ENCRYPTED:
                refuse(self.name, "is protected by a password; take it off and save the workbook again")
            with self._archive.open(info) as unpacked:
                while piece := unpacked.read(_PIECE):
                    self._octets -= len(piece)
                    if self._octets < 0:
                        raise limits.unpacks_too_far(self.name)
                    parser.Parse(piece)
                    yield
                parser.Parse(b"", True)
        yield

    def read(self, part: str, reader: Any) -> None:
        """Read the whole of a part."""
        for _ in self.walk(part, reader):
            pass

    def damaged(self) -> NoReturn:
        """Raise BadTable."""
        refuse(self.name, DAMAGED)

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """What the libraries say of a damaged archive or part, in one sentence."""
        try:
            yield
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            expat.ExpatError,
            _Spoilt,
            EOFError,
            LookupError,
            NotImplementedError,  # a method of packing that is not there
            OSError,
            OverflowError,
            RuntimeError,
            ValueError,
        ):
            self.damaged()


def _octets_of_the_list(data: bytes) -> int:
    """How long the list of members is, by the record at the end of the archive (PKWARE APPNOTE 4.3.16)."""
    at = data.rfind(b"PK\x05\x06")
    return int.from_bytes(data[at + 12 : at + 16], "little") if at >= 0 else 0


def _no_doctype(*_: object) -> None:
    raise _Spoilt
