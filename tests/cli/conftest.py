"""Running command lines in this process, and a deployment to run them on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smsgw.cli.app import run


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


@pytest.fixture
def home(tmp_path: Path, smsgw: Smsgw, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory made by `smsgw init`, which is the working directory."""
    place = tmp_path / "home"
    assert smsgw("init", place).status == 0
    monkeypatch.chdir(place)
    return place
