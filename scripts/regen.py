"""Writes the reference chapters of the manual from the code, or proves (--check) that they are what the code says."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from reference_house import house
from reference_http import http, metrics
from reference_language import states, verbs
from reference_operating import commands, settings
from reference_rights import rights

from smsgw.manual import TOPICS

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "smsgw" / "manual"


def contents() -> str:
    """README with its table of contents as the topics are."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [f"* [{topic.name}](smsgw/manual/{topic.file}): {topic.about}" for topic in TOPICS]
    found, times = re.subn(
        r"(<!-- topics -->\n).*(<!-- /topics -->)",
        lambda marks: marks[1] + "\n".join(lines) + "\n" + marks[2],
        readme,
        flags=re.DOTALL,
    )
    if times != 1:
        raise SystemExit("README.md must have <!-- topics --> and <!-- /topics --> once, each on a line")
    return found


WRITERS: dict[str, Callable[[], str]] = {
    "verbs": verbs,
    "rights": rights,
    "commands": commands,
    "settings": settings,
    "http": http,
    "metrics": metrics,
    "states": states,
    "house": house,
}


def main(arguments: Sequence[str]) -> int:
    """Write what differs, or with --check only name it; the exit status is 1 when --check finds something."""
    if [*arguments] not in ([], ["--check"]):
        print("usage: scripts/regen [--check]", file=sys.stderr)
        return 2
    generated = {topic.name: MANUAL / topic.file for topic in TOPICS if topic.generated}
    if set(generated) != set(WRITERS):
        raise SystemExit("the generated topics of smsgw/manual/__init__.py and WRITERS of scripts/regen.py differ")
    wanted = {path: WRITERS[name]() for name, path in generated.items()} | {ROOT / "README.md": contents()}
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in stale:
        if arguments:
            print(f"{path.relative_to(ROOT)} is not what the code says; run scripts/regen", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
            print(path.relative_to(ROOT))
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
