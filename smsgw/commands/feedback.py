"""MSG: a word to headquarters that becomes a ticket."""

from __future__ import annotations

from smsgw.commands.verb import Verb

FEEDBACK = Verb(
    name="feedback",
    arguments=("reference", "text"),
    letter="C",
    in_service=False,
    examples=("MSG O7731 box was wet",),
    examples_zh=("反馈 O7731 箱子湿了",),
)
