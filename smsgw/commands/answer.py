"""YES and NO: answers to a question we asked."""

from __future__ import annotations

from smsgw.commands.verb import Verb

YES = Verb(
    name="yes",
    arguments=("reference", "option"),
    alone=True,
    examples=("YES", "YES 7731"),
    examples_zh=("是",),
)

NO = Verb(
    name="no",
    arguments=("reference",),
    alone=True,
    examples=("NO", "NO 7731"),
    examples_zh=("否",),
)
