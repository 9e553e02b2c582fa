"""The packages are those of the tree: a new folder is named nowhere else. Everything else is in setup.cfg."""

from __future__ import annotations

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
# Folders beside smsgw/ and the packages that they become.
BESIDE = {"smsgw.grammar": "grammar", "smsgw.migrations": "migrations", "smsgw.defaults": "config"}


def packages() -> list[str]:
    """Every package of the tree, by the name under which it is imported."""
    inside = [f"{name}.{inner}" for name, folder in BESIDE.items() for inner in find_packages(str(ROOT / folder))]
    return [*find_packages(str(ROOT), include=("smsgw", "smsgw.*")), *BESIDE, *inside]


if __name__ == "__main__":
    setup(packages=packages(), package_dir=BESIDE)
