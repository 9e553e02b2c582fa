"""Words for groups of people, as a broadcast by text may be for."""

from __future__ import annotations

# Words for everybody and for all of a role, as a broadcast may be for: the role that each means ('': any).
GROUPS = {
    "ALL": "",
    "OWNERS": "owner",
    "CLERKS": "clerk",
    "PROMOTERS": "promoter",
    "FIELD": "field",
    "MANAGERS": "manager",
}


MOST_COUNTED = 20_000  # people, before a broadcast is answered that a phone asks for; who is beyond is not waited for
