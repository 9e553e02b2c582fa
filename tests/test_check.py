"""Style and types are part of the suite, so that what lands is what `scripts/check` accepts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "smsgw", "grammar", "migrations", "config", "tests"],
        ["ruff", "format", "--check", "smsgw", "grammar", "migrations", "config", "tests"],
        ["mypy"],
        ["scripts.dead_code"],
    ],
    ids=["lint", "format", "types", "dead code"],
)
def test_the_checkers_have_nothing_to_say(command: list[str]) -> None:
    said = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
