"""What the command line writes is its owner's to read alone, and `smsgw check` says what is not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Smsgw


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@pytest.mark.parametrize("umask", [0o022, 0o000, 0o077])
def test_init_writes_for_its_owner_alone(tmp_path: Path, smsgw: Smsgw, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert smsgw("init", tmp_path / "deep" / "shop").status == 0
        assert os.umask(umask) == umask  # the process has its own again
    finally:
        os.umask(before)
    found = modes(tmp_path / "deep")
    assert found["shop"] == 0o700
    assert {name: mode for name, mode in found.items() if name != "shop"} == {
        name: 0o600 for name in found if name != "shop"
    }
    assert {"shop/smsgw.toml", "shop/smsgw.db"} <= set(found)


def test_check_warns_and_finds_nothing_wrong(home: Path, smsgw: Smsgw) -> None:
    assert "warning" not in smsgw("check").out
    (home / "smsgw.toml").chmod(0o644)
    (home / "smsgw.db").chmod(0o666)
    checked = smsgw("check")
    assert f"warning: {home}/smsgw.toml can be read by every user of this machine" in checked.out
    assert f"warning: {home}/smsgw.db can be changed by every user of this machine" in checked.out
    assert len(smsgw("check", "--json").json["warnings"]) == 2
    assert checked.status == smsgw("check").status
