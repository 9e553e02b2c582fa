"""Running command lines in this process, and a deployment to run them on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smsgw.cli.app import run
from tests.business.importing.test_importing import FILES


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Smsgw = Callable[..., Outcome]


@pytest.fixture
def smsgw(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Smsgw:
    """Runs `smsgw` with arguments, without a configuration from the surroundings."""
    monkeypatch.delenv("SMSGW_CONFIG", raising=False)

    def call(*arguments: object) -> Outcome:
        capfd.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Outcome(status, out, err)

    return call


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory made by `smsgw init`, for the tests to copy."""
    place = tmp_path_factory.mktemp("made") / "home"
    assert run(["init", str(place)]) == 0
    return place


@pytest.fixture(scope="session")
def filled(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a file of every kind, and all of them imported, for the tests to copy."""
    place = tmp_path_factory.mktemp("filled") / "home"
    shutil.copytree(made, place)
    for kind, body in FILES.items():
        (place / f"{kind}.csv").write_text(body, encoding="utf-8")
        assert run(["import", kind, str(place / f"{kind}.csv"), "--config", str(place / "smsgw.toml")]) == 0
    return place


def copied(place: Path, to: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a directory, which becomes the working directory."""
    home = to / "home"
    shutil.copytree(place, home)
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh deployment, which is the working directory."""
    return copied(made, tmp_path, monkeypatch)


@pytest.fixture
def furnished(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with every kind of file imported, which is the working directory."""
    return copied(filled, tmp_path, monkeypatch)
