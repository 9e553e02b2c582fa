"""Finding in the manual: a chapter by its name, passages by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from smsgw.manual import TOPICS, Topic

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$")
_ITEM = re.compile(r"^(?:[*-]|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, list item, table row or block of code, with the headings that it stands under."""

    topic: str
    section: str
    text: str


def find_topic(name: str) -> Topic | None:
    """The chapter of a name, in whatever case; None where there is none."""
    return next((topic for topic in TOPICS if topic.name == name.casefold()), None)


def nearest_topics(name: str) -> list[str]:
    """Names of chapters that somebody who typed `name` may have meant, the likeliest first; at most three."""
    wanted = name.casefold()
    names = [topic.name for topic in TOPICS]
    begun = [known for known in names if known.startswith(wanted) or wanted.startswith(known)]
    return list(dict.fromkeys((*begun, *get_close_matches(wanted, names, n=3, cutoff=0.5))))[:3]


@cache
def read_chapter(topic: Topic) -> str:
    """The Markdown of a chapter."""
    text = files("smsgw.manual")
    for part in topic.file.split("/"):
        text = text.joinpath(part)
    return text.read_text(encoding="utf-8")


def title_of(topic: Topic) -> str:
    """The heading of a chapter."""
    return read_chapter(topic).partition("\n")[0].removeprefix("# ")


def link_to_topics(markdown: str) -> str:
    """The same text with links to chapters written as what to ask for: `imports (smsgw help imports)`."""
    return _LINK.sub(lambda link: _spoken(link[1], link[2]), markdown)


def _spoken(words: str, target: str) -> str:
    name = target.partition("#")[0].removesuffix(".md").rpartition("/")[2]
    if find_topic(name) is None:
        return f"{words} ({target})"
    return f"`smsgw help {name}`" if words.casefold() == name else f"{words} (`smsgw help {name}`)"


def passages(topic: Topic) -> Iterator[Passage]:
    """The passages of a chapter, in their order."""
    headings: list[str] = []
    block: list[str] = []
    fenced = False

    def ended() -> Iterator[Passage]:
        if any(line.strip() for line in block):
            yield Passage(topic.name, " / ".join(headings), "\n".join(block).strip("\n"))
        block.clear()

    for line in link_to_topics(read_chapter(topic)).splitlines():
        if line.startswith("```"):
            yield from ended()
            fenced = not fenced
        elif fenced:
            block.append(line)
        elif heading := _HEADING.match(line):
            yield from ended()
            headings[len(heading[1]) - 1 :] = [heading[2]]
        elif not line.strip() or set(line) <= set("|-: "):
            yield from ended()
        else:
            if _ITEM.match(line) or line.startswith("|"):
                yield from ended()
            block.append(line)
    yield from ended()


def search(words: str) -> list[Passage]:
    """The passages that hold every one of the words, in whatever case, their headings counted in."""
    wanted = words.casefold().split()
    found = []
    for topic in TOPICS:
        for passage in passages(topic):
            held = f"{passage.section}\n{passage.text}".casefold()
            if wanted and all(word in held for word in wanted):
                found.append(passage)
    return found
