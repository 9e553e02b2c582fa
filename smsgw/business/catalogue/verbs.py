"""CODES: find a model's or a dealer's code."""

from __future__ import annotations

from smsgw.business.core.principal import EVERYBODY
from smsgw.business.core.verb import Verb

CODES = Verb(
    name="codes",
    place=290,
    arguments=("text",),
    roles=EVERYBODY,
    reads_only=True,
    examples=("CODES A3",),
    examples_zh=("代码 A3",),
)

VERBS = (CODES,)
