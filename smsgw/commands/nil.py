"""NIL: nothing sold on a day."""

from __future__ import annotations

from smsgw.commands.verb import Verb

NIL = Verb(
    name="nil",
    arguments=("on", "dealer"),
    alone=True,
    letter="N",
    examples=("NIL", "NIL yesterday"),
    examples_zh=("无销量",),
)
