"""smsgw help: the chapters of the manual, one of them, or the passages that hold some words."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from smsgw.cli.common import options
from smsgw.cli.common.output import json_line, print_block, print_line
from smsgw.errors import SmsgwError
from smsgw.manual import TOPICS, Topic

app = options.app()


@app.command()
def help(
    topic: Annotated[
        str | None, typer.Argument(metavar="TOPIC", help="A chapter; else their list.", show_default=False)
    ] = None,
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="WORDS", help="Print the passages that hold all of these words."),
    ] = None,
    config: options.Config = None,
    json: options.Json = False,
) -> None:
    """Show the chapters of the manual, or one of them; with --search the passages that hold some words."""
    chosen = _known(topic) if topic is not None else None
    if search is not None:
        _found(search, chosen, json)
    elif chosen is not None:
        _chapter(chosen, json)
    elif json:
        for each in TOPICS:
            json_line({"topic": each.name, "about": each.about, "generated": each.generated})
    else:
        _list()


def _known(name: str) -> Topic:
    """The chapter of a name; raises SmsgwError that names the nearest."""
    from smsgw.cli.app import COMMANDS
    from smsgw.manual.reading import find_topic, nearest_topics

    found = find_topic(name)
    if found is not None:
        return found
    near = nearest_topics(name)
    said = f"there is no chapter '{name}'" + (f"; did you mean {' or '.join(near)}?" if near else ".")
    if name in COMMANDS:
        raise SmsgwError(f"{said} `smsgw {name} --help` prints the options of the command")
    raise SmsgwError(f"{said} `smsgw help` lists them, `smsgw help --search WORDS` searches")


def _list() -> None:
    width = max(len(topic.name) for topic in TOPICS)
    print_line("smsgw help TOPIC shows a chapter, smsgw help --search WORDS searches them all.")
    print_line()
    for topic in TOPICS:
        print_line(f"  {topic.name:<{width}}  {topic.about}")
    print_line()
    print_line("smsgw COMMAND --help prints the options of a command.")


def _chapter(topic: Topic, json: bool) -> None:
    from smsgw.manual.reading import link_to_topics, read_chapter, title_of

    if json:
        json_line({"topic": topic.name, "title": title_of(topic), "text": read_chapter(topic)})
        return
    text = link_to_topics(read_chapter(topic))
    if sys.stdout.isatty():
        from smsgw.cli.common.chapters import print_chapter

        print_chapter(text)
    else:
        print_block(text)


def _found(words: str, within: Topic | None, json: bool) -> None:
    from smsgw.manual.reading import search

    found = [passage for passage in search(words) if within is None or passage.topic == within.name]
    if json:
        for passage in found:
            json_line({"topic": passage.topic, "section": passage.section, "text": passage.text})
        return
    if not found:
        where = f"the chapter {within.name}" if within is not None else "the manual"
        raise SmsgwError(f"{where} has no passage with all of these words: {words}; try fewer or other ones")
    last = ("", "")
    for passage in found:
        if (passage.topic, passage.section) != last:
            last = (passage.topic, passage.section)
            print_line()
            print_line(f"{passage.topic}: {passage.section}")
        for line in passage.text.splitlines():
            print_line(f"    {line}")
