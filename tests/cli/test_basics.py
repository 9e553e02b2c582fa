"""What all commands share: where settings come from, exit statuses, what goes to which stream; init and db."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import pytest

from smsgw import __version__
from smsgw.cli.app import COMMANDS
from tests.cli.conftest import Smsgw


def test_the_version_is_printed(smsgw: Smsgw) -> None:
    assert smsgw("--version").out == f"smsgw {__version__}\n"
    assert smsgw("version", "--json").json["smsgw"] == __version__


def test_init_writes_a_commented_configuration_and_a_migrated_database(smsgw: Smsgw, home: Path) -> None:
    text = (home / "smsgw.toml").read_text(encoding="utf-8")
    assert "[[smsc]]" in text and "# " in text
    assert smsgw("db", "check").status == 0


def test_init_never_overwrites(smsgw: Smsgw, home: Path) -> None:
    (home / "smsgw.toml").write_text("# mine\n", encoding="utf-8")
    again = smsgw("init", home)
    assert again.status == 1
    assert again.err == f"smsgw: {home}/smsgw.toml is there already and was left as it is; name another directory\n"
    assert (home / "smsgw.toml").read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize("share", [0, 0.3, 1])
@pytest.mark.parametrize("database", ["none", "empty"])
def test_init_that_was_interrupted_can_be_run_again(smsgw: Smsgw, tmp_path: Path, share: float, database: str) -> None:
    whole = resources.files("smsgw.defaults").joinpath("smsgw.toml").read_text(encoding="utf-8")
    path = tmp_path / "again" / "smsgw.toml"
    path.parent.mkdir()
    path.write_text(whole[: int(len(whole) * share)], encoding="utf-8")
    if database == "empty":
        path.with_name("smsgw.db").touch()
    assert smsgw("init", path.parent).status == 0
    assert path.read_text(encoding="utf-8") == whole
    assert smsgw("db", "check", "--config", path).status == 0
    assert "is there already" in smsgw("init", path.parent).err


def test_init_leaves_what_somebody_has_begun_to_write(smsgw: Smsgw, tmp_path: Path) -> None:
    for text in ("# mine\n", "[gateway]\n", "\ufeff"):
        path = tmp_path / "mine" / "smsgw.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        assert smsgw("init", path.parent).status == 1
        assert path.read_text(encoding="utf-8") == text


def test_settings_come_from_the_option_then_the_environment_then_this_directory(
    smsgw: Smsgw, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert smsgw("db", "current").status == 0
    monkeypatch.chdir(tmp_path)
    missing = smsgw("db", "current")
    assert missing.status == 1
    assert missing.err == (
        "smsgw: smsgw.toml: there is no such file (write one with: smsgw init, or name yours with --config FILE)\n"
    )
    assert smsgw("db", "current", "--config", home / "smsgw.toml").status == 0
    monkeypatch.setenv("SMSGW_CONFIG", str(home / "smsgw.toml"))
    assert smsgw("db", "current").status == 0
    assert smsgw("db", "current", "--config", tmp_path / "none.toml").status == 1


def test_every_fault_of_the_configuration_is_told_on_a_line_of_its_own(smsgw: Smsgw, home: Path) -> None:
    (home / "smsgw.toml").write_text('[gateway]\ncountrie = "CN"\n[trade]\nunknown_units = "maybe"\n', encoding="utf-8")
    outcome = smsgw("stats", "--json")
    assert (outcome.status, outcome.out) == (1, "")
    assert len(outcome.err.splitlines()) == 2
    assert "countrie" in outcome.err and "did you mean country?" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("db", "nonsense"),
        ("init", "--nonsense"),
        ("show", "unit"),
        ("show", "message", "x"),
        ("messages", "--direction", "up"),
        ("messages", "--limit", "0"),
        ("messages", "--since", "the other day"),
        ("try", "--from"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_so_on_standard_error(
    smsgw: Smsgw, home: Path, arguments: tuple[str, ...]
) -> None:
    outcome = smsgw(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err


def test_a_database_that_is_not_there_is_refused_in_a_sentence(smsgw: Smsgw, home: Path) -> None:
    (home / "smsgw.db").unlink()
    for arguments in (("stats",), ("db", "verify"), ("import", "regions", "x.csv"), ("db", "current")):
        outcome = smsgw(*arguments)
        assert outcome.status == 1
        assert outcome.err == (
            f"smsgw: there is no database {home}/smsgw.db; run `smsgw init`, or `smsgw db upgrade` to create it\n"
        )
    assert smsgw("db", "upgrade").status == 0
    assert smsgw("db", "check").status == 0


def test_a_database_that_is_not_migrated_is_refused_in_a_sentence(smsgw: Smsgw, home: Path) -> None:
    (home / "smsgw.db").write_bytes(b"")
    outcome = smsgw("stats", "--json")
    assert outcome.status == 1
    assert outcome.err == "smsgw: the database is empty; run `smsgw db upgrade`\n"
    assert smsgw("db", "check").status == 1
    assert smsgw("db", "current", "--json").json == {
        "current": None,
        "head": smsgw("db", "upgrade", "--json").json["after"],
    }


def test_a_file_that_is_no_database_is_refused_in_a_sentence(smsgw: Smsgw, home: Path) -> None:
    (home / "smsgw.db").write_text("this is no database, and long enough to be read as one " * 40, encoding="utf-8")
    outcome = smsgw("stats")
    assert outcome.status == 1
    assert outcome.err == f"smsgw: {home}/smsgw.db is not a SQLite database; check database.url\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_text_with_its_options(smsgw: Smsgw, name: str) -> None:
    outcome = smsgw(name, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert "--help" in outcome.out and outcome.out.count("\n") > 5


@pytest.mark.alone
def test_the_help_of_smsgw_comes_at_once_and_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom smsgw.cli.app import run\nrun(['--help'])\n"
        "heavy = {'sqlalchemy', 'twisted', 'lark', 'pydantic', 'openpyxl', 'phonenumbers'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert time.monotonic() - began < 5  # half a second where nothing else runs
    assert all(name in done.stdout for name in COMMANDS)
