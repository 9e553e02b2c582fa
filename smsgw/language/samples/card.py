"""The pocket card: the commands that a role may text, in one language, with a version; as plain text and as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from smsgw.business.core.refusals import EXAMPLE_IMEI
from smsgw.business.core.reply import Reply
from smsgw.business.core.rights import SHOP_ROLES, allowed
from smsgw.business.vocabulary import VERBS
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import Words
from smsgw.language.replies.replies import CARD_TITLES, Replies

_PINYIN = "pinyin"  # words of Chinese, though a language of their own in the grammar
_WIDTH = 72
_IMEI = re.compile(r"\d{15}")


@dataclass(frozen=True, slots=True)
class Row:
    """One command: how it is sent, what it is for, right texts of it, and its other words."""

    verb: str
    syntax: str
    purpose: str
    examples: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A card ready to be laid out. `titles` are those of `[card]` in the answers' file; `number` '' where none is."""

    language: str
    role: str
    number: str
    titles: dict[str, str]
    rows: tuple[Row, ...]
    version: str


def card(grammar: Grammar, replies: Replies, language: str, role: str, number: str = "") -> Card:
    """The card of a role in a language that there are answers in: verbs in service that the role may use.

    `number` is the short code to text to. The version changes when the grammar, a word, a verb, a right of the role or
    a line of the card does.
    """
    words = Words(grammar)
    said = replies.card(language)
    rows = tuple(
        Row(
            verb.name,
            words.full_syntax(verb.name, language, dealer=role not in SHOP_ROLES),
            said.get(verb.name, ""),
            tuple(_IMEI.sub(EXAMPLE_IMEI, text) for text in words.examples(verb.name, language)),
            _also(words, verb.name, language),
        )
        for verb in VERBS
        if verb.in_service and allowed(role, verb)
    )
    titles = {name: text for name, text in said.items() if name in CARD_TITLES}
    spoken = replies.render([Reply(f"role_{role}", {})], language)
    print_of = sha256(repr((grammar.version, language, role, number, sorted(titles.items()), rows)).encode())
    return Card(language, spoken, number, titles, rows, f"{language}-{role}-{print_of.hexdigest()[:8]}")


def _also(words: Words, verb: str, language: str) -> tuple[str, ...]:
    """The other words of a verb: in the language of the card, and in pinyin on a Chinese one."""
    kept = words.word(verb, language)
    own = words.own_aliases(verb, language) or words.own_aliases(verb, "en")
    spelled = words.own_aliases(verb, _PINYIN) if language == "zh" else ()
    return tuple(word for word in dict.fromkeys((*own, *spelled)) if word != kept)


def plain(made: Card) -> str:
    """The card as text: one command a paragraph, at most 72 columns where its words allow."""
    titles = made.titles
    out = [f"{titles['title']} ({made.role})"]
    if made.number:
        out.append(titles["to"].format(number=made.number))
    for row in made.rows:
        out += ["", f"{row.syntax}  - {row.purpose}" if row.purpose else row.syntax]
        out += [f"  {titles['example']} {example}" for example in row.examples]
        if row.also:
            out.append(f"  {titles['also']}: {' '.join(row.also)}")
    out += ["", *_wrap(titles["hint"]), titles["version"].format(version=made.version), ""]
    return "\n".join(out)


def _wrap(text: str) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title} ({role})</title>
<style>
@page {{ size: A6 landscape; margin: 7mm }}
body {{ font: 9pt/1.3 sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em; color: #111 }}
h1 {{ font-size: 13pt; margin: 0 }}
p {{ margin: .3em 0 }}
table {{ border-collapse: collapse; width: 100%; margin: .5em 0 }}
td {{ padding: .25em .8em .25em 0; vertical-align: top; border-top: 1px solid #ccc }}
tr {{ break-inside: avoid }}
code {{ font-family: monospace; white-space: nowrap }}
small {{ color: #555 }}
</style>
<h1>{title} ({role})</h1>
{to}<table>
{rows}
</table>
<p>{hint}</p>
<p><small>{version}</small></p>
</html>
"""


def html(made: Card) -> str:
    """The card as one HTML page that needs nothing else and prints on A6."""
    titles = {name: escape(text) for name, text in made.titles.items()}
    rows = "\n".join(
        f"<tr><td><code>{escape(row.syntax)}</code></td><td>{escape(row.purpose)}</td>"
        f"<td>{'<br>'.join(f'<code>{escape(example)}</code>' for example in row.examples)}"
        + (f"<br><small>{titles['also']}: {escape(' '.join(row.also))}</small>" if row.also else "")
        + "</td></tr>"
        for row in made.rows
    )
    to = f"<p>{titles['to'].format(number=escape(made.number))}</p>\n" if made.number else ""
    return _PAGE.format(
        language=escape(made.language),
        role=escape(made.role),
        title=titles["title"],
        to=to,
        rows=rows,
        hint=titles["hint"],
        version=titles["version"].format(version=escape(made.version)),
    )
