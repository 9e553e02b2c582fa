"""What README says is so: commands, settings, links within the page, and the texts a dealer is told to send."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer.main

from smsgw.cli.app import COMMANDS, app
from smsgw.gateway.counters import CALLS, STATES, TIMERS, WRITTEN, WriterCounters
from smsgw.gateway.metrics import GatewayCollector
from smsgw.language.lexicon import Lexicon
from smsgw.language.understand import Reader
from smsgw.store.texts.outbox import PRIORITY

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The name of every command, with those of groups as two words."""
    group: Any = typer.main.get_command(app)
    found = []
    for name in COMMANDS:
        members = getattr(group.get_command(None, name), "commands", {})
        found += [f"{name} {member}" for member in members] or [name]
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_is_in_the_manual(name: str) -> None:
    words = name.split()
    assert f"smsgw {name}" in README or (len(words) == 2 and f"smsgw {words[0]}" in README and words[1] in README)


def test_the_manual_names_no_command_that_is_not_there() -> None:
    typed = re.findall(r"`smsgw ([a-z]+)", README)
    for block in re.findall(r"^```$(.+?)^```$", README, re.MULTILINE | re.DOTALL):
        typed += re.findall(r"^smsgw ([a-z]+)", block, re.MULTILINE)
    assert len(typed) > 15
    assert set(typed) <= set(COMMANDS)


def test_every_section_that_is_pointed_to_is_there() -> None:
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    missing = [target for target in re.findall(r"\]\(#([^)]+)\)", README) if target not in anchors]
    assert not missing


def test_every_section_of_the_settings_is_in_the_reference() -> None:
    reference = tomllib.loads(files("smsgw.defaults").joinpath("smsgw.toml").read_text(encoding="utf-8"))
    assert {"database", "gateway", "http", "trade", "limits", "smsc"} <= set(reference)


def texts() -> list[str]:
    """The texts of the table of what may be texted."""
    table = README.split("### What may be texted", 1)[1].split("###", 1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| to")]
    found = [text for row in rows for text in re.findall(r"`([^`…]+)`", row)]
    assert len(found) > 30
    return found


@pytest.mark.parametrize("text", texts())
def test_every_text_of_the_manual_is_read_as_a_command(text: str) -> None:
    lexicon = Lexicon.build(
        products=[("A350", "Aurora 3.5", ("曙光3.5",)), ("B200", "Borealis 200", ())],
        dealers=["D1001", "D1002"],
        regions=["EAST"],
    )
    reading = Reader(lexicon).understand(text, today=date(2026, 11, 21))
    alone_needs_more = {"XS", "PD", "DD", "DJ", "KC", "JG", "DH", "CH", "CJ", "ZJ", "BZ", "YE", "PZ", "BH"}
    assert reading.commands and all(command.verb for command in reading.commands), text
    if text not in alone_needs_more:
        assert reading.outcome == "accepted", (text, reading)


def test_the_manual_lists_every_metric_with_its_type_labels_and_meaning() -> None:
    section = README.split("#### Metrics", 1)[1].split("\n\n`class` is", 1)[0]
    listed = [line for line in section.splitlines() if line.startswith("| `")]
    told = [
        f"| `{family.name}{'_total' if family.type == 'counter' else ''}` | {family.type} "
        f"| {', '.join(family._labelnames)} | {family.documentation} |"  # type: ignore[attr-defined]
        for family in GatewayCollector({}, WriterCounters(), []).collect()
    ]
    table = "\n".join(told).replace("|  |", "| |")
    assert "\n".join(listed) == table, f"README must say:\n{table}"
    names = {line.split("`")[1] for line in listed}
    mentioned = set(re.findall(r"smsgw_(?:link|bind|writer)_\w+", README))
    assert mentioned <= names


def test_the_manual_says_what_the_labels_of_metrics_may_be() -> None:
    section = " ".join(README.split("#### Metrics", 1)[1].split("###", 1)[0].split())
    for values in (PRIORITY, TIMERS, STATES, WRITTEN):
        assert ", ".join(list(values)[:-1]) in section and list(values)[-1] in section
    assert all(outcome in section for outcome in CALLS)
