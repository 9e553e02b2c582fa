"""The wheel, installed elsewhere, works from any directory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has the wheel but not the checkout; third parties come from the tests' own."""
    work = tmp_path_factory.mktemp("wheel")
    source = work / "source"
    # From a copy: a build leaves its traces where it is made, and other tests look at the checkout meanwhile.
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "tests", "build", "dist", "*.egg-info", "*.db*"))
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(work), str(source)],
        check=True,
        capture_output=True,
        cwd=work,
    )
    (wheel,) = work.glob("smsgw-*.whl")
    target = work / "venv"
    venv.create(target, with_pip=False)
    site = next(target.glob("lib/python*/site-packages"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--no-index",
            "--quiet",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        capture_output=True,
        cwd=work,
    )
    # Third parties by path, not by .pth files: the checkout's own editable install must not be seen.
    libraries = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    (site / "libraries.pth").write_text(f"{libraries}\n")
    return target / "bin" / "python"


def smsgw(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-P", "-m", "smsgw", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=120)


def test_the_wheel_holds_the_code_it_runs(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [str(installed), "-c", "import smsgw, smsgw.grammar, smsgw.defaults; print(smsgw.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    ).stdout
    assert str(installed.parent.parent) in where


def test_an_installed_wheel_makes_a_database_reads_a_text_and_proves_its_books(installed: Path, tmp_path: Path) -> None:
    made = smsgw(installed, "init", "shop", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    read = smsgw(installed, "parse", "--config", "shop/smsgw.toml", "--json", "S 860123450000012", cwd=tmp_path)
    assert read.returncode == 0, read.stderr
    assert '"860123450000012"' in read.stdout
    manual = smsgw(installed, "help", "states", cwd=tmp_path)
    assert manual.returncode == 0 and manual.stdout.startswith("# States"), manual.stderr
    verified = smsgw(installed, "db", "verify", "--config", "shop/smsgw.toml", cwd=tmp_path)
    assert verified.returncode == 0, verified.stderr
