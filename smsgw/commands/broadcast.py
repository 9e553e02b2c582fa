"""BC: a notice to a group."""

from __future__ import annotations

from smsgw.commands.verb import Verb

# Words for some of the people of an area, or all: the role that each means ('': any). Saved audiences have other names.
GROUPS = {
    "ALL": "",
    "OWNERS": "owner",
    "CLERKS": "clerk",
    "PROMOTERS": "promoter",
    "FIELD": "field",
    "MANAGERS": "manager",
}

BROADCAST = Verb(
    name="broadcast",
    arguments=("group", "text"),
    letter="B",
    in_service=False,
    examples=("BC EAST A350 price changes 20Apr",),
    examples_zh=("群发 EAST A350 4/20调价",),
)
