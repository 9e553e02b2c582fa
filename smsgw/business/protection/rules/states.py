"""The life of a claim: it waits for a second person, who approves or rejects it; until then it can be taken back."""

from __future__ import annotations

from smsgw.values.state_table import StateTable

OPEN, APPROVED, REJECTED, UNDONE = STATES = ("open", "approved", "rejected", "undone")
LIFE = StateTable(
    "a claim",
    STATES,
    {(OPEN, "approve"): APPROVED, (OPEN, "reject"): REJECTED, (OPEN, "undo"): UNDONE},
)
LIVE = (OPEN, APPROVED)  # its sets are in no other claim for the same cut
