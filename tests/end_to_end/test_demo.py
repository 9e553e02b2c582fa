"""`smsgw demo` as a newcomer starts it: every answer as the script has it, and a deployment to go on with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from smsgw.cli.demo.play import steps
from tests.end_to_end.house import here

ROOT = Path(__file__).resolve().parents[2]


def smsgw(*arguments: object, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command line without a terminal, away from any configuration."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMSGW_")}
    command = [sys.executable, "-P", "-m", "smsgw", *map(str, arguments)]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, env=environment, timeout=120, check=False, cwd=cwd
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A directory after the demo has played in it, and what it printed.

    It is started where another folder named smsgw lies, as a checkout does: neither it nor its daemon loads that one.
    """
    start = tmp_path_factory.mktemp("demo")
    other = start / "smsgw" / "__init__.py"
    other.parent.mkdir()
    other.write_text('raise ImportError("not the program")\n', encoding="utf-8")
    folder = start / "here"
    done = smsgw("demo", folder, cwd=start)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return folder, done.stdout


def asked(played: tuple[Path, str], *arguments: object) -> Any:
    done = here(*arguments, "--json", "--config", played[0] / "smsgw.toml")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_answer_of_the_day_is_as_it_should_be(played: tuple[Path, str]) -> None:
    assert "expected:" not in played[1]
    assert "every sum in the books equals its rows" in played[1]
    assert str(played[0]) in played[1]


def test_each_text_came_in_once_and_was_answered_once_but_for_those_that_get_no_answer(
    played: tuple[Path, str],
) -> None:
    script = [step for _, step in steps()]
    silent = sum(not step.answer for step in script)
    totals = asked(played, "stats")
    assert totals["inbound"] == {"waiting": 0, "done": len(script) - silent, "failed": 0, "ignored": silent}
    done = smsgw("messages", "--json", "--direction", "out", "--config", played[0] / "smsgw.toml")
    texts = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(text["in_reply_to"] is not None for text in texts) == len(script) - silent


def test_the_long_text_came_in_three_parts(played: tuple[Path, str]) -> None:
    done = here("messages", "--json", "--direction", "in", "--config", played[0] / "smsgw.toml")
    assert 3 in [json.loads(line)["parts"] for line in done.stdout.splitlines()]


def test_its_directory_serves_every_other_command(played: tuple[Path, str]) -> None:
    assert asked(played, "db", "verify") == []
    assert asked(played, "show", "dealer", "D1001")["stock"]["A350"] == 5
    assert "D1001 has" in asked(played, "try", "--from", "13900000100", "STK")["reply"]
    assert asked(played, "import", "shipments", played[0] / "files" / "shipments.csv")["new"] == 0


def test_the_daemon_went_away_in_order(played: tuple[Path, str]) -> None:
    events = [json.loads(line) for line in (played[0] / "gateway.log").read_text(encoding="utf-8").splitlines()]
    names = [event["event"] for event in events]
    assert "ready" in names and names[-1] == "stopped"
    assert not [event for event in events if event["level"] in ("error", "critical")]


def test_no_number_and_no_text_stands_in_the_log(played: tuple[Path, str]) -> None:
    log = (played[0] / "gateway.log").read_text(encoding="utf-8")
    assert "13900000100" not in log and "secret" not in log and "OK S" not in log


def test_a_second_demo_leaves_the_directory_alone(played: tuple[Path, str]) -> None:
    done = smsgw("demo", played[0])
    assert done.returncode == 1
    assert "is there already and was left as it is" in done.stderr


def alike(text: str) -> str:
    """A text without what depends on the day: times and dates."""
    return re.sub(r"\d\d:\d\d|\d{1,2}[A-Z][a-z]{2}\b|\d+月\d+日", "*", text)


def claimed() -> list[tuple[str, str]]:
    """The texts of this day and their answers, as README and the manual show them."""
    drawn = (ROOT / "README.md").read_text(encoding="utf-8").split("─\n", 1)[1].split("```", 1)[0]
    found = []
    for text, answer in re.findall(r"^ (\S.*?) +─▶\n((?: {5}.*\n)+)", drawn, re.MULTILINE):
        found.append((text, " ".join(answer.replace("◀─", "").split())))
    chapter = files("smsgw.manual").joinpath("texting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \w+ \| `([^`]+)` \| (.+) \|$", chapter, re.MULTILINE)
    assert len(found) == 6 and len(rows) > 7
    return [*found, *rows]


def test_the_conversations_of_readme_and_manual_are_those_of_the_day(played: tuple[Path, str]) -> None:
    done = smsgw("messages", "--json", "--config", played[0] / "smsgw.toml")
    texts = [json.loads(line) for line in done.stdout.splitlines()]
    written = {text["id"]: text["text"] for text in texts}
    held = {(alike(written[text["in_reply_to"]]), alike(text["text"])) for text in texts if text["in_reply_to"]}
    missing = [pair for pair in claimed() if (alike(pair[0]), alike(pair[1])) not in held]
    assert not missing
