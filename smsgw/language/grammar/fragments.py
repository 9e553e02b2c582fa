"""Fragments: the `.lark` files that make up the grammar, and which of them says what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path

from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.size import too_large

# The files of the verbs, in the order of the manual.
FRAGMENTS = tuple(dict.fromkeys(verb.fragment or verb.name for verb in VERBS))
# The beginning of a definition: of a rule (lower case) or of a word list (upper case).
_NAME = r"_?[a-z][a-z0-9_]*|_?[A-Z][A-Z0-9_]*"
_DEFINED = re.compile(rf"^(?:%(extend|override)\s+)?[?!]*({_NAME})(?:\.-?\d+)?\s*:", re.MULTILINE)
_QUOTED = re.compile(r'"[^"\n]*"|/[^/\n]*/|//.*|^%.*$', re.MULTILINE)
_DECLARED = re.compile(r"^%declare\s+(.*)$", re.MULTILINE)


class GrammarConflict(ValueError):
    """Fragments that do not go together; `faults` name the rules or word lists, their files, and what both claim."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Fragment:
    """One file: the name that a fault gives it, its text, and whether an installation added it."""

    name: str
    text: str
    added: bool = False


class Fragments:
    """The files of a grammar in their order. Raises GrammarConflict for a name that two of them define."""

    def __init__(self, fragments: Sequence[Fragment]) -> None:
        self.text = "\n".join(fragment.text for fragment in fragments)
        self._starts: list[tuple[int, str]] = []
        self._files: dict[str, list[str]] = {}
        self.added: set[str] = set()
        line = 1
        defined: dict[str, str] = {}
        faults: list[str] = []
        for fragment in fragments:
            if fragment.added:
                faults += too_large(fragment.name, fragment.text, _definitions(fragment.text))
            self._starts.append((line, fragment.name))
            line += fragment.text.count("\n") + 1
            declared = [("", name) for names in _DECLARED.findall(fragment.text) for name in names.split()]
            for how, name in (*declared, *_DEFINED.findall(fragment.text)):
                self._files.setdefault(name, []).append(fragment.name)
                if fragment.added:
                    self.added.add(name)
                if name.isupper() and fragment.added and _refers(fragment.text, name):
                    faults.append(f"{name} of {fragment.name}: a word list holds quoted words, no other names")
                if how:
                    continue
                other = defined.setdefault(name, fragment.name)
                if other != fragment.name:
                    faults.append(
                        f"{name} of {fragment.name} is defined in {other} already: "
                        f"name it otherwise, or add to it with %extend {name}"
                    )
        if faults:
            raise GrammarConflict(*faults)

    def with_files(self, name: str) -> str:
        """A rule or word list with the files that say it: `SALE_EN of sale.lark`."""
        found = dict.fromkeys(self._files.get(name, ()))
        return f"{name} of {' and '.join(found)}" if found else name

    def place(self, line: int) -> str:
        """The file and the line in it of a line of the whole text."""
        first, name = max((start for start in self._starts if start[0] <= line), default=(1, "the grammar"))
        return f"{name}, line {line - first + 1}"


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """The rules and word lists that a file defines or adds to, and their bodies."""
    found = list(_DEFINED.finditer(text))
    for definition, following in zip_longest(found, found[1:]):
        yield definition[2], text[definition.end() : following.start() if following else None]


def _refers(text: str, name: str) -> bool:
    """Whether the definition of a word list names other lists, which Lark would take for parts of its words."""
    body = text.split(f"{name}:", 1)[-1]
    following = _DEFINED.search(body)
    return re.search(r"[A-Z_]{2,}", _QUOTED.sub("", body[: following.start()] if following else body)) is not None


def own() -> list[Fragment]:
    """The fragments that come with smsgw."""
    folder = files("smsgw.grammar")
    names = [f"{name}.lark" for name in ("base", "common", *FRAGMENTS)]
    return [Fragment(name, (folder / name).read_text(encoding="utf-8")) for name in names]


def read_added(directories: Iterable[str | Path]) -> list[Fragment]:
    """The fragments of an installation, named with their directories. Raises GrammarConflict."""
    found: list[Fragment] = []
    for directory in map(Path, directories):
        if not directory.is_dir():
            raise GrammarConflict(f"{directory}: there is no such directory of grammar fragments")
        for path in sorted(directory.glob("*.lark")):
            try:
                text = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise GrammarConflict(f"{path} cannot be read: {error}") from error
            found.append(Fragment(f"{directory.name}/{path.name}", text, added=True))
    return found
