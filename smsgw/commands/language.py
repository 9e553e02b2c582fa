"""LANG: the language of our replies."""

from __future__ import annotations

from smsgw.commands.verb import Verb

LANGUAGE = Verb(
    name="language",
    arguments=("language",),
    examples=("LANG ZH",),
    examples_zh=("语言 英文",),
)
