"""What the manual and README say is so: commands, options, settings, links, metrics, libraries, texts to be sent."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
import typer.main

from smsgw.api.routes import ALL
from smsgw.business.importing import kinds
from smsgw.cli.app import COMMANDS, app
from smsgw.gateway.counters import WriterCounters
from smsgw.gateway.metrics import GatewayCollector
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.manual import TOPICS
from smsgw.manual.reading import read_chapter, title_of
from smsgw.settings.sections import Settings

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "smsgw" / "manual"
README = (ROOT / "README.md").read_text(encoding="utf-8")

# Every page by its path, and those that people write.
PAGES = {ROOT / "README.md": README} | {MANUAL / topic.file: read_chapter(topic) for topic in TOPICS}
WRITTEN = {ROOT / "README.md": README} | {
    MANUAL / topic.file: read_chapter(topic) for topic in TOPICS if not topic.generated
}
PROSE = "\n\n".join(WRITTEN.values())
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, *kinds: str) -> list[str]:
    """The fenced blocks of a page of some kinds ('' for those that name none)."""
    return [body for kind, body in _FENCE.findall(text) if kind in kinds]


def calls(text: str) -> Iterator[list[str]]:
    """Every `smsgw …` that a page has readers type, as words: in code of a line, and in blocks with \\ at line ends."""
    lines = [line for body in blocks(text, "") for line in body.replace("\\\n", " ").splitlines()]
    typed = [line.removeprefix("$ ").partition("#")[0] for line in lines]
    typed += re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    for line in typed:
        if line.startswith("smsgw "):
            yield re.sub(r"\"[^\"]*\"|'[^']*'", "WORDS", line).split()[1:]


def members(name: str) -> dict[str, Any]:
    """The commands of a group; none of a command that is no group."""
    group: Any = typer.main.get_command(app)
    command = group.get_command(None, name)
    if not hasattr(command, "list_commands"):
        return {}
    return {each: command.get_command(None, each) for each in command.list_commands(None)}


def commands() -> list[str]:
    """The name of every command, with those of groups as two words."""
    return [line for name in COMMANDS for line in ([f"{name} {member}" for member in members(name)] or [name])]


# The topics and their files


def test_every_file_of_the_manual_is_a_topic_and_every_topic_has_its_file() -> None:
    assert sorted(path for path in MANUAL.rglob("*.md")) == sorted(MANUAL / topic.file for topic in TOPICS)
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_chapter_opens_with_its_title(topic: Any) -> None:
    assert read_chapter(topic).startswith("# ")
    assert title_of(topic)


def test_readme_is_a_shop_window_with_a_line_for_every_chapter() -> None:
    assert len(README.encode()) <= 10_000
    for topic in TOPICS:
        assert f"](smsgw/manual/{topic.file}): {topic.about}" in README


def test_what_the_code_knows_is_in_the_manual_as_the_code_has_it() -> None:
    script = ROOT / "scripts" / "regen.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def anchors(path: Path) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)]+)\)", _FENCE.sub("", PAGES[page])):
        file, _, section = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (section and section not in anchors(there)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = set(re.findall(r"`((?:scripts|tests|smsgw|grammar|migrations|config)/[\w./*-]*)`", WRITTEN[page]))
    assert not [path for path in named if "*" not in path and not (ROOT / path).exists()]


# Commands


@pytest.mark.parametrize("name", commands())
def test_every_command_is_in_the_chapters(name: str) -> None:
    words = name.split()
    assert f"smsgw {name}" in PROSE or (len(words) == 2 and f"smsgw {words[0]}" in PROSE and words[1] in PROSE)


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_a_chapter_names_no_command_and_no_option_that_is_not_there(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    wrong = []
    for words in calls(WRITTEN[page]):
        line = " ".join(words)
        if words[0].isupper() or words[0].startswith("-"):
            continue  # `smsgw COMMAND --help`
        if words[0] not in COMMANDS:
            wrong.append(line)
            continue
        command, known = group.get_command(None, words[0]), members(words[0])
        if known and len(words) > 1 and not words[1].startswith("-") and words[1] not in known:
            wrong.append(line)
            continue
        if known and len(words) > 1:
            command = known.get(words[1], command)
        options = {option for each in command.params for option in each.opts} | {"--help"}
        wrong += [f"{line}: {word}" for word in words if word.startswith("--") and word not in options]
    assert not wrong


def test_the_chapters_have_readers_type_something() -> None:
    assert len([words for text in WRITTEN.values() for words in calls(text)]) > 60


@pytest.mark.parametrize("name", commands())
def test_the_reference_has_every_option_of_every_command(name: str) -> None:
    reference = PAGES[MANUAL / "reference" / "commands.md"]
    section = reference.split(f"## smsgw {name}\n", 1)[1].split("\n##", 1)[0]
    words = name.split()
    group: Any = typer.main.get_command(app)
    command = members(words[0])[words[1]] if len(words) == 2 else group.get_command(None, name)
    options = {option for each in command.params for option in each.opts if option.startswith("--")}
    assert set(re.findall(r"^\| `(--[\w-]+)", section, re.MULTILINE)) == options - {"--config", "--json", "--help"}


# Settings


def model_of(section: str) -> Any:
    annotation = Settings.model_fields[section].annotation
    return get_args(annotation)[0] if get_args(annotation) else annotation


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_setting_that_is_named_is_there(page: Path) -> None:
    wrong = [
        f"[{section}] {key}"
        for section, key in re.findall(r"`\[+([a-z]+)\]+(?: ([a-z_]+))?", " ".join(WRITTEN[page].split()))
        if section not in Settings.model_fields or (key and key not in model_of(section).model_fields)
    ]
    assert not wrong


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_piece_of_configuration_is_one(page: Path) -> None:
    for body in blocks(WRITTEN[page], "toml"):
        for section, said in tomllib.loads(body).items():
            if section not in Settings.model_fields:
                assert "replies" in WRITTEN[page] and section in {"format", "sale"}  # a file of answers
                continue
            for entry in said if isinstance(said, list) else [said]:
                model_of(section)(**entry)


def test_every_section_of_the_settings_is_in_the_reference() -> None:
    reference = tomllib.loads(files("smsgw.defaults").joinpath("smsgw.toml").read_text(encoding="utf-8"))
    assert {"database", "gateway", "http", "trade", "limits", "smsc"} <= set(reference)


# Files


def test_the_chapter_of_imports_has_every_kind_with_its_columns() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", PAGES[MANUAL / "imports.md"], re.MULTILINE)
    listed = {kind: re.split(r"; | \(", columns)[0].split(", ") for kind, columns in rows}
    assert {kind: sorted(columns) for kind, columns in listed.items()} == {
        name: sorted([*kind.columns.required, *(f"[{each}]" for each in kind.columns.optional)])
        for name, kind in kinds().items()
    }


# Texts


def texts() -> list[str]:
    """The texts of the table of what may be texted, and those of README's conversation."""
    chapter = PAGES[MANUAL / "texting.md"]
    table = chapter.split("## What may be texted", 1)[1].split("##", 1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| to")]
    found = [text for row in rows for text in re.findall(r"`([^`…]+)`", row)]
    assert len(found) > 30
    spoken = [line.partition("─▶")[0].strip() for line in README.splitlines() if "─▶" in line]
    assert len(spoken) > 3
    return found + [text for text in spoken if not text.startswith("SLAE")]


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


# Metrics, requests, libraries, words


def test_the_chapters_name_no_metric_that_is_not_there() -> None:
    names = {
        f"{family.name}{'_total' if family.type == 'counter' else ''}"
        for family in GatewayCollector({}, WriterCounters(), []).collect()
    }
    mentioned = set(re.findall(r"smsgw_(?:link|bind|writer|program)_\w+", PROSE))
    assert len(mentioned) > 4
    assert mentioned <= names


def test_the_chapters_name_no_request_that_is_not_there() -> None:
    known = [re.sub(r"\{\w+\}", r"[\\w]+", route.path) for route in ALL]
    named = set(re.findall(r"/api/v1/[\w/.-]*\w", PROSE))
    assert named
    assert not [path for path in named if not any(re.fullmatch(pattern, path) for pattern in known)]


def test_the_list_of_libraries_is_that_of_what_is_installed() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    required = {re.split(r"[\[<>=]", line)[0] for line in parser["options"]["install_requires"].split()}
    section = PAGES[MANUAL / "decisions.md"].split("## Libraries", 1)[1]
    assert set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)) == required


# What has a plainer word, and the word (review of the first manual).
PLAINER = {
    "in vain": "timed out, failed",
    "nobody can tell": "unknown outcome",
    "nought": "zero",
    "at a desk": "by an operator",
    "beforehand": "in advance",
    "anew": "again",
    "for ever": "forever",
    "at hand": "current",
    "in hand": "in flight, claimed",
    "left out": "excluded",
    "so many of": "how many of",
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_chapter_says_it_in_plain_words(page: Path) -> None:
    said = " ".join(_FENCE.sub("", PAGES[page]).casefold().split())
    found = [f"{word}: say {better}" for word, better in PLAINER.items() if re.search(rf"\b{word}\b", said)]
    assert not found
